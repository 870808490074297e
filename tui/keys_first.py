"""Keys go first: what works beside them gives way until the last one has been answered."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from aws.clock import Clock, SystemClock

MOST_S = 0.1  # a key that paints nothing is never answered: nobody waits for it longer than that
# A thread that computes keeps the others waiting for so long; Python's own 5 ms are waited for in every turn of the
# loop that a key press needs, and those are a dozen.
SWITCH_S = 0.0005


@contextmanager
def switching_often() -> Iterator[None]:
    """Let threads that compute, and the loop, give way to each other after `SWITCH_S`."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


class KeysFirst:
    """The clock for all that shares a loop with a keyboard.

    Who sleeps on it goes on once no key waits for its answer; and of those that only give way, ``sleep(0)``, one goes
    on with every turn of the loop: the slices of several tasks in one turn would be as long as no slices at all.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._answered = asyncio.Event()
        self._answered.set()
        self._free = threading.Event()  # the same for threads
        self._free.set()
        self._giving_up: asyncio.TimerHandle | None = None
        self._giving_way: deque[asyncio.Future[None]] = deque()

    def now(self) -> float:
        """UTC epoch seconds."""
        return self._clock.now()

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait for ``seconds``, and for the answer to a key."""
        if seconds > 0:
            await self._clock.sleep(seconds)
        else:
            await self._turn()
        await self.answer()

    def pressed(self) -> None:
        """A key has come, and is to be answered."""
        self._forget()
        self._answered.clear()
        self._free.clear()
        self._giving_up = asyncio.get_running_loop().call_later(MOST_S, self.answered)

    def answered(self) -> None:
        """What the key changes is on the screen."""
        self._forget()
        self._answered.set()
        self._free.set()

    @property
    def waiting(self) -> bool:
        """Whether a key waits for its answer."""
        return not self._answered.is_set()

    async def answer(self) -> None:
        """Wait until no key waits for its answer, `MOST_S` at the longest."""
        if self.waiting:
            await self._answered.wait()

    def give_way(self) -> None:
        """Wait in a thread until no key waits for its answer: of two that compute, each takes twice as long."""
        self._free.wait(MOST_S)

    def _forget(self) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None

    async def _turn(self) -> None:
        loop = asyncio.get_running_loop()
        mine = loop.create_future()
        self._giving_way.append(mine)
        if len(self._giving_way) == 1:
            loop.call_soon(self._let_one_go_on)
        await mine

    def _let_one_go_on(self) -> None:
        mine = self._giving_way.popleft()
        if not mine.done():
            mine.set_result(None)
        if self._giving_way:
            asyncio.get_running_loop().call_soon(self._let_one_go_on)
