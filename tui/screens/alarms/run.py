"""A run of writes: how far it is, what became of each alarm, and what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.screen import Screen

from tui.actions.situation import RUN, Situation
from tui.present import outcomes
from tui.present.outcomes import Doing, Run
from tui.present.view import Subject
from widgets.cursor import CursorList
from widgets.grid import Grid
from widgets.header import Caption
from widgets.hints import Hints
from widgets.lines import Lines
from widgets.pane import Pane

if TYPE_CHECKING:
    from tui.host import Host


class RunScreen(Screen[None]):
    """Shows a run; leaving it does not stop it."""

    app: Host

    DEFAULT_CSS = """
    RunScreen { background: $background; layers: base over; }
    RunScreen #bar { height: 1; }
    RunScreen #rows { height: 1fr; min-height: 3; }
    RunScreen #pane { height: 6; }
    """

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run

    def compose(self) -> ComposeResult:
        """Title, bar, one row an alarm, the selected one, the keys."""
        yield Caption(id="title")
        yield Lines(id="bar")
        yield Grid(id="rows")
        yield Pane(id="pane")
        yield Hints(id="hints")

    def on_mount(self) -> None:
        """As far as it is."""
        self.grid.focus()
        self.show(self.run)

    @property
    def grid(self) -> Grid:
        """One row an alarm."""
        return self.query_one("#rows", Grid)

    def show(self, run: Run) -> None:
        """The run as it stands now."""
        has_ended = self.run.running and not run.running
        self.run = run
        if not self.is_attached:
            return
        look = self.app.look
        self.query_one("#title", Caption).show(outcomes.title(run))
        self.query_one("#bar", Lines).show_lines([outcomes.bar(run, look)])
        self.grid.show(outcomes.columns(look), run.names, lambda name: outcomes.row(run, name))
        if has_ended and (name := outcomes.worth_a_look(run)):
            self.grid.move_to(name)
        self._show_foot()

    def situation(self) -> Situation:
        """What an action pressed now is to act on."""
        run, name = self.run, self.grid.cursor_key
        able: set[str] = set()
        if not run.running:
            able |= {"retry-failed"} if run.to_retry else set()
            if run.doing is Doing.CREATE and run.created:
                able |= {"undo", *(("prove",) if name in run.created else ())}
        subject = Subject(name, "planned", name) if name else None
        return Situation(
            where=RUN, subject=subject, subjects=(subject,) if subject else (), has_rows=True, able=frozenset(able)
        )

    def _show_foot(self) -> None:
        lines = outcomes.pane(self.run, self.grid.cursor_key, self.app.look.keys)
        self.query_one("#pane", Pane).show(lines)
        self.query_one("#hints", Hints).show(self.app.hints(self.situation()))

    def on_resize(self) -> None:
        """Columns for another width."""
        self.show(self.run)

    def on_grid_moved(self, _: CursorList.Moved) -> None:
        """Another alarm."""
        self._show_foot()
