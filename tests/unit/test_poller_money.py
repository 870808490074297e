"""The limit in dollars is one for all accounts and regions, and what each mode would cost is known beforehand."""

from __future__ import annotations

import pytest

from aws.settings import MODES, PollSettings
from tests.poller_world import ELSEWHERE, FakeAws, a_poller, newest
from tests.virtual_clock import VirtualClock


async def test_two_regions_share_one_limit_by_how_much_there_is_to_read() -> None:
    clock = VirtualClock()
    large, small = FakeAws(clock, page=100), FakeAws(clock, scope=ELSEWHERE, page=100)
    large.add(*(f"g{number}" for number in range(90)))
    small.add(*(f"g{number}" for number in range(10)))
    async with a_poller(large, small, settings=PollSettings(max_usd_per_hour=0.04)) as poller:
        await clock.advance(150)
        polling = (await newest(poller)).polling
        assert polling.usd_per_hour_planned == pytest.approx(0.04, rel=0.01)
        assert polling.savings
        assert tuple(polling.usd_per_hour_by_mode) == MODES
        assert polling.usd_per_hour_by_mode["thorough"] == pytest.approx(0.04, rel=0.01), "the limit holds in any mode"

        poller.set_mode("economy")
        await clock.advance(2)
        chosen = (await newest(poller)).polling
        assert chosen.mode == "economy"
        assert chosen.usd_per_hour_planned == chosen.usd_per_hour_by_mode["economy"] < 0.04
        with pytest.raises(ValueError, match="frugal"):
            poller.set_mode("frugal")


@pytest.mark.parametrize("status", ["Complete", "PartialData", "InternalError"])
async def test_a_limit_holds_however_little_of_an_answer_comes(status: str) -> None:
    aws = FakeAws(VirtualClock(), page=100)
    aws.add(*(f"g{number}" for number in range(90)))
    for gadget in aws.gadgets.values():
        gadget.status = status
    limit = 0.06
    async with a_poller(aws, settings=PollSettings(max_usd_per_hour=limit)) as poller:
        await aws.clock.advance(20 * 60)
        seen = await newest(poller)
    assert seen.api.usd <= limit / 3 + 0.001, "a third of an hour, and what the first look takes"
    assert seen.gaps or status == "Complete"
