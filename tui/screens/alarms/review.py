"""The review of a plan: what would be created, where, whom it tells and what it costs. Nothing is written here."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.message import Message

from aws.alarms.definition import Plan
from aws.alarms.topics import Topic
from aws.errors import CwtopError
from aws.model import Scope, Snapshot
from tui.actions.situation import REVIEW, Situation
from tui.present import plan_head, plan_rows, styles
from tui.present.plan_review import Item, Mark, Review
from tui.present.view import Subject
from tui.screens.sized import HEIGHTS, SizedScreen
from widgets.cells import Cell, Row
from widgets.cursor import CursorList
from widgets.grid import Grid
from widgets.header import Caption
from widgets.hints import Hints
from widgets.pane import Pane

if TYPE_CHECKING:
    from tui.host import Host

_log = logging.getLogger(__name__)
_LOOKING_UP = "still looking up what is missing: nothing can be picked or created yet"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a plan is made for: resources by ARN, captured at the key press, and the words for them."""

    scope: Scope
    arns: tuple[str, ...]
    asked: str
    left_out: int = 0


class PickGrid(Grid):
    """A list whose rows are picked: the space bar says so and leaves it to the screen."""

    def action_toggle_mark(self) -> None:
        """Say that the row under the cursor, if there is one, is to be picked or left, and go on to the next."""
        self.post_message(self.Marked(self, self.cursor_key))
        if self.row_count:
            self.move_to_index(self.cursor_index + 1)


class PlanArrived(Message):
    """The plan was made."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan


class TopicsArrived(Message):
    """What is known of the topics; ``problem`` where they could not be read."""

    def __init__(self, topics: Sequence[Topic], problem: str = "") -> None:
        super().__init__()
        self.topics, self.problem = tuple(topics), problem


class PlanFailed(Message):
    """There is no plan, and why."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class ReviewScreen(SizedScreen):
    """A plan being looked through. Its state is one `Review`; the application's actions change it."""

    app: Host

    DEFAULT_CSS = """
    ReviewScreen { background: $background; layers: base over; }
    ReviewScreen #rows { height: 1fr; min-height: 3; }
    ReviewScreen #pane { height: 6; }
    ReviewScreen.-tall #pane { height: 9; }
    ReviewScreen.-short #pane { height: 3; }
    ReviewScreen #notices, ReviewScreen #owner { background: $background; }
    """

    def __init__(self, wanted: Wanted, snapshot: Snapshot) -> None:
        super().__init__(heights=HEIGHTS)
        self.wanted = wanted
        self.review: Review | None = None
        self._snapshot = snapshot
        self._topics: tuple[Topic, ...] = ()
        self._problem = ""
        self._planning = False

    def compose(self) -> ComposeResult:
        """Title, whom it tells, the owner, the rows, the selected one, the sum, the keys."""
        yield Caption(id="title")
        yield Caption(id="notices")
        yield Caption(id="owner")
        yield PickGrid(id="rows")
        yield Pane(id="pane")
        yield Caption(id="total")
        yield Hints(id="hints")

    def on_mount(self) -> None:
        """Begin to plan, beside the keys."""
        self.grid.focus()
        self.plan_again()

    def plan_again(self) -> None:
        """Plan for the same resources on the newest look."""
        self._snapshot = self.app.snapshot or self._snapshot
        self.review, self._problem, self._planning = None, "", True
        self._show()
        self.run_worker(self._plan(), exit_on_error=False, exclusive=True, group="plan")
        self.run_worker(self._read_topics(), exit_on_error=False, exclusive=True, group="topics")

    @property
    def grid(self) -> Grid:
        """The rows."""
        return self.query_one("#rows", Grid)

    @property
    def where(self) -> str:
        """What the user calls the account, for the title and for sentences."""
        return self.app.account_name(self.wanted.scope.account)

    # -- workers: they post, they touch nothing -----------------------------------------------------------------

    async def _plan(self) -> None:
        try:
            desk = self.app.feed.desk(self.wanted.scope)
            plan = await desk.plan(self._snapshot, resources=self.wanted.arns, routing=None)
        except CwtopError as error:
            self.post_message(PlanFailed(f"{error.message}. {error.hint}".rstrip(". ")))
        except Exception as error:  # noqa: BLE001 - the screen must live on; the traceback goes to the log
            _log.exception("planning broke")
            self.post_message(PlanFailed(f"unexpected error: {type(error).__name__}: {error} (see the log file)"))
        else:
            self.post_message(PlanArrived(plan))

    async def _read_topics(self) -> None:
        try:
            topics = await self.app.feed.desk(self.wanted.scope).topics(self._snapshot)
        except CwtopError as error:
            self.post_message(TopicsArrived((), error.message))
        except Exception as error:  # noqa: BLE001 - as above
            _log.exception("reading topics broke")
            self.post_message(TopicsArrived((), f"unexpected error: {type(error).__name__}"))
        else:
            self.post_message(TopicsArrived(topics))

    def on_plan_arrived(self, message: PlanArrived) -> None:
        """There is something to review."""
        message.stop()
        self._planning = False
        self.change(Review.of(message.plan, self._nothing(), topics=self._topics))

    def on_topics_arrived(self, message: TopicsArrived) -> None:
        """Whom the alarms would really reach."""
        message.stop()
        self._topics = message.topics
        if message.problem:
            self.app.note(f"the topics could not be read: {message.problem}", severity="warning")
        if self.review is not None:
            self.change(self.review.knowing(message.topics))

    def on_plan_failed(self, message: PlanFailed) -> None:
        """No plan: nothing can be created, and why."""
        message.stop()
        self._problem, self._planning = message.text, False
        self._show()

    # -- what actions ask for -----------------------------------------------------------------------------------

    @property
    def topics(self) -> tuple[Topic, ...]:
        """The topics that may be notified, as far as they were read."""
        return self._topics

    def use_topic(self, topic: Topic) -> None:
        """One that was made just now: that is whom to notify."""
        self._topics = (topic, *(other for other in self._topics if other.arn != topic.arn))
        if self.review is not None:
            known = self.review.knowing(self._topics)
            self.change(known.notifying(known.severities, (topic.arn,)))

    def change(self, review: Review) -> None:
        """Another state of the same plan."""
        self.review = review
        self._show()

    def review_item(self, subject: Subject | None) -> Item | None:
        """What a subject of this screen stands for."""
        return self.review.item(subject.key) if self.review and subject else None

    def situation(self) -> Situation:
        """What an action pressed now is to act on."""
        review = self.review
        item = review.item(self.grid.cursor_key) if review else None
        able = {"pick-all"} if review and review.plan.create else set()
        if item is not None and item.planned is not None:
            able |= {"pick", "details"}
        if item is not None and item.conflict is not None:
            able.add("difference")
        if review is not None and (review.plan.create or review.plan.conflicts):
            able.add("topic")
        if review is not None and review.count:
            able |= {"create", "export"}
        if not self._planning:
            able.add("plan-again")
        name = item.planned.definition.name if item and item.planned else ""
        subject = Subject(item.key, "planned", name) if item else None
        return Situation(
            where=REVIEW,
            subject=subject,
            subjects=(subject,) if subject and name else (),
            has_rows=bool(review),
            able=frozenset(able),
            waits_for=_LOOKING_UP if self._planning else "",
        )

    # -- painting -----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        if not self.is_attached:
            return
        review = self.review
        shown = review or self._nothing()
        self.query_one("#title", Caption).show(plan_head.title(shown, self.where))
        self.query_one("#notices", Caption).show(*plan_head.notices(shown))
        told = plan_head.owner(shown)
        self.query_one("#owner", Caption).show(*([told] if told else []))
        self.grid.show(
            plan_rows.columns(self.app.look), shown.keys, lambda key: self._row(shown, key), empty=self._empty()
        )
        self.query_one("#total", Caption).show(*([plan_head.total(shown)] if review else []))
        self._show_foot()

    def _nothing(self) -> Review:
        """What was asked for, before there is a plan."""
        wanted, scope = self.wanted, self.wanted.scope
        plan = Plan(at_s=self._snapshot.at_s, account=scope.account, region=scope.region)
        count = len(wanted.arns)
        short = f"{count} resources" if count > 1 else ""
        return replace(Review.of(plan), asked=wanted.asked, asked_short=short, left_out=wanted.left_out)

    def _row(self, review: Review, key: str) -> Row:
        item = review.item(key)
        assert item is not None  # the keys are the review's own
        return plan_rows.row(item, self._snapshot, self.app.catalog, self.app.look)

    def _empty(self) -> str:
        if self._problem:
            return f"No plan: {self._problem}"
        if self.review is None:
            count = len(self.wanted.arns)
            lacking = "it lacks" if count == 1 else f"{count} resources lack"
            return f"looking up what {lacking}, and how often that would have fired"
        return "Nothing is missing here: every recommended alarm is there"

    def _show_foot(self) -> None:
        item = self.review.item(self.grid.cursor_key) if self.review else None
        if self._problem:
            self.query_one("#pane", Pane).show([(Cell(self._problem, styles.CRITICAL),)])
        else:
            self.query_one("#pane", Pane).show(plan_rows.pane(item, self._snapshot, self.app.look))
        self.query_one("#hints", Hints).show(self.app.hints(self.situation()))

    def on_resize(self) -> None:
        """Columns for another width."""
        self._show()

    def on_grid_moved(self, _: CursorList.Moved) -> None:
        """Another row: another explanation, other keys."""
        self._show_foot()

    def on_grid_marked(self, event: CursorList.Marked) -> None:
        """Pick it, or leave it."""
        event.stop()
        if self._planning:
            self.app.note(_LOOKING_UP)
        if self.review is not None and event.key is not None:
            item = self.review.item(event.key)
            self.change(self.review.toggled(event.key))
            if item is not None and item.mark is Mark.CONFLICT:
                self.app.note("it would be replaced, its actions too: d shows the difference", severity="warning")

    def on_grid_opened(self, event: CursorList.Opened) -> None:
        """Enter shows details. It never creates."""
        event.stop()
        self.app.do("details", self.situation())
