"""ListMetrics, tags and what else the simulated CloudWatch is asked for."""

from __future__ import annotations

import pytest

from demo.world import Datapoint, Series
from tests.unit.cloudwatch_account import ARN, NOW, Account, between, constant, fn, query

OLD = between(NOW - 1000, NOW - 400, 1.0, otherwise=None)
ONCE = between(NOW - 170, NOW - 169, 1.0, otherwise=None)


def names(found: list[dict[str, object]]) -> list[str]:
    return [str(metric["MetricName"]) for metric in found]


def account() -> Account:
    metrics: dict[object, Series] = {
        fn("place"): constant(0.0),
        fn("place", "Throttles"): OLD,
        fn("cron", "Invocations"): ONCE,
        fn("place")._replace(dimensions=()): constant(0.0),
        fn("x")._replace(namespace="AWS/SQS"): constant(0.0),
        fn("place")._replace(dimensions=(("FunctionName", "place"), ("Resource", "place:live"))): constant(0.0),
    }
    return Account(metrics)  # type: ignore[arg-type]


def test_everything_is_listed_with_its_dimensions() -> None:
    listed = account()("ListMetrics")["Metrics"]
    assert len(listed) == 6
    assert listed[0] == {
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": "place"}],
    }


def test_filters_narrow_and_a_dimension_may_come_without_a_value() -> None:
    place = account()
    assert names(place("ListMetrics", Namespace="AWS/SQS")["Metrics"]) == ["Errors"]
    assert names(place("ListMetrics", MetricName="Throttles")["Metrics"]) == ["Throttles"]
    by_name = place("ListMetrics", Namespace="AWS/Lambda", Dimensions=[{"Name": "FunctionName"}])["Metrics"]
    assert len(by_name) == 4
    by_value = place("ListMetrics", Dimensions=[{"Name": "FunctionName", "Value": "place"}, {"Name": "Resource"}])
    assert len(by_value["Metrics"]) == 1


def test_recently_active_is_what_had_a_datapoint_in_three_hours() -> None:
    place = account()
    active = {(one["Namespace"], one["MetricName"]) for one in place("ListMetrics", RecentlyActive="PT3H")["Metrics"]}
    assert active == {("AWS/Lambda", "Errors"), ("AWS/Lambda", "Invocations"), ("AWS/SQS", "Errors")}
    place.wait(30)
    later = names(place("ListMetrics", Namespace="AWS/Lambda", RecentlyActive="PT3H")["Metrics"])
    assert "Invocations" not in later
    assert place.refused("ListMetrics", RecentlyActive="PT1H").code == "ValidationError"


def test_a_metric_appears_with_its_first_datapoint() -> None:
    place = Account()
    place("PutMetricData", Namespace="Shop", MetricData=[{"MetricName": "New", "Value": 1.0}])
    assert names(place("ListMetrics")["Metrics"]) == ["New"]


def test_pages_hold_five_hundred() -> None:
    wide = Account({fn(f"f{index}"): constant(0.0) for index in range(1_203)})
    pages = wide.pages("ListMetrics", "Metrics", RecentlyActive="PT3H")
    assert [len(page) for page in pages] == [500, 500, 203]
    values = {metric["Dimensions"][0]["Value"] for page in pages for metric in page}
    assert len(values) == 1_203
    token = wide("ListMetrics")["NextToken"]
    assert wide.refused("ListMetrics", Namespace="AWS/Lambda", NextToken=token).code == "InvalidNextToken"


def test_tags_belong_to_an_alarm_and_are_taken_at_its_creation_only() -> None:
    place = account()
    place.put_alarm(Tags=[{"Key": "team", "Value": "pay"}])
    place.put_alarm(Tags=[{"Key": "team", "Value": "other"}])
    place("TagResource", ResourceARN=f"{ARN}errors", Tags=[{"Key": "cwtop:owner", "Value": "x"}])
    assert place("ListTagsForResource", ResourceARN=f"{ARN}errors")["Tags"] == [
        {"Key": "team", "Value": "pay"},
        {"Key": "cwtop:owner", "Value": "x"},
    ]
    place("UntagResource", ResourceARN=f"{ARN}errors", TagKeys=["team", "never"])
    assert len(place("ListTagsForResource", ResourceARN=f"{ARN}errors")["Tags"]) == 1
    place("DeleteAlarms", AlarmNames=["errors"])
    error = place.refused("ListTagsForResource", ResourceARN=f"{ARN}errors")
    assert (error.code, error.status) == ("ResourceNotFoundException", 404)


def test_an_operation_that_is_not_there_is_refused() -> None:
    assert account().refused("GetMetricWidgetImage").code == "InvalidAction"


def test_ten_thousand_series_are_read_like_one() -> None:
    """The cache of settled minutes gives what the world gives, however a window moves over it."""
    calls = fn("f", "Invocations")
    place = Account({calls: lambda minute: Datapoint((float(minute % 97),), (2.0,)) if minute % 5 else None})
    for minutes, back in ((10, 0), (60, 0), (5, 300), (400, 0), (30, 20)):
        start, end = NOW - back - minutes, NOW - back - 2
        (result,) = place(
            "GetMetricData", MetricDataQueries=[query("m", calls)], StartTime=60 * start, EndTime=60 * end
        )["MetricDataResults"]
        expected = [(60 * minute, 2.0 * (minute % 97)) for minute in range(end - 1, start - 1, -1) if minute % 5]
        assert list(zip(result["Timestamps"], result["Values"], strict=True)) == expected


@pytest.mark.parametrize("params", [{"Namespace": 5}, {"Dimensions": [{"Value": "x"}]}, {"Dimensions": "all"}])
def test_a_listing_with_wrong_types_is_refused(params: dict[str, object]) -> None:
    assert account().refused("ListMetrics", **params).code in ("ValidationError", "MissingParameter")
