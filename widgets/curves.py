"""Curves as text: through plotext's braille canvas, or as block bars where plotext cannot be imported.

The one door to plotext. Its figure is global state: one thread at a time draws on it.
"""

from __future__ import annotations

import importlib
import math
import threading
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from widgets.chartdata import ChartSeries
from widgets.sparkline import BLOCKS, downsample

POINTS_A_COLUMN = 2  # braille has two dots side by side
_BRAILLE = 0x2800
POINT = "•"
_CELL_DOTS = 4  # braille dots on top of one another
_FIGURE = threading.Lock()


class Canvas(NamedTuple):
    """Where curves are drawn: ``width`` × ``height`` cells for ``[from_s, to_s]`` × ``[0, top]``."""

    width: int
    height: int
    from_s: float
    to_s: float
    top: float

    def column(self, x_s: float) -> int:
        """The column that shows ``x_s``."""
        share = (x_s - self.from_s) / max(1.0, self.to_s - self.from_s)
        return min(self.width - 1, max(0, int(share * self.width)))

    def row(self, value: float) -> int:
        """The row, counted from the top, that shows ``value``."""
        return min(self.height - 1, max(0, int((1 - value / self.top) * self.height)))


@cache
def load_plotext() -> Any | None:
    """plotext, imported on the first call (which takes a tenth of a second); None where it cannot be."""
    try:
        plotext: Any = importlib.import_module("plotext")
    except (ImportError, OSError):  # no wheel for this platform, or a kernel that does not load on it
        return None
    plotext.terminal.limit(False, False)
    return plotext


def draw(series: ChartSeries, canvas: Canvas, *, braille: bool) -> list[str]:
    """One curve as ``canvas.height`` lines of ``canvas.width`` characters; blanks where it is not."""
    plotext = load_plotext() if braille else None
    if plotext is None:
        return _bars(series, canvas)
    with _FIGURE:
        return _lines(plotext, series, canvas)


def merged(below: str, above: str) -> str:
    """Two characters of two curves in one cell: braille dots add up, of others the upper one stays."""
    if above == " ":
        return below
    both = ord(below), ord(above)
    if all(_BRAILLE <= code < _BRAILLE + 256 for code in both):
        return chr(both[0] | both[1])
    return above


def _lines(plotext: Any, series: ChartSeries, canvas: Canvas) -> list[str]:
    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    figure.axes(False)
    figure.plot_size(canvas.width, canvas.height)
    figure.ruler("x").ticks([], [])
    figure.ruler("y").ticks([], [])
    lone: list[tuple[float, float]] = []
    for xs, ys in _runs(series, canvas):
        if len(xs) > 1:
            figure.draw(figure.signal(xs, ys, marker="braille").lines())
        else:
            lone.append((xs[0], ys[0]))
    _limit(figure, canvas)
    lines = [_blanked(line, canvas.width) for line in _plain(figure.build()).split("\n")][: canvas.height]
    return _with_points(lines, lone, canvas)


def _with_points(lines: list[str], points: list[tuple[float, float]], canvas: Canvas) -> list[str]:
    """Points between gaps, such as the runs of a job: a single braille dot is too small to be seen."""
    for x, y in points:
        row, column = canvas.row(y), canvas.column(x)
        if lines[row][column] == " ":
            lines[row] = lines[row][:column] + POINT + lines[row][column + 1 :]
    return lines


def _limit(figure: Any, canvas: Canvas) -> None:
    """plotext puts an axis' limits at the centres of the outermost cells; ours are at their outermost dots."""
    cell = canvas.top / (canvas.height - 1 / _CELL_DOTS)
    inset = cell * (0.5 - 0.5 / _CELL_DOTS)
    figure.ruler("y").lim(inset, max(inset * 1.001, canvas.top - inset))
    cell_s = (canvas.to_s - canvas.from_s) / (canvas.width - 1 / POINTS_A_COLUMN)
    inset_s = cell_s * (0.5 - 0.5 / POINTS_A_COLUMN)
    figure.ruler("x").lim(canvas.from_s + inset_s, canvas.to_s - inset_s)


def _plain(built: Any) -> str:
    """A built plot's characters without its escapes."""
    text: str = built.string()
    return text.replace("\x1b[0m", "")


def _blanked(line: str, width: int) -> str:
    return line.replace(chr(_BRAILLE), " ").ljust(width)[:width]


def _runs(series: ChartSeries, canvas: Canvas) -> Iterator[tuple[list[float], list[float]]]:
    """The points between gaps, thinned to what the columns can show."""
    run: tuple[list[float], list[float]] = ([], [])
    for x, y in _thinned(series, canvas.width * POINTS_A_COLUMN):
        if math.isnan(y):
            if run[0]:
                yield run
            run = ([], [])
        else:
            run[0].append(x)
            run[1].append(min(y, canvas.top))
    if run[0]:
        yield run


def _thinned(series: ChartSeries, count: int) -> Iterator[tuple[float, float]]:
    """At most ``count`` points, each the greatest of its share, in the middle of it; NaN where there is none."""
    values = [math.nan if y is None else y for y in series.ys]
    shares = downsample(values, count)
    size = len(values)
    for index, value in enumerate(shares):
        first, last = index * size // len(shares), (index + 1) * size // len(shares) - 1
        yield (series.xs[first] + series.xs[last]) / 2, value


def _bars(series: ChartSeries, canvas: Canvas) -> list[str]:
    heights = _column_values(series, canvas)
    eighths = [None if math.isnan(y) else round(y / canvas.top * canvas.height * 8) for y in heights]
    lines: list[str] = []
    for row in range(canvas.height):
        floor = (canvas.height - 1 - row) * 8
        lines.append("".join(_block(height, floor) for height in eighths))
    return lines


def _block(eighths: int | None, floor: int) -> str:
    if eighths is None or eighths < floor or (eighths == floor and floor > 0):
        return " "
    return BLOCKS[min(7, max(0, eighths - floor - 1))]


def _column_values(series: ChartSeries, canvas: Canvas) -> list[float]:
    """Each column's greatest value; where points are fewer than columns a value reaches on to the next point."""
    columns: list[list[Any]] = [[] for _ in range(canvas.width)]
    step = (series.xs[1] - series.xs[0]) if len(series.xs) > 1 else 0.0
    for x, y in zip(series.xs, series.ys, strict=True):
        if y is not None and canvas.from_s <= x <= canvas.to_s:
            for column in range(canvas.column(x), max(canvas.column(x) + 1, canvas.column(x + step))):
                columns[column].append(min(y, canvas.top))
    return [max(values, default=math.nan) for values in columns]
