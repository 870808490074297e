"""What an action is, and the moment at which it was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from tui.present.view import Query, Subject

if TYPE_CHECKING:
    from tui.app import CwtopApp

LIST, PAGE, PANEL, REVIEW, RUN = "list", "page", "panel", "review", "run"
ANYWHERE = frozenset({LIST, PAGE})
EVERYWHERE = ANYWHERE | {REVIEW, RUN}


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the user was when the key went down. An action uses this, not what the screen shows a moment later.

    ``where`` is `LIST`, `PAGE` (one resource or alarm), `REVIEW` (a plan), `RUN` (writes and their outcomes) or
    `PANEL`. ``subjects`` are the marked rows, or the one under the cursor; ``subject`` is the one under the cursor;
    ``listed`` gives every row of the list as it stood. ``able`` are ids of actions that this screen alone can tell
    to do something now.
    """

    where: str
    view: str = ""
    subject: Subject | None = None
    subjects: tuple[Subject, ...] = ()
    query: Query = field(default_factory=Query)
    gaps: int = 0
    has_rows: bool = False
    failed: bool = False
    paused: bool = False
    listed: Callable[[], tuple[Subject, ...]] = tuple
    able: frozenset[str] = frozenset()

    @property
    def has_arn(self) -> bool:
        """Whether there is something with an ARN to act on."""
        return any(subject.arn for subject in self.subjects)


@runtime_checkable
class Situated(Protocol):
    """A screen that knows what an action pressed now is to act on."""

    def situation(self) -> Situation:
        """Captured now, whatever the next poll moves."""
        ...


Run: TypeAlias = "Callable[[CwtopApp, Situation, str], None]"


def always(_: Situation) -> bool:
    """It does something wherever it may be asked for."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that the user can ask for, by key, palette or ``:id``.

    ``key`` holds Textual's key names, with commas between. ``title`` is for the hint line and the palette, ``help``
    a sentence. ``takes`` names the argument of its ``:`` command, ``names`` are further words for it. ``hint`` ranks
    it on the hint line, 1 first; 0 keeps it off, and so does ``hinted`` where it says no. ``widget`` is the id of the
    binding of the focused widget that answers the key before the application does.
    """

    id: str
    key: str
    title: str
    help: str
    group: str
    run: Run
    where: frozenset[str] = ANYWHERE
    enabled: Callable[[Situation], bool] = always
    takes: str = ""
    names: tuple[str, ...] = ()
    hint: int = 0
    hinted: Callable[[Situation], bool] = always
    widget: str = ""
    priority: bool = False
    page_title: str = ""

    def title_in(self, situation: Situation) -> str:
        """The words on the hint line: what leaves the lists only goes back from a page."""
        return self.page_title if self.page_title and situation.where != LIST else self.title

    def works(self, situation: Situation) -> bool:
        """Whether it does something here and now."""
        return situation.where in self.where and self.enabled(situation)
