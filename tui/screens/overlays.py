"""What comes over the lists: pages, panels, prompts and the palette."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from aws.model import Snapshot
from tui.actions import commands as command_line
from tui.actions.situation import PAGE, PANEL, Situation
from tui.present import gaps, header, spending
from tui.present import help as help_panel
from tui.present.commands import Command
from tui.present.readings import Standings
from tui.present.view import Subject
from tui.screens.panels import CommandsPanel, FailurePanel, FollowingPanel, Panel
from tui.screens.prompt import Prompt
from widgets.cells import Cell
from widgets.inert import inert
from widgets.lines import Line

if TYPE_CHECKING:
    from tui.actions.acts import Acts
    from tui.host import Host
    from tui.screens.resource import ResourceScreen


class Overlays:
    """Puts them up on an application and takes them down."""

    def __init__(self, app: Host, acts: Acts) -> None:
        self._app, self._acts = app, acts
        self._page: ResourceScreen | None = None
        self._following: FollowingPanel | None = None

    # -- pages --------------------------------------------------------------------------------------------------

    @property
    def page(self) -> ResourceScreen | None:
        """The topmost resource page, under a panel or not."""
        return self._page if self._page in self._app.screen_stack else None

    def open_page(self, arn: str) -> None:
        """The page of a resource."""
        app = self._app
        if app.snapshot is None or arn not in app.snapshot.resources:
            app.note("it is not in the inventory (any more)", severity="warning")
            return
        from tui.screens.resource import ResourceScreen  # its charts are not needed for the first frame

        self.back_to_lists()
        page = self._page = ResourceScreen(app.snapshot, arn, catalog=app.catalog, look=app.look)
        page.show_header(*header.lines(app.snapshot, app.pulse, app.frame(), app.look))
        app.push_screen(page)
        page.show_hints(app.hints(app.situation()))
        app.attend()

    def open_alarm(self, arn: str) -> None:
        """The page of an alarm."""
        app = self._app
        if app.snapshot is None or arn not in app.snapshot.alarms:
            app.note("the alarm does not exist (any more)", severity="warning")
            return
        from tui.screens.alarms.page import AlarmScreen  # nor is this one

        self.back_to_lists()
        app.push_screen(AlarmScreen(app.snapshot, arn))

    def situation(self) -> Situation:
        """What an action pressed now is to act on, where no screen says it itself."""
        app, page = self._app, self.page
        if page is None or app.screen is not page:
            return Situation(where=PANEL)
        resource = app.snapshot.resources.get(page.arn) if app.snapshot else None
        subject = Subject(page.arn, "resource", resource.name if resource else page.arn, page.arn)
        gaps = len(app.snapshot.gaps) if app.snapshot else 0
        return Situation(
            where=PAGE,
            subject=subject,
            subjects=(subject,),
            gaps=gaps,
            paused=app.paused,
            sign_in=app.signing.state(),
        )

    def back_to_lists(self) -> None:
        """Take everything down."""
        while len(self._app.screen_stack) > 1:
            self._app.pop_screen()
        self._app.attend()

    def back(self) -> None:
        """Take the topmost down."""
        if len(self._app.screen_stack) > 1:
            self._app.pop_screen()
        self._app.attend()

    def refresh(self, snapshot: Snapshot | None = None) -> None:
        """Hand a newer snapshot, or the time that has passed, to what is looked at."""
        app = self._app
        page = self.page
        panel = self._following
        if snapshot is not None and panel is not None and app.screen is panel and panel.is_mounted:
            panel.follow(snapshot)
        if page is None:
            if snapshot is not None:
                app.main.show(snapshot)
            else:
                app.main.show_header()
            return
        if snapshot is not None:
            page.show(snapshot)
        if app.snapshot is not None:
            page.show_header(*header.lines(app.snapshot, app.pulse, app.frame(), app.look))
        if app.screen is page:
            page.show_hints(app.hints(app.situation()))

    # -- panels -------------------------------------------------------------------------------------------------

    def help(self) -> None:
        """Every key and command."""
        lines = help_panel.lines(self._acts.actions, self._acts.keys)
        self._app.push_screen(Panel("cwtop: keys and commands", lines))

    def gaps(self) -> None:
        """What could not be read."""
        app, standings = self._app, Standings(self._app.catalog)
        self._follow(
            "What was read, and what could not be",
            lambda snapshot: gaps.panel(snapshot, app.look, standings.lines(), tuple(app.roles.book.notes())),
            later=standings.count,
        )

    def meter(self) -> None:
        """What asking AWS costs."""
        self._follow("What asking AWS costs", spending.panel)

    def _follow(
        self,
        title: str,
        lines: Callable[[Snapshot | None], Iterable[Cell]],
        *,
        later: Callable[[Snapshot], None] | None = None,
    ) -> None:
        """A panel that goes with the looks while it is open. ``later`` reckons for each what takes too long for a key
        press: in a thread, and then the lines are asked for again.
        """
        snapshot, look = self._app.snapshot, self._app.look

        def said(snapshot: Snapshot | None) -> tuple[str, list[Line]]:
            at = f", as of {look.moment(snapshot.at_s, snapshot.at_s)}" if snapshot else ""
            return title + at, [(cell,) for cell in lines(snapshot)]

        self._following = FollowingPanel(said, snapshot, later)
        self._app.push_screen(self._following)

    def commands(self, subject: Subject, found: Sequence[Command]) -> None:
        """AWS CLI lines to copy."""
        title = f"AWS CLI commands for {inert(subject.name)}: to copy, never run by cwtop"
        self._app.push_screen(CommandsPanel(title, found, self._app.copy))

    def failure(self, message: str, hint: str, *, again: bool = False) -> None:
        """Nothing to show: why, and what to do. ``again``: it is tried again by itself.

        It takes the place of the last one, below whatever has been put over that.
        """
        app = self._app
        sign_in = (self._acts.keys["login"] or "L", app.signing.start) if app.signing.wanted() else None
        told = FailurePanel.lines(message, hint, again=again, sign_in=sign_in)
        shown = next((screen for screen in app.screen_stack if isinstance(screen, FailurePanel)), None)
        if shown is None:
            app.push_screen(FailurePanel(told, app.refresh_feed, sign_in=sign_in))
        else:
            shown.tell(told, sign_in=sign_in)

    def end_failure(self) -> None:
        """There is something to show at last."""
        if any(isinstance(screen, FailurePanel) for screen in self._app.screen_stack):
            self.back_to_lists()

    def panel(self, title: str, lines: Sequence[Line]) -> None:
        """Lines to read under a title."""
        self._app.push_screen(Panel(title, lines))

    # -- prompts ------------------------------------------------------------------------------------------------

    def filter(self, situation: Situation) -> None:
        """Ask for a filter; the list follows while it is typed, escape takes the old one back."""
        main, before = self._app.main, situation.query
        if main.listing is not None and main.listing.for_filter is not None:
            self._app.run_worker(asyncio.to_thread(main.listing.for_filter), group="filter")

        def changed(text: str) -> None:
            main.ask(replace(before, text=text))

        self._prompt(
            Prompt(
                sign="/",
                value=before.text,
                placeholder="text !without ~fuzzy sev:critical kind:fn tag:team=pay",
                accept=changed,
                changed=changed,
                cancelled=lambda: main.ask(before),
            )
        )

    def command(self, situation: Situation, begun: str = "") -> None:
        """Ask for a command, or for the rest of one. It acts on what was selected when `:` was pressed."""
        acts = self._acts

        def accept(line: str) -> None:
            if line.strip():
                acts.command(line, situation)

        def completion(text: str) -> str | None:
            return command_line.complete(text, acts.actions)

        placeholder = "command, tab completes"
        self._prompt(Prompt(sign=":", value=begun, placeholder=placeholder, accept=accept, completion=completion))

    def ask_line(self, sign: str, value: str, placeholder: str, accept: Callable[[str], None]) -> None:
        """Ask for a line of text; escape asks no more."""
        self._prompt(Prompt(sign=sign, value=value, placeholder=placeholder, accept=accept))

    def _prompt(self, prompt: Prompt) -> None:
        screen = self._app.screen
        if not screen.query(Prompt):
            screen.mount(prompt)

    def palette(self, situation: Situation) -> None:
        """Search the registry."""
        from tui.screens.palette import palette  # nor is the palette

        self._app.push_screen(palette(self._acts, situation))
