"""The Logs engine, asked as a client asks; every answer is held to botocore's own description of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from aws.model import MetricKey
from demo.errors import ServiceError
from demo.front.worlds import EmptyWorld
from demo.logs import Logs
from demo.world import LogEvent
from tests.virtual_clock import VirtualClock

NOW_S = 1_750_000_020.0
_HISTORY_S = 3600.0
_GROUP = "/aws/lambda/order-api"
_SHAPES = botocore.session.get_session().get_service_model("logs")


class OneGroup(EmptyWorld):
    """A line every ten seconds in two streams; every sixth is an error in JSON."""

    def metrics(self) -> list[tuple[MetricKey, int]]:
        return [(MetricKey("AWS/Lambda", "Invocations"), int((NOW_S - _HISTORY_S) // 60))]

    def log_groups(self) -> Mapping[str, Mapping[str, Any]]:
        return {_GROUP: {"retentionInDays": 14, "storedBytes": 1000}, "/aws/lambda/cart": {}}

    def log_events(self, group: str, start_s: float, end_s: float) -> Iterator[LogEvent]:
        if group != _GROUP:
            return
        for number in range(int(start_s // 10), int(end_s // 10) + 1):
            text = f'{{"level":"ERROR","ms":{number % 100}}}' if number % 6 == 0 else f"INFO order {number}"
            if start_s <= number * 10 < end_s:
                yield LogEvent(number * 10_000, f"stream-{number % 2}", text)


class Client:
    """Calls the engine, and refuses an answer that no AWS client could read."""

    def __init__(self, logs: Logs) -> None:
        self.logs = logs

    def __call__(self, operation: str, **params: Any) -> dict[str, Any]:
        answer = self.logs.handle(operation, params)
        shape = _SHAPES.operation_model(operation).output_shape
        if shape is not None:
            report = ParamValidator().validate(answer, shape)
            assert not report.has_errors(), report.generate_report()
            assert set(answer) <= set(shape.members)
        return answer


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(NOW_S)


@pytest.fixture
def call(clock: VirtualClock) -> Client:
    return Client(Logs(OneGroup("123456789012", "eu-west-1"), clock))


def _all(call: Client, **params: Any) -> tuple[list[dict[str, Any]], int]:
    events, pages = [], 0
    while True:
        answer = call("FilterLogEvents", logGroupName=_GROUP, **params)
        events += answer["events"]
        pages += 1
        if "nextToken" not in answer:
            return events, pages
        params["nextToken"] = answer["nextToken"]


def test_groups_are_described_with_what_the_world_says(call: Client) -> None:
    cart, order = call("DescribeLogGroups")["logGroups"]
    assert (cart["logGroupName"], order["logGroupName"]) == ("/aws/lambda/cart", _GROUP)
    assert order["retentionInDays"] == 14
    assert "retentionInDays" not in cart
    assert order["arn"] == f"arn:aws:logs:eu-west-1:123456789012:log-group:{_GROUP}:*"
    assert len(call("DescribeLogGroups", logGroupNamePrefix="/aws/lambda/o")["logGroups"]) == 1


def test_groups_come_in_pages(call: Client) -> None:
    for number in range(60):
        call("CreateLogGroup", logGroupName=f"app-{number:02d}")
    first = call("DescribeLogGroups", logGroupNamePrefix="app-")
    rest = call("DescribeLogGroups", logGroupNamePrefix="app-", nextToken=first["nextToken"])
    names = [group["logGroupName"] for answer in (first, rest) for group in answer["logGroups"]]
    assert names == [f"app-{number:02d}" for number in range(60)]
    assert "nextToken" not in rest


def test_an_hour_of_events_in_order_without_any_that_lie_ahead(call: Client) -> None:
    events, _ = _all(call)
    times = [event["timestamp"] for event in events]
    assert times == sorted(times)
    assert times[-1] == int(NOW_S * 1000)
    assert len(events) == 361
    assert len({event["eventId"] for event in events}) == len(events)
    assert {event["logStreamName"] for event in events} == {"stream-0", "stream-1"}


def test_pages_lose_and_repeat_nothing(call: Client) -> None:
    whole, _ = _all(call)
    paged, pages = _all(call, limit=7)
    assert paged == whole
    assert pages == 52


def test_a_pattern_and_a_window_and_a_stream_choose(call: Client) -> None:
    errors, _ = _all(call, filterPattern='{ $.level = "ERROR" }')
    assert {event["message"][:16] for event in errors} == {'{"level":"ERROR"'}
    assert len(errors) == 61
    at_ms = errors[3]["timestamp"]
    assert [event["timestamp"] for event in _all(call, startTime=at_ms, endTime=at_ms)[0]] == [at_ms]
    one, _ = _all(call, logStreamNamePrefix="stream-1")
    assert {event["logStreamName"] for event in one} == {"stream-1"}


def test_what_a_client_puts_is_read_among_the_rest(call: Client, clock: VirtualClock) -> None:
    call("CreateLogStream", logGroupName=_GROUP, logStreamName="mine")
    now_ms = int(clock.now() * 1000)
    lines = [{"timestamp": now_ms - 15_000, "message": "hello"}, {"timestamp": now_ms, "message": "world"}]
    call("PutLogEvents", logGroupName=_GROUP, logStreamName="mine", logEvents=lines)
    read = call("GetLogEvents", logGroupName=_GROUP, logStreamName="mine", startFromHead=True)
    assert [event["message"] for event in read["events"]] == ["hello", "world"]
    found, _ = _all(call, startTime=now_ms - 20_000)
    assert [event["message"] for event in found][1] == "hello"
    streams = call("DescribeLogStreams", logGroupName=_GROUP, orderBy="LastEventTime", descending=True)["logStreams"]
    assert {stream["logStreamName"] for stream in streams} == {"mine", "stream-0", "stream-1"}
    assert streams[0]["lastEventTimestamp"] == now_ms


def test_a_stream_is_walked_backwards_and_forwards_until_the_token_stays(call: Client) -> None:
    newest = call("GetLogEvents", logGroupName=_GROUP, logStreamName="stream-0", limit=5)
    older = call(
        "GetLogEvents",
        logGroupName=_GROUP,
        logStreamName="stream-0",
        limit=5,
        nextToken=newest["nextBackwardToken"],
    )
    assert older["events"][-1]["timestamp"] < newest["events"][0]["timestamp"]
    again = call(
        "GetLogEvents", logGroupName=_GROUP, logStreamName="stream-0", limit=5, nextToken=older["nextForwardToken"]
    )
    assert again["events"] == newest["events"]
    end = call("GetLogEvents", logGroupName=_GROUP, logStreamName="stream-0", nextToken=newest["nextForwardToken"])
    assert end["events"] == []
    assert end["nextForwardToken"] == newest["nextForwardToken"]


_COUNT = {"metricName": "Errors", "metricNamespace": "shop", "metricValue": "1"}


def _put_filter(call: Client, **transformation: Any) -> None:
    call(
        "PutMetricFilter",
        logGroupName=_GROUP,
        filterName="errors",
        filterPattern='{ $.level = "ERROR" }',
        metricTransformations=[_COUNT | transformation],
    )


def _total(puts: list[Mapping[str, Any]]) -> float:
    return sum(sum(datum["Counts"]) for put in puts for datum in put["MetricData"])


async def test_a_metric_filter_counts_from_now_on_and_each_minute_once(call: Client, clock: VirtualClock) -> None:
    _put_filter(call, defaultValue=0)
    assert list(call.logs.metric_data()) == []
    await clock.advance(180)
    puts = list(call.logs.metric_data())
    assert {put["Namespace"] for put in puts} == {"shop"}
    assert _total(puts) == 3
    assert min(datum["Timestamp"] for put in puts for datum in put["MetricData"]) >= NOW_S // 60 * 60
    assert list(call.logs.metric_data()) == []


async def test_a_metric_filter_takes_values_and_dimensions_from_the_event(call: Client, clock: VirtualClock) -> None:
    _put_filter(call, metricValue="$.ms", dimensions={"Level": "$.level"}, unit="Milliseconds")
    await clock.advance(120)
    (first, *_) = call.logs.metric_data()
    (datum,) = first["MetricData"]
    assert datum["Dimensions"] == [{"Name": "Level", "Value": "ERROR"}]
    assert datum["Unit"] == "Milliseconds"
    assert datum["Values"][0] % 2 == 0


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"metricTransformations": []}, "exactly one"),
        ({"metricTransformations": [_COUNT, _COUNT]}, "exactly one"),
        (
            {"metricTransformations": [_COUNT | {"defaultValue": 0.0, "dimensions": {"a": "$.a"}}]},
            "mutually exclusive",
        ),
        ({"metricTransformations": [_COUNT | {"metricNamespace": "AWS/Lambda"}]}, "AWS/"),
        ({"metricTransformations": [_COUNT | {"metricValue": "many"}]}, "metricValue"),
        ({"filterPattern": "{ broken"}, "pattern"),
    ],
)
def test_a_wrong_metric_filter_is_refused(call: Client, changes: dict[str, Any], says: str) -> None:
    good = {
        "logGroupName": _GROUP,
        "filterName": "errors",
        "filterPattern": '{ $.level = "ERROR" }',
        "metricTransformations": [_COUNT],
    }
    with pytest.raises(ServiceError, match=says) as caught:
        call("PutMetricFilter", **good | changes)
    assert caught.value.code == "InvalidParameterException"


def test_a_group_has_at_most_a_hundred_filters(call: Client) -> None:
    for number in range(100):
        call(
            "PutMetricFilter",
            logGroupName=_GROUP,
            filterName=f"f{number:03d}",
            filterPattern="ERROR",
            metricTransformations=[_COUNT],
        )
    with pytest.raises(ServiceError) as caught:
        _put_filter(call)
    assert caught.value.code == "LimitExceededException"
    assert len(call("DescribeMetricFilters", logGroupName=_GROUP)["metricFilters"]) == 50
    call("DeleteMetricFilter", logGroupName=_GROUP, filterName="f007")
    _put_filter(call)
    named = call("DescribeMetricFilters", logGroupName=_GROUP, filterNamePrefix="err")["metricFilters"]
    assert [each["filterName"] for each in named] == ["errors"]
    assert call("DescribeLogGroups")["logGroups"][1]["metricFilterCount"] == 100


@pytest.mark.parametrize(
    ("operation", "params", "code"),
    [
        ("FilterLogEvents", {"logGroupName": "nowhere"}, "ResourceNotFoundException"),
        ("GetLogEvents", {"logGroupName": _GROUP, "logStreamName": "none"}, "ResourceNotFoundException"),
        ("FilterLogEvents", {"logGroupName": _GROUP, "filterPattern": "a-b"}, "InvalidParameterException"),
        ("FilterLogEvents", {"logGroupName": _GROUP, "nextToken": "???"}, "InvalidParameterException"),
        ("FilterLogEvents", {"logGroupName": _GROUP, "limit": 0}, "InvalidParameterException"),
        ("CreateLogGroup", {"logGroupName": _GROUP}, "ResourceAlreadyExistsException"),
        ("StartLiveTail", {}, "UnknownOperationException"),
    ],
)
def test_wrong_requests_get_aws_own_error(call: Client, operation: str, params: dict[str, Any], code: str) -> None:
    with pytest.raises(ServiceError) as caught:
        call(operation, **params)
    assert caught.value.code == code


def test_tags_stay_with_the_group(call: Client) -> None:
    arn = f"arn:aws:logs:eu-west-1:123456789012:log-group:{_GROUP}"
    call("TagResource", resourceArn=arn, tags={"team": "orders", "tier": "1"})
    call("UntagResource", resourceArn=arn, tagKeys=["tier"])
    assert call("ListTagsForResource", resourceArn=arn) == {"tags": {"team": "orders"}}


def _query(call: Client, text: str) -> list[dict[str, str]]:
    started = call(
        "StartQuery",
        logGroupName=_GROUP,
        startTime=int(NOW_S - _HISTORY_S),
        endTime=int(NOW_S),
        queryString=text,
    )
    answer = call("GetQueryResults", queryId=started["queryId"])
    assert answer["status"] == "Complete"
    return [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]


def test_insights_counts_errors_by_interval(call: Client) -> None:
    rows = _query(call, 'filter level = "ERROR" | stats count(*) as errors, max(ms) by bin(30m) | sort errors desc')
    assert sum(int(row["errors"]) for row in rows) == 61
    assert set(rows[0]) == {"errors", "max(ms)", "bin(30m)"}
    assert rows[0]["bin(30m)"].endswith(":00.000")


def test_insights_filters_parses_sorts_and_limits(call: Client) -> None:
    rows = _query(
        call,
        "fields @timestamp, @message | filter @message like /INFO/ and @logStream not like 'stream-0'"
        ' | parse @message "INFO order *" as number | sort number asc | limit 3 | display number',
    )
    numbers = [int(row["number"]) for row in rows]
    assert numbers == sorted(numbers)
    assert len(numbers) == 3
    newest = _query(call, "limit 1")[0]
    assert set(newest) == {"@timestamp", "@message"}
    assert [row["count(*)"] for row in _query(call, "stats count(*)")] == ["361"]


@pytest.mark.parametrize(
    "text", ["", "fields", "filter level = ", "explode", "stats frob(x)", "limit many", "fields a b"]
)
def test_insights_refuses_what_it_does_not_understand(call: Client, text: str) -> None:
    with pytest.raises(ServiceError) as caught:
        _query(call, text)
    assert caught.value.code in ("MalformedQueryException", "InvalidParameterException")
