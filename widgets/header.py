"""The header: parts of a line, of which the least needed leave first when the terminal is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from widgets.cells import Cell
from widgets.layout import width_of
from widgets.lines import Line, Lines

KEEP = 0
_BETWEEN = 2  # cells between two parts


class Part(NamedTuple):
    """A word or two of the header that stay together.

    ``priority`` 0 (`KEEP`) never leaves: where we are, and warnings such as stale data or a gap. Of the others the
    highest number leaves first. ``short`` stands in for the cells before anything of that priority leaves, or of
    ``short_priority`` where that is higher. ``right`` parts stand at the right edge.
    """

    cells: Line
    priority: int = KEEP
    short: Line = ()
    right: bool = False
    short_priority: int = KEEP

    @property
    def dispensable(self) -> int:
        """Of the parts of a line the one with the highest number is shortened, or leaves, next."""
        return max(self.priority, self.short_priority) if self.short else self.priority

    @property
    def width(self) -> int:
        """Terminal cells."""
        return sum(width_of(cell.text) for cell in self.cells)


def arrange(parts: Sequence[Part], width: int) -> tuple[Part, ...]:
    """The parts of one line that fit in ``width`` cells, in their order; none is ever cut in the middle.

    The least needed part takes its short form, then leaves, until the rest fits. Parts that never leave take their
    short forms last.
    """
    kept = [part for part in parts if part.cells]
    while _width(kept) > width:
        at = max(range(len(kept)), key=lambda index: (kept[index].dispensable, bool(kept[index].short), index))
        part = kept[at]
        if not part.short:
            if part.priority == KEEP:
                break
            del kept[at]
        else:
            kept[at] = part._replace(cells=part.short, short=())
    return tuple(kept)


def _width(parts: Sequence[Part]) -> int:
    return sum(part.width for part in parts) + _BETWEEN * max(0, len(parts) - 1)


def split(parts: Sequence[Part], width: int) -> tuple[Line, Line]:
    """One line of the ``parts`` that fit: what stands at the left, and what stands at the right edge."""
    kept = arrange(parts, width)
    return _spaced([part for part in kept if not part.right]), _spaced([part for part in kept if part.right])


def _spaced(parts: Sequence[Part]) -> Line:
    cells: list[Cell] = []
    for part in parts:
        if cells:
            cells.append(Cell(" " * _BETWEEN))
        cells.extend(part.cells)
    return tuple(cells)


class HeaderLine(Horizontal):
    """One line of parts. Left and right are widgets of their own: the terminal is sent a line only up to its last
    change, so a clock at the right edge would send all that stands before it.
    """

    DEFAULT_CSS = """
    HeaderLine { height: 1; }
    HeaderLine > Lines { height: 1; background: transparent; }
    HeaderLine > .-left { width: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._taken = -1  # cells at the right; setting the width lays everything out anew

    def compose(self) -> ComposeResult:
        """Left and right."""
        yield Lines(classes="-left")
        yield Lines(classes="-right")

    def show(self, parts: Sequence[Part], width: int) -> None:
        """The parts that fit in ``width`` cells."""
        left, right = split(parts, width)
        taken = sum(width_of(cell.text) for cell in right)
        here, there = self.query_one(".-left", Lines), self.query_one(".-right", Lines)
        if taken != self._taken:
            there.styles.width = self._taken = taken
        here.show_lines([left])
        there.show_lines([right])


class Header(Vertical):
    """At most three lines of parts that fit themselves to the width of the terminal."""

    DEFAULT_CSS = """
    Header { height: auto; background: $panel; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._parts: tuple[tuple[Part, ...], ...] = ()

    def compose(self) -> ComposeResult:
        """The lines; those without parts take no room."""
        yield HeaderLine()
        yield HeaderLine()
        yield HeaderLine()

    def show(self, *lines: Sequence[Part]) -> None:
        """One sequence of parts a line: up to three lines, or one where the header is compact, or none."""
        self._parts = tuple(tuple(line) for line in lines)
        self._arrange()

    def on_mount(self) -> None:
        """What was shown before there were lines to show it in."""
        self._arrange()

    def on_resize(self) -> None:
        """Other parts may fit now."""
        self._arrange()

    def _arrange(self) -> None:
        for line, parts in zip_longest(self.query(HeaderLine), self._parts):
            if line is not None and line.is_mounted:
                line.display = parts is not None
                line.show(parts or (), self.size.width)
