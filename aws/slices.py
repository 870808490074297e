"""Long work in slices, so that a key press is never kept waiting by a poll."""

from __future__ import annotations

from aws.clock import Clock

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
