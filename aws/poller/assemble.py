"""From the watched scopes to one `Snapshot`."""

from __future__ import annotations

import functools
import operator
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TypeVar

from aws.clock import Clock
from aws.incidents import grouping
from aws.model import ApiUse, Covered, Delivery, Gap, Incident, Progress, Snapshot
from aws.poller.gaps import Since
from aws.poller.polling import polling
from aws.poller.recalling import recalled
from aws.poller.watch import Watch
from aws.services.base import Service
from aws.settings import PollSettings
from aws.slices import Slices

T = TypeVar("T")


class Assembler:
    """Makes snapshots. Remembers since when each gap is there, and the incidents as long as nothing in them moves."""

    def __init__(
        self, watches: Sequence[Watch], services: Mapping[str, Service], clock: Clock, settings: PollSettings
    ) -> None:
        self.settings = settings
        self._watches = watches
        self._services = services
        self._clock = clock
        self._since = Since()
        self._sequence = 0
        self._grouped: tuple[object, tuple[Incident, ...]] = (None, ())

    async def snapshot(
        self, *, interval_s: float, next_poll_s: float | None, paused: bool = False, more_gaps: Iterable[Gap] = ()
    ) -> Snapshot:
        """Everything known now."""
        watches = self._watches
        now_s = self._clock.now()
        self._sequence += 1
        shown = [watch.shown() for watch in watches]
        resources = _together([each.resources for each in shown])
        findings = _together([each.findings for each in shown])
        links = tuple(chain.from_iterable(watch.neighbours.links for watch in watches))
        before = recalled(watches)
        reads = [at_s for watch in watches if (at_s := watch.metrics.store.oldest_read_s()) is not None]
        snapshot = Snapshot(
            at_s=now_s,
            sequence=self._sequence,
            complete=all(watch.complete for watch in watches),
            paused=paused,
            progress=progress(watches, self._services),
            scopes=tuple(watch.scope for watch in watches),
            resources=resources,
            links=links,
            series={watch.scope: watch.metrics.store.view() for watch in watches},
            # Not those that were read since: an alarm that fires is among the problems of the same snapshot.
            alarms=_together([watch.firing.alarms for watch in watches]),
            alarm_targets=_together([watch.firing.targets for watch in watches]),
            dead_alarms=frozenset(chain.from_iterable(watch.firing.dead for watch in watches)),
            delivery=functools.reduce(operator.or_, (watch.hearing.delivery for watch in watches), Delivery()),
            coverage=coverage(watches),
            tags={watch.scope: watch.tagging.tags for watch in watches if watch.tagging.known},
            log_groups={watch.scope: groups for watch in watches if (groups := watch.logs.groups) is not None},
            findings=findings,
            health=_together([each.health for each in shown]),
            gaps=self._since(chain(*(watch.gaps for watch in watches), more_gaps), now_s),
            api=api_use(watches, interval_s),
            data_at_s=min([*reads, before.at_s] if before else reads, default=None),
            recalled=before,
            polling=polling(watches, self.settings),
            next_poll_s=next_poll_s,
            credentials={watch.scope: watch.source.credentials() for watch in watches},
        )
        return replace(snapshot, incidents=await self._group(snapshot))

    async def _group(self, of: Snapshot) -> tuple[Incident, ...]:
        """The incidents; made anew where a finding or a link changed, and with every minute."""
        state = of.findings, len(of.resources), of.links, int(of.at_s // 60)
        if self._grouped[0] != state:
            steps = grouping(of.findings, of.resources, of.links, of.at_s, services=self._services)
            self._grouped = state, await Slices(self._clock).through(steps)
        return self._grouped[1]


def _together(mappings: Sequence[Mapping[str, T]]) -> Mapping[str, T]:
    """All of several mappings that are replaced, never changed. One alone is passed on as it is, so that whoever
    reckons from it sees that nothing has changed.
    """
    return mappings[0] if len(mappings) == 1 else dict(chain.from_iterable(each.items() for each in mappings))


def coverage(watches: Sequence[Watch]) -> Mapping[str, tuple[Covered, ...]] | None:
    """All scopes' recommended alarms; None while no scope's alarms were read."""
    if not any(watch.covering.read for watch in watches):
        return None
    if len(watches) == 1:
        return watches[0].covering.coverage
    return {arn: covered for watch in watches for arn, covered in watch.covering.coverage.items()}


def api_use(watches: Sequence[Watch], interval_s: float) -> ApiUse:
    """What all scopes have asked for; dollars per hour as if every poll from now on cost what the last one did."""
    used = [watch.source.api_use() for watch in watches]
    calls: Counter[str] = Counter()
    for one in used:
        calls.update(one.calls)
    polls = [watch.usd_per_poll for watch in watches if watch.usd_per_poll is not None]
    return ApiUse(
        calls=dict(calls),
        metrics_requested=sum(one.metrics_requested for one in used),
        usd=sum(one.usd for one in used),
        usd_per_hour=sum(polls) * 3600 / interval_s if polls else None,
        metrics_requested_at_most=sum(one.metrics_requested_at_most for one in used),
        usd_at_most=sum(one.usd_at_most for one in used),
    )


def progress(watches: Sequence[Watch], services: Mapping[str, Service]) -> Progress | None:
    """What is being loaded for the first time; None once everything was tried."""
    walking: Counter[str] = Counter()
    for watch in watches:
        if not watch.inventory.explained:
            walking.update(watch.inventory.walking)
    if walking:
        name, found = walking.most_common(1)[0]
        kinds = services[name].kinds
        return Progress(kinds[0].plural if kinds else services[name].title, found)
    reading = [watch.metrics.progress for watch in watches if not watch.metrics_tried]
    known = [done_total for done_total in reading if done_total is not None]
    if known:
        return Progress("metrics", sum(done for done, _ in known), sum(total for _, total in known))
    if any(not watch.alarms.tried for watch in watches):
        return Progress("alarms")
    return None
