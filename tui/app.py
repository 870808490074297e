"""The application: reads the feed, keeps the newest snapshot, and lets the registry's actions happen.

Judgement is in `aws`, wording in `tui.present`; here things only meet.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from textual import events
from textual.widgets import Input

from aws.clock import Clock
from aws.model import Snapshot
from tui import leaving, themes
from tui.actions import keys as key_names
from tui.actions.acts import Acts
from tui.actions.registry import actions
from tui.adopting import Adopting
from tui.collecting import Collector
from tui.feed import OpenFeed
from tui.host import Host
from tui.inspecting import Inspecting
from tui.keys_first import KeysFirst
from tui.messages import FeedStopped, Said, SnapshotArrived
from tui.presence import Presence
from tui.present.catalog import Catalog
from tui.present.role_book import RoleBook
from tui.present.views import views
from tui.screens.main import MainScreen
from tui.screens.overlays import Overlays
from tui.signing import Signing
from tui.typeahead import TypeAhead
from tui.watching import FeedWatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType

    from aws.signin.desk import SignIns
    from tui.config import Config
    from tui.parts import Writes
    from tui.present.totals import Pulse

TICK_S = 5.0  # how often clock and age go on: often enough to trust, seldom enough for a slow line


class CwtopApp(Host, inherit_bindings=False):
    """The dashboard over one feed. ``sign_ins`` opens the desk at which people sign in, where they can.

    ``clock``: a `KeysFirst` lets the keys go before the feed that is given it, too.

    Raises `UsageError` where the configuration gives keys to an action that does not exist.
    """

    CSS_PATH = "app.tcss"
    TITLE = "cwtop"
    ENABLE_COMMAND_PALETTE = False  # it has its own entry in the registry

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
        super().__init__(ansi=chosen.ansi)
        self._chosen_theme = chosen.name
        self.config = config
        self.catalog = catalog or Catalog()
        self.keys_first = clock if isinstance(clock, KeysFirst) else KeysFirst(clock)
        self.clock: Clock = clock or self.keys_first
        self.feed = FeedWatch(open_feed, self.post_message, config.poll.interval_s, self.clock)
        self.title_of_account = title
        self.presence = Presence(self.clock)
        self.collector = Collector(self.clock)
        self._adopting = Adopting(self, self._adopt)
        self.roles = Inspecting(self, RoleBook())
        self._views = views(self.catalog, self.roles.book)
        acts = self.acts = Acts(self, actions(self._views), config.keys)
        self._lists = self.main = MainScreen(self._views)
        self.over = Overlays(self, acts)
        self.signing = Signing(self, sign_ins)
        self.load_alarms = self._alarming
        opening = [key.strip() for name in ("command", "filter") for key in acts.keys[name].split(",")]
        self._type_ahead = TypeAhead(opening, self.post_message, self.set_timer)
        self._bindings = acts.bindings()
        self.set_keymap(key_names.keymap(acts.actions, config.keys))

    def get_default_screen(self) -> MainScreen:
        """The lists are at the bottom of everything."""
        return self._lists

    def on_load(self) -> None:
        """Before Textual takes the terminal: ended in between, it would leave it as it is."""
        leaving.on_signals(lambda status: self.call_later(self._end, status))

    def on_mount(self) -> None:
        """Colours and habits of this terminal, then the feed."""
        themes.wear(self, self._chosen_theme)
        self.animation_level = "none"  # nothing here gains from it, and over SSH every frame is bytes
        self.app_resume_signal.subscribe(self, lambda _: self._resumed())
        self.set_interval(TICK_S, self.look_around)
        self.connect()

    async def _end(self, status: int) -> None:
        """Somebody else ends us: what is being written is told of before."""
        if "alarms" in vars(self):
            await self.alarms.stop()
        self.exit(return_code=status)

    def panic(self, *renderables: RenderableType) -> None:
        """Without a defect it is the keyboard that cannot be read any more: Textual would drop what is under way."""
        if self.defect is not None:
            super().panic(*renderables)
        else:
            leaving.hang_up()

    @property
    def defect(self) -> Exception | None:
        """What ended the application without anybody having caught it."""
        return self._exception

    def _print_error_renderables(self) -> None:
        """Nothing: Textual would print a traceback with the values of all variables. `defect` goes to the log file."""
        self._exit_renderables.clear()

    # -- the feed -----------------------------------------------------------------------------------------------

    def on_said(self, message: Said) -> None:
        """How connecting goes."""
        self.main.say(message.line)

    def on_snapshot_arrived(self, message: SnapshotArrived) -> None:
        """A newer look."""
        self.trouble = ""
        self._adopting.arrived(message.snapshot)

    def _adopt(self, snapshot: Snapshot, pulse: Pulse) -> None:
        """From now on this is how things stand."""
        self.pulse = pulse
        if self.snapshot is None:
            self.over.end_failure()
        self.snapshot = snapshot
        if snapshot.complete and snapshot.progress is None:
            self.collector.loaded()
        self.signing.arrived()
        self.roles.arrived(snapshot)

    async def on_feed_stopped(self, message: FeedStopped) -> None:
        """Said at once: never a screen that quietly grows old."""
        self.trouble = "NOT POLLING"
        await self.signing.failed(message.wanting)
        self.main.say(message.message)
        if self.snapshot is None:
            self.over.failure(message.message, message.hint, again=message.again)
        else:
            self.note(f"{message.message}. {message.hint}", severity="error")
        self.look_around()

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """To the screen that is looked at; one that is covered asks when it comes back."""
        if snapshot is not None and self.is_running:
            self.over.refresh(snapshot)
            self.attend()

    def _alarming(self) -> Writes:
        from tui.alarming import Alarming  # not needed for the first frame

        return Alarming(self)

    # -- who looks ----------------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Every key, click and paste passes here first."""
        key = isinstance(event, events.Key)
        passed_on = event.is_forwarded  # to the widget that has the keys, and back from there
        if key and not passed_on:
            self.keys_first.pressed()
        self.looked_at(changed=self.presence.saw(event))
        if not self._type_ahead.holds(event, typing=lambda: isinstance(self.focused, Input)):
            await super().on_event(event)
        if key and passed_on:  # it has done what it does
            self.screen.call_after_refresh(self.keys_first.answered)

    def on_prompt_opened(self) -> None:
        """What was typed too early for it."""
        self._type_ahead.give_back()

    def action_do(self, action_ids: str) -> None:
        """A key of the registry's was pressed: act on what is selected at this moment."""
        self.acts.pressed(action_ids, self.situation())

    def _resumed(self) -> None:
        self.looked_at(changed=self.presence.used())
        self.repaint()
