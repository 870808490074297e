"""Keys go first: before what works beside them, and never before what they are an answer to was seen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from textual import events

from aws.alarms.definition import Plan
from aws.alarms.desk import Routing
from aws.model import Snapshot
from tests.builders import a_function, snapshot
from tests.tui.alarm_world import ERRORS, shop
from tests.tui.desks import FakeDesk
from tests.tui.feeds import FakeFeed
from tests.tui.running import HeldClock, running
from tui.adopting import BETWEEN_S
from tui.keys_first import KeysFirst
from tui.present.kept import AT_ONCE


async def test_of_those_that_give_way_one_goes_on_with_every_turn_of_the_loop() -> None:
    clock, turn, went_on = KeysFirst(), 0, []

    async def give_way() -> None:
        await clock.sleep(0)
        went_on.append(turn)

    tasks = [asyncio.create_task(give_way()) for _ in range(5)]
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0)
        turn += 1
    assert len(set(went_on)) == 5


async def test_what_gives_way_goes_on_when_the_key_is_answered() -> None:
    clock = KeysFirst()
    clock.pressed()
    beside = asyncio.create_task(clock.sleep(0))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not beside.done()
    clock.answered()
    await beside
    await clock.sleep(0)


async def test_a_key_that_nothing_answers_is_not_waited_for_without_end() -> None:
    clock = KeysFirst()
    clock.pressed()
    await asyncio.wait_for(clock.sleep(0), 5)


async def test_a_thread_gives_way_until_the_key_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.keys_first.MOST_S", 60.0)
    clock = KeysFirst()
    await asyncio.to_thread(clock.give_way)
    clock.pressed()
    computing = asyncio.create_task(asyncio.to_thread(clock.give_way))
    done, _ = await asyncio.wait([computing], timeout=0.05)
    assert not done
    clock.answered()
    await computing


async def test_a_thread_waits_for_no_key_without_end() -> None:
    clock = KeysFirst()
    clock.pressed()
    await asyncio.wait_for(asyncio.to_thread(clock.give_way), 5)


async def test_one_that_gives_up_while_it_gives_way_holds_nobody_up() -> None:
    clock = KeysFirst()
    first, second = (asyncio.create_task(clock.sleep(0)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await second


async def test_a_newer_look_waits_until_the_key_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.keys_first.MOST_S", 60.0)
    first, newer = snapshot(a_function("one")), snapshot(a_function("two"))
    feed = FakeFeed(first)
    async with running(feed) as run:
        await run.press("2")
        await run.until("one")
        run.app.keys_first.pressed()
        feed.give(newer)
        for _ in range(5):
            await run.pilot.pause()
        assert run.app.snapshot is first
        run.app.keys_first.answered()
        await run.until("two")


async def test_looks_at_a_large_account_come_whole_and_keys_act_on_what_they_show() -> None:
    many = [a_function(f"f-{number:04}") for number in range(AT_ONCE + 2)]
    first, last = snapshot(*many[:-1]), snapshot(*many)
    async with running(FakeFeed(first, last)) as run:
        while run.app.snapshot is not last:
            await run.pilot.pause()
        await run.press("2")
        await run.until(f"/{len(many)}")
        await run.press("greater_than_sign", "S")
        await run.until(many[-1].name)
        await run.press("slash", *"0007", "enter")
        await run.until("1-1/1 of")
        assert run.app.main.grid.cursor_key == many[7].arn


class Rests(HeldClock):
    """Time is held, but for the rest between large looks: that is over when somebody says so."""

    def __init__(self) -> None:
        self.over = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        await (self.over if seconds == BETWEEN_S else asyncio.Event()).wait()


async def test_large_looks_leave_the_keys_some_time_in_between_and_the_newest_is_never_lost() -> None:
    clock = Rests()
    many = [a_function(f"f-{number:04}") for number in range(AT_ONCE + 3)]
    first, second, third = (snapshot(*many[:left]) for left in (-2, -1, None))
    feed = FakeFeed(first)
    async with running(feed, clock=clock) as run:
        await run.press("2")
        await run.until(f"/{len(many) - 2}")
        feed.give(second)
        feed.give(third)
        await run.settle()
        assert run.app.snapshot is first
        clock.over.set()
        await run.until(f"/{len(many)}")


class SlowDesk(FakeDesk):
    """Plans when it is told to."""

    def __init__(self) -> None:
        super().__init__(ERRORS)
        self.go = asyncio.Event()

    async def plan(self, snapshot: Snapshot, *, resources: Sequence[str] | None, routing: Routing | None) -> Plan:
        await self.go.wait()
        return await super().plan(snapshot, resources=resources, routing=routing)


async def test_keys_before_the_plan_do_nothing_and_say_so() -> None:
    desk = SlowDesk()
    async with running(FakeFeed(shop(), desk=desk)) as run:
        for early in ("c", "space", "asterisk"):
            await run.press(*(["A"] if early == "c" else []), early)
            await run.until("still looking up")
        desk.go.set()
        await run.until("1 of 1 selected")
        assert "Create 1 in" not in run.screen


async def test_a_yes_from_before_the_question_was_on_the_screen_agrees_to_nothing() -> None:
    desk = FakeDesk(ERRORS)
    async with running(FakeFeed(shop(), desk=desk)) as run:
        early = events.Key("y", "y")
        await run.press("A", "c")
        await run.until("Create 1 in")
        run.app.post_message(early)
        await run.until("y once more agrees")
        assert desk.written == []
        await run.press("y")
        await run.until("1 created")
