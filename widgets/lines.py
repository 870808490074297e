"""Lines of styled text that send to the terminal only what differs from what it shows already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip

from widgets.cells import Cell
from widgets.inked import Inked
from widgets.layout import clip, width_of

Line: TypeAlias = "tuple[Cell, ...]"


class Lines(Inked, can_focus=False):
    """Lines of `Cell`, one beside the other without gaps, cut with "…" at the right edge."""

    ALLOW_SELECT = False

    DEFAULT_CSS = """
    Lines {
        height: auto;
        overflow: hidden hidden;
        scrollbar-size: 0 0;
        color: $foreground;
        background: $background;
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = ()

    @property
    def plain(self) -> str:
        """What it shows, as text."""
        return "\n".join("".join(cell.text for cell in line) for line in self._lines)

    @property
    def line_width(self) -> int:
        """Cells of a line. Before it has its place, the terminal's: most of these reach from edge to edge, and what is
        arranged for that is right in the first frame.
        """
        return self.size.width or self.app.size.width

    def show_lines(self, lines: Iterable[Line]) -> None:
        """Show ``lines`` and repaint, of those on the screen, what differs."""
        before, self._lines = self._lines, tuple(lines)
        if before == self._lines:
            return
        top, width = round(self.scroll_offset.y), self.size.width
        regions = [
            Region(start, y - top, end - start, 1)
            for y, (old, new) in enumerate(zip_longest(before, self._lines, fillvalue=()))
            if old != new and 0 <= y - top < self.size.height
            for start, end in _difference(self._paint(old, width), self._paint(new, width))
        ]
        if regions:
            self.refresh(*regions)
        if len(before) != len(self._lines):
            self.update_extent()

    def update_extent(self) -> None:
        """Let layout and scrolling know how many lines there are. They are cut, not scrolled, at the right edge: a
        width that changed with every resize would have everything laid out once more.
        """
        self.virtual_size = Size(1, len(self._lines))

    def on_resize(self) -> None:
        """The width may have changed."""
        self.update_extent()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        index = y + round(self.scroll_offset.y)
        line = self._lines[index] if index < len(self._lines) else ()
        return self._paint(line, self.size.width)

    def _paint(self, line: Line, width: int) -> Strip:
        segments = [Segment(text, self.ink(cell.style)) for cell, text in cut(line, width)]
        return Strip(segments).adjust_cell_length(width, self.ink())


def cut(line: Line, width: int) -> Iterator[tuple[Cell, str]]:
    """The cells of ``line`` that fit in ``width``, each with its text made inert; the last may end in "…"."""
    left = width
    for cell in line:
        if left <= 0:
            return
        text = clip(cell.text, left)
        left -= width_of(text)
        yield cell, text


def _difference(old: Strip, new: Strip) -> Sequence[tuple[int, int]]:
    """The one span of cells, as (start, end), outside of which two painted lines are the same; none where they are."""
    if old.cell_length != new.cell_length:
        return [(0, max(old.cell_length, new.cell_length))]
    ours, theirs, start = list(old), list(new), 0
    while ours and theirs and ours[-1] == theirs[-1]:  # most of a line is the same, and cell by cell is slow
        ours.pop()
        theirs.pop()
    while ours and theirs and ours[0] == theirs[0]:
        start += width_of(ours.pop(0).text)
        theirs.pop(0)
    pairs = zip_longest(_cells(ours), _cells(theirs))
    differing = [x for x, (one, other) in enumerate(pairs, start) if one != other]
    return [(differing[0], differing[-1] + 1)] if differing else []


def _cells(segments: Iterable[Segment]) -> Iterator[tuple[str, Style | None]]:
    """What is in each cell of these segments of a line. The second cell of a wide character counts as its own."""
    for text, style, _ in segments:
        for char in text:
            width = width_of(char)
            for _ in range(max(1, width)) if width else ():
                yield char, style
