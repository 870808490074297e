"""Work that several wait for at once: done once, its results handed to all, given up when nobody waits any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")
Work: TypeAlias = "Callable[[Callable[[T], None]], Awaitable[None]]"


class Flight(Generic[T]):
    """``work`` is given a function that takes each of its results; whoever follows gets the newest."""

    def __init__(self, work: Work[T], ended: Callable[[Flight[T]], None]) -> None:
        self._work = work
        self._ended = ended
        self._task: asyncio.Task[None] | None = None
        self._followers = 0
        self._count = 0
        self._newest: list[T] = []
        self._changed = asyncio.Event()

    async def follow(self) -> AsyncGenerator[T, None]:
        """Results as they come, until the work ends. Raises what it raises."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        self._followers += 1
        seen = 0
        try:
            while True:
                changed = self._changed
                if seen < self._count:
                    seen = self._count
                    yield self._newest[0]
                elif self._task.done():
                    break
                else:
                    await changed.wait()
            self._task.result()
        finally:
            self._followers -= 1
            if not self._followers and not self._task.done():
                self._ended(self)  # whoever comes now begins anew
                self._task.cancel()
                await asyncio.wait([self._task])
                if not self._task.cancelled():
                    self._task.exception()  # nobody is left to be told

    async def _run(self) -> None:
        try:
            await self._work(self._take)
        finally:
            self._ended(self)
            # The task is done only after this; its followers wake up later still.
            asyncio.get_running_loop().call_soon(self._tell)

    def _take(self, result: T) -> None:
        self._newest = [result]
        self._count += 1
        self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
