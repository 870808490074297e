"""Readings that had no answer in a large account are asked for again with the next poll, in every tier."""

from __future__ import annotations

import pytest

from aws.errors import AccessDenied, Unreachable
from aws.model import Interest
from aws.poller import Poller
from aws.settings import PollSettings
from tests.fleet import MINUTE, Fleet, a_poller
from tests.poller_world import newest
from tests.virtual_clock import VirtualClock

BEFORE_S = 20 + MINUTE
NO_ROUTE = Unreachable("cloudwatch", "GetMetricData", "no route")
NOT_YOU = AccessDenied("cloudwatch", "GetMetricData", "not you")
ECONOMY = PollSettings(mode="economy")


@pytest.fixture
def fleet() -> Fleet:
    return Fleet(VirtualClock(), functions=40, busy_every=4)


async def look_at_rows_during(fleet: Fleet, poller: Poller, fault: Exception) -> None:
    """Rows come into view and go again, while no metric is answered."""
    fleet.refused["GetMetricData"] = fault
    poller.attend(Interest(visible=frozenset(fleet.arn(name) for name in fleet.names()[:20])))
    await fleet.clock.advance(2 * MINUTE)
    poller.attend(Interest())
    assert (await newest(poller)).gaps


async def errors(poller: Poller) -> list[str]:
    return [gap.error for gap in (await newest(poller)).gaps]


@pytest.mark.parametrize("before_s", [0, BEFORE_S])
async def test_every_tier_is_whole_a_poll_after_the_fault(fleet: Fleet, before_s: int) -> None:
    async with a_poller(fleet, ECONOMY) as poller:
        await fleet.clock.advance(before_s)
        await look_at_rows_during(fleet, poller, NO_ROUTE)
        fleet.refused.clear()
        await fleet.clock.advance(MINUTE + 10)
        assert await errors(poller) == []


async def test_a_fault_that_stays_costs_one_request_more_a_poll(fleet: Fleet) -> None:
    async with a_poller(fleet, ECONOMY) as poller:
        await fleet.clock.advance(BEFORE_S)
        await look_at_rows_during(fleet, poller, NO_ROUTE)
        before = fleet.asked.count("GetMetricData")
        await fleet.clock.advance(5 * MINUTE)
        asked = fleet.asked.count("GetMetricData") - before
        assert asked <= 5 * 4, "the account's, the hot set, what is due, and what had no answer"


async def test_what_is_in_use_is_listed_again_with_the_next_poll(fleet: Fleet) -> None:
    fleet.refused["ListMetrics"] = Unreachable("cloudwatch", "ListMetrics", "no route")
    async with a_poller(fleet, ECONOMY) as poller:
        await fleet.clock.advance(BEFORE_S + MINUTE)
        assert [gap.action for gap in (await newest(poller)).gaps] == ["cloudwatch:ListMetrics"]
        assert fleet.asked.count("ListMetrics") <= 4, "once a poll, and once more with the first"
        fleet.refused.clear()
        await fleet.clock.advance(MINUTE + 10)
        assert await errors(poller) == []


async def test_at_the_closed_door_of_what_is_in_use_only_who_refreshes_knocks(fleet: Fleet) -> None:
    fleet.refused["ListMetrics"] = AccessDenied("cloudwatch", "ListMetrics", "not you")
    async with a_poller(fleet, ECONOMY) as poller:
        await fleet.clock.advance(BEFORE_S + 2 * MINUTE)
        assert fleet.asked.count("ListMetrics") == 1
        fleet.refused.clear()
        poller.refresh()
        await fleet.clock.advance(10)
        assert await errors(poller) == []


async def test_what_is_refused_is_asked_for_seldom_until_anything_is_granted(fleet: Fleet) -> None:
    async with a_poller(fleet, ECONOMY) as poller:
        await fleet.clock.advance(BEFORE_S)
        await look_at_rows_during(fleet, poller, NOT_YOU)
        before = fleet.asked.count("GetMetricData")
        await fleet.clock.advance(5 * MINUTE)
        assert fleet.asked.count("GetMetricData") - before <= 5 * 3 + 1
        fleet.refused.clear()
        await fleet.clock.advance(MINUTE + 10)
        assert await errors(poller) == []
