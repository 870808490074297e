"""The line at the foot on which a filter or a command is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.suggester import Suggester
from textual.widgets import Input

Complete = Callable[[str], "str | None"]


class _Completer(Suggester):
    def __init__(self, complete: Complete) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        return self._complete(value)


class Prompt(Input):
    """One line over the hints, of the screen that it is mounted on. It removes itself when it is done.

    ``accept`` gets the line on enter; ``changed`` each time it changes; ``cancel`` is called on escape. ``complete``
    gives the whole line that what was typed may become; tab takes it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel", show=False),
        Binding("tab", "complete", "Complete", show=False),
    ]

    def __init__(
        self,
        *,
        sign: str,
        value: str = "",
        accept: Callable[[str], None],
        changed: Callable[[str], None] | None = None,
        cancel: Callable[[], None] | None = None,
        complete: Complete | None = None,
    ) -> None:
        super().__init__(
            value,
            placeholder={"/": "text !without ~fuzzy sev:critical tag:team=pay"}.get(sign, "command, tab completes"),
            suggester=_Completer(complete) if complete else None,
            select_on_focus=False,
            compact=True,
            id="prompt",
        )
        self._sign, self._accept, self._changed = sign, accept, changed
        self._cancel, self._complete = cancel, complete
        self.cursor_blink = False

    def on_mount(self) -> None:
        """Take the keys."""
        self.border_title = self._sign
        self.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what is found so far."""
        event.stop()
        if self._changed and self.is_attached:
            self._changed(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Done."""
        event.stop()
        self._close()
        self._accept(event.value)

    def action_cancel(self) -> None:
        """Not after all."""
        self._close()
        if self._cancel:
            self._cancel()

    def action_complete(self) -> None:
        """Take the suggestion."""
        if self._complete and (whole := self._complete(self.value)):
            self.value = f"{whole} "
            self.cursor_position = len(self.value)

    def _close(self) -> None:
        self._changed = None
        self.remove()
