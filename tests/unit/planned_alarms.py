"""Planned alarms for tests: every figure can be given, none has to be."""

from __future__ import annotations

from typing import Any

from aws.alarms.definition import Definition, MetricFilter, Planned
from aws.model import MetricKey, Severity

ACCOUNT, REGION = "123456789012", "eu-west-1"
ONCALL = f"arn:aws:sns:{REGION}:{ACCOUNT}:pay-oncall"
TICKETS = f"arn:aws:sns:{REGION}:{ACCOUNT}:pay-tickets"


def an_alarm(name: str = "cwtop/lambda.errors/gift-redeem", **figures: Any) -> Definition:
    """More than five errors in five minutes, heard by on-call."""
    known: dict[str, Any] = {
        "description": "5 errors in 5 minutes",
        "metric": MetricKey("AWS/Lambda", "Errors", (("FunctionName", "gift-redeem"),)),
        "stat": "Sum",
        "period_s": 300,
        "evaluation_periods": 1,
        "datapoints_to_alarm": 1,
        "comparison": "GreaterThanThreshold",
        "threshold": 5.0,
        "treat_missing": "notBreaching",
        "alarm_actions": (ONCALL,),
        "ok_actions": (ONCALL,),
        "tags": {"managed-by": "cwtop", "cwtop:rule": "lambda.errors"},
    }
    return Definition(name=name, **known | figures)


def a_log_alarm(name: str = "cwtop/lambda.log-errors/gift-redeem", pattern: str = "?ERROR ?Exception") -> Definition:
    """On a metric filter of the function's log group."""
    metric = MetricKey("cwtop", "gift-redeem-errors")
    made = MetricFilter(log_group="/aws/lambda/gift-redeem", name="cwtop-errors", pattern=pattern, metric=metric)
    return an_alarm(name, metric=metric, filter=made, alarm_actions=(TICKETS,), ok_actions=())


def planned(definition: Definition, **facts: Any) -> Planned:
    """Ten cents a month."""
    known: dict[str, Any] = {
        "resource": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:gift-redeem",
        "service": "lambda",
        "rule": "lambda.errors",
        "severity": Severity.CRITICAL,
        "usd_per_month": 0.10,
    }
    return Planned(definition=definition, **known | facts)
