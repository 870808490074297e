"""A row of figures as one line of bars. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
ASCII = "_.:-=+*#"
GAP = "·"
ASCII_GAP = " "


def sparkline(values: Sequence[float], width: int, *, ceiling: float | None = None, ascii_only: bool = False) -> str:
    """``values``, oldest first, as exactly ``width`` characters, the newest at the right edge.

    The baseline is zero, so that 100 → 101 looks flat; the lowest bar is zero and nothing else. The top is
    ``ceiling``, or the greatest value where that is greater than zero and no ceiling is given. NaN is a gap: it was
    not measured. More values than characters: each character shows the greatest of its share, so that a peak is
    never lost. Fewer: blanks at the left.
    """
    bars, gap = (ASCII, ASCII_GAP) if ascii_only else (BLOCKS, GAP)
    shown = downsample(values, width)
    finite = [value for value in shown if math.isfinite(value)]
    top = ceiling if ceiling is not None else max(finite, default=0.0)
    return "".join(_bar(value, top, bars, gap) for value in shown).rjust(max(0, width))


def _bar(value: float, top: float, bars: str, gap: str) -> str:
    if value != value:  # NaN
        return gap
    if value <= 0:
        return bars[0]
    if top <= 0 or value >= top:
        return bars[-1]
    return bars[max(1, math.ceil(value / top * (len(bars) - 1)))]


def downsample(values: Sequence[float], count: int) -> list[float]:
    """At most ``count`` values, each the greatest of an equal share of ``values``; NaN where all of a share is."""
    size = len(values)
    if count <= 0:
        return []
    if size <= count:
        return list(values)
    shares = (values[index * size // count : (index + 1) * size // count] for index in range(count))
    return [max((value for value in share if value == value), default=math.nan) for share in shares]
