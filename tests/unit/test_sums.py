"""The search for what an account's sum counts and its known parts do not, while resources go on arriving."""

from __future__ import annotations

import asyncio
from array import array

from aws.model import MetricKey, ReadState, Series, SeriesId
from aws.poller.merge import Span
from aws.poller.store import Store
from aws.poller.sums import Search, Sum
from aws.poller.tiers import Sizes, Tier, plan

NOW = 1_800_000_000
SPAN = Span(NOW - 1_800, NOW)
PLAN = plan(mode="standard", sizes=Sizes(60_000, {Tier.SWEEP: 20_000}), interval_s=60)


def part(name: str) -> SeriesId:
    return SeriesId(MetricKey("AWS/Lambda", "Errors", (("FunctionName", name),)), "Sum")


def counted(errors: float) -> Series:
    """So many ten minutes ago."""
    points = array("f", [0.0] * 30)
    points[20] = errors
    return Series(SPAN.start_s, 60, points, ReadState.VALUE, float(NOW))


class Crowd:
    """A clock that lets somebody in whenever long work makes way: a function, and the first of a new kind."""

    def __init__(self) -> None:
        self.sums: dict[tuple[str, str, str], Sum] = {}
        self.asked: list[SeriesId] = []
        self.store = Store(window_s=1_800)
        self._now = 0.0

    def now(self) -> float:
        return float(NOW)

    def monotonic(self) -> float:
        self._now += 1.0
        return self._now

    async def sleep(self, seconds: float) -> None:
        self.arrive(f"new-{self._now}")
        self.sums.setdefault(("queues", "account", f"{self._now}"), Sum(("queues", "account", f"{self._now}")))
        await asyncio.sleep(0)

    def arrive(self, name: str) -> None:
        self.sums["lambda", "account", "errors"].add(part(name), name)

    async def read(self, wanted: list[SeriesId]) -> None:
        self.asked += wanted
        await self.sleep(0)
        self.store.put({i: counted(5.0 if i == part("fn-7") else 0.0) for i in wanted}, SPAN)
        one = self.sums["lambda", "account", "errors"]
        for series_id in wanted:
            if (series := self.store.get(series_id)) is not None:
                one.heard(series_id, series)


async def test_resources_that_arrive_during_a_search_do_not_end_it() -> None:
    crowd = Crowd()
    one = crowd.sums["lambda", "account", "errors"] = Sum(("lambda", "account", "errors"))
    one.total = SeriesId(MetricKey("AWS/Lambda", "Errors"), "Sum")
    crowd.store.put({one.total: counted(5.0)}, SPAN)
    for number in range(10):
        crowd.arrive(f"fn-{number}")
    search = Search(crowd.sums, crowd.store, crowd, read=crowd.read, traffic=lambda _: 0.0, idle=lambda _: False)
    await search.turn(PLAN, ())
    assert part("fn-7") in crowd.asked
    assert len(one.members) > 10, "others came meanwhile"
    assert (await one.rest(crowd.store, crowd)).nothing, "the errors are explained"
