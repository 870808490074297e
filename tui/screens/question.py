"""The sentence at the foot before something is written: `y` and `n`, or a word to type where a slip would cost more."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.present import styles
from tui.present.questions import Question
from widgets.cells import Cell
from widgets.hints import Hints
from widgets.pane import Pane

if TYPE_CHECKING:
    from tui.host import Host


class _Typed(Input):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.answer(False)", "Back", show=False)]


class QuestionScreen(ModalScreen[bool]):
    """Asks over what is on the screen; answers True for yes, False for anything that goes back. `enter` is no yes.

    A yes counts from when the sentence is on the screen: one typed ahead would agree to what nobody has seen.
    """

    app: Host

    DEFAULT_CSS = """
    QuestionScreen { background: transparent; align: left bottom; }
    QuestionScreen > Vertical { height: auto; width: 100%; background: $panel; }
    QuestionScreen Pane { height: auto; max-height: 6; background: $panel; }
    QuestionScreen Input { height: 1; border: none; padding: 0; background: $panel-lighten-2; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "Yes", show=False),
        Binding("n,escape,q", "answer(False)", "Back", show=False),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question
        self._asked_s = inf  # by the clock of the keys

    def compose(self) -> ComposeResult:
        """The sentence, and how to answer."""
        with Vertical():
            yield Pane(id="sentence")
            if self.question.typed:
                line = _Typed(placeholder=f"type {self.question.typed}", select_on_focus=False, compact=True)
                line.cursor_blink = False
                yield line
            yield Hints(id="hints")

    def on_mount(self) -> None:
        """Ask."""
        question = self.question
        style = styles.CRITICAL if question.risky else styles.STRONG
        self.query_one("#sentence", Pane).show([(Cell(question.sentence, style),)])
        if question.typed:
            hints = [("enter", f"{question.yes} once {question.typed} is typed"), ("esc", "go back")]
            self.query_one(_Typed).focus()
        else:
            hints = [("y", question.yes), ("n", "go back")]
            self.query_one("#sentence", Pane).focus()
        self.query_one("#hints", Hints).show(hints)
        self.call_after_refresh(self._on_screen)

    def _on_screen(self) -> None:
        self._asked_s = events.Event().time

    def on_key(self, event: events.Key) -> None:
        """Look when a yes was typed."""
        if event.key == "y" and event.time < self._asked_s:
            event.stop()
            self.app.note("typed before the question could be read: y once more agrees", severity="warning")

    def action_yes(self) -> None:
        """Agree, where a key is enough."""
        if not self.question.typed:
            self.dismiss(True)

    def action_answer(self, agreed: bool) -> None:
        """Go back."""
        self.dismiss(agreed)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Only the very word agrees."""
        event.stop()
        if event.value.strip() == self.question.typed:
            self.dismiss(True)
        else:
            event.input.value = ""
            again = Cell(f"  Not the same: type {self.question.typed}, or esc goes back.", styles.WARNING)
            self.query_one("#sentence", Pane).show([(Cell(self.question.sentence, styles.STRONG), again)])
