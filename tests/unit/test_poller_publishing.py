"""How soon what was read is shown."""

from __future__ import annotations

import asyncio

from aws.errors import Throttled
from tests.poller_world import FakeAws, a_poller, newest
from tests.virtual_clock import VirtualClock


class Busy(VirtualClock):
    """Whoever looks at it has worked since the last look."""

    def monotonic(self) -> float:
        self._pass(0.004)
        return super().monotonic()


async def test_what_was_missing_is_shown_soon_after_it_was_read_however_long_a_snapshot_takes() -> None:
    clock = Busy()
    aws = FakeAws(clock, fates={"ListUsers": Throttled("user", "ListUsers", "slow down")})
    aws.add("a", "b")
    async with a_poller(aws) as poller:
        await clock.advance(20)
        before = aws.count("ListUsers")
        aws.fates["ListUsers"] = late = asyncio.Event()
        while aws.count("ListUsers") == before:
            await clock.advance(0.1)
        aws.err("a", 1)
        await clock.advance(0.3)
        assert (await newest(poller)).gaps
        read_s = clock.now()
        late.set()
        while (await newest(poller)).gaps:
            await clock.advance(0.1)
        assert clock.now() - read_s < 2
