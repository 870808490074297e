"""The header: parts of a line, of which the least needed leave first when the terminal is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from widgets.cells import Cell
from widgets.layout import width_of
from widgets.lines import Line, Lines

KEEP = 0
_BETWEEN = 2  # cells between two parts


class Part(NamedTuple):
    """A word or two of the header that stay together.

    ``priority`` 0 (`KEEP`) never leaves: where we are, and warnings such as stale data or a gap. Of the others the
    highest number leaves first. ``short`` stands in for the cells before anything of that priority leaves.
    ``right`` parts stand at the right edge.
    """

    cells: Line
    priority: int = KEEP
    short: Line = ()
    right: bool = False

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
        at = max(range(len(kept)), key=lambda index: (kept[index].priority, bool(kept[index].short), index))
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


def join(parts: Sequence[Part], width: int) -> Line:
    """One line of ``parts``: the left ones, blank space, the right ones."""
    parts = arrange(parts, width)
    left = _spaced([part for part in parts if not part.right])
    right = _spaced([part for part in parts if part.right])
    if not right:
        return left
    taken = sum(width_of(cell.text) for cell in (*left, *right))
    return (*left, Cell(" " * max(_BETWEEN if left else 0, width - taken)), *right)


def _spaced(parts: Sequence[Part]) -> Line:
    cells: list[Cell] = []
    for part in parts:
        if cells:
            cells.append(Cell(" " * _BETWEEN))
        cells.extend(part.cells)
    return tuple(cells)


class Header(Lines):
    """Lines of parts that fit themselves to the width of the terminal."""

    DEFAULT_CSS = """
    Header { background: $panel; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._parts: tuple[tuple[Part, ...], ...] = ()

    def show(self, *lines: Sequence[Part]) -> None:
        """One sequence of parts a line: two lines, or one where the header is compact."""
        self._parts = tuple(tuple(line) for line in lines)
        self._arrange()

    def on_resize(self) -> None:
        """Other parts may fit now."""
        self._arrange()

    def _arrange(self) -> None:
        self.show_lines(join(line, self.size.width) for line in self._parts)
