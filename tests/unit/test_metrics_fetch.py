"""Whatever CloudWatch answers, every series asked for gets a state, and never a better one than it deserves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from aws.call import Answer
from aws.clock import SystemClock
from aws.errors import AccessDenied, AwsError, ExpiredCredentials, ServerError, Throttled
from aws.metrics import Trouble, fetch
from aws.model import MetricKey, ReadState, Series, SeriesId
from tests.fakes import FakeCall, Scripted

START, MINUTE = 1_800_000_000, 60
END = START + 5 * MINUTE


def series(name: str, stat: str = "Sum") -> SeriesId:
    return SeriesId(MetricKey("AWS/Lambda", "Errors", (("FunctionName", name),)), stat)


def name_of(query: Mapping[str, Any]) -> str:
    return str(query["MetricStat"]["Metric"]["Dimensions"][0]["Value"])


def result(query: Mapping[str, Any], points: Mapping[int, Any], **more: Any) -> dict[str, Any]:
    times = [START + minute * MINUTE for minute in points]
    return {"Id": query["Id"], "StatusCode": "Complete", "Timestamps": times, "Values": list(points.values()), **more}


def everyone_has(points: Mapping[int, Any], **more: Any) -> Scripted:
    return lambda params: {"MetricDataResults": [result(q, points, **more) for q in params["MetricDataQueries"]]}


async def look(
    script: Scripted | list[Answer | AwsError], *wanted: SeriesId, **more: Any
) -> tuple[dict[SeriesId, Series], FakeCall]:
    call = FakeCall({("cloudwatch", "GetMetricData"): script})
    found = await fetch(call, wanted, start_s=START, end_s=END, period_s=MINUTE, clock=SystemClock(), **more)
    assert found.keys() == set(wanted)
    return found, call


async def test_values_land_on_their_minutes_and_holes_stay_holes() -> None:
    found, _ = await look(everyone_has({0: 3, 1: 0.5, 4: 7}), series("f"))
    reading = found[series("f")]
    assert reading.state is ReadState.VALUE
    assert [None if math.isnan(value) else value for value in reading.values] == [3, 0.5, None, None, 7]
    assert (reading.start_s, reading.end_s) == (START, END)
    assert reading.read_at_s is not None


@pytest.mark.parametrize("minutes", [range(5), range(4, -1, -1), (0, 2, 4)])
async def test_order_of_the_answer_does_not_matter(minutes: Any) -> None:
    found, _ = await look(everyone_has({minute: minute * 10.0 for minute in minutes}), series("f"))
    assert all(found[series("f")].value_at(START + minute * MINUTE) == minute * 10 for minute in minutes)


async def test_times_of_botocores_own_parser_are_understood_and_points_outside_are_left_out() -> None:
    def answer(params: Mapping[str, Any]) -> Answer:
        times = [datetime.fromtimestamp(START + offset, UTC) for offset in (-MINUTE, 0, 5 * MINUTE)]
        return {"MetricDataResults": [{"Id": "m0", "StatusCode": "Complete", "Timestamps": times, "Values": [9, 1, 9]}]}

    found, _ = await look(answer, series("f"))
    assert found[series("f")].latest() == (START, 1)


async def test_nothing_after_a_complete_read_is_no_data_over_the_whole_window() -> None:
    found, _ = await look(everyone_has({}), series("f"))
    reading = found[series("f")]
    assert (reading.state, reading.end_s, reading.latest()) == (ReadState.NO_DATA, END, None)


async def test_pages_are_merged() -> None:
    pages: list[Answer | AwsError] = [
        {
            "MetricDataResults": [result({"Id": "m0"}, {0: 1}, StatusCode="PartialData")],
            "NextToken": "more",
        },
        {"MetricDataResults": [result({"Id": "m0"}, {1: 2}), result({"Id": "m1"}, {0: 5})]},
    ]
    found, call = await look(pages, series("f"), series("g"))
    assert list(found[series("f")].values[:2]) == [1, 2]
    assert found[series("f")].state is ReadState.VALUE
    assert found[series("g")].latest() == (START, 5)
    assert [params.get("NextToken") for _, _, params in call.asked] == [None, "more"]


async def test_a_token_that_comes_twice_ends_the_walk_as_a_failure() -> None:
    page = {"MetricDataResults": [result({"Id": "m0"}, {0: 1})], "NextToken": "again"}
    found, call = await look([page], series("f"))
    assert found[series("f")].state is ReadState.FAILED
    assert "token" in found[series("f")].detail
    assert len(call.asked) < 10


async def test_partial_data_is_asked_for_again_alone_and_shown_as_partial_if_it_stays_so() -> None:
    def answer(params: Mapping[str, Any]) -> Answer:
        results = []
        for query in params["MetricDataQueries"]:
            halting = {"StatusCode": "PartialData", "Messages": [{"Code": "Slow", "Value": "try later"}]}
            results.append(result(query, {0: 1}, **(halting if name_of(query) == "slow" else {})))
        return {"MetricDataResults": results}

    found, call = await look(answer, series("slow"), series("f"))
    assert found[series("f")].state is ReadState.VALUE
    assert found[series("slow")].state is ReadState.PARTIAL
    assert found[series("slow")].latest() == (START, 1)
    assert "try later" in found[series("slow")].detail
    assert [len(params["MetricDataQueries"]) for _, _, params in call.asked] == [2, 1, 1]


async def test_an_internal_error_of_one_series_heals_with_the_next_try() -> None:
    answers: list[Answer | AwsError] = [
        {"MetricDataResults": [result({"Id": "m0"}, {}, StatusCode="InternalError"), result({"Id": "m1"}, {0: 2})]},
        {"MetricDataResults": [result({"Id": "m0"}, {0: 1})]},
    ]
    found, _ = await look(answers, series("f"), series("g"))
    assert found[series("f")].latest() == (START, 1)
    assert found[series("g")].latest() == (START, 2)


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({"StatusCode": "InternalError"}, ReadState.FAILED),
        ({"StatusCode": "PartialData"}, ReadState.PARTIAL),
        ({"StatusCode": "Forbidden"}, ReadState.DENIED),
        ({"StatusCode": "Splendid"}, ReadState.FAILED),
        ({"Timestamps": [START, START + 60], "Values": [1]}, ReadState.FAILED),
        ({"Timestamps": [START], "Values": ["many"]}, ReadState.FAILED),
        ({"Timestamps": [START], "Values": [True]}, ReadState.FAILED),
        ({"Timestamps": [START], "Values": [math.nan]}, ReadState.FAILED),
        ({"Timestamps": [START], "Values": [10**400]}, ReadState.FAILED),
        ({"Timestamps": ["soon"], "Values": [1]}, ReadState.FAILED),
        ({"Timestamps": "soon", "Values": [1, 2, 3, 4]}, ReadState.FAILED),
        ({"Id": "m7", "Timestamps": [START], "Values": [1]}, ReadState.FAILED),
        ({"Id": ["m0"]}, ReadState.FAILED),
    ],
)
async def test_a_wrong_answer_for_one_series_costs_that_series_alone(more: Any, state: ReadState) -> None:
    def answer(params: Mapping[str, Any]) -> Answer:
        return {
            "MetricDataResults": [
                result(query, {} if name_of(query) == "odd" else {0: 1}, **(more if name_of(query) == "odd" else {}))
                for query in params["MetricDataQueries"]
            ]
        }

    found, _ = await look(answer, series("odd"), series("f"))
    assert found[series("f")].state is ReadState.VALUE
    assert found[series("odd")].state is state
    assert found[series("odd")].detail
    assert found[series("odd")].read_at_s is None


@pytest.mark.parametrize("error", [ServerError("cloudwatch", "GetMetricData", "HTTP 500")])
async def test_one_query_that_cloudwatch_cannot_bear_does_not_blind_the_others(error: AwsError) -> None:
    def answer(params: Mapping[str, Any]) -> Answer | AwsError:
        if any(name_of(query) == "f37" for query in params["MetricDataQueries"]):
            return error
        return {"MetricDataResults": [result(query, {0: 1}) for query in params["MetricDataQueries"]]}

    wanted = [series(f"f{number}") for number in range(500)]
    found, call = await look(answer, *wanted, queries_per_call=500)
    assert found[series("f37")].state is ReadState.FAILED
    assert "HTTP 500" in found[series("f37")].detail
    assert sum(reading.state is ReadState.VALUE for reading in found.values()) == 499
    assert len(call.asked) <= 1 + 2 * 9


async def test_a_few_queries_at_fault_in_the_default_batches_leave_the_rest_readable() -> None:
    bad = {"f0", "f1", "f2", "f499"}

    def answer(params: Mapping[str, Any]) -> Answer | AwsError:
        if any(name_of(query) in bad for query in params["MetricDataQueries"]):
            return ServerError("cloudwatch", "GetMetricData", "HTTP 500")
        return everyone_has({0: 1})(params)

    found, call = await look(answer, *(series(f"f{number}") for number in range(500)))
    failed = {series_id for series_id, reading in found.items() if reading.state is not ReadState.VALUE}
    assert failed == {series(name) for name in bad}
    assert len(call.asked) <= 5 + 64


async def test_where_no_part_of_a_request_is_answered_the_search_is_given_up_early() -> None:
    call = FakeCall({("cloudwatch", "GetMetricData"): lambda _: ServerError("cloudwatch", "GetMetricData", "500")})
    trouble = Trouble()
    for part in range(10):  # one look in ten parts
        wanted = [series(f"f{part}-{number}") for number in range(500)]
        await fetch(call, wanted, start_s=START, end_s=END, period_s=MINUTE, clock=SystemClock(), trouble=trouble)
    assert len(call.asked) <= 50 + 14


async def test_the_search_for_the_query_at_fault_is_bounded() -> None:
    wanted = [series(f"f{number}") for number in range(1000)]
    found, call = await look(lambda _: ServerError("cloudwatch", "GetMetricData", "HTTP 500"), *wanted)
    assert all(reading.state is ReadState.FAILED for reading in found.values())
    assert len(call.asked) <= 10 + 64


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (AccessDenied("cloudwatch", "GetMetricData", "not yours"), ReadState.DENIED),
        (ExpiredCredentials("cloudwatch", "GetMetricData", "over"), ReadState.FAILED),
    ],
)
async def test_what_fails_every_request_alike_is_not_asked_hundreds_of_times(error: AwsError, state: ReadState) -> None:
    heard: list[AwsError] = []
    wanted = [series(f"f{number}") for number in range(5000)]
    found, call = await look(lambda _: error, *wanted, on_error=heard.append)
    assert {reading.state for reading in found.values()} == {state}
    assert len(call.asked) <= 4
    assert heard == [error]


async def test_a_throttled_batch_fails_without_being_divided() -> None:
    found, call = await look(
        lambda _: Throttled("cloudwatch", "GetMetricData", "too many"), *(series(f"f{n}") for n in range(50))
    )
    assert len(call.asked) == 1
    assert {reading.state for reading in found.values()} == {ReadState.FAILED}


@pytest.mark.parametrize("answer", [{}, {"MetricDataResults": "none"}, {"MetricDataResults": [3]}])
async def test_an_answer_that_is_not_cloudwatchs_is_a_failure_not_no_data(answer: Answer) -> None:
    found, _ = await look(lambda _: answer, series("f"))
    assert found[series("f")].state is ReadState.FAILED


async def test_batches_are_shown_as_they_arrive() -> None:
    shown: list[int] = []
    wanted = [series(f"f{number}") for number in range(250)]
    await look(everyone_has({0: 1}), *wanted, on_batch=lambda batch: shown.append(len(batch)))
    assert sorted(shown) == [50, 100, 100]


async def test_nothing_wanted_is_nothing_asked() -> None:
    _, call = await look(everyone_has({}))
    assert call.asked == []
