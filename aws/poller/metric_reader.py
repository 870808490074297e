"""When one scope's metrics are read: what the user looks at first, then the rest. `Fetching` asks for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from aws.call import Call
from aws.clock import Clock
from aws.model import Gap, Resource, SeriesId
from aws.poller.activity import Activity
from aws.poller.cadence import Bell, until_rung
from aws.poller.fetching import Fetching
from aws.poller.pressure import Pressing
from aws.poller.residue import Residue
from aws.poller.rounds import Round
from aws.poller.store import Store
from aws.poller.sums import Search
from aws.poller.tiering import Tiering
from aws.poller.tiers import Tier
from aws.services.base import Service
from aws.slices import Slices

# Series asked for in one go, and how many goes run at once: enough to keep the paced door busy, little enough that
# what the user scrolls to comes soon, and that a look which runs out of time loses little.
BATCH = 500
_WORKERS = 3
# How long resources that are being found one by one wait for others to be asked for together.
_PATIENCE_S = 1.0
# The slower tiers are spread over so much of a turn, in requests of so many series; whoever scrolls is left to come to
# rest before the rows are read.
_SPREAD = 0.7
_SPREAD_BATCH = 100
_SCROLLING_S = 0.3
_MUCH = 1.2


class MetricReader:
    """Which series each resource needs, and what is known of them.

    ``heard`` is told the ARNs of resources about which a read said something new.
    """

    def __init__(
        self,
        call: Call,
        clock: Clock,
        services: Mapping[str, Service],
        *,
        window_s: int,
        heard: Callable[[set[str]], None],
    ) -> None:
        self._clock = clock
        self._heard = heard
        self._news = Bell()
        self._round: Round | None = None
        self._replan: Callable[[], None] = _nothing
        self._plan_again_at = 0
        self._ages: dict[Tier, float] = {}
        self.store = Store(window_s=window_s)
        self.tiers = Tiering(services, clock, self.store, Activity(call, clock))
        self.fetching = Fetching(call, clock, self.store, self.tiers, heard=heard)
        read = self.fetching.read
        self._search = Search(
            self.tiers.sums, self.store, clock, read=read, traffic=self.tiers.traffic, idle=self.tiers.idle
        )
        self._pressing = Pressing(services, self.tiers, self.store, clock, purse=self._search.purse, read=read)
        self.residue = Residue(self.tiers, self.store, clock)
        self._shared: dict[str, Resource] = {}  # resources with account-wide series

    @property
    def progress(self) -> tuple[int, int] | None:
        """(series taken up, series known of) in the round that is under way; None between rounds."""
        return None if self._round is None else (self._round.total - self._round.waiting, self._round.total)

    @property
    def gaps(self) -> list[Gap]:
        """What could not be read besides the readings."""
        return [] if self.tiers.plan.whole or self.tiers.activity.gap is None else [self.tiers.activity.gap]

    def want(self, resource: Resource) -> None:
        """From now on read a resource's series, in the round under way too where that reads everything."""
        arn = resource.arn
        before = self.tiers.series_of(arn)
        wanted = self.tiers.add(resource)
        self.fetching.own(arn, before, wanted)
        if arn in self.tiers.account:
            self._shared[arn] = resource
        if self.tiers.plan.whole and self.tiers.metrics > self._plan_again_at:
            self._plan_again_at = self.tiers.metrics + max(50, self.tiers.metrics // 10)
            self._replan()
        if self._round is not None:
            self._round.add(arn, wanted if self.tiers.plan.whole else self.tiers.account.get(arn, ()))
        self._news.ring()

    def forget(self, arns: Collection[str]) -> None:
        """Stop reading for resources that exist no more."""
        for arn in arns:
            self.fetching.disown(arn, self.tiers.series_of(arn))
            self.tiers.drop(arn)
            self._shared.pop(arn, None)

    def hurry(self) -> None:
        """Look again at what is wanted: there is more to read, or the user looks elsewhere."""
        self._news.ring()

    def refresh(self) -> None:
        """The user wants to know now: ask for what was refused, too."""
        self.fetching.again.knock()
        self.tiers.activity.knock()
        self._news.ring()

    async def poll(
        self,
        first: Callable[[], Sequence[str]],
        more: Callable[[], bool],
        until_s: float,
        *,
        hot: Sequence[str] = (),
        replan: Callable[[], None],
    ) -> None:
        """Read once what is read with every poll, and what was never read: everything, in small accounts.

        While ``more()`` holds, resources are still being found: wait for them. ``first()`` are the ARNs to read before
        all others, ``hot`` those in trouble. After ``until_s`` (UTC epoch seconds) nothing more is waited for.
        ``replan`` is called where the plan may have to change, because resources were found.
        """
        self._replan = replan
        replan()
        self._heard(await self.rest())
        self.fetching.again.begin()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._read_ahead(more, until_s))
            await self._rounds(self._at_once(first(), hot), first, more, until_s)
        replan()
        if self.tiers.plan.whole:
            self.tiers.rota.first()  # nothing waits for its first read
            return
        if self._unlisted:
            await self.list_active()
        await self._prove(hot, sweeping=not more())
        replan()
        await self._keep_known()
        await self._rounds(await self.tiers.waiting(), first, lambda: False, until_s)
        if self.tiers.plan.strict:  # a limit holds on the worst day too
            self.tiers.rota.sooner(dict.fromkeys(i.metric for i in self.store.failed))
        else:
            await self.fetching.again.turn()
        await self._pressing.turn(self._shared)

    async def keep_fresh(self, first: Callable[[], Sequence[str]], stop: Callable[[], bool], until_s: float) -> None:
        """Read what is due of the slower tiers, spread over the time until ``until_s`` (UTC epoch seconds), and rows as
        they come into view. Ends early where ``stop()``; at once in small accounts, of which everything was read."""
        if self.tiers.plan.whole:
            return
        self.fetching.begin()
        if self.tiers.activity.due():
            await self.list_active()
        batches = await _batched(self.tiers.due(), Slices(self._clock))
        took_s = 0.0
        while not stop() and (left_s := until_s - self._clock.now()) > 0:
            rings = self._news.rings
            pause_s = max(0.0, left_s * _SPREAD / (len(batches) + 1) - took_s)
            if not await until_rung(self._news, rings, self._clock, min(pause_s, left_s) if batches else left_s):
                if batches:
                    began = self._clock.monotonic()
                    await self.fetching.read(batches.pop())
                    took_s = self._clock.monotonic() - began
                continue
            await self._clock.sleep(min(_SCROLLING_S, left_s))
            if rows := self._rows(first()):
                await self.fetching.read([i for arn in rows for i in self.tiers.series_of(arn)])
        self.tiers.rota.missed(dict.fromkeys(i.metric for batch in reversed(batches) for i in batch))

    async def rest(self) -> set[str]:
        """Mark as stale what was read too long ago. What goes round has missed its turn then, in a pause or while a
        laptop slept: it is asked for with the next poll. Gives the ARNs of the resources that this concerns."""
        slices, arns = Slices(self._clock), set[str]()
        async for series_id in self.store.rest(self._clock.now(), slices):
            if self.tiers.goes_round(series_id.metric):
                self.store.overdue(series_id)
            arns.update(self.fetching.owners.of(series_id))
        return arns

    async def list_active(self) -> None:
        """Learn what is in use, and what has published nothing for hours."""
        await self.fetching.tell(await self.tiers.list_active())

    @property
    def _unlisted(self) -> bool:
        return not self.tiers.plan.whole and self.tiers.activity.listed_s is None and self.tiers.activity.gap is None

    async def _read_ahead(self, more: Callable[[], bool], until_s: float) -> None:
        """List what is in use, and read it as it is found: the first readings of a large account take as long as its
        inventory, on other quotas."""
        while True:
            rings, left_s = self._news.rings, until_s - self._clock.now()
            if self._unlisted:
                await self.list_active()
            elif not more() or left_s <= 0:
                return
            elif waiting := [] if self.tiers.plan.whole else await self.tiers.waiting(some=True):
                await self.fetching.read([i for ids in waiting for i in ids])
            else:
                await until_rung(self._news, rings, self._clock, left_s)

    async def _keep_known(self) -> None:
        """Where a tier is read less often than before, what it has read stays fresh until its turn comes."""
        ages = self.tiers.ages_s()
        if any(age_s > self._ages.get(tier, 0.0) * _MUCH for tier, age_s in ages.items()):
            self._ages = ages
            await self.store.keep_for(self.tiers.good_for_s(), Slices(self._clock))

    async def _prove(self, hot: Sequence[str], *, sweeping: bool) -> None:
        known, turned = await self._search.turn(self.tiers.plan, hot, sweeping=sweeping)
        await self.fetching.tell(known)
        for one in turned:
            await self.tiers.rotate(one.members.values())

    def _rows(self, arns: Iterable[str]) -> list[str]:
        return self.tiers.looked_at(arns, Tier.VISIBLE)

    def _at_once(self, visible: Sequence[str], hot: Sequence[str]) -> Iterable[tuple[SeriesId, ...]]:
        """What every poll reads."""
        if self.tiers.plan.whole:
            return [self.tiers.series_of(arn) for arn in self.tiers.entries]
        rows = [self.tiers.series_of(arn) for arn in self._rows(visible)]
        troubled = [self.tiers.series_of(arn, needed=True) for arn in self.tiers.looked_at(hot, Tier.HOT)]
        return [*self.tiers.account.values(), *rows, *troubled]

    async def _rounds(
        self,
        wanted: Iterable[tuple[SeriesId, ...]],
        first: Callable[[], Iterable[str]],
        more: Callable[[], bool],
        until_s: float,
    ) -> None:
        """Read that once, what the user looks at before all else."""
        self._round = Round()
        self.fetching.begin()
        slices = Slices(self._clock)
        try:
            await self.fetching.forget_hints()
            for ids in wanted:
                if ids and (owners := self.fetching.owners.of(ids[0])):
                    self._round.add(next(iter(owners)), ids)
                await slices.breathe()
            async with asyncio.TaskGroup() as group:
                for _ in range(_WORKERS):
                    group.create_task(self._work(self._round, first, more, until_s))
        finally:
            self._round = None

    async def _work(
        self, reading: Round, first: Callable[[], Iterable[str]], more: Callable[[], bool], until_s: float
    ) -> None:
        patient_until_s: float | None = None
        while True:
            rings, now_s = self._news.rings, self._clock.now()
            if not self.tiers.plan.whole:
                for arn in self._rows(first()):
                    reading.add(arn, self.tiers.series_of(arn))
            finding = more() and now_s < until_s
            patient = finding and (patient_until_s is None or now_s < patient_until_s)
            batch = reading.take(first(), at_least=BATCH if patient else 1, at_most=BATCH)
            if batch:
                patient_until_s = None
                await self.fetching.read(batch)
            elif not finding:
                return
            else:
                if patient_until_s is None and reading.waiting:
                    patient_until_s = now_s + _PATIENCE_S
                wake_s = until_s if patient_until_s is None else min(patient_until_s, until_s)
                await until_rung(self._news, rings, self._clock, wake_s - now_s)
                if not reading.waiting:
                    patient_until_s = None


def _nothing() -> None:
    """Nobody has a plan yet."""


async def _batched(due: Iterable[tuple[SeriesId, ...]], slices: Slices) -> list[list[SeriesId]]:
    """Requests of about a hundred series, the last to be sent first."""
    batches: list[list[SeriesId]] = [[]]
    for ids in due:
        if len(batches[-1]) + len(ids) > _SPREAD_BATCH:
            batches.append([])
        batches[-1].extend(ids)
        await slices.breathe()
    return [batch for batch in reversed(batches) if batch]
