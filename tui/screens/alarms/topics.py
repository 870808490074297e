"""Whom alarms notify: the account's topics, with what would keep them from being heard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from aws.alarms.topics import Topic
from aws.model import Severity
from tui.present import styles
from tui.present.plan_review import Review
from tui.present.plan_words import topic_state
from widgets.cells import Cell, Column, Row
from widgets.cursor import CursorList
from widgets.grid import Grid
from widgets.hints import Hints
from widgets.lines import Line, Lines
from widgets.pane import Pane

_NOBODY = ""
Chosen = Callable[[tuple[Severity, ...], tuple[str, ...]], None]


class TopicsPanel(ModalScreen[None]):
    """Topics in a list. `enter` lets all alarms of the plan notify the selected one, `c` and `w` those of one severity.

    ``chosen`` gets severities and topic ARNs, none for nobody; ``make`` is called to create a topic.
    """

    DEFAULT_CSS = """
    TopicsPanel { background: $background; }
    TopicsPanel #title { height: 2; background: $panel; }
    TopicsPanel #topics { height: 1fr; min-height: 3; }
    TopicsPanel #pane { height: 5; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,o", "dismiss", "Back", show=False),
        Binding("c", "choose('critical')", "Critical", show=False),
        Binding("w", "choose('warning')", "Warning", show=False),
        Binding("n", "make", "New", show=False),
    ]

    def __init__(
        self, review: Review, topics: Sequence[Topic], *, where: str, chosen: Chosen, make: Callable[[], None]
    ) -> None:
        super().__init__()
        self._review, self._where = review, where
        self._topics = {topic.arn: topic for topic in topics}
        self._chosen, self._make = chosen, make

    def compose(self) -> ComposeResult:
        """Title, list, the selected one, the keys."""
        yield Lines(id="title")
        yield Grid(id="topics")
        yield Pane(id="pane")
        yield Hints(id="hints")

    def on_mount(self) -> None:
        """Fill it in; the cursor starts at what is used now."""
        title = [(Cell("WHOM TO NOTIFY ", styles.STRONG), Cell(f"in {self._where}"))]
        self.query_one("#title", Lines).show_lines(title)
        columns = (Column("used", "NOW FOR", 10), Column("name", "TOPIC", 24), Column("state", "", 0))
        self.grid.show(columns, (*self._topics, _NOBODY), self._row)
        self.grid.focus()
        now = [arn for severity in self._review.severities for arn in self._review.notified(severity)]
        if now:
            self.grid.move_to(now[0])
        self._show_foot()

    @property
    def grid(self) -> Grid:
        """The list."""
        return self.query_one("#topics", Grid)

    def _row(self, arn: str) -> Row:
        used = ", ".join(s.value[:4] for s in self._review.severities if self._uses(s, arn))
        if arn == _NOBODY:
            return Row(arn, (Cell(used), Cell("(nobody)"), Cell("the alarms would be silent", styles.WARNING)))
        topic = self._topics[arn]
        return Row(arn, (Cell(used, styles.NOTE), Cell(topic.name), topic_state(topic)))

    def _uses(self, severity: Severity, arn: str) -> bool:
        told = self._review.notified(severity)
        return arn in told if arn else not told

    def _show_foot(self) -> None:
        topic = self._topics.get(self.grid.cursor_key or "")
        line: Line = (Cell("Alarms without a topic change colour in the console and wake nobody.", styles.WARNING),)
        if topic is not None:
            line = (Cell(f"{topic.arn}  ", styles.STRONG), topic_state(topic))
        self.query_one("#pane", Pane).show([line])
        have = self._review.severities
        hints = [("enter", "for all" if len(have) > 1 else "use it")]
        if len(have) > 1:
            hints += [(s.value[0], f"for {s.value}") for s in have if s is not Severity.INFO]
        self.query_one("#hints", Hints).show([*hints, ("n", "new, by e-mail"), ("j k", "move"), ("esc", "back")])

    def on_grid_moved(self, _: CursorList.Moved) -> None:
        """Another one."""
        self._show_foot()

    def on_grid_opened(self, event: CursorList.Opened) -> None:
        """For every severity of the plan."""
        event.stop()
        self._choose(self._review.severities)

    def action_choose(self, severity: str) -> None:
        """For one severity."""
        if Severity(severity) in self._review.severities:
            self._choose((Severity(severity),))

    def _choose(self, severities: tuple[Severity, ...]) -> None:
        key = self.grid.cursor_key
        if key is not None:
            self.dismiss()
            self._chosen(severities, (key,) if key else ())

    def action_make(self) -> None:
        """A new topic."""
        self.dismiss()
        self._make()
