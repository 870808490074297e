"""What asking costs, as AWS bills it."""

from __future__ import annotations

from typing import Any

import pytest

from aws.cost import PRICES, Meter, metrics_in, usd_for
from aws.metrics.plan import Window, request
from aws.model import MetricKey, SeriesId
from tests.virtual_clock import VirtualClock

WINDOW = Window(0, 600, 60)
ERRORS = MetricKey("AWS/Lambda", "Errors", (("FunctionName", "f"),))
DURATION = MetricKey("AWS/Lambda", "Duration", (("FunctionName", "f"),))


def asked(*series: SeriesId) -> dict[str, Any]:
    return request(series, WINDOW)


def test_five_statistics_of_one_metric_are_billed_as_one_and_a_sixth_as_another() -> None:
    stats = ["Average", "Maximum", "p50", "p90", "p99", "Sum"]
    assert metrics_in(asked(*(SeriesId(DURATION, stat) for stat in stats[:5]))) == (1, 5)
    assert metrics_in(asked(*(SeriesId(DURATION, stat) for stat in stats))) == (2, 6)
    assert metrics_in(asked(SeriesId(DURATION, "p99"), SeriesId(ERRORS, "Sum"))) == (2, 2)


def test_ten_thousand_functions_four_metrics_a_minute_cost_what_the_price_list_says() -> None:
    assert usd_for({"cloudwatch:GetMetricData": 400}, 40_000) == pytest.approx(0.40)
    assert usd_for({"cloudwatch:ListMetrics": 1000, "lambda:ListFunctions": 1000}, 0) == pytest.approx(0.01)
    assert PRICES.as_of
    assert "us-east-1" in PRICES.source


def test_following_pages_and_lost_answers_count_towards_the_upper_bound_only() -> None:
    meter = Meter(VirtualClock())
    params = asked(SeriesId(ERRORS, "Sum"), SeriesId(DURATION, "p99"))
    for page in ({}, {"NextToken": "t"}):
        meter.sent("cloudwatch", "GetMetricData", params | page)
        meter.answered("cloudwatch", "GetMetricData", params | page)
    meter.sent("cloudwatch", "GetMetricData", params)
    use = meter.use()
    assert use.calls == {"cloudwatch:GetMetricData": 3}
    assert (use.metrics_requested, use.metrics_requested_at_most) == (2, 6)
    assert use.usd == pytest.approx(2e-5)
    assert use.usd_at_most == pytest.approx(6e-5)


async def test_dollars_an_hour_is_the_recent_rate_and_unknown_in_the_first_minute() -> None:
    clock = VirtualClock()
    meter = Meter(clock)
    params = asked(SeriesId(ERRORS, "Sum"))
    assert meter.use().usd_per_hour is None
    for _ in range(30):
        await clock.advance(60)
        meter.answered("cloudwatch", "GetMetricData", params)
    assert meter.use().usd_per_hour == pytest.approx(60 * 1e-5, rel=0.1)
    await clock.advance(3600)
    assert meter.use().usd_per_hour == 0.0
