"""The explanation pane: sentences wrapped to the width, scrolling where they are longer than the pane."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from textual.binding import Binding, BindingType

from widgets.cells import Cell
from widgets.inert import inert
from widgets.layout import width_of
from widgets.lines import Line, Lines

_WORDS = re.compile(r" *[^ ]+| +")


def wrap(line: Line, width: int, indent: int = 0) -> Iterator[Line]:
    """``line`` on as many lines of ``width`` cells as it takes, broken before words; a word too long is cut by cell.

    Lines after the first start with ``indent`` blanks. A no-break space keeps words together.
    """
    if width <= indent:
        return
    whole = tuple(Cell(inert(cell.text), cell.style) for cell in line)
    if sum(width_of(cell.text) for cell in whole) <= width:  # most lines of a long text
        yield whole
        return
    hanging = [Cell(" " * indent)] if indent else []
    current: list[Cell] = []
    left = width
    for cell in line:
        for word in map(inert, _WORDS.findall(cell.text)):
            if width_of(word) > left and current:
                yield tuple(current)
                current, left = list(hanging), width - indent
                word = word.lstrip()
            for piece in _pieces(word, width - indent):
                if width_of(piece) > left:
                    yield tuple(current)
                    current, left = list(hanging), width - indent
                current.append(Cell(piece, cell.style))
                left -= width_of(piece)
    yield tuple(current)


def _pieces(word: str, width: int) -> Iterator[str]:
    """``word`` in pieces of at most ``width`` cells."""
    piece = ""
    for char in word:
        if width_of(piece + char) > width:
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


class Pane(Lines, can_focus=True, inherit_bindings=False):
    """Sentences about what is selected."""

    DEFAULT_CSS = """
    Pane { height: 6; overflow: hidden auto; border-top: solid $panel-lighten-2; }
    Pane:focus { border-top: solid $accent; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "scroll_down", "Down", id="pane.scroll_down", show=False),
        Binding("k,up", "scroll_up", "Up", id="pane.scroll_up", show=False),
        Binding("g,home", "scroll_home", "First", id="pane.scroll_home", show=False),
        Binding("G,end", "scroll_end", "Last", id="pane.scroll_end", show=False),
        Binding("ctrl+f,pagedown", "page_down", "Page down", id="pane.page_down", show=False),
        Binding("ctrl+b,pageup", "page_up", "Page up", id="pane.page_up", show=False),
    ]

    def __init__(self, *, indent: int = 0, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._indent = indent
        self._said: tuple[Line, ...] = ()

    def show(self, lines: Iterable[Line]) -> None:
        """Show ``lines``, wrapped. The pane goes back to its top where the first line is another."""
        said = tuple(lines)
        if said[:1] != self._said[:1]:
            self.scroll_home(animate=False, immediate=True)
        self._said = said
        self._wrap()

    def reveal(self, index: int) -> None:
        """Scroll so far that the said line at ``index`` is the first."""
        before = (part for line in self._said[:index] for part in wrap(line, self.size.width, self._indent))
        self.scroll_to(y=sum(1 for _ in before), animate=False)

    def on_resize(self) -> None:
        """Lines wrap elsewhere now."""
        self._wrap()

    def action_scroll_down(self) -> None:
        """A line down."""
        self._scroll_by(1)

    def action_scroll_up(self) -> None:
        """A line up."""
        self._scroll_by(-1)

    def action_scroll_home(self) -> None:
        """To the first line."""
        self._scroll_by(-len(self._lines))

    def action_scroll_end(self) -> None:
        """To the last line."""
        self._scroll_by(len(self._lines))

    def action_page_down(self) -> None:
        """A paneful down."""
        self._scroll_by(self.size.height)

    def action_page_up(self) -> None:
        """A paneful up."""
        self._scroll_by(-self.size.height)

    def _scroll_by(self, lines: int) -> None:
        """At once: what moves smoothly here is slow over SSH."""
        self.scroll_to(y=round(self.scroll_offset.y) + lines, animate=False)

    def _wrap(self) -> None:
        self.show_lines([part for line in self._said for part in wrap(line, self.line_width, self._indent)])
