"""Small values for tests of planned alarms: recommendations, definitions, planned alarms, worlds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aws.alarms.candidates import World
from aws.alarms.definition import Definition
from aws.alarms.desk import Routing
from aws.alarms.ownership import Ownership
from aws.model import Cover, Covered, MetricKey, Resource, Severity
from aws.services import registry
from aws.services.base import Service
from aws.services.recommendation import Recommendation
from aws.settings import AlarmSettings
from tests.builders import arn

ONCALL, TICKETS = arn("sns", "pay-oncall"), arn("sns", "pay-tickets")
ROUTING = Routing(topics={Severity.CRITICAL: (ONCALL,), Severity.WARNING: (TICKETS,)})


def errors_of(resource: Resource) -> MetricKey:
    """The errors of a function."""
    return MetricKey("AWS/Lambda", "Errors", (("FunctionName", resource.name),))


def a_recommendation(**more: Any) -> Recommendation:
    """More than five errors in five minutes."""
    given: dict[str, Any] = {
        "id": "lambda.errors",
        "kind": "function",
        "title": "calls fail",
        "severity": Severity.CRITICAL,
        "metrics": lambda resource: (errors_of(resource),),
        "stat": "Sum",
        "comparison": "GreaterThanThreshold",
        "period_s": 300,
        "datapoints": 1,
        "periods": 1,
        "figures": {"threshold": 5.0},
        "threshold": lambda _, figures: figures["threshold"],
        "source": "made up for a test",
        **more,
    }
    return Recommendation(**given)


def a_definition(**more: Any) -> Definition:
    """An alarm on more than five errors in five minutes."""
    given: dict[str, Any] = {
        "name": "cwtop/lambda.errors/checkout-place",
        "description": "calls fail",
        "metric": MetricKey("AWS/Lambda", "Errors", (("FunctionName", "checkout-place"),)),
        "stat": "Sum",
        "period_s": 300,
        "evaluation_periods": 1,
        "datapoints_to_alarm": 1,
        "comparison": "GreaterThanThreshold",
        "threshold": 5.0,
        "treat_missing": "notBreaching",
        **more,
    }
    return Definition(**given)


def services(*recommendations: Recommendation) -> Mapping[str, Service]:
    """The Lambda service, with these recommendations alone."""
    return {"lambda": replace(registry()["lambda"], recommendations=recommendations)}


def missing(resource: Resource, rule: str = "lambda.errors", cover: Cover = Cover.MISSING, **more: Any) -> Covered:
    """What coverage says of a recommended alarm."""
    return Covered(rule, cover, **more)


def a_world(*resources: Resource, **more: Any) -> World:
    """A world where these resources miss their errors alarm, and nothing is known besides."""
    given: dict[str, Any] = {
        "resources": resources,
        "everything": resources,
        "services": services(a_recommendation()),
        "coverage": {each.arn: (missing(each),) for each in resources},
        "alarms": {},
        "log_filters": {},
        "ownership": Ownership(),
        "settings": AlarmSettings(),
        "routing": ROUTING,
        **more,
    }
    return World(**given)
