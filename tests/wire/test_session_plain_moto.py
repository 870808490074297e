"""Connecting to an AWS that is not ours, and reading it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from aws.alarms.read import read_alarms
from aws.alarms.silence import Silence
from aws.clock import SystemClock
from aws.errors import BadAnswer, InvalidRequest, NotFound, ReadOnlyRefused
from aws.metrics import fetch
from aws.model import AlarmKind, AlarmState, MetricKey, ReadState, Scope, SeriesId
from aws.session import Sessions, Target

MINUTE = 60


def sessions(**more: Any) -> Sessions:
    return Sessions(clock=SystemClock(), **more)


def function_errors(name: str, stat: str = "Sum") -> SeriesId:
    return SeriesId(MetricKey("AWS/Lambda", "Errors", (("FunctionName", name),)), stat)


def publish(endpoint_url: str, at_s: int, name: str, value: float) -> None:
    boto3.client("cloudwatch", endpoint_url=endpoint_url).put_metric_data(
        Namespace="AWS/Lambda",
        MetricData=[
            {
                "MetricName": "Errors",
                "Dimensions": [{"Name": "FunctionName", "Value": name}],
                "Timestamp": datetime.fromtimestamp(at_s, UTC),
                "Value": value,
            }
        ],
    )


@pytest.fixture(autouse=True)
def boto3_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


async def test_who_answers_is_found_out(plain_moto: str) -> None:
    async with sessions() as held:
        source = await held.connect(Target(endpoint_url=plain_moto))
        other = await held.connect(Target(region="us-east-2", endpoint_url=plain_moto))
    assert source.call.scope == Scope("123456789012", "eu-west-1")
    assert other.call.scope.region == "us-east-2"
    assert source.credentials().ends_s is None
    assert source.api_use().calls == {"sts:GetCallerIdentity": 1}


async def test_the_endpoint_of_the_environment_is_honoured(plain_moto: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", plain_moto)
    async with sessions() as held:
        source = await held.connect(Target())
        answer = await source.call("lambda", "ListFunctions", require=("Functions",))
    assert answer["Functions"] == []


async def test_a_first_look_never_blocks_the_loop(plain_moto: str, blocked_loop_is_an_error: None) -> None:
    async with sessions() as held:
        source = await held.connect(Target(endpoint_url=plain_moto))
        for service, operation in (
            ("lambda", "ListFunctions"),
            ("dynamodb", "ListTables"),
            ("apigateway", "GetRestApis"),
            ("sqs", "ListQueues"),  # a service nobody has read the model of beforehand
        ):
            await source.call(service, operation)
        await read_alarms(source.call)
        await fetch(source.call, [function_errors("f")], start_s=0, end_s=600, period_s=MINUTE, clock=SystemClock())


async def test_values_published_elsewhere_are_read(plain_moto: str) -> None:
    now_s = int(datetime.now(UTC).timestamp()) // MINUTE * MINUTE
    publish(plain_moto, now_s - 3 * MINUTE, "überraschung", 7)
    wanted = [function_errors("überraschung"), function_errors("überraschung", "Maximum"), function_errors("idle")]
    async with sessions() as held:
        source = await held.connect(Target(endpoint_url=plain_moto))
        found = await fetch(source.call, wanted, start_s=now_s - 600, end_s=now_s, period_s=MINUTE, clock=SystemClock())
        use = source.api_use()
    assert found[wanted[0]].latest() == (now_s - 3 * MINUTE, 7)
    assert found[wanted[2]].state is ReadState.NO_DATA
    assert (use.metrics_requested, use.metrics_requested_at_most) == (2, 3)
    assert use.usd > 0


async def test_a_percentile_that_fails_the_whole_call_does_not_blind_the_other_series(plain_moto: str) -> None:
    now_s = int(datetime.now(UTC).timestamp()) // MINUTE * MINUTE
    names = [f"f{number}" for number in range(8)]
    for name in names:
        publish(plain_moto, now_s - 3 * MINUTE, name, 1)
    wanted = [function_errors(name) for name in names] + [function_errors("f3", "p99")]
    async with sessions() as held:
        source = await held.connect(Target(endpoint_url=plain_moto))
        found = await fetch(source.call, wanted, start_s=now_s - 600, end_s=now_s, period_s=MINUTE, clock=SystemClock())
    assert {found[each].state for each in wanted[:-1]} == {ReadState.VALUE}
    assert found[wanted[-1]].state is ReadState.FAILED
    assert "500" in found[wanted[-1]].detail


async def test_alarms_are_read_with_what_they_watch(plain_moto: str) -> None:
    cloudwatch = boto3.client("cloudwatch", endpoint_url=plain_moto)
    cloudwatch.put_metric_alarm(
        AlarmName="[red]alarm[/red] with spaces",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": "f"}],
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=3,
        DatapointsToAlarm=2,
        Threshold=5,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=["arn:aws:sns:eu-west-1:123456789012:oncall"],
    )
    async with sessions() as held:
        source = await held.connect(Target(endpoint_url=plain_moto))
        (alarm,) = await read_alarms(source.call)
        firing = await read_alarms(source.call, state=AlarmState.ALARM)
    assert alarm.name == "[red]alarm[/red] with spaces"
    assert alarm.kind is AlarmKind.METRIC
    assert alarm.watches == ((function_errors("f").metric, "Sum", 300, ""),)
    assert (alarm.threshold, alarm.evaluation_periods, alarm.datapoints_to_alarm) == (5, 3, 2)
    assert not Silence(()).own(alarm)
    assert firing == []


async def test_errors_come_with_their_own_names(plain_moto: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with sessions() as held:
        call = (await held.connect(Target(endpoint_url=plain_moto))).call
        with pytest.raises(NotFound):
            await call("lambda", "GetFunctionConfiguration", FunctionName="nobody")
        with pytest.raises(BadAnswer, match="404"):
            await call("lambda", "GetAccountSettings")  # an operation that this server does not have
        with pytest.raises(InvalidRequest, match="FunctionName"):
            await call("lambda", "GetFunctionConfiguration")
        with pytest.raises(BadAnswer, match="Wonders"):
            await call("lambda", "ListFunctions", require=("Functions", "Wonders"))
    assert not [line for line in caplog.records if line.name.startswith(("botocore", "aiobotocore"))]


async def test_nothing_is_written_in_read_only_mode(plain_moto: str) -> None:
    async with sessions() as held:
        source = await held.connect(Target(endpoint_url=plain_moto))
        with pytest.raises(ReadOnlyRefused):
            await source.call("dynamodb", "DeleteTable", TableName="orders")
        assert "dynamodb:DeleteTable" not in source.api_use().calls


async def test_what_may_write_writes(plain_moto: str) -> None:
    async with sessions(read_only=False) as held:
        source = await held.connect(Target(endpoint_url=plain_moto))
        await source.call("sqs", "CreateQueue", QueueName="q")
        answer = await source.call("sqs", "ListQueues", require=("QueueUrls",))
    assert len(answer["QueueUrls"]) == 1
