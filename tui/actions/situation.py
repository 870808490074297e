"""The moment at which an action was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from tui.present.view import Query, Subject

LIST, PAGE, PANEL, REVIEW, RUN, ROLE = "list", "page", "panel", "review", "run", "role"
ANYWHERE = frozenset({LIST, PAGE})
EVERYWHERE = ANYWHERE | {REVIEW, RUN, ROLE}


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the user was when the key went down. An action uses this, not what the screen shows a moment later.

    ``where`` is `LIST`, `PAGE` (one resource or alarm), `REVIEW` (a plan), `RUN` (writes and their outcomes),
    `ROLE` (the inspector) or `PANEL`. ``subjects`` are the marked rows, or the one under the cursor; ``subject`` is
    the one under the cursor; ``listed`` gives every row of the list as it stood. ``able`` are ids of actions that this
    screen alone can tell to do something now. ``sign_in``: "needed", "possible", or empty where nobody signs in to
    anything. ``waits_for`` is said where a key does nothing yet.
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
    sign_in: str = ""
    waits_for: str = ""

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
