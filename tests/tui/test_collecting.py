"""Closed screens are freed while nobody types, and only then."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from tests.tui.feeds import FakeFeed
from tests.tui.running import HeldClock, running
from tests.tui.story import evening
from tui.collecting import SELDOM_S, STILL_S, Collector


class Cycle:
    """What only a collection frees."""

    def __init__(self) -> None:
        self.me = self


def cycle() -> weakref.ref[Cycle]:
    """One that nobody can reach any more."""
    return weakref.ref(Cycle())


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def collector(clock: HeldClock) -> Iterator[Collector]:
    """At work on an account that was read."""
    collector = Collector(clock)
    with collector.at_work():
        collector.loaded()
        yield collector


def test_a_closed_screen_is_freed_once_nobody_types(collector: Collector) -> None:
    collector.look_around(screens=2, still_s=STILL_S)
    closed = cycle()
    collector.look_around(screens=1, still_s=STILL_S - 1)
    assert closed() is not None, "somebody types"
    collector.look_around(screens=1, still_s=STILL_S)
    assert closed() is None


def test_nothing_is_looked_through_while_nothing_was_closed_but_now_and_then(
    collector: Collector, clock: HeldClock
) -> None:
    left = cycle()
    collector.look_around(screens=1, still_s=STILL_S)
    assert left() is not None
    clock.at_s += SELDOM_S
    collector.look_around(screens=1, still_s=STILL_S)
    assert left() is None


def test_a_screen_that_was_open_during_a_collection_is_freed_after_it_was_closed(
    collector: Collector, clock: HeldClock
) -> None:
    page = Cycle()
    closed = weakref.ref(page)
    clock.at_s += SELDOM_S
    collector.look_around(screens=2, still_s=STILL_S)
    del page
    collector.look_around(screens=1, still_s=STILL_S)
    assert closed() is None


def test_an_account_that_another_takes_the_place_of_is_freed(clock: HeldClock) -> None:
    collector, account = Collector(clock), Cycle()
    left = weakref.ref(account)
    with collector.at_work():
        collector.loaded()
        del account
        collector.begin_anew()
        collector.look_around(screens=1, still_s=STILL_S)
        assert left() is None


def test_python_collects_as_before_once_the_dashboard_has_ended(clock: HeldClock) -> None:
    before = gc.get_threshold()
    with Collector(clock).at_work():
        assert gc.get_threshold() != before
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


async def test_of_pages_that_were_opened_and_closed_none_but_the_last_stays() -> None:
    async with running(FakeFeed(evening())) as run:
        with run.app.collector.at_work():
            run.app.collector.loaded()
            pages = []
            for _ in range(2):
                await run.press("enter")
                pages.append(weakref.ref(run.app.screen))
                run.app.look_around()
                await run.press("escape")
            run.app.clock.at_s += STILL_S
            run.app.look_around()
            assert pages[0]() is None
