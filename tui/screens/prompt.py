"""The line at the foot on which a filter or a command is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

Complete = Callable[[str], "str | None"]


class _Completer(Suggester):
    def __init__(self, complete: Complete) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        return self._complete(value)


class _Line(Input):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("tab", "complete", "Complete", show=False),
    ]

    def on_focus(self) -> None:
        self._prompt.post_message(Prompt.Opened())

    def action_cancel(self) -> None:
        self._prompt.cancel()

    def action_complete(self) -> None:
        self._prompt.complete()

    @property
    def _prompt(self) -> Prompt:
        prompt = self.parent
        assert isinstance(prompt, Prompt)  # it is composed nowhere else
        return prompt


class Prompt(Horizontal):
    """One line over the hints, of the screen that it is mounted on. It removes itself when it is done.

    ``accept`` gets the line on enter; ``changed`` each time it changes; ``cancelled`` is called on escape.
    ``completion`` gives the whole line that what was typed may become; tab takes it.
    """

    class Opened(Message):
        """The line takes keys now."""

    def __init__(
        self,
        *,
        sign: str,
        value: str = "",
        placeholder: str = "",
        accept: Callable[[str], None],
        changed: Callable[[str], None] | None = None,
        cancelled: Callable[[], None] | None = None,
        completion: Complete | None = None,
    ) -> None:
        super().__init__(id="prompt")
        self._sign, self._value, self._placeholder = sign, value, placeholder
        self._accept, self._changed, self._cancelled, self._completion = accept, changed, cancelled, completion

    def compose(self) -> ComposeResult:
        """The sign, then the line."""
        yield Static(self._sign, markup=False)
        line = _Line(
            self._value,
            placeholder=self._placeholder,
            suggester=_Completer(self._completion) if self._completion else None,
            select_on_focus=False,
            compact=True,
        )
        line.cursor_blink = False  # each blink would be bytes on the wire
        yield line

    def on_mount(self) -> None:
        """Take the keys."""
        self._line.focus()

    @property
    def _line(self) -> _Line:
        return self.query_one(_Line)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what is found so far."""
        event.stop()
        if self._changed:
            self._changed(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Done."""
        event.stop()
        self._close()
        self._accept(event.value)

    def cancel(self) -> None:
        """Not after all."""
        self._close()
        if self._cancelled:
            self._cancelled()

    def complete(self) -> None:
        """Take the suggestion."""
        if self._completion and (whole := self._completion(self._line.value)):
            self._line.value = f"{whole} "
            self._line.cursor_position = len(self._line.value)

    def _close(self) -> None:
        self._changed = None
        self.remove()
