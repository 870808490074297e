"""What a SEARCH query means."""

from __future__ import annotations

import pytest

from aws.evaluate.math import MathError, parse_search
from aws.model import MetricKey

METRICS = {
    "place": MetricKey("AWS/Lambda", "Errors", (("FunctionName", "checkout-place"),)),
    "place-duration": MetricKey("AWS/Lambda", "Duration", (("FunctionName", "checkout-place"),)),
    "cron": MetricKey("AWS/Lambda", "Errors", (("FunctionName", "night-cron"),)),
    "account": MetricKey("AWS/Lambda", "Errors", ()),
    "alias": MetricKey("AWS/Lambda", "Errors", (("FunctionName", "night-cron"), ("Resource", "night-cron:live"))),
    "custom": MetricKey("Shop Orders", "Refused", (("Team", "pay"),)),
}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{AWS/Lambda,FunctionName} Errors", "place cron"),
        ("{AWS/Lambda,Resource,FunctionName}", "alias"),
        ('{"Shop Orders",Team}', "custom"),
        ('{AWS/Lambda} MetricName="Errors"', "account"),
        ('MetricName="Errors" checkout', "place"),
        ('MetricName="Err"', ""),
        ("MetricName=err CRON", "cron alias"),
        ('"night-cron"', "cron alias"),
        ("FunctionName=(checkout OR cron) Duration", "place-duration"),
        ('Namespace="AWS/Lambda" NOT Errors', "place-duration"),
        ("Errors AND (checkout OR live)", "place alias"),
        ("Team=pay OR Duration", "place-duration custom"),
    ],
)
def test_a_search_finds_the_metrics_that_it_means(query: str, expected: str) -> None:
    matches = parse_search(query)
    assert [name for name, metric in METRICS.items() if matches(metric)] == expected.split()


@pytest.mark.parametrize("query", ["(Errors", "Errors)", "Name=", "AND", '"open', "(" * 60 + "a" + ")" * 60])
def test_a_search_that_is_wrong_is_refused(query: str) -> None:
    with pytest.raises(MathError):
        parse_search(query)
