"""Many alarms are evaluated in slices, and what never publishes is not looked at again and again."""

from __future__ import annotations

from typing import Any

from aws.model import MetricKey
from demo.cloudwatch import CloudWatch
from tests.unit.cloudwatch_account import NOW_S, MadeUpWorld, constant, fn
from tests.virtual_clock import VirtualClock

MANY = 600


def alarm(number: int) -> dict[str, Any]:
    return {
        "AlarmName": f"a-{number:04}",
        "Namespace": "Shop",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": f"fn-{number}"}],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    }


def errors_of(number: int) -> MetricKey:
    return fn(f"fn-{number}")._replace(namespace="Shop")


def engine(clock: VirtualClock) -> CloudWatch:
    metrics = {errors_of(0): constant(0.0), errors_of(MANY - 1): constant(9.0)}
    return CloudWatch(MadeUpWorld(metrics, [alarm(number) for number in range(MANY)]), clock)


def firing(cloudwatch: CloudWatch) -> list[str]:
    answer = cloudwatch.handle("DescribeAlarms", {"StateValue": "ALARM"})
    return [each["AlarmName"] for each in answer["MetricAlarms"]]


def test_metrics_are_answered_before_the_alarms_are_evaluated_and_alarms_once_all_are() -> None:
    clock = VirtualClock(NOW_S)
    cloudwatch = engine(clock)
    assert cloudwatch.prepare("GetMetricData")
    assert not cloudwatch.prepare("DescribeAlarms")
    assert len(cloudwatch.handle("ListMetrics", {})["Metrics"]) == 2
    while not cloudwatch.prepare("DescribeAlarms"):
        pass
    assert firing(cloudwatch) == [f"a-{MANY - 1:04}"]
    clock.jump(60)
    assert not cloudwatch.prepare("DescribeAlarms")
    assert firing(cloudwatch) == [f"a-{MANY - 1:04}"], "who does not wait has all of it, too"


def test_an_alarm_on_silence_takes_its_own_state_again_and_hears_what_is_put() -> None:
    clock = VirtualClock(NOW_S)
    cloudwatch = engine(clock)
    cloudwatch.handle("SetAlarmState", {"AlarmName": "a-0007", "StateValue": "ALARM", "StateReason": "by hand"})
    assert "a-0007" in firing(cloudwatch)
    clock.jump(60)
    assert "a-0007" not in firing(cloudwatch)
    errors = {"MetricName": "Errors", "Value": 9.0, "Dimensions": alarm(7)["Dimensions"]}
    cloudwatch.handle("PutMetricData", {"Namespace": "Shop", "MetricData": [errors]})
    clock.jump(60)
    assert "a-0007" in firing(cloudwatch)
