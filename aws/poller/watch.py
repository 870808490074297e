"""One scope, watched: what exists, which alarms there are, what was measured, and what that means."""

from __future__ import annotations

import asyncio
import functools
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping

from aws.clock import Clock
from aws.links import with_passages
from aws.model import Gap, Health, Interest, Link, Resource, Scope, SeriesId
from aws.poller.additions import Additions
from aws.poller.alarm_book import AlarmBook
from aws.poller.cadence import Cadence
from aws.poller.covering import Covering
from aws.poller.firing import Firing
from aws.poller.gaps import ALARMS, METRICS, TOPICS, Reason, of_readings, unanswered
from aws.poller.gate import Gate
from aws.poller.hearing import Hearing
from aws.poller.inventory import Inventory
from aws.poller.log_book import LOG_GROUPS, LogBook
from aws.poller.metric_reader import MetricReader
from aws.poller.slices import Slices
from aws.poller.tagging import TAGS, Tagging
from aws.poller.verdicts import Known, Verdicts
from aws.services.base import Service
from aws.settings import PollSettings
from aws.source import Source

# Readings that nobody renewed for this many turns (five minutes at least) are stale: a pause, or a poll that hangs.
_TURNS_TO_STALE = 3
_LEAST_TO_STALE_S = 300.0


class Watch:
    """All that is known of one scope. Its readers run side by side, and none waits for another's failure.

    ``changed`` is called whenever there is something new to show.
    """

    def __init__(
        self,
        source: Source,
        services: Mapping[str, Service],
        settings: PollSettings,
        clock: Clock,
        *,
        cadence: Cadence,
        is_open: asyncio.Event,
        changed: Callable[[], None],
    ) -> None:
        self.source = source
        self.scope: Scope = source.call.scope
        self.services = services
        self.interest = Interest()
        self.resources: dict[str, Resource] = {}
        self.metrics_tried = False
        self.recalled_at_s: float | None = None  # when an earlier run saw what was recalled of it
        self.usd_per_poll: float | None = None
        self.gaps: list[Gap] = []
        self.links: tuple[Link, ...] = ()
        self._clock = clock
        self._cadence = cadence
        self._changed = changed
        call = Gate(source.call, is_open)
        self.inventory = Inventory(call, services, clock, arrived=self._arrived, gone=self._gone)
        self.tagging = Tagging(call, services)
        self.logs = LogBook(call, settings.alarms, clock, every_s=settings.alarms_every_s)
        self.alarms = AlarmBook(call, clock)
        self.metrics = MetricReader(call, clock, window_s=settings.window_s, heard=self._heard)
        self.verdicts = Verdicts(clock, services, settings.thresholds)
        self.firing = Firing(services, clock)
        self.covering = Covering(services, settings.alarms, clock)
        self.hearing = Hearing(call)
        self._additions = Additions()
        self._settling = asyncio.Lock()
        self._causes: dict[str, list[str]] = {}
        self._effects: dict[str, list[str]] = {}
        self._version = 0  # of the resources

    @property
    def complete(self) -> bool:
        """Whether inventory, alarms and metrics were each tried to the end at least once."""
        return self.inventory.tried and self.alarms.tried and self.metrics_tried

    async def walk(self, only: Collection[str] | None = None) -> None:
        """Walk the inventory, and read the tags beside it; or walk ``only`` some services."""
        async with asyncio.TaskGroup() as group:
            if only is None:
                group.create_task(self.read_tags())
            await self.inventory.walk(only)
            self.metrics.hurry()
            self._changed()
            await self.read_logs()

    async def read_tags(self) -> None:
        """Read the tags of all resources and alarms."""
        if await self.tagging.read():
            for resource in self._additions.tag(self.tagging.tags):
                self._show(resource)
            self._changed()

    async def read_logs(self) -> None:
        """Read the log groups of what is known to exist, with their metric filters."""
        if await self.logs.read(self.resources.values()):
            self._changed()

    async def read_alarms(self, *, everything: bool) -> None:
        """Read the alarms: all, or those that fire."""
        await self.alarms.read(everything=everything)
        self._changed()

    async def read_topics(self, *, again: bool) -> None:
        """Read whom the alarms notify: all of it ``again``, or what is new."""
        if self.alarms.tried and await self.hearing.read(self.alarms.alarms, again=again):
            self._changed()

    async def read_metrics(self) -> None:
        """Read every resource's metrics, and what an open finding asks for besides.

        During the first walk resources are read as they are found, until the next turn is due at the latest.
        """
        spent_usd = self.source.api_use().usd
        until_s = self._cadence.due_s(self._clock.now())
        await self.metrics.poll(self._first, lambda: not self.inventory.tried, until_s)
        self.verdicts.reconsider()
        await self.settle()
        await self.metrics.demand(self._demanded())
        self.metrics_tried = self.inventory.tried
        self.usd_per_poll = self.source.api_use().usd - spent_usd
        self._changed()

    def attend(self, interest: Interest) -> None:
        """What the user looks at now."""
        self.interest = interest
        self.metrics.hurry()

    async def settle(self) -> None:
        """Bring verdicts and gaps up to date with what was read."""
        async with self._settling:
            now_s = self._clock.now()
            limit_s = max(_LEAST_TO_STALE_S, _TURNS_TO_STALE * self._cadence.interval_s)
            old = self.metrics.store.rest(now_s - limit_s, f"not read for {limit_s:g} s")
            self.verdicts.due |= self._owners_of(old)
            self._relink()
            await self.firing.look(
                self.alarms,
                self.resources,
                version=self._version,
                complete=[(self.scope, name) for name in self.inventory.whole()],
                delivery=self.hearing.delivery,
                walking=bool(self.inventory.walking),
            )
            await self.covering.look(
                self.alarms,
                self.resources,
                version=self._version,
                dead=self.firing.dead,
                ours=self.tagging.ours,
                logs=self.logs.groups,
                delivery=self.hearing.delivery,
                hearing=not self.hearing.tried,
                walking=bool(self.inventory.walking),
            )
            self.verdicts.alarms_fire(self.firing.findings)
            series = self.metrics.store.view()
            await self.verdicts.settle(Known(self.resources, self.metrics.wanted, series, self._causes, self._effects))
            await self._find_gaps()

    def health(self) -> Iterator[tuple[str, Health]]:
        """Every resource's status; unknown where it was not judged yet, or its service's last walk lost sight of it."""
        judged, unseen = self.verdicts.health, self.inventory.unseen
        for arn in self.resources:
            health = judged.get(arn, Health.UNKNOWN)
            yield arn, Health.UNKNOWN if health is Health.OK and arn in unseen else health

    def unanswered(self, timeout_s: float) -> list[Gap]:
        """What a look that took ``timeout_s`` had no answer to."""
        throttled = {lane.name: lane.last_error for lane in self.source.pacing() if lane.throttled}
        late = functools.partial(unanswered, self.scope, timeout_s=timeout_s, throttled=throttled)
        missing = [late(name, self.inventory.asks(name)) for name in self.services if name not in self.inventory.walked]
        if not self.alarms.tried:
            missing.append(late("cloudwatch", ALARMS))
        elif not self.hearing.tried:
            missing.append(late("sns", TOPICS, what=": whether anybody hears the alarms is not known"))
        if not self.tagging.tried:
            missing.append(late("tags", TAGS).leaving_coverage_open())
        if not self.logs.tried:
            missing.append(late("log groups", LOG_GROUPS).leaving_coverage_open())
        unread: Counter[str] = Counter()
        for arn, wanted in self.metrics.wanted.items():
            unread[self.resources[arn].service] += len(self.metrics.store.unread(wanted))
        missing += [late(service, METRICS, what=f" ({count} readings)") for service, count in unread.items() if count]
        return missing

    def _arrived(self, resource: Resource) -> None:
        self._show(self._additions.take(resource))

    def _show(self, resource: Resource) -> None:
        self.resources[resource.arn] = resource
        self._version += 1
        service = self.services.get(resource.service)
        if service is not None:
            self.metrics.want(resource.arn, _series_ids(service, resource))
        self.verdicts.due.add(resource.arn)
        self._changed()

    def _gone(self, arns: Collection[str]) -> None:
        for arn in arns:
            self.resources.pop(arn, None)
            self._version += 1
        self._additions.drop(arns)
        self.metrics.forget(arns)
        self.verdicts.forget(arns)

    def _heard(self, arns: set[str]) -> None:
        if arns:
            self.verdicts.due |= arns
            self._changed()

    def _first(self) -> list[str]:
        opened = (self.interest.opened,) if self.interest.opened else ()
        return [*opened, *self.interest.visible]

    def _demanded(self) -> dict[str, tuple[SeriesId, ...]]:
        demanded = {}
        for arn, rules in self.verdicts.open_rules().items():
            resource = self.resources[arn]
            if wanted := _series_ids(self.services[resource.service], resource, rules):
                demanded[arn] = wanted
        return demanded

    def _defects(self) -> Iterator[Gap]:
        reasons = Counter((self.resources[arn].service, why) for arn, why in self.verdicts.undecided.items())
        for (service, why), count in reasons.items():
            hint = "this is a defect of cwtop: the log file has the details"
            yield Gap(service, "judgement", f"{why} on {count} resources", hint, self.scope.account, self.scope.region)

    def _owners_of(self, series_ids: Collection[SeriesId]) -> set[str]:
        return {arn for series_id in series_ids for arn in self.metrics.owners(series_id)}

    def _relink(self) -> None:
        before, self.links = self.links, tuple(self.inventory.links())
        if self.links == before:
            return
        self._causes, self._effects = {}, {}
        for link in with_passages(self.links):
            self._causes.setdefault(link.effect, []).append(link.cause)
            self._effects.setdefault(link.cause, []).append(link.effect)
        for resource in self._additions.link(self.links):
            self._show(resource)

    async def _find_gaps(self) -> None:
        reasons: Counter[Reason] = Counter()
        slices = Slices(self._clock)
        store = self.metrics.store
        for series_id in tuple(store.unknown):
            known = store.get(series_id)
            for arn in self.metrics.owners(series_id):
                if known is not None and arn in self.resources:
                    reasons[self.resources[arn].service, known.state, known.detail] += 1
            await slices.breathe()
        readings = of_readings(self.scope, reasons, self.metrics.hints)
        self.gaps = [*self.inventory.gaps(), *self.alarms.gaps, *self.hearing.gaps, *readings, *self._defects()]
        self.gaps += [*self.tagging.gaps, *self.logs.gaps]


def _series_ids(service: Service, resource: Resource, rules: Collection[str] | None = None) -> tuple[SeriesId, ...]:
    """The statistics that a resource's service wants of it: always, or for open findings of these rules."""
    return tuple(
        SeriesId(key, stat)
        for metric, key in service.metrics_of(resource)
        if (not metric.on_demand if rules is None else not set(rules).isdisjoint(metric.on_demand_for))
        for stat in metric.stats
    )
