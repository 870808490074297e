"""A line of names, one of which is chosen with a click."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import events
from textual.message import Message

from widgets.layout import width_of
from widgets.lines import Line, Lines


class TabLine(Lines):
    """Names in a row; blank cells between them belong to none."""

    DEFAULT_CSS = """
    TabLine { height: 1; }
    """

    class Chosen(Message):
        """The name of ``key`` was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._keys: tuple[str, ...] = ()

    def show(self, line: Line, keys: Sequence[str]) -> None:
        """Show ``line``, whose cells that are not blank stand for ``keys``, in their order."""
        self._keys = tuple(keys)
        self.show_lines([line])

    def key_at(self, x: int) -> str | None:
        """The key of the name at that cell; None between names and behind the last."""
        return next((key for key, start, end in self._spans() if start <= x < end), None)

    def _spans(self) -> Iterator[tuple[str, int, int]]:
        keys, x = iter(self._keys), 0
        for cell in self._lines[0] if self._lines else ():
            width = width_of(cell.text)
            if cell.text.strip() and (key := next(keys, None)) is not None:
                yield key, x, x + width
            x += width

    def on_click(self, event: events.Click) -> None:
        """Say which."""
        if (key := self.key_at(event.x)) is not None:
            event.stop()
            self.post_message(self.Chosen(key))
