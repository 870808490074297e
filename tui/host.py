"""What screens and actions lean on: the state of the application, and what it can say, copy and show.

`tui.app` is one, and puts the parts in; nothing here knows how they work.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from textual import events
from textual.app import App
from textual.reactive import var

from aws.errors import CwtopError
from aws.model import Interest, Snapshot
from tui import clipboard
from tui.actions.situation import Situated, Situation
from tui.present import header
from tui.present.view import Look
from widgets.inert import inert

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType

    from aws.clock import Clock
    from tui.collecting import Collector
    from tui.config import Config
    from tui.keys_first import KeysFirst
    from tui.parts import Acts, Lists, Over, Roles, SigningIn, Writes
    from tui.presence import Presence
    from tui.present.catalog import Catalog
    from tui.present.totals import Pulse
    from tui.watching import FeedWatch


class Host(App[None], inherit_bindings=False):
    """An application without its parts; whoever derives from it sets them before anything is mounted."""

    acts: Acts
    catalog: Catalog
    clock: Clock
    config: Config
    feed: FeedWatch
    keys_first: KeysFirst
    load_alarms: Callable[[], Writes]
    main: Lists
    over: Over
    presence: Presence
    collector: Collector
    roles: Roles
    signing: SigningIn
    title_of_account: str
    paused = False
    trouble = ""
    pulse: Pulse | None = None

    snapshot: var[Snapshot | None] = var(None)

    def __init__(self, *, ansi: bool = False) -> None:
        super().__init__(ansi_color=ansi or None)
        self._first_paint = ExitStack()

    def on_load(self) -> None:
        """Nothing is painted until the lists have their sizes: else the screen would be sent three times over."""
        self._first_paint.enter_context(self.batch_update())

    def paint(self) -> None:
        """Paint from now on."""
        self._first_paint.close()

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave once all that is being put on the screen stands: the rest of it Textual would leave out, and what looks
        for its parts fail.
        """
        self.call_after_refresh(super().exit, result, return_code, message)

    @cached_property
    def alarms(self) -> Writes:
        """Creates alarms, and keeps what became of them; loaded when first asked for."""
        return self.load_alarms()

    # -- the feed -----------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Open the feed, or open it again."""
        self.trouble = ""
        self.collector.begin_anew()
        self.run_worker(self.feed.run(), exclusive=True, group="feed", exit_on_error=False)

    def refresh_feed(self) -> None:
        """Poll now; connect where there is nothing to poll."""
        if self.feed.connected:
            self.feed.refresh()
            self.note("polling")
        else:
            self.main.say("connecting")
            self.connect()

    def set_paused(self, paused: bool) -> None:
        """Stop or resume polling."""
        self.paused = paused
        self.attend()
        self.look_around()

    def attend(self) -> None:
        """Tell the poller what is looked at, where that has changed."""
        self.feed.attend(
            Interest(
                visible=self.main.visible_arns() if self.main.is_mounted else frozenset(),
                opened=page.arn if (page := self.over.page) else None,
                paused=self.paused,
                focused=self.presence.focused,
                idle=self.presence.idle,
            )
        )

    def look_around(self) -> None:
        """Time goes on: clock and age in the header, and perhaps nobody looks any more."""
        self._keep_to_terminal()
        self.looked_at(changed=self.presence.check())
        self.over.refresh()
        self.signing.look_around()
        self.collector.look_around(screens=len(self.screen_stack), still_s=self.presence.still_s)

    def _keep_to_terminal(self) -> None:
        """A screen tells itself its size once more with every layout. Where another one comes in between, Textual takes
        the older for the newest, and the terminal would show a page of another size until it is resized again.
        """
        if self.screen.outer_size != self.size:
            self.screen.post_message(events.Resize(self.size, self.size))

    def looked_at(self, *, changed: bool) -> None:
        """Somebody looks now, or nobody does any more, where that ``changed``: polled at once where it had rested."""
        if changed:
            self.attend()
            if self.presence.here and self.snapshot is not None and self.snapshot.polling.resting:
                self.feed.refresh()

    # -- what screens ask for -----------------------------------------------------------------------------------

    @property
    def look(self) -> Look:
        """How things are written here."""
        return Look(self.size.width, self.config.ui.time == "local", self.config.ui.ascii, self.acts.caps)

    def frame(self) -> header.Frame:
        """What the header shows besides the snapshot."""
        return header.Frame(
            now_s=self.clock.now(),
            interval_s=self.feed.interval_s,
            title=self.title_of_account,
            read_only=self.config.read_only,
            paused=self.paused or bool(self.snapshot and self.snapshot.paused),
            trouble=self.trouble or self.signing.told(),
            names=tuple((account, note.name) for account, note in self.config.accounts.items()),
            alerts=self.roles.book.alerts(),
        )

    def account_name(self, account: str) -> str:
        """What the user calls an account; empty where they never said."""
        note = self.config.accounts.get(account)
        return note.name if note and note.name else self.title_of_account

    def situation(self) -> Situation:
        """What an action pressed now is to act on."""
        return self.screen.situation() if isinstance(self.screen, Situated) else self.over.situation()

    def hints(self, situation: Situation) -> list[tuple[str, str]]:
        """Keys that do something here and now, the most needed first."""
        return self.acts.hints(situation)

    def do(self, action_id: str, situation: Situation) -> None:
        """Let an action happen to what was selected when it was asked for."""
        self.acts.do(action_id, situation)

    # -- what is said -------------------------------------------------------------------------------------------

    def copy(self, text: str) -> None:
        """To the clipboard of the terminal."""
        if self._driver is not None:
            self._driver.write(clipboard.sequence(text, os.environ))
        self.note(f"copied {clipboard.summary(text)}")

    def repaint(self) -> None:
        """Every cell again: something else may have written on the terminal."""
        self._keep_to_terminal()
        self.screen.refresh(repaint=True, layout=True)

    def warn(self, error: CwtopError) -> None:
        """What an action was refused for, and what to do."""
        self.note(f"{error.message}. {error.hint}" if error.hint else error.message, severity="warning")

    def note(self, text: str, *, severity: Literal["information", "warning", "error"] = "information") -> None:
        """One line that goes away by itself, in place of the one before: several would cover what they are about."""
        self.clear_notifications()
        self.notify(inert(text), severity=severity, timeout=4, markup=False)
