"""The one loop: reads everything again and again, and hands out frozen snapshots."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from aws.alarms.desk import AlarmDesk
from aws.cache import Memory
from aws.clock import Clock
from aws.iam.desk import RoleDesk
from aws.model import Gap, Interest, Scope, Snapshot
from aws.poller.assemble import Assembler
from aws.poller.cadence import Bell, Cadence, until_rung
from aws.poller.desks import Desks
from aws.poller.latest import Latest, Reader
from aws.poller.recalling import recall, to_keep
from aws.poller.selecting import selected
from aws.poller.watch import Watch
from aws.services.base import Service
from aws.settings import MODES, PollSettings
from aws.source import Source

# Often enough to look alive while everything is loaded for the first time, seldom enough to be cheap ever after.
_BETWEEN_FIRST_SNAPSHOTS_S = 0.25
_BETWEEN_SNAPSHOTS_S = 1.0
# A snapshot of a large account takes a while to make: it is made so much less often.
_REST_AFTER_WORK = 60
_MOST_BETWEEN_SNAPSHOTS_S = 5.0
_HEARTBEAT_S = 60.0
_PATIENCE_FOR_WHAT_IS_READ_BESIDE_S = 10.0
_PATIENCE_FOR_TOPICS_S = 10.0
# However often a refresh is asked for: an inventory takes hundreds of calls, on quotas that deployments share.
_BETWEEN_WALKS_S = 30.0


class Poller:
    """Watches every source, and iterates over snapshots of all of them together.

    async with Poller(sources, settings=PollSettings(), clock=SystemClock()) as poller:
        async for snapshot in poller:
            ...

    Entering starts the polling, leaving ends it with everything that belongs to it. Inventory, alarms and metrics
    of every source are read by loops of their own, each of them never twice at once; what AWS does not give becomes
    gaps and states of the readings, never an exception. Sources of one account and region are watched once.

    ``unreached`` are accounts and regions that could not be connected to, as gaps that stand until they `join`.
    ``services`` are all that are declared, unless given. ``open_desk`` opens the desk of a source, where alarms are
    planned and written: the poller itself only reads; ``open_roles`` the one where roles are read. ``open_memory``
    gives what an earlier run saw of a source: it is shown, as old as it is, until it was read anew, and left for the
    next run. Raises `UsageError` where ``settings.services`` names one that is not.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        settings: PollSettings,
        clock: Clock,
        unreached: Sequence[Gap] = (),
        services: Mapping[str, Service] | None = None,
        open_desk: Callable[[Source], AlarmDesk] | None = None,
        open_memory: Callable[[Source], Memory] | None = None,
        open_roles: Callable[[Source], RoleDesk] | None = None,
    ) -> None:
        chosen = selected(services, settings.services)
        self._settings = settings
        self._clock = clock
        self._open = asyncio.Event()
        self._open.set()
        self._changes = Bell()
        self._murmurs = Bell()  # readings that nobody looks at
        self._tried = Bell()
        self._cadence = Cadence(clock, settings.interval_s)
        self._latest: Latest[Snapshot] = Latest()
        self._host: asyncio.Task[None] | None = None
        distinct = {(source.call.scope.account, source.call.scope.region): source for source in reversed(sources)}
        self._services, self._open_memory = chosen, open_memory
        self._group: asyncio.TaskGroup | None = None
        self._interest = Interest()
        self._watches: list[Watch] = []
        self._desks = Desks(open_desk, open_roles)
        self._memories: dict[Watch, Memory] = {}
        for source in reversed(distinct.values()):
            self._take_up(source)
        self._unreached = tuple(unreached)
        self._assembler = Assembler(self._watches, chosen, clock, settings)

    def _take_up(self, source: Source) -> Watch:
        watch = Watch(
            source,
            self._services,
            self._settings,
            self._clock,
            cadence=self._cadence,
            is_open=self._open,
            changed=self._changes.ring,
            murmured=self._murmurs.ring,
            is_urgent=self._is_urgent,
        )
        self._watches.append(watch)
        watch.share = functools.partial(self._share, watch)
        self._desks.open(source)
        if self._open_memory is not None:
            self._memories[watch] = self._open_memory(source)
        return watch

    def _share(self, watch: Watch) -> float:
        """A scope's part of what may be spent, by how much there is to read in it."""
        sizes = {each: max(1, each.metrics.tiers.metrics) for each in self._watches}
        return sizes[watch] / sum(sizes.values())

    def join(self, source: Source, settles: Gap) -> None:
        """Watch one more source from now on: one that answers at last. ``settles`` is the gap that stood for it."""
        self.unreached(settles, None)
        place = (source.call.scope.account, source.call.scope.region)
        if self._group is None or any(place == (w.scope.account, w.scope.region) for w in self._watches):
            return
        watch = self._take_up(source)
        watch.attend(self._interest)
        self._group.create_task(self._watch(watch, self._group))

    def unreached(self, before: Gap, now: Gap | None) -> None:
        """What keeps an account or region from being connected to is another reason ``now``, or None."""
        others = [gap for gap in self._unreached if gap != before]
        self._unreached = (*others, now) if now is not None else tuple(others)
        self._changes.ring()

    async def __aenter__(self) -> Self:
        self._host = asyncio.create_task(self._run(), name="poller")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        host, self._host = self._host, None
        if host is not None:
            host.cancel()
            await asyncio.wait((host,))
            for watch in self._watches:
                await self._leave(watch)
            if not host.cancelled() and (failure := host.exception()) is not None and error is None:
                raise failure

    def __aiter__(self) -> AsyncIterator[Snapshot]:
        """Snapshots as they are made. A slow reader gets the newest only; the iteration ends with the polling."""
        return Reader(self._latest)

    def attend(self, interest: Interest) -> None:
        """What the user looks at now. Paused: nothing more is sent until it is so no longer, then at once."""
        paused = not self._open.is_set()
        self._interest = interest
        for watch in self._watches:
            watch.attend(interest)
        if interest.paused == paused:
            return
        if interest.paused:
            self._open.clear()
        else:
            self._open.set()
            self._cadence.refresh()
        self._changes.ring()

    def refresh(self) -> None:
        """Poll now instead of at the next turn."""
        self._cadence.refresh()
        for watch in self._watches:
            watch.metrics.hurry()

    def desk(self, scope: Scope) -> AlarmDesk:
        """Where alarms of one account and region are planned and created. Raises `UsageError` for one not watched."""
        return self._desks.alarms(scope)

    def roles(self, scope: Scope) -> RoleDesk:
        """Where roles of one account and region are read. Raises `UsageError` for one not watched."""
        return self._desks.roles(scope)

    def follow_alarms(self, scope: Scope, names: Sequence[str]) -> None:
        """These alarms were just written: look them up now, and with every poll until each has found its state."""
        for watch in self._watches:
            if watch.scope == scope:
                watch.alarms.follow(names)
                self._cadence.refresh()

    def set_interval(self, seconds: float) -> None:
        """The time between polls from now on. Raises ValueError unless it is positive."""
        self._cadence.set_interval(seconds)
        self._changes.ring()

    def set_mode(self, mode: str) -> None:
        """How much freshness may cost from now on, one of `MODES`. Raises ValueError for any other."""
        if mode not in MODES:
            raise ValueError(f"there is no mode {mode!r}")
        self._settings = self._assembler.settings = replace(self._settings, mode=mode)
        for watch in self._watches:
            watch.set_mode(mode)
        self._changes.ring()

    async def look(self, timeout_s: float) -> Snapshot:
        """One complete look, or what there is of it after ``timeout_s``: the rest is NOT_FETCHED, and a gap.

        Starts the polling for as long as it takes, where the poller was not entered.
        """
        if self._host is None:
            async with self:
                return await self.look(timeout_s)
        deadline_s = self._clock.monotonic() + timeout_s
        await self._until(lambda: all(watch.complete for watch in self._watches), deadline_s)
        # Where AWS is reached through endpoints of single services, that of tags or of logs may be missing.
        beside_by_s = min(deadline_s, self._clock.monotonic() + _PATIENCE_FOR_WHAT_IS_READ_BESIDE_S)
        await self._until(lambda: all(watch.tagging.tried and watch.logs.tried for watch in self._watches), beside_by_s)
        # Whether anybody hears the alarms makes a difference, but SNS that does not answer must not hold up all else.
        deadline_s = min(deadline_s, self._clock.monotonic() + _PATIENCE_FOR_TOPICS_S)
        await self._until(lambda: all(watch.hearing.tried for watch in self._watches), deadline_s)
        if self._host.done():
            self._host.result()
        return await self._snapshot([gap for watch in self._watches for gap in watch.unanswered(timeout_s)])

    async def _until(self, tried: Callable[[], bool], deadline_s: float) -> None:
        """Wait until that is so, or the time has come, or the polling has ended."""
        while self._host is not None and not self._host.done() and not tried():
            rings = self._tried.rings
            left_s = deadline_s - self._clock.monotonic()
            if left_s <= 0:
                return
            await until_rung(self._tried, rings, self._clock, left_s)

    async def _run(self) -> None:
        error: BaseException | None = None
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                for watch in self._watches:
                    group.create_task(self._watch(watch, group))
                group.create_task(self._publish())
                group.create_task(self._heartbeat())
                group.create_task(self._listen())
        except Exception as raised:
            error = raised
            raise
        finally:
            self._group = None
            self._latest.close(error)
            self._tried.ring()

    async def _watch(self, watch: Watch, group: asyncio.TaskGroup) -> None:
        """Recall what was known of a scope, then read it over and over."""
        memory = self._memories.get(watch)
        if memory is not None and (seen := await memory.load()) is not None:
            await recall(watch, seen)
        group.create_task(self._keep_walking(watch))
        group.create_task(self._keep_reading_alarms(watch))
        group.create_task(self._keep_reading_topics(watch))
        if self._settings.metrics:
            group.create_task(self._keep_reading_metrics(watch))
        if memory is not None:
            group.create_task(self._keep_leaving(watch))

    async def _keep_leaving(self, watch: Watch) -> None:
        """For the next run, seldom: nobody knows how this one will end."""
        left_s: float | None = None
        while True:
            rings, now_s = self._tried.rings, self._clock.monotonic()
            if (left_s is None or now_s - left_s >= self._settings.inventory_every_s) and await self._leave(watch):
                left_s = now_s
            await self._tried.wait(rings)

    async def _leave(self, watch: Watch) -> bool:
        """Leave what was seen whole. A pause makes it old: then what was left before stands."""
        memory = self._memories.get(watch)
        seen = to_keep(watch, self._clock.now()) if memory is not None and self._open.is_set() else None
        if memory is None or seen is None:
            return False
        await memory.save(seen)
        return True

    async def _keep_walking(self, watch: Watch) -> None:
        """The inventory, seldom; what failed is tried again with the next turn, because a failure is no answer."""
        walked_s: float | None = None
        every_s = self._settings.inventory_every_s
        while True:
            asked = await self._turn_begins()
            started_s = self._clock.now()
            if watch.behind and walked_s is not None and started_s - walked_s < every_s:
                await watch.walk(watch.inventory.failing())
            elif walked_s is None or abs(started_s - walked_s) >= _BETWEEN_WALKS_S:
                walked_s = started_s
                await watch.walk()
            self._tried.ring()
            again_s: float | None = every_s
            if watch.behind:
                again_s = None if watch.again_s <= self._cadence.interval_s else min(watch.again_s, every_s)
            await self._cadence.turn(started_s, asked, again_s)

    async def _keep_reading_alarms(self, watch: Watch) -> None:
        """What fires with every turn, the full list seldom, or again at once where it did not come whole."""
        listed_s: float | None = None
        while True:
            asked = await self._turn_begins()
            started_s = self._clock.now()
            everything = (
                listed_s is None
                or not watch.alarms.listed
                or started_s - listed_s >= self._settings.alarms_every_s
                or started_s < listed_s
            )
            if everything:
                listed_s = started_s
            await watch.read_alarms(everything=everything)
            self._tried.ring()
            await self._cadence.turn(started_s, asked)

    async def _keep_reading_topics(self, watch: Watch) -> None:
        """Whom the alarms notify: of new ones soon after they were read, all seldom."""
        read_s: float | None = None
        while True:
            await self._open.wait()
            rings = self._tried.rings
            started_s = self._clock.now()
            # What rings are the turns of all loops: once in a turn is enough.
            good_for_s = self._cadence.interval_s / 2 if watch.hearing.failing else self._settings.alarms_every_s
            again = read_s is None or not 0 <= started_s - read_s < good_for_s
            await watch.read_topics(again=again)
            if again and watch.hearing.tried:
                read_s = started_s
                self._tried.ring()
                rings += 1
            await self._tried.wait(rings)

    async def _keep_reading_metrics(self, watch: Watch) -> None:
        while True:
            asked = await self._turn_begins()
            started_s, before_usd = self._cadence.begin(), watch.source.api_use().usd
            again = await watch.read_metrics()
            self._tried.ring()
            await watch.keep_fresh(started_s, functools.partial(self._asked_since, asked))
            watch.polled(watch.source.api_use().usd - before_usd, first=not again)
            await self._cadence.turn(started_s, asked)

    def _asked_since(self, asked: int) -> bool:
        return self._cadence.asked != asked

    def _is_urgent(self) -> bool:
        return any(watch.urgent for watch in self._watches)

    async def _turn_begins(self) -> int:
        """Wait until polling is not paused. Gives how many refreshes the coming turn answers."""
        await self._open.wait()
        return self._cadence.asked

    async def _publish(self) -> None:
        """Snapshots whenever something changed, but not all the time."""
        while True:
            rings = self._changes.rings
            began = self._clock.monotonic()
            snapshot = await self._snapshot()
            self._latest.put(snapshot)
            took_s = self._clock.monotonic() - began
            least_s = _BETWEEN_SNAPSHOTS_S if snapshot.complete else _BETWEEN_FIRST_SNAPSHOTS_S
            await self._clock.sleep(min(max(least_s, took_s * _REST_AFTER_WORK), _MOST_BETWEEN_SNAPSHOTS_S))
            await self._changes.wait(rings)

    async def _listen(self) -> None:
        """Judge what nobody looks at as it is read: if a finding comes of it, it is shown at once."""
        while True:
            rings, before = self._murmurs.rings, self._findings()
            for watch in self._watches:
                await watch.settle()
            if self._findings() != before:
                self._changes.ring()
            await self._clock.sleep(_BETWEEN_SNAPSHOTS_S)
            await self._murmurs.wait(rings)

    def _findings(self) -> list[int]:
        return [watch.verdicts.version for watch in self._watches]

    async def _heartbeat(self) -> None:
        """A snapshot a minute whatever happens: readings age, even while the polling is paused or hangs."""
        while True:
            await self._clock.sleep(_HEARTBEAT_S)
            self._changes.ring()

    async def _snapshot(self, more_gaps: Sequence[Gap] = ()) -> Snapshot:
        for watch in self._watches:
            await watch.settle()
        paused = not self._open.is_set()
        return self._assembler.snapshot(
            interval_s=self._cadence.interval_s,
            next_poll_s=None if paused else self._cadence.next_s(),
            paused=paused,
            more_gaps=(*self._unreached, *more_gaps),
        )
