"""Planning where reads fail: a plan with gaps, never an empty one that looks complete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from aws.alarms.definition import Plan
from aws.alarms.planner import Planner
from aws.errors import AccessDenied, CwtopError
from aws.model import Cover, Resource, Snapshot
from aws.settings import AlarmSettings
from tests.alarm_builders import ROUTING, a_recommendation, missing, services
from tests.builders import NOW, SCOPE, a_function, snapshot
from tests.fakes import FakeCall, Script
from tests.virtual_clock import VirtualClock

EMPTY: Script = {
    ("resourcegroupstaggingapi", "GetResources"): {"ResourceTagMappingList": []},
    ("cloudwatch", "DescribeAlarms"): {"MetricAlarms": []},
    ("cloudwatch", "GetMetricData"): lambda params: {
        "MetricDataResults": [
            {"Id": query["Id"], "Timestamps": [], "Values": []} for query in params["MetricDataQueries"]
        ]
    },
}


async def plan(script: Script, seen: Snapshot, resources: Sequence[str] | None = None) -> Plan:
    planner = Planner(AlarmSettings(), services(a_recommendation()), VirtualClock(NOW))
    return await planner(FakeCall(script, SCOPE), seen, resources=resources, routing=ROUTING)


def seen(*functions: Resource, cover: Cover = Cover.MISSING) -> Snapshot:
    return snapshot(*functions, coverage={each.arn: (missing(each, cover=cover),) for each in functions})


async def test_a_plan_of_what_can_be_read_has_no_gaps() -> None:
    made = await plan(EMPTY, seen(a_function(log_group="/aws/lambda/checkout-place")))
    assert [each.definition.name for each in made.create] == ["cwtop/lambda.errors/checkout-place"]
    assert (made.gaps, made.account, made.region, made.at_s) == ((), SCOPE.account, SCOPE.region, NOW)


async def test_everything_that_may_not_be_read_is_a_gap_and_the_rest_is_planned() -> None:
    made = await plan({}, seen(a_function(log_group="/aws/lambda/checkout-place")))
    assert [(each.would_have_fired, each.fires_now, each.owner_stack) for each in made.create] == [(None, None, None)]
    assert {gap.action for gap in made.gaps} == {
        "resourcegroupstaggingapi:GetResources",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricData",
    }


async def test_what_the_snapshot_could_not_read_is_not_nothing_to_do() -> None:
    lost = AccessDenied("dynamodb", "ListTables", "no").gap(SCOPE)
    made = await plan(EMPTY, replace(seen(a_function(), cover=Cover.PRESENT), gaps=(lost,), complete=False))
    assert made.create == ()
    assert [gap.service for gap in made.gaps] == ["dynamodb", "inventory"]
    function = a_function()
    chosen = await plan(EMPTY, replace(seen(function, cover=Cover.PRESENT), gaps=(lost,)), [function.arn])
    assert chosen.gaps == ()


async def test_without_the_alarms_nothing_is_planned() -> None:
    lost = AccessDenied("cloudwatch", "DescribeAlarms", "not allowed").gap(SCOPE)
    with pytest.raises(CwtopError, match="the account's alarms could not be read: AccessDenied: not allowed"):
        await plan(EMPTY, replace(seen(a_function()), coverage=None, gaps=(lost,)))


async def test_resources_that_are_not_known_are_said_to_be_gone() -> None:
    gone, there = a_function("gone"), a_function("there")
    made = await plan(EMPTY, seen(there), [gone.arn, there.arn])
    assert [each.resource for each in made.create] == [there.arn]
    assert [each.resource for each in made.attention] == [gone.arn]


async def test_tags_that_choose_other_figures_are_judged_anew() -> None:
    function, left_out = a_function("tagged"), a_function("left-out")

    def tags(arn: str, key: str, value: str) -> dict[str, object]:
        return {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value}]}

    script = {
        **EMPTY,
        ("resourcegroupstaggingapi", "GetResources"): {
            "ResourceTagMappingList": [
                tags(function.arn, "cwtop:errors.threshold", "50"),
                tags(left_out.arn, "cwtop:profile", "minimal"),
            ]
        },
    }
    made = await plan(script, seen(function, left_out, cover=Cover.PRESENT))
    assert [(each.resource, each.definition.threshold) for each in made.create] == [(function.arn, 50.0)]
    assert made.present == ()
