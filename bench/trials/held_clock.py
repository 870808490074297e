"""One virtual time for two processes: one turns it, the other reads it from a file in memory."""

from __future__ import annotations

import asyncio
import mmap
import struct
from pathlib import Path

from tests.scenarios.stage import StoryClock

_HOPS = 20  # turns of the event loop after which most of what was woken has come to rest: the rest comes with time
_TIMES = struct.Struct("=dd")  # UTC epoch seconds, monotonic seconds


class TurnedClock(StoryClock):
    """Stands still while requests are on the wire, as any `StoryClock`; whoever reads ``held`` sees the same time."""

    def __init__(self, now_s: float, held: Path) -> None:
        super().__init__(now_s)
        held.write_bytes(bytes(_TIMES.size))
        with held.open("r+b") as file:
            self._held = mmap.mmap(file.fileno(), _TIMES.size)
        self._pass(0.0)

    async def rest(self) -> None:
        """Let what can run do so, and what is on the wire be answered, while time stands still."""
        await self._hop()
        while self.source is not None and self.source.on_the_wire():
            await self.source.next_answer()
            await self._hop()

    async def _hop(self) -> None:
        for _ in range(_HOPS):
            await asyncio.sleep(0)

    def _pass(self, seconds: float) -> None:
        super()._pass(seconds)
        _TIMES.pack_into(self._held, 0, self.now(), self.monotonic())


class ReadClock:
    """The time that a `TurnedClock` shows. Fulfils `Clock`."""

    def __init__(self, held: Path) -> None:
        with held.open("rb") as file:
            self._held = mmap.mmap(file.fileno(), _TIMES.size, access=mmap.ACCESS_READ)

    def now(self) -> float:
        """UTC epoch seconds."""
        return float(_TIMES.unpack_from(self._held)[0])

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return float(_TIMES.unpack_from(self._held)[1])

    async def sleep(self, _: float) -> None:
        """No time: it stands still while an answer is waited for."""
        await asyncio.sleep(0)
