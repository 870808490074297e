"""Headers: lines of parts that fit themselves to the width of the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from widgets.cells import Cell
from widgets.layout import width_of
from widgets.lines import Line, Lines
from widgets.parts import Part, split


class Caption(Lines):
    """Lines of parts that seldom change. It is a single widget: the ten of a `Header` take longer to put up than all
    the rest of a page.
    """

    DEFAULT_CSS = """
    Caption { background: $panel; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._parts: tuple[tuple[Part, ...], ...] = ()

    def show(self, *lines: Sequence[Part]) -> None:
        """One sequence of parts a line; without any it takes no room."""
        self._parts = tuple(tuple(line) for line in lines)
        self._arrange()

    def on_resize(self) -> None:
        """Other parts may fit now."""
        self._arrange()

    def _arrange(self) -> None:
        self.show_lines(_justified(parts, self.line_width) for parts in self._parts)


def _justified(parts: Sequence[Part], width: int) -> Line:
    """What of ``parts`` fits in ``width`` cells, from the left edge to the right one."""
    left, right = split(parts, width)
    taken = sum(width_of(cell.text) for cell in (*left, *right))
    return (*left, Cell(" " * max(0, width - taken)), *right)


class HeaderLine(Horizontal):
    """One line of parts that change all the time. Left and right are widgets of their own: the terminal is sent a line
    only up to its last change, so a clock at the right edge would send all that stands before it.
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
        width = self.size.width or self.app.size.width  # the first frame is to be right, before it has its place
        for line, parts in zip_longest(self.query(HeaderLine), self._parts):
            if line is not None and line.is_mounted:
                line.display = parts is not None
                line.show(parts or (), width)
