"""Log groups: those of the world, those that clients made, and the events of both in order of time."""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence

from aws.clock import Clock
from demo.errors import ServiceError
from demo.logs.params import Params, invalid
from demo.logs.records import Event, Group, RunningQuery
from demo.world import World

# The world's lines are computed when asked for; a real agent delivers with about this delay.
_DELIVERY_MS = 300


class Store:
    """All that the engine remembers."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self.queries: dict[str, RunningQuery] = {}
        self._clock = clock
        self._names: list[str] | None = None
        self._kept: dict[str, Group] = {}
        self._history_start_ms: int | None = None

    @property
    def now_ms(self) -> int:
        """UTC epoch milliseconds."""
        return int(self._clock.now() * 1000)

    @property
    def history_start_ms(self) -> int:
        """Before this there is nothing to read: where the world's first metric starts, or a day ago without any."""
        if self._history_start_ms is None:
            first = min((minute for _, minute in self.world.metrics()), default=None)
            self._history_start_ms = self.now_ms - 86_400_000 if first is None else first * 60_000
        return self._history_start_ms

    def names(self) -> Sequence[str]:
        """The names of all groups that exist now, in order."""
        return self._all()

    def _all(self) -> list[str]:
        if self._names is None:
            self._names = sorted(self.world.log_groups())
        return self._names

    def _exists(self, name: str) -> bool:
        names = self._all()
        at = bisect_left(names, name)
        return at < len(names) and names[at] == name

    def looked_at(self, name: str) -> Group:
        """The group of a name that exists, to be read only: of ten thousand groups hardly any is ever changed."""
        kept = self._kept.get(name)
        if kept is not None:
            return kept
        told = self.world.log_groups()[name]
        return Group(
            name=name,
            created_ms=int(told.get("creationTime", self.history_start_ms)),
            retention_days=told.get("retentionInDays"),
            log_class=told.get("logGroupClass", "STANDARD"),
            stored_bytes=int(told.get("storedBytes", 0)),
            simulated=True,
        )

    def changeable(self) -> list[Group]:
        """The groups that were asked for by name, in order: no others have filters, tags or events of clients."""
        return [group for _, group in sorted(self._kept.items())]

    def group(self, name_or_arn: str) -> Group:
        """The group of that name or ARN, to be read or changed. Raises `ServiceError`."""
        name = name_or_arn.partition(":log-group:")[2].removesuffix(":*") or name_or_arn
        if not self._exists(name):
            raise ServiceError("ResourceNotFoundException", "The specified log group does not exist.")
        return self._kept.setdefault(name, self.looked_at(name))

    def group_of(self, params: Params) -> Group:
        """The group that a request names by logGroupName or logGroupIdentifier. Raises `ServiceError`."""
        name = params.get("logGroupName") or params.get("logGroupIdentifier")
        if not isinstance(name, str):
            raise invalid("1 validation error detected: logGroupName must not be empty")
        return self.group(name)

    def add(self, group: Group) -> None:
        """Raises `ServiceError` where the name is taken."""
        if self._exists(group.name):
            raise ServiceError("ResourceAlreadyExistsException", "The specified log group already exists")
        self._kept[group.name] = group
        insort(self._all(), group.name)

    def remove(self, group: Group) -> None:
        """The world's own groups stay away, too."""
        del self._kept[group.name]
        self._all().remove(group.name)

    def arn(self, group: Group) -> str:
        """The group's ARN, without the ``:*`` that IAM wants."""
        return f"arn:aws:logs:{self.world.region}:{self.world.account}:log-group:{group.name}"

    def put(self, group: Group, event: Event) -> None:
        """Keeps an event among the others, in order of time."""
        insort(group.put, event)

    def events(self, group: Group, start_ms: int, end_ms: int) -> Iterator[Event]:
        """The events in ``[start_ms, end_ms)`` that have come in by now, in order of time."""
        start_ms, end_ms = max(start_ms, 0), min(end_ms, self.now_ms + 1)
        put = (event for event in group.put if start_ms <= event.at_ms < end_ms)
        return heapq.merge(self._told(group, start_ms, end_ms), put, key=lambda event: event.at_ms)

    def arrived(self, group: Group, start_ms: int, end_ms: int) -> Iterator[Event]:
        """The events that came in during ``[start_ms, end_ms)``: the world's on time, a client's when it put them."""
        yield from self._told(group, start_ms, end_ms)
        yield from (event for event in group.put if start_ms <= event.ingested_ms < end_ms)

    def _told(self, group: Group, start_ms: int, end_ms: int) -> Iterator[Event]:
        start_ms = max(start_ms, self.history_start_ms)
        if not group.simulated or start_ms >= end_ms:
            return
        for at_ms, stream, message in self.world.log_events(group.name, start_ms / 1000, end_ms / 1000):
            # Seconds as floats are not exact to the millisecond: hold to the bounds that were asked for.
            if start_ms <= at_ms < end_ms:
                yield Event(at_ms, stream, message, at_ms + _DELIVERY_MS)
