"""A text of the inspector over the whole screen: to read, to copy, and with a key or two of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from tui.present import styles
from tui.present.role_texts import Text
from widgets.cells import Cell
from widgets.hints import Hints
from widgets.lines import Lines
from widgets.pane import Pane


class Further(NamedTuple):
    """A key that does one thing more with the text that is shown."""

    key: str
    words: str
    run: Callable[[TextScreen], None]


class TextScreen(ModalScreen[None]):
    """Lines under a title; ``copy`` gets the text behind them. It reads nothing itself: `show` brings another text."""

    DEFAULT_CSS = """
    TextScreen { background: $background; }
    TextScreen #title { height: 2; background: $panel; color: $foreground; }
    TextScreen #text { height: 1fr; border-top: none; padding: 0 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Back", show=False),
        Binding("c,y", "copy", "Copy", show=False),
    ]

    def __init__(self, text: Text, copy: Callable[[str], None], *, further: Sequence[Further] = ()) -> None:
        super().__init__()
        self.text = text
        self._copy = copy
        self._further = tuple(further)
        for one in self._further:
            self._bindings.bind(one.key, f"further('{one.key}')", one.words, show=False)

    def compose(self) -> ComposeResult:
        """Title, text, keys."""
        yield Lines(id="title")
        yield Pane(indent=4, id="text")
        yield Hints(id="hints")

    def on_mount(self) -> None:
        """Show it, from where it is to begin."""
        self.query_one("#text", Pane).focus()
        self._fill()

    def show(self, text: Text) -> None:
        """Another text, or more of the same."""
        self.text = text
        if self.is_mounted:
            self._fill()

    def _fill(self) -> None:
        text = self.text
        self.query_one("#title", Lines).show_lines([(Cell(text.title, styles.STRONG),)])
        self.query_one("#text", Pane).show(text.lines)
        if text.start:
            self.call_after_refresh(self.query_one("#text", Pane).reveal, text.start)
        keys = [("j k", "scroll"), *([("c", "copy")] if text.copied else [])]
        keys += [(one.key, one.words) for one in self._further]
        self.query_one("#hints", Hints).show([*keys, ("esc", "back")])

    def action_copy(self) -> None:
        """To the clipboard of the terminal."""
        if self.text.copied:
            self._copy(self.text.copied)

    def action_further(self, key: str) -> None:
        """What the key stands for."""
        next(one for one in self._further if one.key == key).run(self)
