"""Verdicts brought up to date in slices: what is heard between two of them must not be lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from aws.model import Health, Resource, Series, SeriesId
from aws.poller.verdicts import Known, Verdicts
from aws.services import registry
from tests.builders import NOW, a_finding, a_function, readings


class BusyClock:
    """A second passes with every look at it, so that every slice is used up; ``meanwhile`` is what others do then."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self._meanwhile = meanwhile
        self._seconds = 0.0

    def now(self) -> float:
        return float(NOW)

    def monotonic(self) -> float:
        self._seconds += 1
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        self._meanwhile()


def known(functions: list[Resource], series: dict[SeriesId, Series]) -> Known:
    return Known({function.arn: function for function in functions}, series, {}, {})


def interrupted_once() -> Callable[[], None]:
    """What cuts off whoever gives way for the first time."""
    interruptions = [asyncio.CancelledError()]

    def interrupt() -> None:
        if interruptions:
            raise interruptions.pop()

    return interrupt


async def test_what_is_read_while_others_are_judged_is_judged_next_time() -> None:
    functions = [a_function(name) for name in "abcdef"]
    everyone = {function.arn for function in functions}
    verdicts: Verdicts
    heard = [everyone]  # once, after the first of them was judged
    verdicts = Verdicts(BusyClock(lambda: verdicts.due.update(heard.pop() if heard else ())), registry(), {})
    verdicts.due = set(everyone)
    await verdicts.settle(known(functions, {}))
    assert set(verdicts.health.values()) == {Health.UNKNOWN}
    read = {series_id: one for function in functions for series_id, one in readings(function, {}).items()}
    await verdicts.settle(known(functions, read))
    assert verdicts.health == dict.fromkeys(everyone, Health.OK)


async def test_what_is_cut_off_while_it_is_judged_is_judged_next_time() -> None:
    functions = [a_function(name) for name in "abcdef"]
    verdicts = Verdicts(BusyClock(interrupted_once()), registry(), {})
    verdicts.due = {function.arn for function in functions}
    with pytest.raises(asyncio.CancelledError):
        await verdicts.settle(known(functions, {}))
    await verdicts.settle(known(functions, {}))
    assert verdicts.health == dict.fromkeys((function.arn for function in functions), Health.UNKNOWN)


async def test_what_is_cut_off_between_firing_alarms_is_told_next_time() -> None:
    firing = {name: (a_finding(name, "alarm.firing"),) for name in "abc"}
    verdicts = Verdicts(BusyClock(interrupted_once()), registry(), {})
    with pytest.raises(asyncio.CancelledError):
        await verdicts.alarms_fire(firing)
    await verdicts.alarms_fire(firing)
    assert verdicts.findings.keys() == firing.keys()
    await verdicts.alarms_fire({})
    assert not any(verdicts.findings.values())
