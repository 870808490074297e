"""Where alarms are planned, created and taken back: what the screen and the command line both work with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from aws.alarms.definition import Plan, Planned
from aws.alarms.topics import Topic
from aws.model import Alarm, Scope, Severity, Snapshot


class Result(StrEnum):
    """What became of one item."""

    CREATED = "created"
    REPLACED = "replaced"
    DELETED = "deleted"
    CHANGED = "changed"  # its actions were switched on or off, or its metric filter is back
    PROVED = "proved"  # it was set off, and its action ran
    SKIPPED = "skipped"  # already so, or not ours to touch; `Outcome.text` says which
    FAILED = "failed"
    UNKNOWN = "unknown"  # sent, and no answer came: looked up again by the next run


@dataclass(frozen=True, slots=True)
class Outcome:
    """One item's end. ``name`` is the alarm's; ``text`` says why where it is not plain."""

    name: str
    result: Result
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Whom alarms notify: topic ARNs by severity (either may be empty: silent, after saying so)."""

    topics: Mapping[Severity, tuple[str, ...]] = field(default_factory=dict)
    ok_actions: bool = True

    def applied_to(self, planned: Planned) -> Planned:
        """The same alarm, notifying these topics; as it is where they say nothing about its severity, or it exists."""
        topics = self.topics.get(planned.severity)
        if topics is None or planned.filter_only:
            return planned
        told = topics if self.ok_actions else ()
        return replace(planned, definition=replace(planned.definition, alarm_actions=topics, ok_actions=told))


class AlarmDesk(Protocol):
    """One scope's alarms. Every method raises `aws.errors.CwtopError`; items fail one by one, as outcomes."""

    @property
    def scope(self) -> Scope:
        """The account and region that it writes to."""
        ...

    @property
    def last_run(self) -> str:
        """The id of the newest `apply`, known once it has begun, for `undo`; empty before the first."""
        ...

    async def plan(self, snapshot: Snapshot, *, resources: Sequence[str] | None, routing: Routing | None) -> Plan:
        """What is missing for these resources (None: all). ``routing`` None: as most of the account's alarms do."""
        ...

    async def topics(self, snapshot: Snapshot) -> tuple[Topic, ...]:
        """The topics that may be notified, the most used first."""
        ...

    async def create_topic(self, name: str, email: str) -> Topic:
        """A topic with one e-mail subscription, which that person has to confirm."""
        ...

    def apply(self, planned: Sequence[Planned], *, replace: Sequence[str] = ()) -> AsyncIterator[Outcome]:
        """Create alarms, an outcome as each is done; ``replace`` names conflicts that may be overwritten."""
        ...

    def undo(self, run: str) -> AsyncIterator[Outcome]:
        """Delete exactly what a run created, where it is unchanged since."""
        ...

    async def prove(self, alarm: str) -> Outcome:
        """Set the alarm off once and look whether its action ran. It notifies people."""
        ...

    async def set_actions(self, alarms: Sequence[str], *, enabled: bool) -> tuple[Outcome, ...]:
        """Let alarms notify, or keep them from it."""
        ...

    async def history(self, alarm: Alarm) -> tuple[tuple[float, str], ...]:
        """What happened to an alarm, newest first: (UTC epoch seconds, words)."""
        ...
