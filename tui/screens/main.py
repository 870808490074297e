"""The lists: header, tabs, one view's grid, the explanation at the foot, status and hints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.screen import Screen
from textual.timer import Timer

from aws.model import Snapshot
from tui.actions.situation import LIST, Situation
from tui.present import header, tally
from tui.present.explain import explain
from tui.present.tabs import status, tabs
from tui.present.view import Listing, Look, Query, Subject, View
from tui.screens.lister import Asked, Lister, match_from, whole
from widgets.cells import Row
from widgets.cursor import CursorList
from widgets.grid import Grid
from widgets.header import Header
from widgets.hints import Hints
from widgets.lines import Line
from widgets.pane import Pane
from widgets.tabline import TabLine

if TYPE_CHECKING:
    from tui.host import Host

ATTEND_AFTER_S = 0.3  # scrolling must come to rest before the poller turns to what is visible
SHORT_HEIGHT = 20  # below this the pane gives its lines to the list
TALL_HEIGHT = 36


class MainScreen(Screen[None]):
    """One view at a time. Everything shown is made by the pure functions of `tui.present`."""

    app: Host

    def __init__(self, views: tuple[View, ...]) -> None:
        super().__init__()
        self.views = {view.id: view for view in views}
        self._view: View = views[0]
        self._queries: dict[str, Query] = {}
        self._cursors: dict[str, str] = {}
        self._snapshot: Snapshot | None = None
        self._listing: Listing | None = None
        self._listed_of: Snapshot | None = None  # None where the rows of this view are not on the screen yet
        self._lister = Lister(self, lambda: self.app.keys_first, self._list_changed)
        self._owed = False  # whether what is asked for is not on the screen yet
        self._edition = 0
        self._arrived: frozenset[str] = frozenset()
        self._attend_timer: Timer | None = None
        self._laid_out = False
        self.compact = False
        self.said = "connecting"

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield Header(id="header")
        yield TabLine(id="tabs")
        yield Grid(id="grid")
        yield Pane(id="pane")
        yield Header(id="status")
        yield Hints(id="hints")

    def on_mount(self) -> None:
        """The list has the keys from the start."""
        self.grid.focus()
        self._size_pane(self.app.size.height)
        self._show_all()

    # -- what it knows ------------------------------------------------------------------------------------------

    @property
    def grid(self) -> Grid:
        """The list."""
        return self.query_one("#grid", Grid)

    @property
    def look(self) -> Look:
        """How things are written at this width."""
        return self.app.look

    @property
    def view(self) -> View:
        """The view on the screen."""
        return self._view

    @property
    def query_now(self) -> Query:
        """What was asked of this view."""
        return self._queries.get(self._view.id, Query())

    @property
    def listing(self) -> Listing | None:
        """What the grid shows."""
        return self._listing

    def subject(self) -> Subject | None:
        """What the cursor is on."""
        key = self.grid.cursor_key
        return self._listing.subject(key) if self._listing and key is not None else None

    def situation(self) -> Situation:
        """What an action is to act on: captured now, whatever the next poll moves."""
        subject, listing = self.subject(), self._listing
        marked = tuple(listing.subject(key) for key in self.grid.marked_keys) if listing else ()
        return Situation(
            where=LIST,
            view=self._view.id,
            subject=subject,
            subjects=marked or ((subject,) if subject else ()),
            query=self.query_now,
            gaps=len(self._snapshot.gaps) if self._snapshot else 0,
            has_rows=self.grid.row_count > 0,
            failed=bool(self.app.trouble),
            paused=self.app.paused,
            sign_in=self.app.signing.state(),
            listed=self._listed,
        )

    def _listed(self) -> tuple[Subject, ...]:
        """Every row as asked for. What is done to all of them waits for an order or filter that is not painted yet."""
        listing = whole(self._asked(self._snapshot)) if self._owed and self._snapshot else self._listing
        return tuple(map(listing.subject, listing.keys)) if listing else ()

    def _asked(self, snapshot: Snapshot) -> Asked:
        return Asked(self._view, snapshot, self.query_now, self.look, self._edition)

    def visible_arns(self) -> frozenset[str]:
        """The resources on the screen, for the poller to read first."""
        if self._listing is None:
            return frozenset()
        subjects = (self._listing.subject(key) for key in self.grid.visible_keys())
        return frozenset(subject.arn for subject in subjects if subject.kind == "resource")

    # -- what changes it ----------------------------------------------------------------------------------------

    def show(self, snapshot: Snapshot) -> None:
        """A newer look. Only now may the order of rows change."""
        if snapshot is self._snapshot:
            return
        self._snapshot = snapshot
        self._show_list()
        self.call_later(self._show_all)  # not in one go with the list: a key may be waiting

    def making(self, snapshot: Snapshot) -> Callable[[], None]:
        """What makes all that `show` will need of a look; for a thread."""
        asked, rows, cursor = self._asked(snapshot), self.grid.page_range(), self.grid.followed_key()
        give_way = self.app.keys_first.give_way

        def make() -> None:
            for view in self.views.values():
                give_way()
                view.count(snapshot)
            tally.by_health(snapshot)
            tally.firing(snapshot)
            self._lister.make(asked, rows, cursor)

        return make

    def show_again(self) -> None:
        """What is listed has changed without a newer look."""
        self._edition += 1
        if self.is_mounted:
            self._show_list()
            self._show_tabs()
            self._show_foot()

    def show_view(self, view_id: str) -> None:
        """Another view, its cursor where it was left, or on the first row where nobody has moved it."""
        if self.grid.cursor_held and self.grid.cursor_key is not None:
            self._cursors[self._view.id] = self.grid.cursor_key
        self._view, self._listed_of = self.views[view_id], None
        self._arrived = frozenset()
        self.grid.clear_marks()
        self.grid.release_cursor()
        self._show_list()
        self.grid.focus()
        self._show_all()

    def ask(self, query: Query) -> None:
        """Another filter, order or fold for this view."""
        self._queries[self._view.id] = query
        self._list_changed()

    def move_to_match(self, step: int) -> None:
        """To the next row (``step`` 1) or the previous one (-1) that matches the filter by its own words."""
        if self._listing is not None:
            key = match_from(self._listing, self.query_now, self.grid.cursor_index, step)
            if key is not None:
                self.grid.move_to(key)

    def toggle_compact(self) -> None:
        """One header line or two."""
        self.compact = not self.compact
        self.show_header()

    # -- painting -----------------------------------------------------------------------------------------------

    def _show_all(self) -> None:
        self.show_header()
        self._show_tabs()
        self._show_foot()

    def show_header(self) -> None:
        """The header as it stands at this moment: clock and age go on between looks."""
        first, second, *alerts = header.lines(self._snapshot, self.app.pulse, self.app.frame(), self.look)
        short = self.compact or self.size.height < 10
        self.query_one("#header", Header).show(first, *([] if short else [second]), *alerts)

    def _show_tabs(self) -> None:
        line = tabs(tuple(self.views.values()), self._view.id, self._snapshot, self.size.width)
        self.query_one("#tabs", TabLine).show(line, tuple(self.views))

    def _show_list(self) -> None:
        if self._snapshot is None:
            self.grid.show((), (), _no_row, empty=self.said)
            return
        query, before = self.query_now, self._listing if self._listed_of else None
        listing = self._lister.listing(self._asked(self._snapshot), self.grid.page_range(), opening=before is None)
        self._owed = listing is None or listing.first is not None
        if listing is None or (self._owed and before is not None):
            self._listing = replace(before, sort=query.sort or before.sort) if before else None
            return  # the rows stay until there are others
        self._listing = listing
        mark = listing.sort if query.sort or query.reverse else None
        down = query.reverse != listing.biggest_first
        self.grid.show(listing.columns, listing.keys, listing.row, sort=mark, reverse=down, empty=listing.empty)
        if before is None and (cursor := self._cursors.get(self._view.id)):
            self.grid.move_to(cursor)
        if before is not None and self._listed_of is not self._snapshot:
            self._arrived = frozenset(listing.keys).difference(before.keys)
        self._listed_of = None if self._owed else self._snapshot

    def _list_changed(self) -> None:
        self._show_list()
        self._show_foot()

    def _show_foot(self) -> None:
        self.query_one("#pane", Pane).show(self._explained())
        self._show_status()
        self.query_one("#hints", Hints).show(self.app.hints(self.situation()))

    def _explained(self) -> list[Line]:
        key = self.grid.cursor_key
        if self._listing is not None and self._listing.explain is not None and key is not None:
            return self._listing.explain(key)
        return explain(self._snapshot, self.subject(), self.look)

    def _show_status(self) -> None:
        visible = self.grid.visible_range()
        below = self._listing.keys[visible.stop :] if self._listing else ()
        new_below = sum(key in self._arrived for key in below) if self._arrived else 0
        marked = len(self.grid.marked_keys)
        words = [*([f"{marked} marked"] if marked else []), *(["working it out"] if self._lister.late else [])]
        note = ", ".join(words) if self._listing else self.said
        self.query_one("#status", Header).show(status(self.query_now, self._listing, visible, new_below, note))

    def say(self, line: str) -> None:
        """How connecting goes, until there is something to list."""
        self.said = line
        if self._snapshot is None:
            self._show_list()
            self._show_status()

    # -- events -------------------------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Columns and panes for another size."""
        self._size_pane(self.size.height)
        self._show_list()
        self._show_all()
        if not self._laid_out:
            self._laid_out = True
            self.call_after_refresh(self.app.paint)

    def _size_pane(self, height: int) -> None:
        pane = self.query_one("#pane", Pane)
        pane.display = height >= SHORT_HEIGHT - 4
        pane.styles.height = 9 if height >= TALL_HEIGHT else 6 if height >= SHORT_HEIGHT else 4

    def on_screen_resume(self) -> None:
        """It may have missed looks while something lay over it."""
        if self.app.snapshot is not None:
            self.show(self.app.snapshot)
        self.show_header()
        self.app.attend()

    def on_grid_moved(self, _: CursorList.Moved) -> None:
        """Another row: another explanation, other keys."""
        self._show_foot()

    def on_grid_scrolled(self, _: CursorList.Scrolled) -> None:
        """Other rows: the poller hears of them once scrolling has come to rest."""
        self._show_status()
        if self._attend_timer is not None:
            self._attend_timer.stop()
        self._attend_timer = self.set_timer(ATTEND_AFTER_S, self.app.attend)

    def on_grid_marked(self, _: CursorList.Marked) -> None:
        """More or fewer rows to act on."""
        self._show_foot()

    def on_tab_line_chosen(self, event: TabLine.Chosen) -> None:
        """A click on a view's name."""
        event.stop()
        self.app.do(event.key, self.situation())

    def on_grid_opened(self, event: CursorList.Opened) -> None:
        """Enter, or a double click."""
        event.stop()
        self.app.do("open", self.situation())


def _no_row(key: str) -> Row:
    raise KeyError(key)
