"""What a chart shows, as plain values, and the round figures on its axes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from widgets.cells import Cell

_STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_LEVEL_REACH = 4.0  # a threshold this many times above the data is named, not drawn: it would flatten the curve


class ChartSeries(NamedTuple):
    """One curve: UTC epoch seconds, evenly spaced, and values. None is a gap: nothing was measured."""

    label: str
    xs: tuple[float, ...]
    ys: tuple[float | None, ...]
    style: str = ""


class Level(NamedTuple):
    """A horizontal line at ``value``: an alarm's threshold, a timeout."""

    label: str
    value: float
    style: str = "yellow"


class Mark(NamedTuple):
    """A vertical line at ``x_s``: a deployment."""

    label: str
    x_s: float
    style: str = "cyan"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartData:
    """Curves over ``[from_s, to_s]``, UTC epoch seconds, from zero up.

    ``figures`` stand beside the title. From ``provisional_s`` on points are still settling and are drawn so.
    ``empty`` says why there is no curve where no series has a point.
    """

    title: str
    from_s: float
    to_s: float
    unit: str = ""
    figures: tuple[Cell, ...] = ()
    series: tuple[ChartSeries, ...] = ()
    levels: tuple[Level, ...] = ()
    marks: tuple[Mark, ...] = ()
    provisional_s: float | None = None
    empty: str = "no data"

    @property
    def peak(self) -> float | None:
        """The greatest value of all series; None where there is no point."""
        return max((y for one in self.series for y in one.ys if y is not None), default=None)

    @property
    def top(self) -> float:
        """The round figure at the top of the axis: above every point, and above each level within reach."""
        peak = self.peak or 0.0
        levels = [level.value for level in self.levels if not peak or level.value <= peak * _LEVEL_REACH]
        return round_up(max([peak, *levels]))

    def within(self, level: Level) -> bool:
        """Whether the level is on the chart."""
        return 0 <= level.value <= self.top


def round_up(value: float) -> float:
    """The next round figure that is not below ``value``; 1 for zero."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    # Of the very smallest floats the power of ten is zero, and nothing is round.
    return next((step * power for step in _STEPS if step * power >= value * (1 - 1e-9)), value)


def tick(value: float) -> str:
    """A round figure in few characters: ``0``, ``0.5``, ``80``, ``1.5k``, ``20M``."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"
