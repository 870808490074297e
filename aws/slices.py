"""Long work in slices, so that a key press is never kept waiting by a poll."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from aws.clock import Clock

T = TypeVar("T")
Steps = Generator[None, None, T]
"""Pure work that yields wherever it may be interrupted, and returns its result."""

SLICE_S = 0.006
# What a key press sets off takes some fifteen turns of the loop: a slice between any two of them would be seen.
_TURNS = 8


class Slices:
    """``await slices.breathe()`` between items: lets the event loop run whenever a slice is used up."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = clock.monotonic()

    async def breathe(self) -> None:
        """Give way to others if this slice has lasted long enough."""
        if self._clock.monotonic() - self._began >= SLICE_S:
            for _ in range(_TURNS):
                await self._clock.sleep(0)
            self._began = self._clock.monotonic()

    async def through(self, steps: Steps[T]) -> T:
        """Take all steps, and give their result."""
        while True:
            try:
                next(steps)
            except StopIteration as end:
                result: T = end.value
                return result
            await self.breathe()


def at_once(steps: Steps[T]) -> T:
    """The result of all steps, for whoever keeps nobody waiting."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result
