"""What a plan creates, what it leaves alone, and what it points at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from aws.alarms.candidates import World, candidates
from aws.alarms.coverage import coverage
from aws.alarms.define import log_metric
from aws.alarms.definition import Definition, Plan
from aws.alarms.existing import STACK_TAG
from aws.alarms.ownership import Ownership
from aws.alarms.plan import Past, make_plan, with_past
from aws.model import Cover, MetricKey, Resource, Severity, Tags
from aws.model.logs import FilterFound, LogGroups
from aws.settings import AlarmSettings, LogPattern
from tests.alarm_builders import ONCALL, a_recommendation, a_world, missing, services
from tests.builders import NOW, SCOPE, a_function, an_alarm, arn

NAME = "cwtop/lambda.errors/checkout-place"


def planned(world: World, existing: Mapping[str, Mapping[str, Any]] | None = None) -> Plan:
    return make_plan(candidates(world), existing or {}, at_s=NOW, scope=SCOPE, ownership=world.ownership)


def described(definition: Definition, **changed: Any) -> dict[str, Any]:
    """The alarm as DescribeAlarms gives it, some keys changed."""
    raw = {**definition.parameters(), **changed, "AlarmArn": arn("cloudwatch", f"alarm:{definition.name}")}
    del raw["Tags"]
    return raw


@pytest.mark.parametrize("cover", list(Cover))
def test_missing_and_dead_cover_is_created_the_rest_is_pointed_at(cover: Cover) -> None:
    function, alarm = a_function(), an_alarm("errors-of-old")
    covered = missing(function, cover=cover, alarms=(alarm.arn,), detail="for a reason")
    plan = planned(a_world(function, coverage={function.arn: (covered,)}, alarms={alarm.arn: alarm}))
    assert [each.definition.name for each in plan.create] == ([NAME] if cover in (Cover.MISSING, Cover.DEAD) else [])
    assert plan.present == (((function.arn, "lambda.errors", "errors-of-old"),) if cover is Cover.PRESENT else ())
    told = {
        Cover.SILENT: "lambda.errors: silent: for a reason",
        Cover.DEAD: "lambda.errors: dead: for a reason",
        Cover.WEAKER: "lambda.errors: weaker: for a reason",
        Cover.UNKNOWN: "lambda.errors: it cannot be told whether this is watched: for a reason",
    }
    assert [each.problem for each in plan.attention] == ([told[cover]] if cover in told else [])
    assert all((each.name, each.resource) == ("errors-of-old", function.arn) for each in plan.attention)


def test_an_alarm_of_ours_that_another_does_as_well_is_pointed_at() -> None:
    function, theirs, ours = a_function(), an_alarm("stack-errors"), an_alarm(NAME)
    covered = missing(function, cover=Cover.PRESENT, alarms=(theirs.arn, ours.arn), superseded=(ours.arn,))
    plan = planned(
        a_world(function, coverage={function.arn: (covered,)}, alarms={each.arn: each for each in (theirs, ours)})
    )
    assert [(each.name, each.problem) for each in plan.attention] == [
        (NAME, "lambda.errors: superseded: stack-errors does the same")
    ]
    assert plan.create == ()


def test_a_name_in_use_is_present_where_it_is_the_same_alarm_and_a_conflict_where_it_is_another() -> None:
    function = a_function()
    definition = planned(a_world(function)).create[0].definition
    same = planned(a_world(function), {NAME: described(definition)})
    assert (same.create, same.present) == ((), ((function.arn, "lambda.errors", NAME),))
    other = planned(a_world(function), {NAME: described(definition, Threshold=10.0)})
    assert (other.create, other.present) == ((), ())
    assert other.conflicts[0].differences == {"Threshold": (10.0, 5.0)}
    assert other.conflicts[0].reason == "the name is used: Threshold 10 instead of 5"
    tags = {arn("cloudwatch", f"alarm:{NAME}"): {STACK_TAG: "checkout-prod"}}
    owned = planned(
        a_world(function, ownership=Ownership(tags=Tags(tags))), {NAME: described(definition, Threshold=10.0)}
    )
    assert "stack checkout-prod owns it" in owned.conflicts[0].reason


def test_an_alarm_on_what_a_stack_owns_says_so_and_costs_what_it_costs() -> None:
    function = a_function()
    plan = planned(a_world(function, ownership=Ownership(stacks={function.arn: "checkout-prod"})))
    assert plan.create[0].owner_stack == "checkout-prod"
    assert plan.create[0].definition.tags["cwtop:owner-stack"] == "checkout-prod"
    assert plan.usd_per_month == pytest.approx(0.10)


def test_the_order_is_worst_first_and_the_same_whatever_comes_first() -> None:
    functions = [a_function(name) for name in ("b", "a")]
    rules = (
        a_recommendation(
            id="lambda.throttles", severity=Severity.WARNING, metrics=lambda r: (_metric(r, "Throttles"),)
        ),
        a_recommendation(),
    )
    more: dict[str, Any] = {
        "services": services(*rules),
        "coverage": {each.arn: (missing(each, "lambda.throttles"), missing(each)) for each in functions},
    }
    plan = planned(a_world(*functions, **more))
    assert [each.definition.name.removeprefix("cwtop/lambda.") for each in plan.create] == [
        "errors/a",
        "errors/b",
        "throttles/a",
        "throttles/b",
    ]
    assert planned(a_world(*reversed(functions), **more)) == plan


def test_resources_of_one_name_get_names_apart_and_of_one_metric_one_alarm() -> None:
    twin = replace(a_function(), arn=arn("lambda", "function:twin"))
    plan = planned(a_world(a_function(), twin, services=services(a_recommendation(metrics=lambda r: (_own(r),)))))
    assert len({each.definition.name for each in plan.create}) == 2
    assert all(each.definition.name.startswith(f"{NAME}-") for each in plan.create)
    shared = planned(a_world(a_function(), twin))
    assert len(shared.create) == 1
    assert [each.resource for each in shared.attention] == [twin.arn]


def test_only_the_metrics_without_an_alarm_get_one() -> None:
    function = a_function()
    metrics = (_metric(function, "A"), _metric(function, "B"))
    plan = planned(
        a_world(
            function,
            services=services(a_recommendation(metrics=lambda _: metrics)),
            coverage={
                function.arn: (
                    missing(function, cover=Cover.PRESENT, metric=metrics[0]),
                    missing(function, metric=metrics[1]),
                )
            },
        )
    )
    assert [each.definition.name for each in plan.create] == [f"{NAME}/B"]


def test_history_makes_an_alarm_noisy() -> None:
    plan = planned(a_world(a_function()))
    noisy = with_past(plan, {NAME: Past(9, True, 3.5)}, noisy_fires=5).create[0]
    assert (noisy.would_have_fired, noisy.fires_now, noisy.history_days, noisy.noisy) == (9, True, 3.5, True)
    unread = with_past(plan, {NAME: Past(None, None, 0.0)}, noisy_fires=5).create[0]
    assert (unread.would_have_fired, unread.noisy) == (None, False)


GROUP = "/aws/lambda/checkout-place"
COUNTED = MetricKey("Shop", "Errors")


def logged(*filters: FilterFound, **more: Any) -> World:
    """A function whose other alarms are there, with a log group that has these filters."""
    return a_log_world(a_function(log_group=GROUP), filters={GROUP: filters}, **more)


def a_log_world(*functions: Resource, filters: Mapping[str, tuple[FilterFound, ...]], **more: Any) -> World:
    settings, alarms = more.get("settings", AlarmSettings()), more.get("alarms", {})
    covered = coverage(functions, {}, alarms, settings=settings, logs=LogGroups(filters=filters))
    return a_world(*functions, coverage=covered, log_filters=filters, **more)


def test_a_log_alarm_is_offered_where_the_log_group_exists_with_the_price_of_its_metric() -> None:
    (only,) = planned(logged()).create
    assert only.definition.name == "cwtop/lambda.log-errors/checkout-place"
    assert (only.rule, only.severity, only.usd_per_month) == ("lambda.log-errors", Severity.CRITICAL, 0.40)
    assert only.definition.filter is not None
    assert planned(a_log_world(a_function(log_group=GROUP), filters={})).create == ()
    assert planned(logged(settings=AlarmSettings(profile="minimal"))).create == ()
    assert len(planned(logged(settings=AlarmSettings(profile="strict"))).create) == 3


def test_a_filter_with_the_same_pattern_is_used_and_with_an_alarm_it_is_enough() -> None:
    theirs = FilterFound("their own", " ?ERROR  ?Exception ", (COUNTED,))
    (only,) = planned(logged(theirs)).create
    assert (only.definition.metric, only.definition.filter, only.usd_per_month) == (COUNTED, None, 0.10)
    over = {"comparison": "GreaterThanThreshold", "threshold": 5.0, "evaluation_periods": 1, "datapoints_to_alarm": 1}
    heard, silent = an_alarm("heard", on=COUNTED, **over), an_alarm("silent", on=COUNTED, alarm_actions=(), **over)
    plan = planned(logged(theirs, alarms={each.arn: each for each in (silent, heard)}))
    assert (plan.create, [name for _, _, name in plan.present]) == ((), ["heard"])
    plan = planned(logged(theirs, alarms={silent.arn: silent}))
    assert (plan.create, plan.present) == ((), ())
    assert [(each.name, each.problem) for each in plan.attention] == [
        ("silent", "lambda.log-errors: silent: it has no action")
    ]


def test_a_filter_name_in_use_is_a_conflict_and_a_full_log_group_is_pointed_at() -> None:
    plan = planned(logged(FilterFound("cwtop-errors", "panic", ())))
    assert (plan.create, len(plan.conflicts)) == ((), 1)
    assert "another metric filter called cwtop-errors" in plan.conflicts[0].reason
    plan = planned(logged(*(FilterFound(f"f{number}", f"x{number}", ()) for number in range(100))))
    assert plan.create == ()
    assert "has 100 metric filters" in plan.attention[0].problem


def test_an_alarm_whose_filter_was_deleted_gets_it_again_and_is_pointed_at() -> None:
    starved = an_alarm("ours", on=log_metric(GROUP, "errors"), comparison="GreaterThanThreshold", threshold=5.0)
    plan = planned(logged(alarms={starved.arn: starved}))
    (only,) = plan.create
    assert (only.definition.name, only.filter_only, only.usd_per_month) == ("ours", True, 0.30)
    assert only.definition.filter is not None
    assert only.definition.alarm_actions == starved.alarm_actions
    assert (plan.present, plan.conflicts) == ((), ())
    assert [(each.name, each.problem) for each in plan.attention] == [
        ("ours", "lambda.log-errors: dead: no metric filter counts into what it watches")
    ]


def test_functions_that_share_a_log_group_share_its_alarm() -> None:
    functions = [a_function(name, log_group="/shop/all") for name in ("a", "b")]
    patterns = {"errors": LogPattern(pattern="ERROR")}
    world = a_log_world(*functions, filters={"/shop/all": ()}, settings=AlarmSettings(log_patterns=patterns))
    assert [each.definition.name for each in planned(world).create] == ["cwtop/lambda.log-errors/a"]


def test_actions_go_to_the_topic_of_the_severity() -> None:
    assert planned(a_world(a_function())).create[0].definition.alarm_actions == (ONCALL,)


def _metric(resource: Resource, name: str) -> MetricKey:
    return MetricKey("AWS/Lambda", name, (("FunctionName", resource.name),))


def _own(resource: Resource) -> MetricKey:
    return MetricKey("AWS/Lambda", "Errors", (("Id", resource.arn),))
