"""The application: reads the feed, keeps the newest snapshot, and lets the registry's actions happen.

Judgement is in `aws`, wording in `tui.present`; here things only meet.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from textual import events
from textual.app import App
from textual.reactive import var

from aws.clock import Clock, SystemClock
from aws.errors import CwtopError, UsageError
from aws.model import Interest, Snapshot
from tui import clipboard, themes
from tui.actions import commands as command_line
from tui.actions import keys as key_names
from tui.actions.registry import actions
from tui.actions.situation import Situated, Situation
from tui.feed import OpenFeed
from tui.messages import FeedStopped, Said, SnapshotArrived
from tui.presence import Presence
from tui.present import header
from tui.present.catalog import Catalog
from tui.present.totals import Pulse, pulse
from tui.present.view import Look
from tui.present.views import views
from tui.screens.main import MainScreen
from tui.screens.overlays import Overlays
from tui.signing import Signing
from tui.watching import FeedWatch
from widgets.inert import inert

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws.signin.desk import SignIns
    from tui.alarming import Alarming
    from tui.config import Config

TICK_S = 5.0  # how often clock and age go on: often enough to trust, seldom enough for a slow line


class CwtopApp(App[None], inherit_bindings=False):
    """The dashboard over one feed. ``sign_ins`` opens the desk at which people sign in, where they can.

    Raises `UsageError` where the configuration gives keys to an action that does not exist.
    """

    CSS_PATH = "app.tcss"
    TITLE = "cwtop"
    ENABLE_COMMAND_PALETTE = False  # it has its own entry in the registry

    snapshot: var[Snapshot | None] = var(None)

    def __init__(
        self,
        open_feed: OpenFeed,
        config: Config,
        *,
        title: str = "",
        clock: Clock | None = None,
        catalog: Catalog | None = None,
        sign_ins: Callable[[], SignIns] | None = None,
    ) -> None:
        chosen = themes.choose(config.ui.theme, os.environ)  # before Textual takes NO_COLOR out of the environment
        super().__init__(ansi_color=chosen.ansi or None)
        self._chosen_theme = chosen.name
        self.config = config
        self.catalog = catalog or Catalog()
        self.clock = clock or SystemClock()
        self.paused = False
        self.trouble = ""
        self.pulse: Pulse | None = None
        self.feed = FeedWatch(open_feed, self.post_message, config.poll.interval_s)
        self._account_title = title
        self.presence = Presence(self.clock)
        self._first_paint = ExitStack()
        self._views = views(self.catalog)
        self.actions = actions(self._views)
        if unknown := key_names.unknown(self.actions, config.keys):
            raise UsageError(f"keys.{unknown[0]}: there is no such action", "? lists every action with its id")
        self.keys = key_names.effective(self.actions, config.keys)
        self._actions_by_id = {action.id: action for action in self.actions}
        self.main = MainScreen(self._views)
        self.over = Overlays(self)
        self.signing = Signing(self, sign_ins)
        self._bindings = key_names.bindings(self.actions, self.keys)  # what a list binds is reached through the key map
        self.set_keymap(key_names.keymap(self.actions, config.keys))

    def get_default_screen(self) -> MainScreen:
        """The lists are at the bottom of everything."""
        return self.main

    def on_load(self) -> None:
        """Nothing is painted until the lists have their sizes: else the screen would be sent three times over."""
        self._first_paint.enter_context(self.batch_update())

    def paint(self) -> None:
        """Paint from now on."""
        self._first_paint.close()

    def on_mount(self) -> None:
        """Colours and habits of this terminal, then the feed."""
        themes.wear(self, self._chosen_theme)
        self.animation_level = "none"  # nothing here gains from it, and over SSH every frame is bytes
        self.app_resume_signal.subscribe(self, lambda _: self._resumed())
        self.set_interval(TICK_S, self.look_around)
        self.connect()

    @property
    def defect(self) -> Exception | None:
        """What ended the application without anybody having caught it."""
        return self._exception

    def _print_error_renderables(self) -> None:
        """Nothing: Textual would print a traceback with the values of all variables. `defect` goes to the log file."""
        self._exit_renderables.clear()

    # -- the feed -----------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Open the feed, or open it again."""
        self.trouble = ""
        self.run_worker(self.feed.run(), exclusive=True, group="feed", exit_on_error=False)

    def on_said(self, message: Said) -> None:
        """How connecting goes."""
        self.main.say(message.line)

    def on_snapshot_arrived(self, message: SnapshotArrived) -> None:
        """A newer look."""
        self.trouble = ""
        self.pulse = pulse(message.snapshot, self.catalog)
        self.snapshot = message.snapshot
        self.signing.arrived()

    async def on_feed_stopped(self, message: FeedStopped) -> None:
        """Said at once: never a screen that quietly grows old."""
        self.trouble = "NOT POLLING"
        await self.signing.failed(message.wanting)
        self.main.say(message.message)
        if self.snapshot is None:
            self.over.failure(message.message, message.hint)
        else:
            self.note(f"{message.message}. {message.hint}", severity="error")
        self.look_around()

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """To the screen that is looked at; one that is covered asks when it comes back."""
        if snapshot is not None and self.is_running:
            self.over.refresh(snapshot)
            self.attend()

    @cached_property
    def alarms(self) -> Alarming:
        """Creates alarms, and keeps what became of them."""
        from tui.alarming import Alarming  # not needed for the first frame

        return Alarming(self)

    def account_name(self, account: str) -> str:
        """What the user calls an account; empty where they never said."""
        note = self.config.accounts.get(account)
        return note.name if note and note.name else self._account_title

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

    # -- who looks ----------------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Every key, click and paste passes here first."""
        self._looked_at(changed=self.presence.saw(event))
        await super().on_event(event)

    def look_around(self) -> None:
        """Time goes on: clock and age in the header, and perhaps nobody looks any more."""
        self._looked_at(changed=self.presence.check())
        self.over.refresh()

    def _looked_at(self, *, changed: bool) -> None:
        if changed:
            self.attend()
            if self.presence.here and self.snapshot is not None and self.snapshot.polling.resting:
                self.feed.refresh()

    # -- what screens ask for -----------------------------------------------------------------------------------

    @property
    def look(self) -> Look:
        """How things are written here."""
        shown = {name: key_names.shown(keys) for name, keys in self.keys.items() if keys}
        return Look(self.size.width, self.config.ui.time == "local", self.config.ui.ascii, shown)

    def frame(self) -> header.Frame:
        """What the header shows besides the snapshot."""
        return header.Frame(
            now_s=self.clock.now(),
            interval_s=self.feed.interval_s,
            title=self._account_title,
            read_only=self.config.read_only,
            paused=self.paused or bool(self.snapshot and self.snapshot.paused),
            trouble=self.trouble or self.signing.told(),
            names=tuple((account, note.name) for account, note in self.config.accounts.items()),
        )

    def hints(self, situation: Situation) -> list[tuple[str, str]]:
        """Keys that do something here and now, the most needed first."""
        return key_names.hints(self.actions, self.keys, situation)

    # -- actions ------------------------------------------------------------------------------------------------

    def action_do(self, action_ids: str) -> None:
        """A key of the registry's was pressed: act on what is selected at this moment."""
        situation = self.situation()
        if able := next((name for name in action_ids.split() if self._actions_by_id[name].works(situation)), None):
            self.do(able, situation)

    def do(self, action_id: str, situation: Situation, argument: str = "") -> None:
        """Let an action happen to what was selected when it was asked for."""
        action = self._actions_by_id[action_id]
        if not action.works(situation):
            return
        try:
            action.run(self, situation, argument)
        except CwtopError as error:
            self.warn(error)

    def copy(self, text: str) -> None:
        """To the clipboard of the terminal."""
        if self._driver is not None:
            self._driver.write(clipboard.sequence(text, os.environ))
        self.note(f"copied {clipboard.summary(text)}")

    def command(self, line: str, situation: Situation) -> None:
        """A typed command, on what was selected when it was begun."""
        try:
            action, argument = command_line.parse(line, self.actions)
        except UsageError as error:
            self.warn(error)
        else:
            self.do(action.id, situation, argument)

    def situation(self) -> Situation:
        """What an action pressed now is to act on."""
        return self.screen.situation() if isinstance(self.screen, Situated) else self.over.situation()

    def _resumed(self) -> None:
        self._looked_at(changed=self.presence.used())
        self.repaint()

    def repaint(self) -> None:
        """Every cell again: something else may have written on the terminal."""
        self.screen.refresh(repaint=True, layout=True)

    def warn(self, error: CwtopError) -> None:
        """What an action was refused for, and what to do."""
        self.note(f"{error.message}. {error.hint}" if error.hint else error.message, severity="warning")

    def note(self, text: str, *, severity: Literal["information", "warning", "error"] = "information") -> None:
        """One line that goes away by itself, in place of the one before: several would cover what they are about."""
        self.clear_notifications()
        self.notify(inert(text), severity=severity, timeout=4, markup=False)
