"""What one scope's metrics are read for, and which of them are due: everything in small accounts, by tiers in large."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from aws.clock import Clock
from aws.model import MetricKey, Resource, SeriesId
from aws.poller.activity import LIST_EVERY_S, Activity
from aws.poller.rota import Rota
from aws.poller.store import Store
from aws.poller.sums import Sum
from aws.poller.tiers import Plan, Sizes, Tier, plan
from aws.services.base import Metric, Pace, Service
from aws.slices import Slices

_PACES = {Pace.NEEDED: Tier.NEEDED, Pace.TRAFFIC: Tier.TRAFFIC, Pace.SLOW: Tier.SLOW}
_RECENT_S = 3_600.0
_IDLE_GOOD_FOR_S = 3 * LIST_EVERY_S
_PORTION = 500


class Role(NamedTuple):
    """What one metric is read for, the same for all resources of a kind.

    ``needed``: a health rule cannot tell without it. ``sum_key``: the account-wide sum that it is a part of.
    """

    stats: tuple[str, ...]
    tier: Tier
    needed: bool
    sign_of_life: bool
    sum_key: tuple[str, str, str] | None


class Entry(NamedTuple):
    """One metric of one resource: all its statistics are read in one request, which is billed once.

    Its series are named when they are asked for: there are a hundred thousand, most of which are seldom read.
    """

    metric: MetricKey
    role: Role

    @property
    def ids(self) -> tuple[SeriesId, ...]:
        """All its statistics."""
        return tuple([SeriesId(self.metric, stat) for stat in self.role.stats])

    @property
    def first(self) -> SeriesId:
        """The statistic that stands for it."""
        return SeriesId(self.metric, self.role.stats[0])


class Tiering:
    """Which metrics there are, by tier; what the plan is; which are due."""

    def __init__(self, services: Mapping[str, Service], clock: Clock, store: Store, activity: Activity) -> None:
        self._services = services
        self._clock = clock
        self._store = store
        self._looked_at: dict[str, float] = {}  # monotonic, of rows and the hot set
        self._paid_at: dict[Tier, float] = {}
        self._planned_rows: dict[Tier, int] = {}
        self._due_at: float | None = None
        self._needed: dict[tuple[str, str], frozenset[str]] = {}
        self._roles: dict[Role, Role] = {}
        self.activity = activity
        self.rota = Rota()
        self.entries: dict[str, tuple[Entry, ...]] = {}
        self.account: dict[str, tuple[SeriesId, ...]] = {}
        self.sums: dict[tuple[str, str, str], Sum] = {}
        self.sizes = Sizes()
        self.plan = plan(mode="thorough", sizes=self.sizes, interval_s=60.0)
        self.metrics = 0  # of all resources

    def add(self, resource: Resource) -> tuple[SeriesId, ...]:
        """From now on a resource's metrics are read. Gives all its series."""
        service = self._services[resource.service]
        needed = self._needed_by(service, resource.kind)
        entries = tuple(
            [
                Entry(key, self._role(service, metric, metric.id in needed, bool(key.dimensions)))
                for metric, key in service.metrics_of(resource)
                if not metric.on_demand
            ]
        )
        wanted = tuple(series_id for entry in entries for series_id in entry.ids)
        if self.entries.get(resource.arn) == entries:  # it was merely seen again, with other facts
            return wanted
        self.drop(resource.arn)
        self.entries[resource.arn] = entries
        self.metrics += len(entries)
        for metric, key in service.metrics_of(resource) if any(e.role.tier is Tier.ACCOUNT for e in entries) else ():
            if not key.dimensions:
                self._sum((service.name, resource.kind, metric.id)).total = SeriesId(key, metric.stats[0])
        for entry in entries:
            if entry.role.tier is Tier.ACCOUNT:
                self.account[resource.arn] = (*self.account.get(resource.arn, ()), *entry.ids)
            elif entry.role.sum_key is not None:
                self._sum(entry.role.sum_key).add(entry.first, resource.arn)
                if (series := self._store.get(entry.first)) is not None:
                    self._sum(entry.role.sum_key).heard(entry.first, series)
        self._rotate(resource.arn)
        self._vouch(resource.arn)
        return wanted

    def drop(self, arn: str) -> None:
        """A resource exists no more."""
        for entry in self.entries.pop(arn, ()):
            self.metrics -= 1
            self.rota.leave(entry.role.tier, entry.metric)
            self.rota.leave(Tier.TRAFFIC, entry.metric)
            if entry.role.sum_key is not None:
                self.sums[entry.role.sum_key].drop(entry.first)
        self.account.pop(arn, None)
        self._looked_at.pop(arn, None)

    def replan(
        self,
        *,
        mode: str,
        interval_s: float,
        max_usd_per_hour: float | None,
        resting: bool,
        visible: Collection[str],
        hot: Collection[str],
        reasons: int = 0,
    ) -> Plan:
        """How often each tier is read from now on; ``reasons`` is how many metrics open findings ask for besides."""
        by_tier = {tier: self.rota.size(tier) for tier in (Tier.NEEDED, Tier.TRAFFIC, Tier.SLOW)}
        self._planned_rows = {Tier.VISIBLE: len(visible), Tier.HOT: len(hot)}
        by_tier[Tier.VISIBLE] = sum(len(self.entries.get(arn, ())) for arn in visible)
        by_tier[Tier.HOT] = sum(entry.role.needed for arn in hot for entry in self.entries.get(arn, ()))
        by_tier[Tier.ACCOUNT] = sum(len({i.metric for i in ids}) for ids in self.account.values())
        by_tier[Tier.SWEEP] = sum(len(one.members) for one in self.sums.values())
        by_tier[Tier.REASONS] = reasons
        self.sizes = Sizes(self.metrics, by_tier)
        self.plan = plan(
            mode=mode, sizes=self.sizes, interval_s=interval_s, max_usd_per_hour=max_usd_per_hour, resting=resting
        )
        return self.plan

    def good_for_s(self) -> Callable[[SeriesId], float]:
        """How long each series is fresh after a read, by the slowest tier that it belongs to."""
        plan, rota = self.plan, self.rota
        if plan.whole:
            return lambda _: plan.good_for_s(Tier.ACCOUNT)
        ages = self.ages_s()

        def good_for_s(series_id: SeriesId) -> float:
            metric = series_id.metric
            if not metric.dimensions:
                return ages[Tier.ACCOUNT]
            for tier in (Tier.NEEDED, Tier.TRAFFIC, Tier.SLOW):
                if (tier, metric) in rota:
                    return ages[tier]
            return max(ages[Tier.SWEEP], _IDLE_GOOD_FOR_S)

        return good_for_s

    def looked_at(self, arns: Iterable[str], tier: Tier) -> list[str]:
        """Those of the resources that are due in a tier of rows, which is for the hot set what it is for the eye."""
        every_s, now = self.plan.every_s[tier], self._clock.monotonic()
        if every_s == math.inf:
            return []
        least_s = max(0.0, every_s - self.plan.interval_s / 2)
        due = [arn for arn in arns if arn in self.entries and now - self._looked_at.get(arn, -math.inf) >= least_s]
        if self.plan.strict:
            due = self._paid(due, tier, now)
        self._looked_at.update(dict.fromkeys(due, now))
        return due

    def _paid(self, due: list[str], tier: Tier, now: float) -> list[str]:
        """As many of the rows as the plan's cadence comes to: whoever scrolls on and on sees new ones all the time."""
        rows, last = self._planned_rows.get(tier, 0), self._paid_at.get(tier)
        credit = rows * (now - last) / self.plan.every_s[tier] if last is not None else float(rows)
        due = sorted(due, key=lambda arn: self._looked_at.get(arn, -math.inf))[: int(min(credit, rows) + 1e-6)]
        if due:
            self._paid_at[tier] = now
        return due

    def series_of(self, arn: str, *, needed: bool = False) -> tuple[SeriesId, ...]:
        """All series of a resource, or those that a health rule cannot tell without."""
        return tuple(i for entry in self.entries.get(arn, ()) if entry.role.needed or not needed for i in entry.ids)

    def due(self) -> Iterator[tuple[SeriesId, ...]]:
        """The metrics of the slower tiers whose turn has come since this was last asked, taken one by one."""
        now, last = self._clock.monotonic(), self._due_at
        self._due_at = now
        most_s = 2 * self.plan.interval_s  # after a pause they do not come all at once
        return self.rota.due(self.plan.every_s, self.plan.interval_s if last is None else min(now - last, most_s))

    def goes_round(self, metric: MetricKey) -> bool:
        """Whether a metric is read in its turn: then nothing known of it should ever grow stale."""
        return any((tier, metric) in self.rota for tier in _PACES.values())

    def in_use(self, service: str, kind: str, metric_id: str) -> list[tuple[SeriesId, ...]]:
        """One metric of every resource of a kind that is not idle."""
        metric = next(one for one in self._services[service].metrics if (one.kind, one.id) == (kind, metric_id))
        wanted = (metric.namespace, metric.name)
        found = []
        for arn, entries in self.entries.items():
            ids = next((entry.ids for entry in entries if entry.metric[:2] == wanted), None)
            if ids is not None and ids[0].metric.dimensions and not self.idle(arn):
                found.append(ids)
        return found

    def names(self) -> list[tuple[str, str]]:
        """The metrics that are listed to tell what is in use, as (namespace, name)."""
        signs = (metric for service in self._services.values() for metric in service.metrics if metric.sign_of_life)
        return list(dict.fromkeys((metric.namespace, metric.name) for metric in signs))

    async def list_active(self) -> set[SeriesId]:
        """List what is in use, and read no more what is not: it has published nothing. Gives what became known so."""
        await self.activity.read(self.names())
        slices = Slices(self._clock)
        news: set[SeriesId] = set()
        for arn in tuple(self.entries):
            if arn in self.entries:  # it may have gone in the meantime
                self._rotate(arn)
                news |= self._vouch(arn)
            await slices.breathe()
        return news

    def _vouch(self, arn: str) -> set[SeriesId]:
        """What is idle has published nothing: nobody need read it to know. Gives what became known so."""
        listed_s = self.activity.listed_s
        if listed_s is None or not self.idle(arn):
            return set()
        silent = [i for entry in self.entries[arn] if _rotates(entry) for i in entry.ids]
        return self._store.vouch(silent, listed_s, _IDLE_GOOD_FOR_S)

    def idle(self, arn: str) -> bool:
        """Whether a resource is known to have published nothing lately."""
        if self.activity.listed_s is None:
            return False
        signs = [entry for entry in self.entries.get(arn, ()) if entry.role.sign_of_life]
        return (
            bool(signs)
            and all(self.activity.silent(entry.metric) for entry in signs)
            and not any(self._seen(entry.first) for entry in signs)
        )

    async def rotate(self, arns: Iterable[str]) -> None:
        """Whether a sum can be trusted has changed: its parts are read in turn while it cannot."""
        slices = Slices(self._clock)
        for arn in tuple(arns):
            if arn in self.entries:
                self._rotate(arn)
            await slices.breathe()

    def traffic(self, arn: str) -> float:
        """How busy a resource was when that was last read."""
        found = [self._store.get(e.first) for e in self.entries.get(arn, ()) if e.role.tier is Tier.TRAFFIC]
        latest = [series.latest() for series in found if series is not None]
        return max((point[1] for point in latest if point is not None), default=0.0)

    async def waiting(self, *, some: bool = False) -> list[tuple[SeriesId, ...]]:
        """What was never read and is needed to judge, or ``some`` of it, unless a limit forbids to read it all at once;
        it goes round from now on."""
        if self.plan.strict:
            return []
        slices = Slices(self._clock)
        found = []
        while portion := self.rota.first(_PORTION):
            for ids in portion:
                series = self._store.get(ids[0])
                if series is None or series.read_at_s is None:
                    found.append(ids)
            if some and found:
                break
            await slices.breathe()
        return found

    def ages_s(self) -> dict[Tier, float]:
        """How long a reading of each tier is fresh."""
        return {tier: self.plan.good_for_s(tier) for tier in Tier}

    def _seen(self, series_id: SeriesId) -> bool:
        series = self._store.get(series_id)
        latest = None if series is None else series.latest()
        return latest is not None and self._clock.now() - latest[0] < _RECENT_S

    def _rotate(self, arn: str) -> None:
        idle = self.idle(arn)
        for entry in self.entries[arn]:
            metric = entry.metric
            if _rotates(entry):
                tier, wanted = entry.role.tier, not idle
            elif entry.role.sum_key is not None:
                tier, wanted = Tier.TRAFFIC, not idle and not self.sums[entry.role.sum_key].provable
            else:
                continue
            if not wanted:
                self.rota.leave(tier, metric)
            elif (tier, metric) not in self.rota:
                series = self._store.get(entry.first)
                read = series is not None and series.read_at_s is not None
                self.rota.join(tier, entry.ids, read=read, needed=entry.role.needed)

    def _sum(self, key: tuple[str, str, str]) -> Sum:
        return self.sums.setdefault(key, Sum(key))

    def _role(self, service: Service, metric: Metric, needed: bool, of_one: bool) -> Role:
        key = None if metric.summed_in is None else (service.name, *metric.summed_in)
        role = Role(metric.stats, _tier(metric, of_one), needed, metric.sign_of_life, key)
        return self._roles.setdefault(role, role)

    def _needed_by(self, service: Service, kind: str) -> frozenset[str]:
        key = (service.name, kind)
        if key not in self._needed:
            self._needed[key] = frozenset(name for rule in service.rules if rule.kind == kind for name in rule.needs)
        return self._needed[key]


def _tier(metric: Metric, of_one: bool) -> Tier:
    if not of_one:
        return Tier.ACCOUNT
    return Tier.SWEEP if metric.summed_in is not None else _PACES[metric.pace]


def _rotates(entry: Entry) -> bool:
    return entry.role.tier in (Tier.NEEDED, Tier.TRAFFIC, Tier.SLOW)
