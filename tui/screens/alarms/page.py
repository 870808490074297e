"""The page of one alarm."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen

from aws.alarms.topics import Topic
from aws.errors import CwtopError
from aws.model import Alarm, Snapshot
from tui.actions.situation import PAGE, Situation
from tui.present import alarm_page, header
from tui.present.alarm_page import Past
from tui.present.resource_sections import LABEL_WIDTH
from tui.present.view import Subject
from widgets.header import Caption, Header
from widgets.hints import Hints
from widgets.pane import Pane

if TYPE_CHECKING:
    from tui.host import Host

_log = logging.getLogger(__name__)


class PastArrived(Message):
    """The alarm's history was read, or could not be."""

    def __init__(self, past: Past) -> None:
        super().__init__()
        self.past = past


class AlarmTopicsArrived(Message):
    """Whether those whom it tells would hear it."""

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        super().__init__()
        self.topics = topics


class AlarmScreen(Screen[None]):
    """Definition, targets, whom it tells, history. It follows the application's snapshots."""

    app: Host

    DEFAULT_CSS = """
    AlarmScreen { background: $background; layers: base over; }
    AlarmScreen #what { background: $background; }
    AlarmScreen #sections { height: 1fr; min-height: 3; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "back", id="back", show=False)]

    def __init__(self, snapshot: Snapshot, arn: str) -> None:
        super().__init__()
        self.arn = arn
        self._snapshot = snapshot
        self._past = Past()
        self._topics: dict[str, Topic] = {}

    def compose(self) -> ComposeResult:
        """The account's header, what the alarm is, all the rest to scroll through."""
        yield Header(id="header")
        yield Caption(id="what")
        yield Pane(indent=LABEL_WIDTH, id="sections")
        yield Hints(id="hints")

    def on_mount(self) -> None:
        """Show what is known, and read its history beside."""
        self.query_one("#sections", Pane).focus()
        self.watch(self.app, "snapshot", self._arrived, init=False)
        self._show()
        if (alarm := self.alarm) is not None:
            self.run_worker(self._read(alarm), exit_on_error=False, group="history")

    @property
    def alarm(self) -> Alarm | None:
        """The alarm as it was read last; None where it is gone."""
        return self._snapshot.alarms.get(self.arn)

    async def _read(self, alarm: Alarm) -> None:
        past = Past(read=True)
        try:
            desk = self.app.feed.desk(alarm.scope)
            past = Past(await desk.history(alarm), read=True)
            self.post_message(PastArrived(past))
            if alarm.alarm_actions:
                self.post_message(AlarmTopicsArrived(await desk.topics(self._snapshot)))
        except CwtopError as error:
            self._failed(past, error.message)
        except Exception as error:  # noqa: BLE001 - the screen must live on; the traceback goes to the log
            _log.exception("reading an alarm's history broke")
            self._failed(past, f"unexpected error: {type(error).__name__}")

    def _failed(self, past: Past, problem: str) -> None:
        """What was read stays; that the topics are unknown leaves their state unsaid."""
        if not past.entries:
            self.post_message(PastArrived(Past(problem=problem, read=True)))

    def on_past_arrived(self, message: PastArrived) -> None:
        """Its history."""
        message.stop()
        self._past = message.past
        self._show()

    def on_alarm_topics_arrived(self, message: AlarmTopicsArrived) -> None:
        """Its topics."""
        message.stop()
        self._topics = {topic.arn: topic for topic in message.topics}
        self._show()

    def _arrived(self, snapshot: Snapshot | None) -> None:
        if snapshot is None:
            return
        before, self._snapshot = self.alarm, snapshot
        self._show()
        if (alarm := self.alarm) is not None and before is not None and alarm.state is not before.state:
            self.run_worker(self._read(alarm), exit_on_error=False, exclusive=True, group="history")

    def situation(self) -> Situation:
        """What an action pressed now is to act on."""
        alarm = self.alarm
        name = alarm.name if alarm else self.arn
        subject = Subject(self.arn, "alarm", name, self.arn)
        able = {"target"} if self._snapshot.alarm_targets.get(self.arn) else set()
        return Situation(
            where=PAGE,
            subject=subject,
            subjects=(subject,),
            gaps=len(self._snapshot.gaps),
            paused=self.app.paused,
            able=frozenset(able),
        )

    def action_leave(self) -> None:
        """Back to where the page was opened."""
        self.dismiss()

    def on_screen_resume(self) -> None:
        """Something lay over it."""
        self._show()

    def on_resize(self) -> None:
        """Other parts fit now."""
        self._show()

    def _show(self) -> None:
        if not self.is_attached:
            return
        look, app = self.app.look, self.app
        self.query_one("#header", Header).show(*header.lines(self._snapshot, app.pulse, app.frame(), look))
        self.query_one("#what", Caption).show(alarm_page.title(self._snapshot, self.arn, look))
        lines = alarm_page.sections(self._snapshot, self.arn, self._past, self._topics, look)
        self.query_one("#sections", Pane).show(lines)
        self.query_one("#hints", Hints).show([("j k", "scroll"), *app.hints(self.situation())])
