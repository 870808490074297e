"""Parts of a line, of which the least needed leave first when the terminal is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from widgets.cells import Cell
from widgets.layout import width_of
from widgets.lines import Line

KEEP = 0
_BETWEEN = 2  # cells between two parts


class Part(NamedTuple):
    """A word or two of a header that stay together.

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
