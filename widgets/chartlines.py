"""A chart as lines of cells: curves over time, with thresholds, deployments and what still settles drawn in. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from widgets.cells import Cell
from widgets.chartdata import ChartData, Level, tick
from widgets.curves import Canvas, draw, merged
from widgets.layout import clip, width_of
from widgets.lines import Line
from widgets.sparkline import ASCII, BLOCKS

QUIET = "dim"
SETTLING = "~"
_FRAME_LINES = 3  # heading, axis, times
_LEVEL, _MARK, _FOOT = "╌", "┊", "┴"
_TO_ASCII = str.maketrans(f"{BLOCKS}┤└─{_LEVEL}{_MARK}{_FOOT}↑…", f"{ASCII}|+--:+^~")


def ascii_lines(data: ChartData, width: int, height: int) -> list[Line]:
    """The chart for terminals that show ASCII only: bars of punctuation."""
    drawn = chart_lines(data, width, height, braille=False)
    return [tuple(cell._replace(text=cell.text.translate(_TO_ASCII)) for cell in line) for line in drawn]


def chart_lines(data: ChartData, width: int, height: int, *, braille: bool = True) -> list[Line]:
    """The chart as ``height`` lines of ``width`` cells; without ``braille`` as bars."""
    rows = height - _FRAME_LINES
    labels = tick(data.top), tick(data.top / 2)
    margin = max(map(len, labels)) + 1
    if rows < 1 or width - margin < 8:
        return [_heading(data, width)]
    canvas = Canvas(width - margin, rows, data.from_s, data.to_s, data.top)
    body: list[Line]
    if data.peak is None:
        body = [(Cell(" " * margin), Cell(clip(data.empty, canvas.width), QUIET))] + [()] * (rows - 1)
    else:
        plot = _Plot(data, canvas, braille=braille)
        body = [
            (Cell(_y_label(row, rows, labels).rjust(margin - 1) + "┤", QUIET), *plot.cells(row)) for row in range(rows)
        ]
    return [_heading(data, width), *body, _axis(data, canvas, margin), _times(canvas, margin)]


def _heading(data: ChartData, width: int) -> Line:
    """Title and figures, and the levels too far above the curves to be drawn; closer together where room is short.

    What does not fit even so is left out from the end.
    """
    beyond = (Cell(f"{level.label} ↑", level.style) for level in data.levels if not data.within(level))
    cells = [Cell(f"{data.title} {data.unit}".rstrip(), "bold"), *data.figures, *beyond]
    gap = "  " if _width(cells, 2) <= width else " "
    while len(cells) > 1 and _width(cells, len(gap)) > width:
        cells.pop()
    return tuple(part for cell in cells for part in (Cell(gap), cell))[1:]


def _width(cells: Sequence[Cell], gap: int) -> int:
    return sum(width_of(cell.text) for cell in cells) + gap * (len(cells) - 1)


def _y_label(row: int, rows: int, labels: tuple[str, str]) -> str:
    if row == 0:
        return labels[0]
    return labels[1] if rows >= 4 and row == rows // 2 else ""


def _settling_column(data: ChartData, canvas: Canvas) -> int:
    """The first column whose points are still settling; the width where none are."""
    if data.provisional_s is None or data.provisional_s >= data.to_s:
        return canvas.width
    return canvas.column(data.provisional_s)


class _Plot:
    """The cells between the axes: curves first, then levels and marks where the curves left room, then their words."""

    def __init__(self, data: ChartData, canvas: Canvas, *, braille: bool) -> None:
        self._chars = [[" "] * canvas.width for _ in range(canvas.height)]
        self._styles = [[""] * canvas.width for _ in range(canvas.height)]
        settling = _settling_column(data, canvas)
        for series in data.series:
            for y, line in enumerate(draw(series, canvas, braille=braille)):
                for x, char in enumerate(line):
                    if char != " ":
                        style = f"{series.style} {QUIET}".strip() if x >= settling else series.style
                        self._put(x, y, merged(self._chars[y][x], char), style)
        levels = [(level, canvas.row(level.value)) for level in data.levels if data.within(level)]
        for level, y in levels:
            for x in range(canvas.width):
                self._fill(x, y, _LEVEL if x % 2 == 0 else " ", level.style)
        for mark in data.marks:
            if canvas.from_s <= mark.x_s <= canvas.to_s:
                for y in range(canvas.height):
                    self._fill(canvas.column(mark.x_s), y, _MARK, mark.style)
        for level, y in levels:
            self._say(level, y)

    def cells(self, row: int) -> Iterator[Cell]:
        """A row in runs of one style."""
        start, styles, chars = 0, self._styles[row], self._chars[row]
        for x in range(1, len(chars) + 1):
            if x == len(chars) or styles[x] != styles[start]:
                yield Cell("".join(chars[start:x]), styles[start])
                start = x

    def _put(self, x: int, y: int, char: str, style: str) -> None:
        self._chars[y][x], self._styles[y][x] = char, style

    def _fill(self, x: int, y: int, char: str, style: str) -> None:
        if self._chars[y][x] == " " and char != " ":
            self._put(x, y, char, style)

    def _say(self, level: Level, y: int) -> None:
        """The level's words on its own line, or else on the one above or below, as far right as there is room."""
        words = f" {clip(level.label, len(self._chars[y]) // 2)} "
        if width_of(words) != len(words):
            return  # wide characters do not sit in single cells; the line stands without its words
        for row in (y, y - 1, y + 1):
            if 0 <= row < len(self._chars) and (x := self._room_for(len(words), row)) is not None:
                for offset, char in enumerate(words):
                    self._put(x + offset, row, char, level.style)
                return

    def _room_for(self, width: int, row: int) -> int | None:
        """Where in a row ``width`` cells are free of curves and marks, as far right as can be."""
        chars = self._chars[row]
        free = (x for x in range(len(chars) - width - 1, -1, -1) if set(chars[x : x + width]) <= {" ", _LEVEL})
        return next(free, None)


def _axis(data: ChartData, canvas: Canvas, margin: int) -> Line:
    """The zero line, with the marks' words beside their feet and the settling minutes as ~."""
    chars = ["─"] * canvas.width
    styles = [QUIET] * canvas.width
    settling = _settling_column(data, canvas)
    chars[settling:] = SETTLING * (canvas.width - settling)
    for mark in data.marks:
        if canvas.from_s <= mark.x_s <= canvas.to_s:
            at, words = canvas.column(mark.x_s), clip(mark.label, canvas.width // 2)
            chars[at], styles[at] = _FOOT, mark.style
            first = at + 1 if at + len(words) < settling else max(0, at - len(words))
            for offset, char in enumerate(words):
                chars[first + offset], styles[first + offset] = char, mark.style
    cells = (Cell(char, style) for char, style in zip(chars, styles, strict=True))
    return (Cell("0".rjust(margin - 1) + "└", QUIET), *cells)


def _times(canvas: Canvas, margin: int) -> Line:
    """Times below the axis, UTC: the window's ends, and between them what fits."""
    count = max(2, min(5, canvas.width // 11))
    line = [" "] * canvas.width
    for index in range(count):
        at_s = canvas.from_s + (canvas.to_s - canvas.from_s) * index / (count - 1)
        words = datetime.fromtimestamp(at_s, UTC).strftime("%H:%M") + ("Z" if index == count - 1 else "")
        first = round((canvas.width - len(words)) * index / (count - 1))
        line[first : first + len(words)] = words
    return (Cell(" " * margin + "".join(line), QUIET),)
