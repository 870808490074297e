"""When to poll: slots on the wall clock, woken early by a refresh."""

from __future__ import annotations

import asyncio
import math

from aws.clock import Clock

# CloudWatch publishes a minute's datapoints shortly after the minute turns.
AFTER_THE_MINUTE_S = 5.0
HAIR_S = 0.01  # what adding and subtracting times may lose


def slot_after(started_s: float, every_s: float, least_s: float | None = None) -> float:
    """The first slot that is at least ``least_s``, or half a turn, after ``started_s``, UTC epoch seconds.

    Slots lie ``every_s`` apart on the wall clock, a few seconds past the minute, so that they never drift. A poll
    that took longer than a turn finds its slot in the past: the next starts at once.
    """
    earliest_s = started_s + (every_s / 2 if least_s is None else least_s)
    return math.ceil((earliest_s - AFTER_THE_MINUTE_S) / every_s) * every_s + AFTER_THE_MINUTE_S


class Bell:
    """Wakes everyone who waits. Counts, so that a ring during work is not missed."""

    def __init__(self) -> None:
        self.rings = 0
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake everyone who waits now."""
        self.rings += 1
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self, seen: int) -> None:
        """Until there were more rings than ``seen``."""
        while self.rings == seen:
            await self._rung.wait()


class Cadence:
    """The turns of all loops of a poller."""

    def __init__(self, clock: Clock, interval_s: float) -> None:
        self._clock = clock
        self._bell = Bell()
        self.interval_s = interval_s
        self.asked = 0
        self._started_s: float | None = None

    def refresh(self) -> None:
        """Let every loop start its next turn now, or right after the one it is in."""
        self.asked += 1
        self._bell.ring()

    def set_interval(self, seconds: float) -> None:
        """The time between turns from now on; waiting loops reckon anew. Raises ValueError unless positive."""
        if not seconds > 0:
            raise ValueError("the poll interval must be more than 0 s")
        self.interval_s = seconds
        self._bell.ring()

    def begin(self) -> float:
        """A poll begins. Gives the time, UTC epoch seconds."""
        self._started_s = self._clock.now()
        return self._started_s

    def due_s(self, started_s: float) -> float:
        """When the turn after the one that started at ``started_s`` is due, UTC epoch seconds."""
        return slot_after(started_s, self.interval_s)

    def turned(self, since_s: float, now_s: float) -> bool:
        """Whether a turn has begun in between, both in UTC epoch seconds; the end counts."""
        before, now = ((at_s - AFTER_THE_MINUTE_S) // self.interval_s for at_s in (since_s, now_s))
        return before != now

    def next_s(self) -> float | None:
        """When the next poll is due, UTC epoch seconds; None before the first."""
        return None if self._started_s is None else self.due_s(self._started_s)

    async def turn(
        self,
        started_s: float,
        asked: int,
        every_s: float | None = None,
        *,
        again_s: float | None = None,
        failed_s: float = math.inf,
    ) -> None:
        """Wait for the turn after the one that started at ``started_s``, when refreshes numbered ``asked``.

        ``every_s`` is for what is due less often than every poll, and then counts from the start. ``again_s`` is for
        what failed, for the last time at ``failed_s`` (UTC epoch seconds; its end if that is not told): it is due by
        then with the next poll after that, however near it is, or so long after the start where that is later. What
        failed before the poll that began meanwhile may be over by now: it starts again at once, and what failed up to
        its end, however long that took, does not.
        """
        failed_s, latest_s = min(failed_s, self._clock.now()), math.inf
        while self.asked == asked:
            rings, now_s, at_s = self._bell.rings, self._clock.now(), self._clock.monotonic()
            # Where the wall clock was set back, what it said before means nothing.
            started_s, failed_s = min(started_s, now_s), min(failed_s, now_s)
            due_s = self.due_s(started_s) if every_s is None else started_s + every_s
            if again_s is not None:
                retry_s = max(slot_after(failed_s, self.interval_s, HAIR_S), started_s + again_s)
                due_s = retry_s if every_s is None else min(due_s, retry_s)
            left_s = min(due_s - now_s, latest_s - at_s)
            if left_s <= 0:
                return
            # While a laptop sleeps nothing passes but the wall clock's time: it is looked at with every poll.
            nap_s = min(left_s, self.interval_s)
            if await until_rung(self._bell, rings, self._clock, nap_s):
                latest_s = math.inf
            elif nap_s == left_s:
                return
            else:
                latest_s = at_s + left_s


async def until_rung(bell: Bell, seen: int, clock: Clock, seconds: float) -> bool:
    """Wait for ``seconds``, or for the bell if that comes first. Gives whether it rang."""
    timer = asyncio.ensure_future(clock.sleep(seconds))
    rung = asyncio.ensure_future(bell.wait(seen))
    try:
        await asyncio.wait((timer, rung), return_when=asyncio.FIRST_COMPLETED)
    finally:
        timer.cancel()
        rung.cancel()
        await asyncio.gather(timer, rung, return_exceptions=True)
    return bell.rings != seen
