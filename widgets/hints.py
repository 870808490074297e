"""The hint line: keys that do something here and now, as many as fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style

from widgets.cells import Cell
from widgets.layout import width_of
from widgets.lines import Line, Lines

_BETWEEN = "   "
_NARROW = "  "
_KEY, _WORDS = "key", "words"


def hint_line(hints: Sequence[tuple[str, str]], width: int) -> Line:
    """``(key, words)`` pairs on one line, in their order of need; those at the end that do not fit are left out."""
    between = _BETWEEN if _taken(hints, _BETWEEN) <= width else _NARROW
    cells: list[Cell] = []
    left = width
    for key, words in hints:
        gap = between if cells else ""
        left -= width_of(gap) + width_of(key) + 1 + width_of(words)
        if left < 0:
            break
        cells += [Cell(gap, _WORDS), Cell(key, _KEY), Cell(" " + words, _WORDS)]
    return tuple(cells)


def _taken(hints: Sequence[tuple[str, str]], between: str) -> int:
    words = sum(width_of(key) + 1 + width_of(words) for key, words in hints)
    return words + len(between) * max(0, len(hints) - 1)


class Hints(Lines):
    """The hint line at the foot of the screen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"hints--key", "hints--words"}

    DEFAULT_CSS = """
    Hints { height: 1; background: $panel; }
    Hints > .hints--key { color: $text-accent; text-style: bold; }
    Hints > .hints--words { color: $text-muted; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._hints: tuple[tuple[str, str], ...] = ()

    def show(self, hints: Sequence[tuple[str, str]]) -> None:
        """Show ``(key, words)`` pairs, the most needed first."""
        self._hints = tuple(hints)
        self.show_lines([hint_line(self._hints, self.line_width)])

    def on_resize(self) -> None:
        """More or fewer fit now."""
        self.show(self._hints)

    def style_named(self, style: str) -> Style:
        """Keys stand out from their words."""
        return self.get_component_rich_style(f"hints--{style}", partial=True)
