"""One scope, watched: what exists, which alarms there are, what was measured, and what that means."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from aws.clock import Clock
from aws.model import Finding, Gap, Interest, Phase, Resource, Scope, Severity
from aws.poller.additions import Additions
from aws.poller.alarm_book import AlarmBook
from aws.poller.cadence import Cadence
from aws.poller.covering import Covering
from aws.poller.firing import Firing
from aws.poller.gaps import of_defects
from aws.poller.gate import Gate
from aws.poller.hearing import Hearing
from aws.poller.inventory import Inventory
from aws.poller.log_book import LogBook
from aws.poller.metric_reader import MetricReader
from aws.poller.neighbours import Neighbours
from aws.poller.showing import Showing, Shown
from aws.poller.tagging import Tagging
from aws.poller.tiers import Plan, plan
from aws.poller.troubled import demanded, hot_set
from aws.poller.unknown import Unknown
from aws.poller.verdicts import Known, Verdicts
from aws.services.base import Service
from aws.settings import PollSettings
from aws.slices import Slices
from aws.source import Source

# What one poll costs is shown as the mean of so many.
_POLLS_AVERAGED = 5
_HOT_S = 3_600.0
# Services take up to a request for each resource to walk.
_ASKED_AGAIN_PER_S = 10.0


class Watch:
    """All that is known of one scope. Its readers run side by side, and none waits for another's failure.

    ``changed`` is called whenever there is something new to show, ``murmured`` where readings are new that nobody looks
    at: they matter if a finding comes of them. While ``is_urgent()``, nothing rests.
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
        murmured: Callable[[], None],
        is_urgent: Callable[[], bool],
    ) -> None:
        self._is_urgent = is_urgent
        self._searching = frozenset(rule.id for one in services.values() for rule in one.rules if rule.of_rest)
        self.source = source
        self.scope: Scope = source.call.scope
        self.services = services
        self.interest = Interest()
        self.share: Callable[[], float] = lambda: 1.0  # of the limit in dollars, which is one for all scopes
        self.resources: dict[str, Resource] = {}
        self.metrics_tried = not settings.metrics  # then there is nothing to try
        self.recalled_at_s: float | None = None  # when an earlier run saw what was recalled of it
        self._usd_polls: deque[float] = deque(maxlen=_POLLS_AVERAGED)
        self._first_polled = False
        self._settings = settings
        self.gaps: list[Gap] = []
        self._clock = clock
        self._cadence = cadence
        self._changed = changed
        self._murmured = murmured
        call = Gate(source.call, is_open)
        self.inventory = Inventory(call, services, clock, arrived=self._arrived, gone=self._gone, named=self._named)
        self.tagging = Tagging(call, services)
        self.logs = LogBook(call, settings.alarms, clock, every_s=settings.alarms_every_s)
        self.alarms = AlarmBook(call, clock)
        self.metrics = MetricReader(call, clock, services, window_s=settings.window_s, heard=self._heard)
        self.unknown = Unknown(self.scope, self.metrics, clock)
        self.verdicts = Verdicts(clock, services, settings.thresholds)
        self.firing = Firing(services, clock)
        self.covering = Covering(services, settings.alarms, clock)
        self.hearing = Hearing(call)
        self._additions = Additions()
        self._settling = asyncio.Lock()
        self.neighbours = Neighbours(clock)
        self._version = 0  # of the resources
        self._shown = Showing()
        self._failed_beside_s = 0.0  # tags or log groups, when last

    @property
    def complete(self) -> bool:
        """Whether inventory, alarms and metrics were each tried at least once: all that exists was named and judged, or
        could not be. What explains it may still come."""
        return self.inventory.tried and self.alarms.tried and self.metrics_tried

    async def walk(self, only: Collection[str] | None = None, *, refused: bool = False) -> None:
        """Walk the inventory, and read the tags beside it; or walk ``only`` some services, and what else failed, or
        was ``refused``."""
        async with asyncio.TaskGroup() as group:
            if only is None or self.tagging.failing or (refused and self.tagging.gaps):
                group.create_task(self.read_tags())
            await self.inventory.walk(only)
            self.metrics.hurry()
            self._changed()
            await self.read_logs()

    @property
    def behind(self) -> bool:
        """Whether anything that a walk reads had no answer, and may have one now."""
        return bool(self.inventory.failing()) or self.tagging.failing or self.logs.failing

    @property
    def failed_s(self) -> float:
        """When a walk missed an answer that may be there now, last; UTC epoch seconds."""
        return max(self.inventory.failed_s, self._failed_beside_s)

    def again_s(self, *, refused: bool = False) -> float:
        """How long to wait before what is `behind`, or was ``refused``, is walked again: large services are not asked
        for every thing in them all the time because one answer in hundreds is missing."""
        return len(self.inventory.lacking(refused=refused)) / _ASKED_AGAIN_PER_S

    async def read_tags(self) -> None:
        """Read the tags of all resources and alarms."""
        if await self.tagging.read():
            slices = Slices(self._clock)
            for resource in self._additions.tag(self.tagging.tags):
                if resource is not None:
                    self._show(resource)
                await slices.breathe()
            self._changed()
        if self.tagging.failing:
            self._failed_beside_s = self._clock.now()

    async def read_logs(self) -> None:
        """Read the log groups of what is known to exist, with their metric filters."""
        if await self.logs.read(self.resources.values()):
            self._changed()
        if self.logs.failing:
            self._failed_beside_s = self._clock.now()

    async def read_firing(self) -> None:
        """Read the alarms that fire."""
        await self.alarms.read_firing()
        self._changed()

    async def list_alarms(self) -> None:
        """Read all alarms."""
        await self.alarms.read_list()
        self._changed()

    async def read_topics(self, *, again: bool) -> None:
        """Read whom the alarms notify: all of it ``again``, or what is new."""
        if self.alarms.tried and await self.hearing.read(self.alarms.alarms, again=again):
            self._changed()

    async def read_metrics(self) -> bool:
        """Read what every poll reads of the metrics, and what an open finding asks for besides.

        During the first walk resources are read as they are found, until the next turn is due at the latest. Gives
        whether that was over before.
        """
        until_s = self._cadence.due_s(self._clock.now())
        walked = self.inventory.tried
        await self.metrics.poll(
            self._first, lambda: not self.inventory.tried, until_s, hot=self._hot(), replan=self._replan
        )
        self.verdicts.reconsider()
        await self.settle()
        await self.metrics.fetching.demand(demanded(self.services, self.resources, self.verdicts.open_rules()))
        self.metrics_tried = self.inventory.tried
        self._changed()
        return walked

    async def keep_fresh(self, started_s: float, stop: Callable[[], bool]) -> None:
        """Read what is due of what is read less often, spread over the rest of the turn, until ``stop()``."""
        await self.metrics.keep_fresh(self._first, stop, self._cadence.due_s(started_s))

    def polled(self, spent_usd: float, *, first: bool) -> None:
        """A turn has cost so much; the ``first`` look counts until there is another."""
        if self._first_polled:
            self._usd_polls.clear()
        self._usd_polls.append(spent_usd)
        self._first_polled = first

    @property
    def usd_per_poll(self) -> float | None:
        """What a poll costs, the mean of the last ones; None before there was one."""
        return sum(self._usd_polls) / len(self._usd_polls) if self._usd_polls else None

    @property
    def urgent(self) -> bool:
        """Whether anything critical is open, or something fails that is not yet found."""
        return any(self._urgent(finding) for found in self.verdicts.findings.values() for finding in found)

    @property
    def resting(self) -> str:
        """Why visible rows, hot set and sweeps rest; empty where they do not."""
        if self._is_urgent():
            return ""
        return "unfocused" if not self.interest.focused else "idle 10m" if self.interest.idle else ""

    def set_mode(self, mode: str) -> None:
        """How much freshness may cost from now on."""
        self._settings = replace(self._settings, mode=mode)
        self._replan()

    def attend(self, interest: Interest) -> None:
        """What the user looks at now."""
        self.interest = interest
        self.metrics.hurry()

    async def settle(self) -> None:
        """Bring verdicts and gaps up to date with what was read."""
        slices = Slices(self._clock)
        async with self._settling:
            rested = await self.metrics.rest()
            self.verdicts.due |= rested
            await self._relink()
            await slices.breathe()
            await self.firing.look(
                self.alarms,
                self.resources,
                version=self._version,
                complete=[(self.scope, name) for name in self.inventory.whole()],
                groups=self.logs.groups,
                delivery=self.hearing.delivery,
                walking=bool(self.inventory.walking),
            )
            await self.verdicts.alarms_fire(self.firing.findings)
            await slices.breathe()
            await self.covering.look(
                self.alarms,
                self.resources,
                version=self._version,
                dead=self.firing.dead,
                ours=self.tagging.ours,
                logs=self.logs.groups,
                tags_read=self.tagging.known,
                delivery=self.hearing.delivery,
                hearing=not self.hearing.tried,
                walking=bool(self.inventory.walking),
            )
            await slices.breathe()
            series, linked = self.metrics.store.view(), self.neighbours
            await self.verdicts.settle(
                Known(self.resources, series, linked.causes, linked.effects, self.metrics.residue.unexplained)
            )
            await self._find_gaps()
            await slices.breathe()

    def shown(self) -> Shown:
        """Resources, findings and statuses as they are now; what has not changed since the last time is the same."""
        return self._shown.now(self.resources, self.verdicts, version=self._version, unseen=self.inventory.unseen)

    def _named(self) -> None:
        self.metrics.hurry()
        self._changed()

    def _arrived(self, resource: Resource) -> None:
        self._show(self._additions.take(resource))

    def _show(self, resource: Resource) -> None:
        before = self.resources.get(resource.arn)
        self.resources[resource.arn] = resource
        self._version += 1
        # Which metrics there are is told by the facts alone: ten thousand resources whose tags came are no others.
        same = before is not None and before.facts == resource.facts and before.name == resource.name
        if self._settings.metrics and resource.service in self.services and not same:
            self.metrics.want(resource)
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
        if not arns:
            return
        self.verdicts.due |= arns
        looked_at = self.interest.opened in arns or not arns.isdisjoint(self.interest.visible)
        (self._changed if looked_at or not self.complete else self._murmured)()

    def _first(self) -> list[str]:
        opened = (self.interest.opened,) if self.interest.opened else ()
        return [*opened, *self.interest.visible]

    def _hot(self) -> list[str]:
        """Resources with findings, the worst first, or anything that counts as trouble within the hour."""
        return hot_set(self.verdicts.findings, self.metrics.residue.erring(self._clock.now() - _HOT_S))

    def _urgent(self, finding: Finding) -> bool:
        if finding.phase is Phase.RECOVERED:
            return False
        searched = finding.rule in self._searching and finding.severity is not Severity.INFO
        return searched or finding.severity is Severity.CRITICAL

    def planned(self, mode: str) -> Plan:
        """How often each tier would be read in a mode, with somebody looking."""
        sizes, interval_s = self.metrics.tiers.sizes, self._cadence.interval_s
        return plan(mode=mode, sizes=sizes, interval_s=interval_s, max_usd_per_hour=self._limit())

    def _limit(self) -> float | None:
        limit = self._settings.max_usd_per_hour
        return None if limit is None else limit * self.share()

    def _replan(self) -> None:
        self.metrics.tiers.replan(
            mode=self._settings.mode,
            interval_s=self._cadence.interval_s,
            max_usd_per_hour=self._limit(),
            resting=bool(self.resting),
            visible=self._first(),
            hot=self._hot(),
            reasons=self.metrics.fetching.reasons,
        )

    async def _relink(self) -> None:
        if await self.neighbours.look(self.inventory.links()):
            for resource in self._additions.link(self.neighbours.links):
                self._show(resource)

    async def _find_gaps(self) -> None:
        await self.unknown.look(self.resources, version=self._version)
        self.gaps = [*self.inventory.gaps(), *self.alarms.gaps, *self.hearing.gaps, *self.unknown.gaps]
        self.gaps += of_defects(self.scope, self.resources, self.verdicts.undecided)
        self.gaps += [*self.tagging.gaps, *self.logs.gaps, *self.metrics.gaps]
