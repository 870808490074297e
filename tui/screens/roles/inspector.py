"""The inspector: one role on one screen. It reads beside the keys, and never writes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from aws.errors import CwtopError
from aws.iam.desk import RoleDesk
from aws.model import Resource, Scope, Snapshot
from tui.actions.situation import ROLE, Situation
from tui.present import role_page, role_texts, role_why, role_words, styles
from tui.present.role_page import RolePage
from tui.present.role_rows import FindingRows, ServiceRows
from tui.present.role_texts import Documents, Text
from tui.present.view import Subject
from tui.screens.roles import asking
from tui.screens.roles.messages import DenialsArrived, PageArrived, ReadingFailed, TextArrived
from tui.screens.roles.text import Further, TextScreen
from tui.screens.sized import HEIGHTS, SizedScreen
from widgets.cells import Cell, Row
from widgets.cursor import CursorList
from widgets.grid import Grid
from widgets.header import Caption
from widgets.hints import Hints
from widgets.pane import Pane
from widgets.parts import Part

if TYPE_CHECKING:
    from tui.host import Host

_log = logging.getLogger(__name__)
_ABLE = frozenset({"why", "policies", "trust", "suggest", "copy-role", "validate", "may", "reread"})


class RoleScreen(SizedScreen):
    """A role, opened from ``subject`` or by itself. Its keys are the registry's."""

    app: Host

    DEFAULT_CSS = """
    RoleScreen { background: $background; layers: base over; }
    RoleScreen #findings { height: 3fr; min-height: 3; }
    RoleScreen #services { height: 2fr; min-height: 2; }
    RoleScreen #pane { height: 7; }
    RoleScreen.-tall #pane { height: 16; }
    RoleScreen.-short #pane { height: 4; }
    RoleScreen #tally { background: $background; }
    """

    def __init__(self, role_arn: str, scope: Scope, subject: Resource | None, snapshot: Snapshot | None) -> None:
        super().__init__(heights=HEIGHTS)
        self.role_arn, self.scope, self.subject = role_arn, scope, subject
        self._snapshot = snapshot
        self._turn = self._searched = 0
        self._problem = ""
        self.page: RolePage | None = None

    def compose(self) -> ComposeResult:
        """Who it is, how it stands, findings, services, why, keys."""
        yield Caption(id="title")
        yield Caption(id="tally")
        yield Grid(id="findings")
        yield Grid(id="services")
        yield Pane(id="pane")
        yield Hints(id="hints")

    def on_mount(self) -> None:
        """Begin to read."""
        self.findings.focus()
        self.read()

    @property
    def findings(self) -> Grid:
        """The upper list."""
        return self.query_one("#findings", Grid)

    @property
    def services(self) -> Grid:
        """The lower list."""
        return self.query_one("#services", Grid)

    @property
    def desk(self) -> RoleDesk:
        """Where the role is read. Raises `UsageError` where nothing is connected."""
        return self.app.feed.roles(self.scope)

    # -- workers: they post, they touch nothing -----------------------------------------------------------------

    def read(self, *, again: bool = False) -> None:
        """Read the role; ``again`` passes by what is remembered of it."""
        self._turn += 1
        self._problem = ""
        self._show()
        self.beside(self._read(self._turn, again), "role")

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        turn = self._turn
        try:
            await work
        except CwtopError as error:
            self.post_message(ReadingFailed(f"{error.message}. {error.hint}".rstrip(". "), turn))
        except Exception as error:  # noqa: BLE001 - the screen must live on; the traceback goes to the log
            _log.exception("reading a role broke")
            self.post_message(ReadingFailed(f"unexpected error: {type(error).__name__}: {error} (see the log)", turn))

    async def _read(self, turn: int, again: bool) -> None:
        async for report in self.desk.inspect(self.role_arn, snapshot=self._snapshot, again=again):
            page = await asyncio.to_thread(RolePage.of, report, self.subject)
            self.post_message(PageArrived(page, turn))

    async def _read_logs(self, page: RolePage, turn: int) -> None:
        for function in page.logged:
            read = await self.desk.denials(function)
            self.post_message(DenialsArrived(function.name, read, turn))

    def on_page_arrived(self, message: PageArrived) -> None:
        """Take over what came, where it is of the newest reading; after the first, look into the logs."""
        message.stop()
        if message.turn != self._turn:
            return
        before, self.page = self.page, message.page
        if before is not None and self._searched == self._turn:
            self.page = replace(message.page, denials=before.denials)
        self._show()
        if self._searched != self._turn and message.page.logged:
            self._searched = self._turn
            self.beside(self._read_logs(message.page, self._turn), "logs")

    def on_denials_arrived(self, message: DenialsArrived) -> None:
        """What one log says."""
        message.stop()
        if message.turn == self._turn and self.page is not None:
            self.page = replace(self.page, denials={**self.page.denials, message.name: message.read})
            self._show()

    def on_reading_failed(self, message: ReadingFailed) -> None:
        """What was read before stays, with its time; the reason is said."""
        message.stop()
        if message.turn == self._turn:
            self._problem = message.text
            if self.page is not None:
                self.app.note(f"not read: {message.text}", severity="error")
            self._show()

    def on_text_arrived(self, message: TextArrived) -> None:
        """An answer that a text has waited for."""
        message.stop()
        if message.screen_for.is_attached:
            message.screen_for.show(message.text)

    # -- what actions ask for -----------------------------------------------------------------------------------

    def item(self) -> role_why.Item:
        """What the cursor of the list that has the keys is on."""
        page = self.page
        if page is None:
            return None
        if self.services.has_focus:
            return ServiceRows(page).item(self.services.cursor_key)
        return FindingRows(page, self.app.look).item(self.findings.cursor_key)

    def why(self) -> None:
        """Drill into the selected row."""
        if self.page is not None and (item := self.item()) is not None:
            page, look, title = self.page, self.app.look, f"Why, of role {self.page.report.view.name}"

            def told() -> Text:
                lines = role_why.in_full(page, item, look)
                return Text(title, tuple(lines), role_why.copied(item, lines))

            self._tell(title, told, at_once=not page.large)

    def policies(self) -> None:
        """Every policy, at the statement that the selected row rests on."""
        if self.page is not None:
            page, item = self.page, self.item()
            title = role_texts.policies_title(page)
            self._tell(title, lambda: role_texts.policies(page, item), at_once=not page.large, validates=True)

    def suggest(self) -> None:
        """Work out a least-privilege policy: of thousands of patterns it takes seconds."""
        if (page := self.page) is not None:
            title = role_texts.suggestion_title(page)
            self._tell(title, lambda: role_texts.suggestion(page), at_once=False, validates=True)

    def _tell(self, title: str, make: Callable[[], Text], *, at_once: bool, validates: bool = False) -> None:
        """Put up what ``make`` makes: at once, or else its title now, and the rest worked out beside the keys."""
        if at_once:
            self.text(make())
            return
        screen = self.text(Text(title, ((Cell("working it out", styles.NOTE),),)), validates=validates)

        async def work() -> None:
            self.post_message(TextArrived(screen, await asyncio.to_thread(make)))

        self.beside(work(), "tell")

    def text(self, text: Text, *, validates: bool = False) -> TextScreen:
        """Put a text up, with a key for Access Analyzer where it holds a policy, or will (``validates``)."""
        further = [Further("v", "validate", lambda shown: self.validate(shown.text.documents))]
        screen = TextScreen(text, self.app.copy, further=further if validates or text.documents else ())
        self.app.push_screen(screen)
        return screen

    def validate(self, documents: Documents) -> None:
        """Let Access Analyzer look at policies."""
        asking.validate(self, documents)

    def answer(self, line: str) -> None:
        """Answer a typed question at once; AWS's own simulation follows on demand."""
        if self.page is None:
            self.app.note("the role is not read yet: ask again once it is", severity="warning")
        else:
            asking.answer(self, self.page, line)

    def beside(self, work: Coroutine[Any, Any, None], group: str, *, exclusive: bool = True) -> None:
        """Let ``work`` go on beside the keys; what it fails of is told."""
        self.run_worker(self._guarded(work), exit_on_error=False, exclusive=exclusive, group=group)

    def situation(self) -> Situation:
        """What an action pressed now is to act on."""
        able = set(_ABLE) if self.page is not None else {"reread", "copy-role", "may"}
        if self.item() is None:
            able.discard("why")
        subject = Subject(self.role_arn, "role", role_words.role_name(self.role_arn), self.role_arn)
        return Situation(where=ROLE, subject=subject, subjects=(subject,), able=frozenset(able))

    # -- painting -----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        if not self.is_attached:
            return
        page, look = self.page, self.app.look
        if page is None:
            self.query_one("#title", Caption).show(self._unread_title())
            self.query_one("#tally", Caption).show()
            empty = self._problem or "reading the role"
            self.findings.show((), (), _no_row, empty=empty)
            self.services.show((), (), _no_row)
        else:
            self.query_one("#title", Caption).show(role_page.title(page), role_page.facts(page))
            self.query_one("#tally", Caption).show(role_page.tally(page, look, self._problem))
            findings, services = FindingRows(page, look), ServiceRows(page)
            self.findings.show(findings.columns, findings.keys, findings.row, empty=findings.empty())
            self.services.show(services.columns, services.keys, services.row, empty=services.empty())
        self._show_foot()

    def _unread_title(self) -> list[Part]:
        return [Part((Cell("ROLE ", styles.QUIET), Cell(role_words.role_name(self.role_arn), styles.STRONG)))]

    def _show_foot(self) -> None:
        if self.page is not None:
            lines = role_why.in_short(self.page, self.item(), self.app.look)
            self.query_one("#pane", Pane).show(lines)
        elif self._problem:
            self.query_one("#pane", Pane).show([(Cell(self._problem, styles.CRITICAL),)])
        self.query_one("#hints", Hints).show(self.app.hints(self.situation()))

    def on_resize(self) -> None:
        """Columns for another width."""
        self._show()

    def on_descendant_focus(self) -> None:
        """The other list has the keys: its row is explained."""
        self._show_foot()

    def on_grid_moved(self, _: CursorList.Moved) -> None:
        """Another row: another explanation."""
        self._show_foot()

    def on_grid_opened(self, event: CursorList.Opened) -> None:
        """Enter, or a double click."""
        event.stop()
        self.app.do("why", self.situation())


def _no_row(key: str) -> Row:
    raise KeyError(key)
