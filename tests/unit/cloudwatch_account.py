"""A tiny account for the simulated CloudWatch: made-up metrics, a clock, and a client that trusts nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from aws.model import MetricKey
from demo.cloudwatch import CloudWatch
from demo.errors import ServiceError
from demo.front.worlds import EmptyWorld
from demo.world import Datapoint, Series, silent
from tests.virtual_clock import VirtualClock

NOW_S = 1_795_230_000.0  # 2026-11-21 03:00:00 UTC
NOW = int(NOW_S // 60)
ARN = "arn:aws:cloudwatch:eu-west-1:482193019034:alarm:"
TOPIC = "arn:aws:sns:eu-west-1:482193019034:pay-oncall"

_SHAPES = botocore.session.get_session().get_service_model("cloudwatch")


def fn(name: str, metric: str = "Errors") -> MetricKey:
    """A function's metric."""
    return MetricKey("AWS/Lambda", metric, (("FunctionName", name),))


def constant(value: float, unit: str = "Count") -> Series:
    """One sample of that value each minute."""
    return lambda _: Datapoint((value,), (1.0,), unit)


def between(first: int, last: int, value: float, otherwise: float | None = 0.0) -> Series:
    """``value`` from minute ``first`` up to but not including ``last``; outside ``otherwise``, None: no datapoint."""

    def publishes(minute: int) -> Datapoint | None:
        current = value if first <= minute < last else otherwise
        return None if current is None else Datapoint((current,), (1.0,), "Count")

    return publishes


class MadeUpWorld(EmptyWorld):
    """Publishes what the test says, from a month ago on."""

    def __init__(self, metrics: Mapping[MetricKey, Series], alarms: Iterable[Mapping[str, Any]] = ()) -> None:
        super().__init__("482193019034", "eu-west-1")
        self._metrics = dict(metrics)
        self._alarms = list(alarms)

    def metrics(self) -> Iterable[tuple[MetricKey, int]]:
        return [(metric, NOW - 30 * 1440) for metric in self._metrics]

    def series(self, key: MetricKey) -> Series:
        return self._metrics.get(key, silent)

    def alarms(self) -> Iterable[Mapping[str, Any]]:
        return self._alarms


class Account:
    """Calls the engine, holding each answer to botocore's own description of it."""

    def __init__(
        self, metrics: Mapping[MetricKey, Series] | None = None, alarms: Iterable[Mapping[str, Any]] = ()
    ) -> None:
        self.clock = VirtualClock(NOW_S)
        self._engine = CloudWatch(MadeUpWorld(metrics or {}, alarms), self.clock)

    def __call__(self, operation: str, **params: Any) -> dict[str, Any]:
        answer = self._engine.handle(operation, params)
        shape = _SHAPES.operation_model(operation).output_shape
        if shape is None:
            assert answer == {}
        else:
            report = ParamValidator().validate(answer, shape)
            assert not report.has_errors(), report.generate_report()
        return answer

    def refused(self, operation: str, **params: Any) -> ServiceError:
        """The error with which the call is refused."""
        with pytest.raises(ServiceError) as caught:
            self._engine.handle(operation, params)
        return caught.value

    def pages(self, operation: str, result: str, **params: Any) -> list[list[Any]]:
        """The result's pages, following NextToken."""
        pages = []
        while True:
            answer = self(operation, **params)
            pages.append(answer[result])
            if "NextToken" not in answer:
                return pages
            params["NextToken"] = answer["NextToken"]

    def put_alarm(self, name: str = "errors", metric: MetricKey | None = None, **more: Any) -> None:
        """An alarm on a function's errors: more than 5 in a minute."""
        self("PutMetricAlarm", **an_alarm(name, metric, **more))

    def alarm(self, name: str = "errors") -> dict[str, Any]:
        """The alarm as DescribeAlarms gives it, of either kind."""
        found = self("DescribeAlarms", AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        (alarm,) = found["MetricAlarms"] + found["CompositeAlarms"]
        assert isinstance(alarm, dict)
        return alarm

    def wait(self, minutes: float) -> None:
        """Let time pass."""
        self.clock.jump(60 * minutes)


def an_alarm(name: str = "errors", metric: MetricKey | None = None, **more: Any) -> dict[str, Any]:
    """PutMetricAlarm's parameters: more than 5 errors in one minute."""
    key = metric or fn("place")
    return {
        "AlarmName": name,
        "Namespace": key.namespace,
        "MetricName": key.name,
        "Dimensions": [{"Name": dimension, "Value": value} for dimension, value in key.dimensions],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "AlarmActions": [TOPIC],
        **more,
    }


def query(name: str, metric: MetricKey, stat: str = "Sum", period_s: int = 60, **more: Any) -> dict[str, Any]:
    """A MetricDataQuery of a statistic."""
    dimensions = [{"Name": dimension, "Value": value} for dimension, value in metric.dimensions]
    named = {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}
    return {"Id": name, "MetricStat": {"Metric": named, "Period": period_s, "Stat": stat}, **more}
