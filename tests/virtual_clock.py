"""Time that a test moves by hand: nothing sleeps for real, and every run is the same."""

from __future__ import annotations

import asyncio
import heapq
from itertools import count

_HOPS = 60  # turns of the event loop after which whatever was woken has come to rest


class VirtualClock:
    """A `Clock` whose sleepers wake when the test lets time pass."""

    def __init__(self, now_s: float = 1_800_000_000.0) -> None:
        self._now_s = now_s
        self._monotonic_s = 1_000.0
        self._numbers = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> float:
        return self._now_s

    def monotonic(self) -> float:
        return self._monotonic_s

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._monotonic_s + seconds, next(self._numbers), woken))
        await woken

    async def rest(self) -> None:
        """Let everything that can run do so, while time stands still."""
        for _ in range(_HOPS):
            await asyncio.sleep(0)

    async def advance(self, seconds: float) -> None:
        """Let time pass, waking each sleeper at its own moment."""
        await self.rest()
        end_s = self._monotonic_s + seconds
        while self._sleepers and self._sleepers[0][0] <= end_s:
            due_s, _, woken = heapq.heappop(self._sleepers)
            if woken.done():
                continue
            self._pass(due_s - self._monotonic_s)
            woken.set_result(None)
            await self.rest()
        self._pass(end_s - self._monotonic_s)
        await self.rest()

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or back; durations do not notice."""
        self._now_s += seconds

    def _pass(self, seconds: float) -> None:
        self._now_s += seconds
        self._monotonic_s += seconds
