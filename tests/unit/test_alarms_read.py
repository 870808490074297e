"""Alarms of every type, whole, and one that cannot be understood does not hide the others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from aws.alarms.read import read_alarms, walk_alarms
from aws.alarms.silence import Silence
from aws.errors import AccessDenied, BadAnswer, InvalidRequest
from aws.model import Alarm, AlarmKind, AlarmState, Gap, MetricKey, Watched
from tests.fakes import FakeCall

ARN = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:"
SINCE = datetime(2026, 11, 22, 3, 8, tzinfo=UTC)
ERRORS = MetricKey("AWS/Lambda", "Errors", (("FunctionName", "f"), ("Resource", "f:live")))
DIMENSIONS = [{"Name": "Resource", "Value": "f:live"}, {"Name": "FunctionName", "Value": "f"}]
METRIC = {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": DIMENSIONS}


def raw(name: str = "a", state: str = "ALARM", **more: Any) -> dict[str, Any]:
    return {"AlarmName": name, "AlarmArn": ARN + name, "StateValue": state, "StateTransitionedTimestamp": SINCE, **more}


def described(*pages: Mapping[str, Any]) -> FakeCall:
    return FakeCall({("cloudwatch", "DescribeAlarms"): [{"MetricAlarms": [], **page} for page in pages]})


async def only(**lists: Any) -> Alarm:
    (alarm,) = await read_alarms(described(lists))
    return alarm


async def test_a_metric_alarm() -> None:
    alarm = await only(
        MetricAlarms=[
            raw(
                **METRIC,
                ExtendedStatistic="p99",
                Period=60,
                EvaluationPeriods=5,
                DatapointsToAlarm=3,
                Threshold=12.5,
                ComparisonOperator="GreaterThanThreshold",
                TreatMissingData="notBreaching",
                ActionsEnabled=False,
                AlarmActions=["arn:aws:sns:eu-west-1:123456789012:oncall"],
            )
        ]
    )
    assert alarm.watches == (Watched(ERRORS, "p99", 60),)
    assert (alarm.kind, alarm.state, alarm.since_s) == (AlarmKind.METRIC, AlarmState.ALARM, SINCE.timestamp())
    assert (alarm.evaluation_periods, alarm.datapoints_to_alarm, alarm.threshold) == (5, 3, 12.5)
    assert Silence(()).own(alarm)


async def test_metric_math_is_taken_apart_and_another_accounts_metric_is_not_ours() -> None:
    stat = {"Metric": METRIC, "Period": 300, "Stat": "Sum"}
    alarm = await only(
        MetricAlarms=[
            raw(
                Metrics=[
                    {"Id": "e", "Expression": "100*m1/m2", "ReturnData": True},
                    {"Id": "m1", "MetricStat": stat, "ReturnData": False},
                    {"Id": "m2", "MetricStat": stat, "AccountId": "999999999999", "ReturnData": False},
                ]
            )
        ]
    )
    assert alarm.watches == (Watched(ERRORS, "Sum", 300),)
    assert alarm.expressions == ("100*m1/m2",)
    assert [(each.id, each.returned, each.watched is None) for each in alarm.queries] == [
        ("e", True, True),
        ("m1", False, False),
        ("m2", False, True),
    ]


async def test_composite_and_log_alarms() -> None:
    found = await read_alarms(
        described({"CompositeAlarms": [raw("c", AlarmRule="ALARM(a) AND NOT ALARM(b)")], "LogAlarms": [raw("l", "OK")]})
    )
    assert [(alarm.name, alarm.kind) for alarm in found] == [("c", AlarmKind.COMPOSITE), ("l", AlarmKind.LOG)]
    assert found[0].rule == "ALARM(a) AND NOT ALARM(b)"


@pytest.mark.parametrize(
    "malformed",
    [
        raw("odd", "PANIC"),
        {"AlarmName": "odd"},
        raw("odd", MetricName="Errors", Namespace="AWS/Lambda", Period=60),
        raw("odd", Metrics=[{"Id": "m1", "MetricStat": {"Period": "soon"}}]),
        raw("odd", Threshold="high"),
        raw("odd", AlarmActions=[3]),
        "odd",
        None,
    ],
)
async def test_a_malformed_alarm_is_a_gap_and_the_others_are_read(malformed: Any) -> None:
    gaps: list[Gap] = []
    found = await read_alarms(described({"MetricAlarms": [raw("a"), malformed, raw("b")]}), on_gap=gaps.append)
    assert [alarm.name for alarm in found] == ["a", "b"]
    (gap,) = gaps
    assert gap.action == "cloudwatch:DescribeAlarms"
    assert gap.account == "123456789012"


async def test_every_page_is_read_and_every_type_asked_for() -> None:
    call = described({"MetricAlarms": [raw("a")], "NextToken": "t"}, {"CompositeAlarms": [raw("b")]})
    assert len(await read_alarms(call)) == 2
    first, second = (params for _, _, params in call.asked)
    assert first["AlarmTypes"] == ["MetricAlarm", "CompositeAlarm", "LogAlarm"]
    assert (first["MaxRecords"], second["NextToken"]) == (100, "t")


async def test_names_are_asked_a_hundred_at_a_time_and_the_state_goes_along() -> None:
    call = described({})
    await read_alarms(call, names=[f"a{number}" for number in range(250)], state=AlarmState.ALARM)
    assert [len(params["AlarmNames"]) for _, _, params in call.asked] == [100, 100, 50]
    assert {params["StateValue"] for _, _, params in call.asked} == {"ALARM"}
    assert await read_alarms(call, names=[]) == []
    assert call.count("DescribeAlarms") == 3


async def test_an_endpoint_that_knows_no_log_alarms_is_asked_without() -> None:
    def older(params: Mapping[str, Any]) -> Any:
        if "LogAlarm" in params["AlarmTypes"]:
            return InvalidRequest("cloudwatch", "DescribeAlarms", "unknown type")
        return {"MetricAlarms": [raw("a")]}

    assert len(await read_alarms(FakeCall({("cloudwatch", "DescribeAlarms"): older}))) == 1


async def test_what_was_read_before_a_failure_is_kept() -> None:
    pages = [{"MetricAlarms": [raw("a")], "NextToken": "t"}, AccessDenied("cloudwatch", "DescribeAlarms", "no")]
    walk = walk_alarms(FakeCall({("cloudwatch", "DescribeAlarms"): pages}))
    first = await anext(walk)
    assert isinstance(first, Alarm)
    assert first.name == "a"
    with pytest.raises(AccessDenied):
        await anext(walk)


async def test_an_answer_without_any_list_is_not_an_account_without_alarms() -> None:
    with pytest.raises(BadAnswer):
        await read_alarms(FakeCall({("cloudwatch", "DescribeAlarms"): {"message": "<html>"}}))
