"""Definitions of alarms: PutMetricAlarm's keys, names that are always the same and never shared, figures chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aws.alarms.define import definitions, log_definition, log_metric
from aws.alarms.desk import Routing
from aws.alarms.figures import Figures
from aws.model import MetricKey, Resource
from aws.settings import AlarmSettings, LogPattern, Profile
from tests.alarm_builders import ONCALL, ROUTING, a_recommendation
from tests.builders import a_function, an_index

TEMPLATE = AlarmSettings().name_template
FIGURES = {"threshold": 5.0}


def named(resource: Resource, template: str = TEMPLATE, **more: object) -> list[str]:
    found = definitions(resource, a_recommendation(**more), FIGURES, ROUTING, template=template)
    return [definition.name for definition in found]


def test_every_key_of_put_metric_alarm() -> None:
    (definition,) = definitions(
        a_function(), a_recommendation(), FIGURES, ROUTING, template=TEMPLATE, owner_stack="checkout-prod"
    )
    assert definition.parameters() == {
        "AlarmName": "cwtop/lambda.errors/checkout-place",
        "AlarmDescription": "checkout-place: calls fail. In ALARM when Sum of Errors in 5 min is over 5."
        " Why: made up for a test.",
        "ActionsEnabled": True,
        "OKActions": [ONCALL],
        "AlarmActions": [ONCALL],
        "MetricName": "Errors",
        "Namespace": "AWS/Lambda",
        "Statistic": "Sum",
        "Dimensions": [{"Name": "FunctionName", "Value": "checkout-place"}],
        "Period": 300,
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "Tags": [
            {"Key": "managed-by", "Value": "cwtop"},
            {"Key": "cwtop:rule", "Value": "lambda.errors"},
            {"Key": "cwtop:owner-stack", "Value": "checkout-prod"},
        ],
    }


def test_without_a_topic_it_is_silent_and_without_ok_actions_it_says_nothing_when_it_is_over() -> None:
    (silent,) = definitions(a_function(), a_recommendation(), FIGURES, Routing(), template=TEMPLATE)
    assert (silent.alarm_actions, silent.ok_actions) == ((), ())
    routing = Routing(topics=ROUTING.topics, ok_actions=False)
    (quiet,) = definitions(a_function(), a_recommendation(), FIGURES, routing, template=TEMPLATE)
    assert (quiet.alarm_actions, quiet.ok_actions) == ((ONCALL,), ())


@pytest.mark.parametrize(
    "more",
    [{"applies": lambda _: False}, {"threshold": lambda _, __: None}, {"metrics": lambda _: ()}],
    ids=["not for it", "no threshold", "no such series"],
)
def test_nothing_is_defined_that_does_not_apply(more: dict[str, object]) -> None:
    assert named(a_function(), **more) == []


@pytest.mark.parametrize(
    ("resource", "template", "expected"),
    [
        (
            a_function("fn"),
            "{severity}-{service}-{kind}-{rule}-{resource}",
            "critical-lambda-function-lambda.errors-fn",
        ),
        (an_index("orders", "by-status"), TEMPLATE, "cwtop/lambda.errors/orders#by-status"),
        (a_function("Überweisung-支払い"), TEMPLATE, "cwtop/lambda.errors/Überweisung-支払い"),
        (a_function("{rule}{0}%s"), TEMPLATE, "cwtop/lambda.errors/{rule}{0}%s"),
    ],
)
def test_names_come_from_the_template(resource: Resource, template: str, expected: str) -> None:
    assert named(resource, template) == [expected]


def test_a_name_that_had_to_be_changed_stays_distinct_and_the_same_at_every_run() -> None:
    long_a, long_b = a_function("f" * 300 + "a"), a_function("f" * 300 + "b")
    dirty, clean = a_function("fn\x1b[31m\n"), a_function("fn[31m")
    names = [named(each)[0] for each in (long_a, long_b, dirty, clean)]
    assert len(set(names)) == 4
    assert all(len(name) <= 255 and name.isprintable() for name in names)
    assert names == [named(each)[0] for each in (long_a, long_b, dirty, clean)]
    assert names[3] == "cwtop/lambda.errors/fn[31m"


def test_several_metrics_of_one_recommendation_get_a_name_each() -> None:
    clients = tuple(
        MetricKey("AWS/Cognito", "SignInThrottles", (("UserPool", "eu_1"), ("UserPoolClient", client)))
        for client in ("web", "app")
    )
    assert named(a_function("pool"), metrics=lambda _: clients) == [
        "cwtop/lambda.errors/pool/web",
        "cwtop/lambda.errors/pool/app",
    ]


def test_a_log_alarm_brings_its_metric_filter_unless_one_counts_already() -> None:
    pattern, group = LogPattern(pattern="?ERROR ?Exception"), "/aws/lambda/checkout-place"
    alarm = log_definition(a_function(), "errors", pattern, 5.0, ROUTING, template=TEMPLATE, log_group=group)
    assert alarm.name == "cwtop/lambda.log-errors/checkout-place"
    assert alarm.metric == MetricKey("cwtop/logs", "checkout-place-errors")
    assert (alarm.stat, alarm.period_s, alarm.threshold, alarm.comparison) == ("Sum", 300, 5.0, "GreaterThanThreshold")
    assert alarm.filter is not None
    assert alarm.filter.parameters() == {
        "logGroupName": group,
        "filterName": "cwtop-errors",
        "filterPattern": "?ERROR ?Exception",
        "metricTransformations": [
            {
                "metricName": "checkout-place-errors",
                "metricNamespace": "cwtop/logs",
                "metricValue": "1",
                "defaultValue": 0,
            }
        ],
    }
    theirs = MetricKey("Shop", "Errors")
    reused = log_definition(
        a_function(), "errors", pattern, 5.0, ROUTING, template=TEMPLATE, log_group=group, metric=theirs
    )
    assert (reused.metric, reused.filter) == (theirs, None)


def test_a_metric_is_never_named_as_cloudwatch_logs_refuses() -> None:
    names = {log_metric(group, "errors").name for group in ("a:b", "a_b", "a*b", "x" * 400 + "1", "x" * 400 + "2")}
    assert all(len(name) <= 255 and not set(name) & set(":*$") for name in names)


SETTINGS = AlarmSettings(
    profile="night",
    profiles={
        "night": Profile(leave_out=frozenset({"lambda.throttles"}), figures={"lambda.errors": {"threshold": 20.0}}),
        "deep": Profile(based_on="night", figures={"lambda.errors": {"threshold": 50.0}}),
        "few": Profile(based_on="minimal"),
    },
)


@pytest.mark.parametrize(
    ("rule", "tags", "expected"),
    [
        ("lambda.errors", {}, {"threshold": 20.0, "other": 1.0}),
        ("lambda.throttles", {}, None),
        ("lambda.errors", {"cwtop:profile": "deep"}, {"threshold": 50.0, "other": 1.0}),
        ("lambda.throttles", {"cwtop:profile": "deep"}, None),
        ("lambda.throttles", {"cwtop:profile": "strict"}, {"threshold": 5.0, "other": 1.0}),
        ("lambda.errors", {"cwtop:profile": "few"}, None),
        ("lambda.errors", {"cwtop:profile": "nobody's"}, {"threshold": 20.0, "other": 1.0}),
        ("lambda.errors", {"cwtop:errors.threshold": "0"}, {"threshold": 0.0, "other": 1.0}),
        ("lambda.errors", {"cwtop:errors.threshold": "lots"}, {"threshold": 20.0, "other": 1.0}),
        ("lambda.errors", {"cwtop:errors.threshold": "-1"}, {"threshold": 20.0, "other": 1.0}),
        ("lambda.errors", {"cwtop:errors.threshold": "nan"}, {"threshold": 20.0, "other": 1.0}),
    ],
)
def test_tags_go_before_the_profile_and_the_profile_before_the_recommendation(
    rule: str, tags: dict[str, str], expected: dict[str, float] | None
) -> None:
    function = replace(a_function(), tags=tags)
    recommendation = a_recommendation(id=rule, figures={"threshold": 5.0, "other": 1.0})
    assert Figures(SETTINGS).of(function, recommendation) == expected


def test_tags_that_make_no_sense_are_told() -> None:
    tags = {
        "cwtop:profile": "nobody's",
        "cwtop:errors.threshold": "lots",
        "cwtop:erors.threshold": "3",
        "cwtop:log-errors.threshold": "3",
        "team": "pay",
    }
    function = replace(a_function(), tags=tags)
    told = Figures(SETTINGS).problems(function, [a_recommendation()])
    assert [each.problem for each in told] == [
        "its tag cwtop:erors.threshold='3' is ignored: no alarm of this resource has such a figure",
        "its tag cwtop:errors.threshold='lots' is ignored: a number is expected",
        'its tag cwtop:profile="nobody\'s" is ignored: there is no such profile, only deep, few, minimal, night,'
        " recommended, strict",
    ]
