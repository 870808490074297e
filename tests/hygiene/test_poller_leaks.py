"""Nothing of the poller outlives it, whenever and however it is ended, and it never holds the event loop up."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest
from blockbuster import BlockBuster, blockbuster_ctx

from aws.model import Interest
from tests.poller_world import FakeAws, a_poller, newest
from tests.virtual_clock import VirtualClock

OPERATIONS = ("ListGadgets#1", "ListGadgets#2", "ListUsers", "DescribeAlarms", "GetMetricData")


@pytest.fixture(autouse=True)
def _no_blocking_call() -> Iterator[BlockBuster]:
    with blockbuster_ctx() as guard:
        yield guard


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def aws(clock: VirtualClock) -> FakeAws:
    account = FakeAws(clock)
    account.add("a", "b", "c")
    account.err("a", 7)
    return account


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_leaving_while_a_request_is_under_way_leaves_no_task(
    clock: VirtualClock, aws: FakeAws, operation: str
) -> None:
    before = asyncio.all_tasks()
    aws.fates[operation] = asyncio.Event()
    async with a_poller(aws):
        await clock.advance(1)
    await clock.rest()
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_cancelling_whoever_watches_ends_everything(clock: VirtualClock, aws: FakeAws, operation: str) -> None:
    before = asyncio.all_tasks()
    aws.fates[operation] = asyncio.Event()

    async def watch() -> None:
        async with a_poller(aws) as poller:
            async for _ in poller:
                pass

    watching = asyncio.create_task(watch())
    await clock.advance(1)
    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await watching
    await clock.rest()
    assert asyncio.all_tasks() == before


async def test_leaving_while_paused_leaves_no_task(clock: VirtualClock, aws: FakeAws) -> None:
    before = asyncio.all_tasks()
    async with a_poller(aws) as poller:
        await clock.advance(1)
        poller.attend(Interest(paused=True))
        poller.refresh()
        await clock.advance(300)
    await clock.rest()
    assert asyncio.all_tasks() == before


async def test_cancelling_a_look_ends_it(clock: VirtualClock, aws: FakeAws) -> None:
    before = asyncio.all_tasks()
    aws.fates["GetMetricData"] = asyncio.Event()
    looking = asyncio.create_task(a_poller(aws).look(45.0))
    await clock.advance(1)
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking
    await clock.rest()
    assert asyncio.all_tasks() == before


async def test_polling_on_and_on_holds_on_to_no_more_than_a_full_window(clock: VirtualClock, aws: FakeAws) -> None:
    async with a_poller(aws) as poller:
        await clock.advance(4 * 3_600)
        aws.asked.clear()
        gc.collect()
        early = len(gc.get_objects())
        for _ in range(4):
            await clock.advance(3_600)
            aws.asked.clear()
        gc.collect()
        late = len(gc.get_objects())
        assert (await newest(poller)).complete
    assert late - early < 200, "less than one object for each of 240 polls; `python -m bench soak` is the whole day"
