"""One scope's alarms in relation to its resources: whom each watches, which are dead, which fire."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from aws.alarms.firing import firing
from aws.alarms.silence import Silence
from aws.alarms.targets import AlarmIndex
from aws.clock import Clock
from aws.evaluate.composite import children, parse_rule
from aws.evaluate.errors import RuleError
from aws.figures import ago
from aws.model import Alarm, AlarmKind, AlarmState, Delivery, Finding, Resource, Scope
from aws.model.logs import LogGroups
from aws.poller.alarm_book import AlarmBook
from aws.services.base import Service
from aws.slices import Slices

# While resources are still being found, alarms are matched with them this often: an index of thousands takes a while.
_BETWEEN_INDEXES_S = 10.0


class Firing:
    """Targets, dead alarms and findings of firing alarms. Matched anew only where an alarm or the resources changed."""

    def __init__(self, services: Mapping[str, Service], clock: Clock) -> None:
        self._services = services
        self._clock = clock
        self._index = AlarmIndex((), services)
        self._indexed: object = None  # what the index was made of
        self._indexed_at_s = clock.monotonic()
        self._matched: Mapping[str, Alarm] = {}
        self._dead: set[str] = set()
        self._in_alarm: tuple[Alarm, ...] = ()
        self._basis: object = None  # what the findings were made of
        self.alarms: Mapping[str, Alarm] = {}  # those of which the findings tell
        self.targets: Mapping[str, tuple[str, ...]] = {}
        self.dead: frozenset[str] = frozenset()
        self.findings: Mapping[str, tuple[Finding, ...]] = {}

    async def look(
        self,
        book: AlarmBook,
        resources: Mapping[str, Resource],
        *,
        version: int,
        complete: Collection[tuple[Scope, str]],
        groups: LogGroups | None,
        delivery: Delivery,
        walking: bool,
    ) -> None:
        """Bring everything up to date. ``version`` is that of the resources, ``complete`` the services fully known,
        ``groups`` where they log to, ``delivery`` what is known of whom the alarms reach."""
        waited_s = self._clock.monotonic() - self._indexed_at_s
        now = (version, frozenset(complete), groups)
        first = self._indexed is None  # there may be all that an earlier run saw
        if now != self._indexed and book.alarms and (first or not walking or waited_s >= _BETWEEN_INDEXES_S):
            self._index = await self._indexing(tuple(resources.values()), complete, groups)
            self._indexed, self._indexed_at_s = now, self._clock.monotonic()
            self._matched = {}
        alarms = book.alarms
        if self._matched is not alarms:
            await self._match(alarms)
        now_s, read_at_s = self._clock.now(), book.read_at_s if book.failing else None
        # With every minute an age grows, and at some time an alarm has fired for a day.
        basis = (self._in_alarm, self.targets, delivery, read_at_s, int(now_s // 60))
        if basis != self._basis:
            self.findings = await self._found(now_s, Silence((), delivery), read_at_s)
            self._basis = basis
        self.alarms = alarms

    async def _found(self, now_s: float, silence: Silence, read_at_s: float | None) -> dict[str, tuple[Finding, ...]]:
        slices = Slices(self._clock)
        found = await slices.through(firing(self._in_alarm, self.targets, now_s, silent=silence.own))
        if read_at_s is not None:
            for arn, findings in found.items():
                found[arn] = tuple(self._aged(findings, now_s - read_at_s))
                await slices.breathe()
        return found

    async def _indexing(
        self, resources: Iterable[Resource], complete: Collection[tuple[Scope, str]], groups: LogGroups | None
    ) -> AlarmIndex:
        slices = Slices(self._clock)
        index = AlarmIndex((), self._services, complete=complete, groups=groups)
        for resource in resources:
            index.add(resource)
            await slices.breathe()
        return index

    async def _match(self, alarms: Mapping[str, Alarm]) -> None:
        slices = Slices(self._clock)
        targets: dict[str, tuple[str, ...]] = {}
        for arn, alarm in alarms.items():
            if self._matched.get(arn) is alarm:
                targets[arn] = self.targets[arn]
                continue
            targets[arn] = self._index.targets(alarm)
            self._dead.discard(arn)
            if self._index.dead(alarm):
                self._dead.add(arn)
            await slices.breathe()
        targets.update(self._index.targets_of(_in_composites(alarms)))
        self._matched = alarms
        self._in_alarm = tuple(alarm for alarm in alarms.values() if alarm.state is AlarmState.ALARM)
        self._dead &= alarms.keys()
        self.targets, self.dead = targets, frozenset(self._dead)

    def _aged(self, findings: tuple[Finding, ...], age_s: float) -> Iterator[Finding]:
        for finding in findings:
            yield replace(finding, text=f"{finding.text} (as read {ago(age_s)})") if age_s >= 60 else finding


def _in_composites(alarms: Mapping[str, Alarm]) -> dict[str, Alarm]:
    """The composite alarms with all that their rules name, at any depth."""
    waiting = [alarm for alarm in alarms.values() if alarm.kind is AlarmKind.COMPOSITE]
    by_name = {alarm.name: alarm for alarm in alarms.values()} if waiting else {}
    found: dict[str, Alarm] = {}
    while waiting:
        alarm = waiting.pop()
        if alarm.arn in found:
            continue
        found[alarm.arn] = alarm
        if alarm.kind is AlarmKind.COMPOSITE:
            waiting.extend(by_name[name] for name in _named(alarm) if name in by_name)
    return found


def _named(alarm: Alarm) -> tuple[str, ...]:
    try:
        return children(parse_rule(alarm.rule))
    except RuleError:  # a rule in words newer than ours names nothing that we could follow
        return ()
