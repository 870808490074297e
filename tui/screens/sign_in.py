"""Signing in without leaving the dashboard: a page and a code for a browser anywhere, or the code of an MFA device."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from aws.clock import Clock
from aws.errors import CwtopError
from aws.signin.device import Confirm, NotSignedIn, SignedIn, Stage
from tui.present import sign_in as words
from tui.present import styles
from tui.present.view import Look
from widgets.cells import Cell
from widgets.hints import Hints
from widgets.lines import Line, Lines
from widgets.pane import Pane

if TYPE_CHECKING:
    from aws.signin.desk import SignIns, Way

_TICK_S = 5.0


class _Told(Message):
    """What the worker found out: how the profile is signed in to, or a stage of it."""

    def __init__(self, told: Way | Stage) -> None:
        super().__init__()
        self.told = told


class _Code(Input):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.dismiss", "Back", show=False)]


class SignInScreen(ModalScreen[None]):
    """One sign-in. ``done`` is called once AWS has taken it; leaving the screen ends what is not done."""

    DEFAULT_CSS = """
    SignInScreen { background: $background; }
    SignInScreen #title { height: 2; background: $panel; }
    SignInScreen #text { height: 1fr; border-top: none; padding: 0 1; }
    SignInScreen Input { height: 1; border: none; padding: 0 1; background: $panel-lighten-2; display: none; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Back", show=False),
        Binding("y", "copy_page", "Copy the page", show=False),
        Binding("c", "copy_code", "Copy the code", show=False),
        Binding("r", "again", "Again", show=False),
    ]

    def __init__(
        self,
        desk: SignIns,
        profile: str | None,
        *,
        clock: Clock,
        look: Look,
        copy: Callable[[str], None],
        done: Callable[[], None],
    ) -> None:
        super().__init__()
        self._desk, self._profile = desk, profile
        self._clock, self._look, self._copy, self._done = clock, look, copy, done
        self._way: Way | None = None
        self._stage: Stage | None = None
        self._told_s = clock.monotonic()

    def compose(self) -> ComposeResult:
        """Title, what to do, the line for a code, hints."""
        yield Lines(id="title")
        yield Pane(id="text")
        line = _Code(password=True, placeholder="code", select_on_focus=False, compact=True)
        line.cursor_blink = False
        yield line
        yield Hints(id="hints")

    def on_mount(self) -> None:
        """Begin."""
        self.query_one("#text", Pane).focus()
        self.set_interval(_TICK_S, self._show)
        self.action_again()

    # -- what happens -------------------------------------------------------------------------------------------

    def action_again(self) -> None:
        """Begin anew."""
        if self._stage is None or isinstance(self._stage, NotSignedIn):
            self._stage = None
            self._show()
            self.run_worker(self._sign_in(), exclusive=True, group="sign-in", exit_on_error=False)

    async def _sign_in(self) -> None:
        """In a worker: touches no widget."""
        try:
            way = await self._desk.way(self._profile)
            self.post_message(_Told(way))
            if way.sso is not None:
                async with aclosing(self._desk.sso(self._profile, way.sso)) as stages:  # type: ignore[type-var]
                    async for stage in stages:
                        self.post_message(_Told(stage))
        except CwtopError as error:
            self.post_message(_Told(NotSignedIn(error.message, error.hint)))

    async def _use_code(self, code: str) -> None:
        """In a worker too."""
        try:
            await self._desk.mfa(self._profile, code)
        except CwtopError as error:
            self.post_message(_Told(NotSignedIn(error.message, error.hint)))
        else:
            self.post_message(_Told(SignedIn(self._clock.now())))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A code was typed: it is used, and forgotten."""
        event.stop()
        code, event.input.value = event.value.strip(), ""
        if code:
            self.run_worker(self._use_code(code), exclusive=True, group="sign-in", exit_on_error=False)

    def on__told(self, message: _Told) -> None:
        """The next step."""
        told = message.told
        if isinstance(told, Confirm | SignedIn | NotSignedIn):
            self._stage, self._told_s = told, self._clock.monotonic()
        else:
            self._way = told
        if isinstance(told, SignedIn):
            self.dismiss()
            self._done()
        else:
            self._show()

    # -- what it shows ------------------------------------------------------------------------------------------

    def _show(self) -> None:
        way = self._way
        title = words.title(way, self._profile)
        self.query_one("#title", Lines).show_lines([(Cell(title, styles.STRONG),)])
        line = self.query_one(_Code)
        asks = way is not None and way.mfa is not None
        if asks and not line.display:
            line.display = True
            line.focus()
        self.query_one("#text", Pane).show(self._lines())
        self.query_one("#hints", Hints).show(self._hints(asks))

    def _lines(self) -> list[Line]:
        way, stage = self._way, self._stage
        if way is not None and way.mfa is not None:
            return words.code_wanted(way, stage if isinstance(stage, NotSignedIn) else None)
        if way is not None and way.sso is None:
            return words.not_here(way, self._profile)
        return words.stage(stage, self._told_s, self._clock.monotonic(), self._look)

    def _hints(self, asks: bool) -> list[tuple[str, str]]:
        if asks:
            return [("enter", "use the code"), ("esc", "back")]
        if isinstance(self._stage, Confirm):
            return [("y", "copy the page"), ("c", "copy the code"), ("esc", "give up")]
        return [("r", "again"), ("esc", "back")] if isinstance(self._stage, NotSignedIn) else [("esc", "back")]

    def action_copy_page(self) -> None:
        """Page and code in one address."""
        if isinstance(self._stage, Confirm):
            self._copy(self._stage.url_with_code)

    def action_copy_code(self) -> None:
        """The code to type."""
        if isinstance(self._stage, Confirm):
            self._copy(self._stage.user_code)
