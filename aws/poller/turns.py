"""The loops of one scope: each reads its part over and over, and none waits for another."""

from __future__ import annotations

import asyncio
import functools
import math
from collections.abc import Collection

from aws.cache import Memory
from aws.clock import Clock
from aws.poller.cadence import HAIR_S, Bell, Cadence
from aws.poller.recalling import recall, to_keep
from aws.poller.watch import Watch
from aws.settings import PollSettings

# However often a refresh is asked for: an inventory takes hundreds of calls, on quotas that deployments share.
_BETWEEN_WALKS_S = 30.0
# One call a second in the long run: a walk of 10,000 functions takes fifteen hundred, each of them as dear in CPU as in
# quota. What has appeared meanwhile shows in the account's sums.
_S_PER_CALL = 1.0
_BETWEEN_MEETINGS_S = 300.0


class Turns:
    """Inventory, alarms, topics and metrics of one scope, each never read twice at once.

    ``tried`` rings whenever one of them has come to an end; while ``is_open`` is cleared, none begins. ``memory`` is
    where what was seen is left for the next run.
    """

    def __init__(
        self,
        watch: Watch,
        settings: PollSettings,
        clock: Clock,
        *,
        cadence: Cadence,
        is_open: asyncio.Event,
        tried: Bell,
        memory: Memory | None,
    ) -> None:
        self._watch = watch
        self._settings = settings
        self._clock = clock
        self._cadence = cadence
        self._open = is_open
        self._tried = tried
        self._polled = Bell()  # metrics of this scope: the others' turns tell nothing of it
        self._memory = memory
        self._walking = asyncio.Lock()
        self._walked_s: dict[str, float] = {}  # service -> when its newest walk began, UTC epoch seconds

    async def begin(self, group: asyncio.TaskGroup) -> None:
        """Recall what was known of the scope, then read it over and over in tasks of ``group``."""
        watch, memory = self._watch, self._memory
        if memory is not None and (seen := await memory.load()) is not None:
            await recall(watch, seen)
        group.create_task(self._keep_walking())
        group.create_task(self._keep_reading_firing())
        group.create_task(self._keep_listing_alarms())
        group.create_task(self._keep_reading_topics())
        if self._settings.metrics:
            group.create_task(self._keep_reading_metrics())
            group.create_task(self._keep_meeting())
        if memory is not None:
            group.create_task(self._keep_leaving())

    async def _keep_leaving(self) -> None:
        """For the next run, seldom: nobody knows how this one will end."""
        left_s: float | None = None
        while True:
            rings, now_s = self._tried.rings, self._clock.monotonic()
            if (left_s is None or now_s - left_s >= self._settings.inventory_every_s) and await self.leave():
                left_s = now_s
            await self._tried.wait(rings)

    async def leave(self) -> bool:
        """Leave what was seen whole. A pause makes it old: then what was left before stands."""
        memory = self._memory
        seen = to_keep(self._watch, self._clock.now()) if memory is not None and self._open.is_set() else None
        if memory is None or seen is None:
            return False
        await memory.save(seen)
        return True

    async def _keep_walking(self) -> None:
        """The inventory, seldom; what failed is tried again with the next turn, because a failure is no answer, and
        what was refused when somebody refreshes, who may know that it is allowed by now."""
        watch = self._watch
        walked_s, answered, heard = -math.inf, -1, -1
        every_s = self._settings.inventory_every_s
        while True:
            asked = await self._turn_begins()
            started_s = self._clock.now()
            since_s = abs(started_s - walked_s)
            if since_s + HAIR_S >= (_BETWEEN_WALKS_S if asked != answered else every_s):
                walked_s, since_s, answered, heard, before = started_s, 0.0, asked, asked, self._calls()
                await self._walk()
                every_s = max(self._settings.inventory_every_s, (self._calls() - before) * _S_PER_CALL)
            else:
                knocking = asked != heard and watch.again_s(refused=True) <= since_s + HAIR_S
                if watch.behind or knocking:
                    await self._walk(watch.inventory.failing(refused=knocking), refused=knocking)
                if knocking:
                    heard = asked
            self._tried.ring()
            # Whoever refreshed too soon after a walk is not forgotten.
            next_s = max(0.0, (every_s if asked == answered else _BETWEEN_WALKS_S) - since_s)
            if asked != heard:
                next_s = min(next_s, max(0.0, watch.again_s(refused=True) - since_s))
            again_s = watch.again_s() if watch.behind else None
            await self._cadence.turn(started_s, asked, next_s, again_s=again_s, failed_s=watch.failed_s)

    async def _walk(self, only: Collection[str] | None = None, *, refused: bool = False) -> None:
        async with self._walking:
            began_s = self._clock.now()
            await self._watch.walk(only, refused=refused)
            self._walked_s |= dict.fromkeys(self._watch.services if only is None else only, began_s)

    async def _keep_meeting(self) -> None:
        """Walk a service out of its turn where its sums count what nobody does that is known: what was deployed since
        the last walk is then known within minutes, however seldom a large account is walked.

        Whoever counted before that walk began existed by then: if the walk did not find them, another will not.
        """
        watch = self._watch
        met_s = -math.inf
        while True:
            rings = self._polled.rings
            strays = {name for name, at_s in watch.metrics.residue.strays().items() if at_s >= self._stray_from_s(name)}
            may = self._open.is_set() and watch.inventory.explained
            if strays and may and self._clock.monotonic() - met_s >= _BETWEEN_MEETINGS_S:
                met_s = self._clock.monotonic()
                await self._walk(strays)
                self._tried.ring()
            await self._polled.wait(rings)

    def _stray_from_s(self, service: str) -> float:
        """The first minute that its newest walk may have begun too early for."""
        return self._walked_s.get(service, 0.0) // 60 * 60

    def _calls(self) -> int:
        """How many calls were made, those left out with which the other loops read alarms and metrics."""
        calls = self._watch.source.api_use().calls
        return sum(count for operation, count in calls.items() if not operation.startswith("cloudwatch:"))

    async def _keep_reading_firing(self) -> None:
        """What fires, with every turn."""
        watch = self._watch
        while True:
            asked = await self._turn_begins()
            started_s = self._clock.now()
            await watch.read_firing()
            self._tried.ring()
            await self._cadence.turn(started_s, asked, again_s=0.0 if watch.alarms.failing else None)

    async def _keep_listing_alarms(self) -> None:
        """All alarms with a turn now and then, or again with the next poll where the list did not come whole."""
        watch = self._watch
        listed_s = -math.inf
        while True:
            asked = await self._turn_begins()
            started_s = self._clock.now()
            if not watch.alarms.listed or not 0 <= started_s - listed_s < self._settings.alarms_every_s:
                listed_s = started_s
                await watch.list_alarms()
                self._tried.ring()
            await self._cadence.turn(started_s, asked, again_s=None if watch.alarms.listed else 0.0)

    async def _keep_reading_topics(self) -> None:
        """Whom the alarms notify: of new ones soon after they were read, all seldom."""
        watch = self._watch
        read_s: float | None = None
        answered = -1
        while True:
            await self._open.wait()
            rings, asked = self._tried.rings, self._cadence.asked
            started_s = self._clock.now()
            again = read_s is None or not 0 <= started_s - read_s < self._settings.alarms_every_s
            if read_s is not None and watch.hearing.gaps:
                # What rings are the turns of all loops: once in a turn is enough.
                failed = watch.hearing.failing and self._cadence.turned(read_s, started_s)
                again = again or failed or asked != answered  # who refreshes may know that it is allowed by now
            await watch.read_topics(again=again)
            if again and watch.hearing.tried:
                read_s, answered = started_s, asked
                self._tried.ring()
                rings += 1
            await self._tried.wait(rings)

    async def _keep_reading_metrics(self) -> None:
        watch = self._watch
        while True:
            asked = await self._turn_begins()
            started_s, before_usd = self._cadence.begin(), watch.source.api_use().usd
            again = await watch.read_metrics()
            self._polled.ring()
            self._tried.ring()
            await watch.keep_fresh(started_s, functools.partial(self._asked_since, asked))
            watch.polled(watch.source.api_use().usd - before_usd, first=not again)
            await self._cadence.turn(started_s, asked)

    def _asked_since(self, asked: int) -> bool:
        return self._cadence.asked != asked

    async def _turn_begins(self) -> int:
        """Wait until polling is not paused. Gives how many refreshes the coming turn answers."""
        await self._open.wait()
        return self._cadence.asked
