"""Time goes by where nobody asks: a lid that was shut, a pause, a line that hardly moves."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from aws.call import Answer
from aws.errors import Unreachable
from aws.model import Health, Interest
from aws.settings import PollSettings
from tests.fleet import Fleet
from tests.fleet import a_poller as a_poller_on
from tests.poller_world import FakeAws, a_poller, health, names, newest
from tests.virtual_clock import VirtualClock

POLL_S = 61
NIGHT_S = 8 * 3_600


@pytest.fixture
def aws() -> FakeAws:
    account = FakeAws(VirtualClock(1_800_000_010.0))
    account.add("a", "b")
    return account


@pytest.mark.parametrize("paused", [False, True])
async def test_an_answer_is_as_old_as_what_it_was_asked_for(aws: FakeAws, paused: bool) -> None:
    clock = aws.clock
    async with a_poller(aws) as poller:
        await clock.advance(POLL_S)
        before_s = clock.now()
        aws.fates["GetMetricData"] = hanging = asyncio.Event()
        await clock.advance(POLL_S)
        asked_s = clock.now()
        if paused:
            poller.attend(Interest(paused=True))
            await clock.advance(NIGHT_S)
        else:
            clock.jump(NIGHT_S)  # the lid was shut: of the time that passed nothing but the wall clock knows
        aws.fates["GetMetricData"] = asyncio.Event()  # what is asked for from now on is not answered
        hanging.set()
        await clock.advance(POLL_S)
        seen = await newest(poller)
        assert seen.data_at_s is not None
        assert before_s - POLL_S < seen.data_at_s <= asked_s + POLL_S
        assert health(seen, "a") is Health.UNKNOWN


async def test_what_exists_is_walked_again_with_the_first_poll_after_the_lid_was_shut(aws: FakeAws) -> None:
    async with a_poller(aws) as poller:
        await aws.clock.advance(POLL_S)
        aws.add("deployed")
        del aws.gadgets["a"]
        aws.clock.jump(NIGHT_S)
        await aws.clock.advance(POLL_S)
        assert names(await newest(poller)) == ["b", "deployed"]


async def test_an_inventory_is_as_old_as_its_last_walk_whatever_was_walked_again_of_it(aws: FakeAws) -> None:
    aws.fates["ListUsers"] = Unreachable("user", "ListUsers", "no route")
    async with a_poller(aws, settings=PollSettings(inventory_every_s=600)) as poller:
        await aws.clock.advance(540)
        aws.fates.clear()  # with the next poll the users are walked again, and the gadgets are not
        aws.add("deployed")
        await aws.clock.advance(60 + POLL_S)
        assert names(await newest(poller)) == ["a", "b", "deployed"]


@pytest.mark.parametrize("operation", ["ListGadgets", "DescribeAlarms"])
async def test_what_fails_for_longer_than_a_turn_is_begun_again_with_a_poll_and_not_at_once(operation: str) -> None:
    began_s: list[float] = []

    class Slow(FakeAws):
        async def __call__(self, service: str, asked: str, /, **params: Any) -> Answer:
            if asked == operation:
                began_s.append(self.clock.now())
                await self.clock.sleep(75)
            return await super().__call__(service, asked, **params)

    slow = Slow(VirtualClock(1_800_000_010.0), fates={operation: Unreachable("aws", operation, "no route")})
    async with a_poller(slow):
        await slow.clock.advance(9 * 60)
    assert len(set(began_s)) == 5
    assert {int(at_s) % 60 for at_s in began_s if at_s > began_s[0]} == {5}


async def test_what_failed_before_a_poll_that_its_walk_outlasted_is_asked_for_at_the_end_of_the_walk() -> None:
    began_s: list[float] = []

    class Large(FakeAws):
        async def __call__(self, service: str, asked: str, /, **params: Any) -> Answer:
            if asked == "ListUsers":
                began_s.append(self.clock.now() - 1_800_000_000)
            if asked == "ListGadgets":
                await self.clock.sleep(75)
            return await super().__call__(service, asked, **params)

    large = Large(VirtualClock(1_800_000_010.0), fates={"ListUsers": Unreachable("user", "ListUsers", "no route")})
    async with a_poller(large) as poller:
        await large.clock.advance(30)
        large.fates.clear()
        await large.clock.advance(60)
        assert began_s == pytest.approx([10, 85])
        assert (await newest(poller)).gaps == ()


@pytest.mark.parametrize("paused", [False, True])
async def test_a_large_account_is_known_again_with_the_first_poll_after_a_night(paused: bool) -> None:
    fleet = Fleet(VirtualClock(), functions=60, busy_every=3)
    async with a_poller_on(fleet, PollSettings(mode="economy")) as poller:
        await fleet.clock.advance(20 * 60)
        assert set((await newest(poller)).health.values()) == {Health.OK}
        if paused:
            poller.attend(Interest(paused=True))
            await fleet.clock.advance(NIGHT_S)
        else:
            fleet.clock.jump(NIGHT_S)
            await fleet.clock.advance(3)
        before = sum(fleet.metrics.values())
        poller.attend(Interest())
        await fleet.clock.advance(POLL_S + 10)
        assert set((await newest(poller)).health.values()) == {Health.OK}
        assert sum(fleet.metrics.values()) - before <= 60 // 3 * 6 + 60, "what is in use once, and two polls"
