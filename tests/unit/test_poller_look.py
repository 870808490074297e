"""One look without a screen: complete, or honest about what it lacks once its time is up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from aws.errors import AccessDenied, ExpiredCredentials, ServerError
from aws.model import Health, Lane, ReadState, Snapshot
from aws.poller import Poller
from aws.services.base import Discovered, Discovery, Milestone
from aws.settings import PollSettings
from tests.poller_world import ELSEWHERE, GADGETS, FakeAws, FakeSource, a_poller, names, newest
from tests.virtual_clock import VirtualClock


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def aws(clock: VirtualClock) -> FakeAws:
    account = FakeAws(clock)
    account.add("a", "b", "c")
    return account


async def look(poller: Poller, clock: VirtualClock, *, timeout_s: float = 45.0) -> Snapshot:
    """A look during which time passes."""
    looking = asyncio.create_task(poller.look(timeout_s))
    await clock.advance(timeout_s + 1)
    return await looking


async def test_a_look_is_complete_and_leaves_nothing_running(clock: VirtualClock, aws: FakeAws) -> None:
    aws.err("a", 7)
    before = asyncio.all_tasks()
    looking = asyncio.create_task(a_poller(aws).look(45.0))
    await clock.advance(0)
    seen = await looking
    assert seen.complete
    assert seen.gaps == ()
    assert {seen.health[aws.arn(name)] for name in "bc"} == {Health.OK}
    assert seen.health[aws.arn("a")] is Health.CRITICAL
    assert any(key.metric.name == "Reasons" for key in seen.series[aws.scope]), "with the reason of what it found"
    assert asyncio.all_tasks() == before


async def test_a_look_through_a_running_poller_asks_for_nothing_twice(clock: VirtualClock, aws: FakeAws) -> None:
    async with a_poller(aws) as poller:
        seen = await look(poller, clock, timeout_s=10)
    assert seen.complete
    assert aws.count("ListUsers") == 1


async def _named_first(discovery: Discovery) -> AsyncIterator[Discovered]:
    """Gadgets at once, then what explains them, which has to be asked for besides."""
    async for gadget in GADGETS.discover(discovery):
        yield gadget
    yield Milestone.NAMED
    await discovery.call("user", "ListUsers", require=("Users",))


async def test_the_list_is_complete_once_everything_is_named_and_a_look_waits_for_the_rest(
    clock: VirtualClock, aws: FakeAws
) -> None:
    aws.fates["ListUsers"] = released = asyncio.Event()
    services = {"gadget": replace(GADGETS, discover=_named_first)}
    poller = Poller([FakeSource(aws)], settings=PollSettings(), clock=clock, services=services)
    async with poller:
        await clock.advance(1)
        seen = await newest(poller)
        assert (seen.complete, seen.progress is None) == (True, False), "there, and said to be still explained"
        assert {seen.health[aws.arn(name)] for name in "abc"} == {Health.OK}
        looking = asyncio.create_task(poller.look(45.0))
        late = await look(poller, clock, timeout_s=10)
        assert [gap.action for gap in late.gaps] == ["user:ListUsers"]
        released.set()
        await clock.rest()
        assert (await looking).gaps == ()


async def test_metrics_without_an_answer_are_not_fetched_and_a_gap(clock: VirtualClock, aws: FakeAws) -> None:
    aws.fates["GetMetricData"] = asyncio.Event()
    seen = await look(a_poller(aws), clock, timeout_s=20)
    assert names(seen) == ["a", "b", "c"]
    resource = seen.resources[aws.arn("a")]
    _, key = GADGETS.metrics_of(resource)[0]
    assert seen.reading(resource, key, "Sum").state is ReadState.NOT_FETCHED
    assert {seen.health[aws.arn(name)] for name in "abc"} == {Health.UNKNOWN}
    (gap,) = seen.gaps
    assert (gap.service, gap.action) == ("gadget", "cloudwatch:GetMetricData")
    assert "not answered within 20 s (3 readings)" in gap.error
    assert "--timeout" in gap.hint


async def test_a_walk_without_an_end_keeps_what_it_found(clock: VirtualClock, aws: FakeAws) -> None:
    aws.fates["ListGadgets#2"] = asyncio.Event()
    seen = await look(a_poller(aws), clock)
    assert names(seen) == ["a", "b"]
    assert not seen.complete
    late = [(gap.service, gap.action) for gap in seen.gaps if "not answered within 45 s" in gap.error]
    assert ("gadget", "gadget:ListGadgets") in late
    assert ("user", "gadget:ListGadgets") in late, "it waits for the gadgets"


async def test_alarms_without_an_answer_are_a_gap_and_the_rest_is_there(clock: VirtualClock, aws: FakeAws) -> None:
    aws.fates["DescribeAlarms"] = asyncio.Event()
    seen = await look(a_poller(aws), clock)
    assert [gap.action for gap in seen.gaps] == ["cloudwatch:DescribeAlarms"]
    assert {seen.health[aws.arn(name)] for name in "abc"} == {Health.OK}


async def test_a_scope_that_hangs_does_not_take_the_other_with_it(clock: VirtualClock, aws: FakeAws) -> None:
    other = FakeAws(clock, scope=ELSEWHERE)
    other.add("z")
    for operation in ("ListGadgets", "ListUsers", "DescribeAlarms", "GetMetricData"):
        aws.fates[operation] = asyncio.Event()
    seen = await look(a_poller(aws, other), clock)
    assert seen.health[other.arn("z")] is Health.OK
    assert {gap.region for gap in seen.gaps} == {aws.scope.region}


async def test_no_time_at_all_is_no_error(clock: VirtualClock, aws: FakeAws) -> None:
    seen = await look(a_poller(aws), clock, timeout_s=0)
    assert not seen.complete
    assert {gap.service for gap in seen.gaps} >= {"gadget", "user", "cloudwatch"}


async def test_a_cloudwatch_in_trouble_is_not_asked_hundreds_of_times_more(clock: VirtualClock, aws: FakeAws) -> None:
    aws.page = 500
    aws.add(*(f"g{number}" for number in range(2_000)))
    aws.fates["GetMetricData"] = ServerError("cloudwatch", "GetMetricData", "HTTP 500")
    seen = await look(a_poller(aws), clock)
    assert seen.complete
    assert {seen.health[aws.arn(f"g{number}")] for number in range(2_000)} == {Health.UNKNOWN}
    assert aws.count("GetMetricData") <= 24 + 64


async def test_a_denial_is_heard_once_in_a_poll(clock: VirtualClock, aws: FakeAws) -> None:
    aws.page = 500
    aws.add(*(f"g{number}" for number in range(2_000)))
    aws.fates["GetMetricData"] = AccessDenied("cloudwatch", "GetMetricData", "not yours")
    await look(a_poller(aws), clock)
    assert aws.count("GetMetricData") <= 12  # those that were under way together


async def test_readings_that_failed_say_what_to_do_about_it(clock: VirtualClock, aws: FakeAws) -> None:
    aws.fates["GetMetricData"] = ExpiredCredentials("cloudwatch", "GetMetricData", "over", hint="log in again")
    (gap,) = (await look(a_poller(aws), clock)).gaps
    assert gap.hint == "log in again"


async def test_what_throttling_held_up_says_so(clock: VirtualClock, aws: FakeAws) -> None:
    aws.fates["ListGadgets"] = asyncio.Event()
    lane = Lane("gadget:ListGadgets", 0.5, 5, 1, throttled=4, last_error="Rate exceeded")
    poller = Poller([FakeSource(aws, (lane,))], settings=PollSettings(), clock=clock, services={"gadget": GADGETS})
    gaps = {gap.action: gap for gap in (await look(poller, clock)).gaps}
    assert gaps["gadget:ListGadgets"].error == "Throttled: not answered within 45 s: Rate exceeded"
