"""Requests are spaced below AWS's quotas, and slow down when AWS says so."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws.metrics.plan import Window, request
from aws.model import MetricKey, SeriesId
from aws.pacing import Pacer, Quota, datapoints_in, lane_name
from tests.virtual_clock import VirtualClock

QUOTAS = {"cloudwatch:GetMetricData": Quota(10, 5), "lambda": Quota(4, 2)}


async def run(clock: VirtualClock, work: Coroutine[Any, Any, None]) -> None:
    """Run ``work`` to its end while time passes."""
    task = asyncio.ensure_future(work)
    while not task.done():
        await clock.advance(1.0)
    await task


async def admitted_at(
    clock: VirtualClock, pacer: Pacer, requests: int, operation: str = "GetMetricData"
) -> list[float]:
    times: list[float] = []
    began = clock.monotonic()

    async def one() -> None:
        await pacer.admit("cloudwatch", operation)
        times.append(clock.monotonic() - began)

    async def everyone() -> None:
        await asyncio.gather(*(one() for _ in range(requests)))

    await run(clock, everyone())
    return times


async def test_a_small_accounts_first_look_does_not_wait() -> None:
    clock = VirtualClock()
    assert await admitted_at(clock, Pacer(clock, QUOTAS), 5) == [0.0] * 5


@given(requests=st.integers(1, 60))
def test_no_second_sees_more_than_the_quota_and_its_burst(requests: int) -> None:
    async def scenario() -> list[float]:
        clock = VirtualClock()
        return await admitted_at(clock, Pacer(clock, QUOTAS), requests)

    times = asyncio.run(scenario())
    assert len(times) == requests
    for start in times:
        assert sum(start <= time < start + 0.999 for time in times) <= 10 + 5


async def test_first_come_first_served() -> None:
    clock = VirtualClock()
    pacer = Pacer(clock, QUOTAS)
    order: list[int] = []

    async def one(number: int) -> None:
        await pacer.admit("cloudwatch", "GetMetricData")
        order.append(number)

    async def everyone() -> None:
        await asyncio.gather(*(one(number) for number in range(20)))

    await run(clock, everyone())
    assert order == list(range(20))


async def test_throttles_of_requests_sent_together_halve_the_rate_once() -> None:
    clock = VirtualClock()
    pacer = Pacer(clock, QUOTAS)
    tickets = [await pacer.admit("cloudwatch", "GetMetricData") for _ in range(5)]
    await clock.advance(0.1)
    for ticket in tickets:
        pacer.throttled(ticket, "Throttling: Rate exceeded")
    state = pacer.states()[0]
    assert (state.per_second, state.throttled) == (5.0, 5)
    assert "Rate exceeded" in state.last_error


async def test_throttled_again_and_again_it_still_goes_on() -> None:
    clock = VirtualClock()
    pacer = Pacer(clock, QUOTAS)

    async def always_throttled() -> None:
        for _ in range(12):
            pacer.throttled(await pacer.admit("cloudwatch", "GetMetricData"), "no")

    await run(clock, always_throttled())
    assert pacer.states()[0].per_second == 0.25


async def test_successes_bring_the_rate_back_and_no_further() -> None:
    clock = VirtualClock()
    pacer = Pacer(clock, QUOTAS)

    async def scenario() -> None:
        pacer.throttled(await pacer.admit("cloudwatch", "GetMetricData"), "no")
        for _ in range(30):
            pacer.succeeded(await pacer.admit("cloudwatch", "GetMetricData"))

    await run(clock, scenario())
    assert pacer.states()[0].per_second == 10


async def test_a_cancelled_request_gives_its_turn_to_the_next() -> None:
    clock = VirtualClock()
    pacer = Pacer(clock, {"lambda": Quota(1, 1)})
    await pacer.admit("lambda", "ListFunctions")
    impatient = asyncio.ensure_future(pacer.admit("lambda", "ListFunctions"))
    patient = asyncio.ensure_future(pacer.admit("lambda", "ListFunctions"))
    await asyncio.sleep(0)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    await clock.advance(1.1)
    assert patient.done()
    assert pacer.states()[0].waiting == 0


def test_lambda_and_api_gateway_share_one_quota_for_all_their_operations() -> None:
    assert lane_name("lambda", "ListFunctions") == lane_name("lambda", "GetPolicy") == "lambda"
    assert lane_name("apigatewayv2", "GetApis") == lane_name("apigateway", "GetRestApis") == "apigateway"
    assert lane_name("cloudwatch", "DescribeAlarms") != lane_name("cloudwatch", "GetMetricData")
    assert lane_name("apigateway", "GetResources") == "apigateway:GetResources", "has a quota of its own, and less"


async def test_datapoints_count_as_requests_do_and_slow_down_with_them() -> None:
    clock = VirtualClock()
    pacer = Pacer(clock, {"cloudwatch:GetMetricData": Quota(10, 10, 1_000, 500)})
    times: list[tuple[float, int]] = []

    async def read(datapoints: int) -> None:
        await pacer.admit("cloudwatch", "GetMetricData", datapoints)
        times.append((clock.monotonic(), datapoints))

    async def everyone() -> None:
        await asyncio.gather(*(read(400) for _ in range(20)), read(5_000), *(read(10) for _ in range(5)))

    await run(clock, everyone())
    assert len(times) == 26
    for start, _ in times:
        assert sum(asked for at, asked in times if start < at < start + 0.999) <= 1_000 + 500 or any(
            asked == 5_000 for at, asked in times if start < at < start + 0.999
        )
    alone_at = next(at for at, asked in times if asked == 5_000)
    assert min(at for at, asked in times if asked == 10) >= alone_at + 4.5
    pacer.throttled(await pacer.admit("cloudwatch", "GetMetricData", 1_500), "no")
    began = clock.monotonic()
    await run(clock, read(10))
    assert times[-1][0] - began >= 1.9, "the debt was paid at half the rate"


def test_datapoints_are_counted_by_query_and_period() -> None:
    window = Window(0, 10_800, 60)
    ids = [SeriesId(MetricKey("AWS/Lambda", "Duration"), stat) for stat in ("p50", "p99")]
    assert datapoints_in(request(tuple(ids), window)) == 360
    assert datapoints_in({"NextToken": "x"}) == 0
