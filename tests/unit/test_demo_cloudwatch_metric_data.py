"""GetMetricData and GetMetricStatistics of the simulated CloudWatch, asked as a client asks."""

from __future__ import annotations

from typing import Any

import pytest

from demo.world import Datapoint, Series
from tests.unit.cloudwatch_account import NOW, NOW_S, Account, constant, fn, query

PLACE, CRON = fn("place"), fn("cron")
CALLS = fn("place", "Invocations")
DURATION = fn("place", "Duration")
CRON_CALLS = fn("cron", "Invocations")


def durations(_: int) -> Datapoint:
    return Datapoint((100.0, 200.0, 900.0), (60.0, 38.0, 2.0), "Milliseconds")


def at_the_minutes(*minutes: int) -> Series:
    return lambda minute: Datapoint((1.0,), (4.0,), "Count") if minute in minutes else None


def account() -> Account:
    return Account(
        {
            PLACE: lambda minute: Datapoint((float(minute % 10),), (1.0,), "Count"),
            CALLS: constant(100.0),
            DURATION: durations,
            CRON: at_the_minutes(NOW - 30, NOW - 10),
            CRON_CALLS: constant(5.0),
        }
    )


def ask(account: Account, *queries: dict[str, Any], **more: Any) -> dict[str, Any]:
    params = {"StartTime": NOW_S - 600, "EndTime": NOW_S, **more}
    return account("GetMetricData", MetricDataQueries=list(queries), **params)


def test_the_newest_comes_first_and_the_minute_at_hand_is_hidden() -> None:
    place = account()
    place.wait(0.5)
    (result,) = ask(place, query("m", PLACE), EndTime=NOW_S + 60)["MetricDataResults"]
    assert result["Timestamps"] == [60 * minute for minute in range(NOW - 1, NOW - 11, -1)]
    assert result["Values"] == [float(minute % 10) for minute in range(NOW - 1, NOW - 11, -1)]
    assert (result["StatusCode"], result["Label"]) == ("Complete", "Errors")


def test_statistics_and_percentiles_of_several_minutes() -> None:
    wanted = {"Sum": 77_000.0, "SampleCount": 500.0, "Average": 154.0, "Minimum": 100.0, "Maximum": 900.0, "p50": 100.0}
    wanted |= {"p99": 900.0, "tm98": (60 * 100 + 38 * 200) / 98}
    queries = [query(f"m{index}", DURATION, stat, 300) for index, stat in enumerate(wanted)]
    answer = ask(account(), *queries, StartTime=NOW_S - 600, EndTime=NOW_S - 300)
    found = {stat: result["Values"] for stat, result in zip(wanted, answer["MetricDataResults"], strict=True)}
    assert found == {stat: [pytest.approx(value)] for stat, value in wanted.items()}


def test_periods_are_aligned_to_the_clock() -> None:
    answer = ask(account(), query("m", CALLS, period_s=300), StartTime=NOW_S - 780, EndTime=NOW_S - 400)
    (result,) = answer["MetricDataResults"]
    assert result["Timestamps"] == [NOW_S - 600, NOW_S - 900]
    assert result["Values"] == [500.0, 500.0]


def test_the_newest_minute_is_provisional_and_settles() -> None:
    place = account()
    newest = ask(place, query("m", DURATION, "SampleCount"))["MetricDataResults"][0]["Values"][0]
    assert 50 < newest < 75
    place.wait(1)
    again = ask(place, query("m", DURATION, "SampleCount"))["MetricDataResults"][0]["Values"][0]
    assert again == 100


def test_no_data_is_empty_and_complete() -> None:
    answer = ask(account(), query("a", fn("gone")), query("b", CRON))
    gone, cron = answer["MetricDataResults"]
    assert (gone["Values"], gone["StatusCode"]) == ([], "Complete")
    assert cron["Timestamps"] == [60 * (NOW - 10)]


def test_a_unit_that_is_not_the_metrics_finds_nothing() -> None:
    with_unit = query("m", DURATION, "Average")
    with_unit["MetricStat"]["Unit"] = "Seconds"
    assert ask(account(), with_unit)["MetricDataResults"][0]["Values"] == []
    with_unit["MetricStat"]["Unit"] = "Milliseconds"
    assert len(ask(account(), with_unit)["MetricDataResults"][0]["Values"]) == 10


def test_metric_math_over_hidden_metrics_and_other_expressions() -> None:
    answer = ask(
        account(),
        {"Id": "percent", "Expression": "100 * rate", "Label": "error rate"},
        {"Id": "rate", "Expression": "errors / calls", "ReturnData": False},
        query("errors", PLACE, ReturnData=False),
        query("calls", CALLS, ReturnData=False),
        ScanBy="TimestampAscending",
    )
    (result,) = answer["MetricDataResults"]
    assert (result["Id"], result["Label"]) == ("percent", "error rate")
    assert result["Values"] == pytest.approx([float(minute % 10) for minute in range(NOW - 10, NOW)])


def test_filling_reaches_every_period_of_the_window() -> None:
    answer = ask(
        account(),
        query("m", CRON, ReturnData=False),
        {"Id": "e", "Expression": "FILL(m, 0)"},
        ScanBy="TimestampAscending",
    )
    assert answer["MetricDataResults"][0]["Values"] == [4.0] + [0.0] * 9


def test_a_search_finds_series_and_names_them() -> None:
    search = "SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Invocations\"', 'Sum', 300)"
    answer = ask(account(), {"Id": "s", "Expression": search, "Label": ""}, StartTime=NOW_S - 300)
    assert [(one["Id"], one["Label"], len(one["Values"])) for one in answer["MetricDataResults"]] == [
        ("s", "place Invocations", 1),
        ("s", "cron Invocations", 1),
    ]


def test_pages_together_hold_every_datapoint_once() -> None:
    place = account()
    queries = [query("a", PLACE), query("b", CALLS), query("c", CRON)]
    params = {"MetricDataQueries": queries, "StartTime": NOW_S - 2400, "EndTime": NOW_S}
    pages = place.pages("GetMetricData", "MetricDataResults", MaxDatapoints=7, **params)
    assert len(pages) == 12  # 40 + 40 + 2 datapoints
    assert all(sum(len(result["Values"]) for result in page) <= 7 for page in pages)
    assert pages[0][0]["StatusCode"] == "PartialData"
    assert {result["StatusCode"] for result in pages[-1]} == {"Complete"}
    joined = {
        name: [pair for page in pages for pair in zip(page[index]["Timestamps"], page[index]["Values"], strict=True)]
        for index, name in enumerate("abc")
    }
    whole = place("GetMetricData", **params)["MetricDataResults"]
    assert joined == {one["Id"]: list(zip(one["Timestamps"], one["Values"], strict=True)) for one in whole}


def test_a_walk_over_pages_is_not_disturbed_by_time() -> None:
    place = account()
    first = ask(place, query("a", PLACE), MaxDatapoints=6)
    place.wait(3)
    second = ask(place, query("a", PLACE), MaxDatapoints=6, NextToken=first["NextToken"])
    times = [at for page in (first, second) for at in page["MetricDataResults"][0]["Timestamps"]]
    assert times == [60 * minute for minute in range(NOW - 1, NOW - 11, -1)]


@pytest.mark.parametrize("token", ["nonsense", "bm8=", "W10=", "é"])
def test_a_token_of_something_else_is_refused(token: str) -> None:
    place = account()
    error = place.refused(
        "GetMetricData", MetricDataQueries=[query("a", PLACE)], StartTime=NOW_S - 60, EndTime=NOW_S, NextToken=token
    )
    assert error.code == "InvalidNextToken"


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"MetricDataQueries": [query(f"m{index}", PLACE) for index in range(501)]}, "ValidationError", "500"),
        ({"MetricDataQueries": [query("a", PLACE)] * 2}, "ValidationError", "not unique"),
        ({"MetricDataQueries": [query("Upper", PLACE)]}, "ValidationError", "expected pattern"),
        ({"MetricDataQueries": [query("a", PLACE, "p101")]}, "ValidationError", "statistic"),
        ({"MetricDataQueries": [query("a", PLACE, period_s=90)]}, "ValidationError", "Period"),
        ({"MetricDataQueries": [{"Id": "a"}]}, "ValidationError", "either MetricStat or Expression"),
        ({"MetricDataQueries": [{"Id": "a", "Expression": "1 +"}]}, "ValidationError", "Error in expression 'a'"),
        ({"MetricDataQueries": [{"Id": "a", "Expression": "b"}]}, "ValidationError", "'b'"),
        ({"MetricDataQueries": [{"Id": "a", "Expression": "1 + 1"}]}, "ValidationError", "scalar"),
        ({"MetricDataQueries": [{"Id": "a", "Expression": "a + 1"}]}, "ValidationError", "circle"),
        ({"MetricDataQueries": "all"}, "ValidationError", "list"),
        ({"MetricDataQueries": None}, "MissingParameter", "MetricDataQueries"),
        ({"StartTime": NOW_S}, "ValidationError", "less than"),
        ({"StartTime": "yesterday"}, "ValidationError", "not a time"),
        ({"MaxDatapoints": 100_801}, "ValidationError", "100800"),
    ],
)
def test_what_cloudwatch_refuses_is_refused(change: dict[str, Any], code: str, words: str) -> None:
    params = {"MetricDataQueries": [query("a", PLACE)], "StartTime": NOW_S - 600, "EndTime": NOW_S}
    error = account().refused("GetMetricData", **(params | change))
    assert error.code == code
    assert words in error.message


def test_fine_data_is_kept_for_fifteen_days() -> None:
    place = account()
    old = {"StartTime": NOW_S - 20 * 86_400, "EndTime": NOW_S - 19 * 86_400}
    assert ask(place, query("m", CALLS), **old)["MetricDataResults"][0]["Values"] == []
    assert len(ask(place, query("m", CALLS, period_s=300), **old)["MetricDataResults"][0]["Values"]) == 288


def test_samples_that_were_put_are_seen_at_once_and_added_up() -> None:
    place = account()
    refused = fn("x", "Refused")._replace(namespace="Shop")
    named = {"MetricName": "Refused", "Dimensions": [{"Name": "FunctionName", "Value": "x"}]}
    ask_it = query("m", refused, "Sum")
    assert ask(place, ask_it)["MetricDataResults"][0]["Values"] == []
    for datum in (
        {"Value": 3.0, "Timestamp": NOW_S - 300},
        {"Values": [1.0, 2.0], "Counts": [2.0, 3.0], "Timestamp": NOW_S - 290},
        {"StatisticValues": {"SampleCount": 4, "Sum": 10, "Minimum": 1, "Maximum": 5}, "Timestamp": NOW_S - 120},
    ):
        place("PutMetricData", Namespace="Shop", MetricData=[{**named, **datum}])
    (result,) = ask(place, ask_it)["MetricDataResults"]
    assert list(zip(result["Timestamps"], result["Values"], strict=True)) == [(NOW_S - 120, 10.0), (NOW_S - 300, 11.0)]
    listed = place("ListMetrics", Namespace="Shop", RecentlyActive="PT3H")["Metrics"]
    assert [metric["MetricName"] for metric in listed] == ["Refused"]


@pytest.mark.parametrize(
    "datum",
    [
        {"Value": 1.0, "Values": [1.0]},
        {},
        {"Values": [1.0], "Counts": [1.0, 2.0]},
        {"Values": list(range(151))},
        {"Value": 1e200},
        {"Value": "much"},
        {"Value": 1.0, "Timestamp": NOW_S - 15 * 86_400},
        {"StatisticValues": {"SampleCount": 0, "Sum": 0, "Minimum": 0, "Maximum": 0}},
    ],
)
def test_samples_that_make_no_sense_are_refused_and_none_is_kept(datum: dict[str, Any]) -> None:
    place = account()
    good = {"MetricName": "Good", "Value": 1.0}
    place.refused("PutMetricData", Namespace="Shop", MetricData=[good, {"MetricName": "Bad", **datum}])
    assert place("ListMetrics", Namespace="Shop")["Metrics"] == []


def test_nobody_publishes_for_aws() -> None:
    error = account().refused("PutMetricData", Namespace="AWS/Lambda", MetricData=[{"MetricName": "M", "Value": 1}])
    assert error.code == "InvalidParameterValue"


def test_metric_statistics_count_periods_from_their_start() -> None:
    answer = account()(
        "GetMetricStatistics",
        Namespace="AWS/Lambda",
        MetricName="Duration",
        Dimensions=[{"Name": "FunctionName", "Value": "place"}],
        StartTime=NOW_S - 720,
        EndTime=NOW_S - 120,
        Period=300,
        Statistics=["Sum", "Maximum"],
        ExtendedStatistics=["p90"],
    )
    assert answer["Label"] == "Duration"
    expected = {"Sum": 77_000.0, "Maximum": 900.0, "Unit": "Milliseconds", "ExtendedStatistics": {"p90": 200.0}}
    assert answer["Datapoints"] == [{"Timestamp": NOW_S - 720, **expected}, {"Timestamp": NOW_S - 420, **expected}]


def test_metric_statistics_have_their_own_limit() -> None:
    params = {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Period": 60, "Statistics": ["Sum"], "EndTime": NOW_S}
    assert account()("GetMetricStatistics", StartTime=NOW_S - 86_400, **params)["Datapoints"] == []
    error = account().refused("GetMetricStatistics", StartTime=NOW_S - 86_460, **params)
    assert error.code == "InvalidParameterCombination"
    params["Statistics"] = ["p90"]
    assert account().refused("GetMetricStatistics", StartTime=NOW_S - 60, **params).code == "InvalidParameterValue"
