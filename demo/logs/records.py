"""What the Logs engine remembers: lines, groups, and the queries that were started."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from demo.logs.insights import Query
from demo.logs.metric_filters import MetricFilter
from demo.logs.params import Answer


class Event(NamedTuple):
    """One stored line; times are UTC epoch milliseconds."""

    at_ms: int
    stream: str
    message: str
    ingested_ms: int


@dataclass(slots=True)
class Group:
    """One log group. ``streams`` maps what clients created to the time; ``put`` holds their events in order of time."""

    name: str
    created_ms: int
    retention_days: int | None = None
    log_class: str = "STANDARD"
    stored_bytes: int = 0
    simulated: bool = False  # the world writes into it
    streams: dict[str, int] = field(default_factory=dict)
    put: list[Event] = field(default_factory=list)
    filters: dict[str, MetricFilter] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class RunningQuery:
    """A query that was started; its answer is computed when it is first asked for."""

    query: Query
    groups: tuple[Group, ...]
    start_ms: int
    end_ms: int
    limit: int
    cancelled: bool = False
    answer: Answer | None = None
