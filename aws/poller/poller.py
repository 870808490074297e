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
from aws.poller.selecting import selected
from aws.poller.turns import Turns
from aws.poller.unanswered import unanswered_of
from aws.poller.watch import Watch
from aws.services.base import Service
from aws.settings import MODES, PollSettings
from aws.source import Source

# Often enough to look alive while everything is loaded for the first time, seldom enough to be cheap ever after.
_BETWEEN_FIRST_SNAPSHOTS_S = 0.25
_BETWEEN_SNAPSHOTS_S = 1.0
# A snapshot of a large account takes a while to make: it is made so much less often, while something is waited for, an
# answer that may come yet or all of it at the start, and afterwards.
_REST_WHILE_WAITING = 10
_REST_AFTER_WORK = 60
_MOST_BETWEEN_SNAPSHOTS_S = 5.0
_HEARTBEAT_S = 60.0
_PATIENCE_FOR_WHAT_IS_READ_BESIDE_S = 10.0
_PATIENCE_FOR_TOPICS_S = 10.0


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
        self._turns: dict[Watch, Turns] = {}
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
        self._turns[watch] = Turns(
            watch,
            self._settings,
            self._clock,
            cadence=self._cadence,
            is_open=self._open,
            tried=self._tried,
            memory=None if self._open_memory is None else self._open_memory(source),
        )
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
        self._group.create_task(self._turns[watch].begin(self._group))

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
                await self._turns[watch].leave()
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
            watch.metrics.refresh()

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
        await self._until(lambda: all(each.complete and each.inventory.explained for each in self._watches), deadline_s)
        # Where AWS is reached through endpoints of single services, that of tags or of logs may be missing.
        beside_by_s = min(deadline_s, self._clock.monotonic() + _PATIENCE_FOR_WHAT_IS_READ_BESIDE_S)
        await self._until(lambda: all(watch.tagging.tried and watch.logs.tried for watch in self._watches), beside_by_s)
        # Whether anybody hears the alarms makes a difference, but SNS that does not answer must not hold up all else.
        deadline_s = min(deadline_s, self._clock.monotonic() + _PATIENCE_FOR_TOPICS_S)
        await self._until(lambda: all(watch.hearing.tried for watch in self._watches), deadline_s)
        if self._host.done():
            self._host.result()
        return await self._snapshot([gap for watch in self._watches for gap in unanswered_of(watch, timeout_s)])

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
                    group.create_task(self._turns[watch].begin(group))
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

    def _is_urgent(self) -> bool:
        return any(watch.urgent for watch in self._watches)

    async def _publish(self) -> None:
        """Snapshots whenever something changed, but not all the time."""
        while True:
            rings = self._changes.rings
            began = self._clock.monotonic()
            snapshot = await self._snapshot()
            self._latest.put(snapshot)
            took_s = self._clock.monotonic() - began
            waiting = not snapshot.complete or any(gap.passes for gap in snapshot.gaps)
            least_s = _BETWEEN_SNAPSHOTS_S if snapshot.complete else _BETWEEN_FIRST_SNAPSHOTS_S
            rest = _REST_WHILE_WAITING if waiting else _REST_AFTER_WORK
            await self._clock.sleep(min(max(least_s, took_s * rest), _MOST_BETWEEN_SNAPSHOTS_S))
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
        return await self._assembler.snapshot(
            interval_s=self._cadence.interval_s,
            next_poll_s=None if paused else self._cadence.next_s(),
            paused=paused,
            more_gaps=(*self._unreached, *more_gaps),
        )
