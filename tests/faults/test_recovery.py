"""What had no answer is asked for again with the next poll, however seldom it is asked for else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from aws.errors import AccessDenied, AwsError, Unreachable
from aws.poller import Poller
from aws.services.base import Discovered, Discovery
from aws.settings import PollSettings
from tests.poller_world import GADGETS, FakeAws, FakeSource, a_poller, newest
from tests.virtual_clock import VirtualClock

POLL_S = 61


@pytest.fixture
def aws() -> FakeAws:
    account = FakeAws(VirtualClock(1_800_000_010.0))
    account.add("a", "b", "c")
    account.alarm("a-errs", "a", state="OK")
    return account


def a_poller_lacking(answers: Sequence[AwsError], aws: FakeAws) -> Poller:
    """A poller whose walks reach the end of the inventory, but for these ``answers``."""

    async def discover(discovery: Discovery) -> AsyncIterator[Discovered]:
        async for item in GADGETS.discover(discovery):
            yield item
        for error in answers:
            yield error.gap(discovery.scope)

    services = {"gadget": replace(GADGETS, discover=discover, metrics=(), rules=())}
    return Poller([FakeSource(aws)], settings=PollSettings(), clock=aws.clock, services=services)


@pytest.mark.parametrize("operation", ["GetResources", "GetTopicAttributes", "ListAlarmMuteRules"])
async def test_what_is_read_beside_is_whole_a_poll_after_the_fault(aws: FakeAws, operation: str) -> None:
    aws.fates[operation] = Unreachable("aws", operation, "no route")
    async with a_poller(aws) as poller:
        await aws.clock.advance(2 * POLL_S)
        assert [gap.action for gap in (await newest(poller)).gaps] == [f"aws:{operation}"]
        asked = aws.count(operation)
        del aws.fates[operation]
        await aws.clock.advance(POLL_S)
        assert not (await newest(poller)).gaps
        assert aws.count(operation) <= asked + 3
        await aws.clock.advance(3 * POLL_S)
        assert aws.count(operation) <= asked + 3, "and seldom again from then on"


async def test_at_a_closed_door_nobody_knocks_every_minute(aws: FakeAws) -> None:
    aws.fates["GetResources"] = AccessDenied("tag", "GetResources", "not you")
    async with a_poller(aws) as poller:
        await aws.clock.advance(5 * POLL_S)
        assert aws.count("GetResources") == 1
        assert [gap.action for gap in (await newest(poller)).gaps] == ["tag:GetResources"]


@pytest.mark.parametrize("after_s", [5, POLL_S])
async def test_whoever_was_let_in_and_refreshes_sees_it_within_half_a_minute(aws: FakeAws, after_s: int) -> None:
    aws.fates["GetResources"] = AccessDenied("tag", "GetResources", "not you")
    aws.fates["ListUsers"] = Unreachable("user", "ListUsers", "no route")
    async with a_poller(aws) as poller:
        await aws.clock.advance(after_s)
        aws.fates.clear()
        poller.refresh()
        await aws.clock.advance(31)
        assert not (await newest(poller)).gaps
        walks = aws.count("ListGadgets")
        await aws.clock.advance(5 * POLL_S)
        assert aws.count("ListGadgets") == walks == 4, "two walks of two pages"


async def test_who_was_refused_a_moment_ago_and_refreshes_is_let_in_at_once(aws: FakeAws) -> None:
    aws.fates["GetResources"] = AccessDenied("tag", "GetResources", "not you")
    aws.fates["ListUsers"] = AccessDenied("user", "ListUsers", "not you")
    async with a_poller(aws) as poller:
        await aws.clock.advance(5)
        aws.fates.clear()
        poller.refresh()
        await aws.clock.advance(2)
        assert not (await newest(poller)).gaps
        assert aws.count("ListGadgets") == 2, "what was not refused is not walked again so soon"


async def test_a_refresh_right_after_a_walk_waits_for_no_more_than_what_was_refused_is_worth(aws: FakeAws) -> None:
    aws.add(*(f"g{number}" for number in range(20)))
    refusals = [AccessDenied("gadget", "DescribeGadget", "not you")]
    async with a_poller_lacking(refusals, aws) as poller:
        await aws.clock.advance(1)
        refusals.clear()
        poller.refresh()
        await aws.clock.advance(3)
        assert not (await newest(poller)).gaps


async def test_a_refresh_puts_off_nothing_that_is_asked_for_again_with_the_next_poll(aws: FakeAws) -> None:
    aws.fates["ListUsers"] = Unreachable("user", "ListUsers", "no route")
    async with a_poller(aws) as poller:
        poller.set_interval(10)
        await aws.clock.advance(2)
        poller.refresh()
        await aws.clock.advance(2)
        aws.fates.clear()
        await aws.clock.advance(15)
        assert not (await newest(poller)).gaps


@pytest.mark.parametrize("operation", ["ListUsers", "GetResources", "DescribeAlarms"])
async def test_what_failed_shortly_before_a_poll_is_asked_for_again_with_it(aws: FakeAws, operation: str) -> None:
    async with a_poller(aws) as poller:
        await aws.clock.advance(52)
        aws.fates[operation] = Unreachable("aws", operation, "no route")
        poller.refresh()  # three seconds before a poll is due
        await aws.clock.advance(2)
        assert (await newest(poller)).gaps
        del aws.fates[operation]
        await aws.clock.advance(3)
        assert not (await newest(poller)).gaps


async def test_what_is_not_worth_another_walk_with_that_poll_is_walked_soon_after_it(aws: FakeAws) -> None:
    aws.add(*(f"g{number}" for number in range(47)))
    aws.page = 100
    refusals: list[Unreachable] = []
    async with a_poller_lacking(refusals, aws) as poller:
        await aws.clock.advance(52)
        refusals.append(Unreachable("gadget", "DescribeGadget", "no route"))
        poller.refresh()  # three seconds before a poll is due, and a walk of 50 is worth 5
        await aws.clock.advance(2)
        assert (await newest(poller)).gaps
        refusals.clear()
        await aws.clock.advance(5)
        assert not (await newest(poller)).gaps


@pytest.mark.parametrize("refreshed", [False, True])
async def test_whom_alarms_reach_is_read_with_the_first_poll_after_a_fault_however_late_it_was_read_before(
    aws: FakeAws, refreshed: bool
) -> None:
    aws.fates["GetTopicAttributes"] = Unreachable("sns", "GetTopicAttributes", "no route")
    aws.fates["ListUsers"] = hanging = asyncio.Event()
    async with a_poller(aws) as poller:
        await aws.clock.advance(45)
        hanging.set()  # what comes to its end so late has topics read again, ten seconds before the next poll
        await aws.clock.advance(5)
        assert [gap.action for gap in (await newest(poller)).gaps] == ["sns:GetTopicAttributes"]
        aws.fates.clear()
        if refreshed:
            poller.refresh()
        await aws.clock.advance(2 if refreshed else 10)
        assert not (await newest(poller)).gaps
        asked = aws.count("GetTopicAttributes")
        await aws.clock.advance(2 * POLL_S)
        assert aws.count("GetTopicAttributes") == asked


async def test_a_gap_stands_while_it_is_asked_for_again(aws: FakeAws) -> None:
    aws.fates["GetTopicAttributes"] = Unreachable("sns", "GetTopicAttributes", "no route")
    async with a_poller(aws) as poller:
        await aws.clock.advance(POLL_S)
        aws.fates["GetTopicAttributes"] = asyncio.Event()
        await aws.clock.advance(POLL_S)
        assert [gap.action for gap in (await newest(poller)).gaps] == ["sns:GetTopicAttributes"]


@pytest.mark.parametrize(("resources", "walks"), [(500, 6), (1_500, 3)])
async def test_a_large_service_that_lacks_one_answer_is_not_walked_all_the_time(
    aws: FakeAws, resources: int, walks: int
) -> None:
    aws.add(*(f"g{number}" for number in range(resources)))
    aws.page = 5_000
    async with a_poller_lacking([Unreachable("gadget", "ListUses", "no route")], aws):
        await aws.clock.advance(5 * 60 + 10)
    assert aws.count("ListGadgets") == walks


@pytest.mark.parametrize("operation", ["GetTopicAttributes", "ListAlarmMuteRules"])
async def test_who_may_see_whom_alarms_reach_by_now_and_refreshes_sees_it_at_once(aws: FakeAws, operation: str) -> None:
    aws.fates[operation] = AccessDenied("aws", operation, "not you")
    async with a_poller(aws) as poller:
        await aws.clock.advance(3 * POLL_S)
        assert [gap.action for gap in (await newest(poller)).gaps] == [f"aws:{operation}"]
        assert aws.count(operation) == 1, "at a closed door nobody knocks every minute"
        aws.fates.clear()
        poller.refresh()
        await aws.clock.advance(2)
        assert not (await newest(poller)).gaps
        assert aws.count(operation) == 2
