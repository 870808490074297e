"""Whom an alarm watches, and whether it can ever fire."""

from __future__ import annotations

import pytest

from aws.alarms.targets import AlarmIndex
from aws.model import AlarmKind, AlarmState, MetricKey, Resource, Scope, Watched
from aws.model.logs import FilterFound, LogGroups
from aws.services import registry
from tests.builders import SCOPE, a_function, a_stage, a_table, an_account, an_alarm, an_index

RESOURCES = (a_function("place"), an_account(), a_table(), an_index(), a_stage(), a_stage("checkout", "dev"))
COMPLETE = [(SCOPE, name) for name in registry()]
INDEX = AlarmIndex(RESOURCES, registry(), complete=COMPLETE)
LAMBDA, DYNAMODB, APIGATEWAY = "AWS/Lambda", "AWS/DynamoDB", "AWS/ApiGateway"


def key(namespace: str, name: str, **dimensions: str) -> MetricKey:
    return MetricKey(namespace, name, tuple(sorted(dimensions.items())))


def gsi(table: str, index: str) -> MetricKey:
    return key(DYNAMODB, "WriteThrottleEvents", TableName=table, GlobalSecondaryIndexName=index)


@pytest.mark.parametrize(
    ("metric", "targets", "dead"),
    [
        (key(LAMBDA, "Errors", FunctionName="place"), [a_function("place")], False),
        (key(LAMBDA, "Errors", FunctionName="gone"), [], True),
        (key(LAMBDA, "Errors", FunctionName="place", Resource="place:live"), [a_function("place")], False),
        (key(LAMBDA, "Errors", FunctionName="gone", Resource="gone:live"), [], True),
        (key(LAMBDA, "Errors", Function="place"), [], True),
        (key(LAMBDA, "ConcurrentExecutions"), [an_account()], False),
        (key(LAMBDA, "ClaimedAccountConcurrency", FunctionName="place"), [a_function("place")], True),
        (key(LAMBDA, "PolledEventCount", EventSourceMappingUUID="u-1"), [], None),
        (key(DYNAMODB, "WriteThrottleEvents", TableName="orders"), [a_table()], False),
        (key(DYNAMODB, "SystemErrors", TableName="orders"), [a_table()], True),
        (key(DYNAMODB, "SystemErrors", TableName="orders", Operation="Query"), [a_table()], False),
        (key(DYNAMODB, "SomethingNewer", TableName="orders"), [a_table()], None),
        (gsi("orders", "by-status"), [an_index()], False),
        (gsi("orders", "by-nothing"), [], True),
        (key(DYNAMODB, "WriteThrottleEvents", TableName="orders", GlobalSecondaryIndex="by-status"), [a_table()], True),
        (key(APIGATEWAY, "5XXError", ApiName="checkout", Stage="prod"), [a_stage()], False),
        (key(APIGATEWAY, "5XXError", ApiName="checkout", Stage="gone"), [], True),
        (key(APIGATEWAY, "5XXError", ApiName="checkout"), [a_stage(), a_stage("checkout", "dev")], False),
        (key(APIGATEWAY, "5xx", ApiId="abc", Stage="prod"), [], None),
        (key("Shop/Orders", "Lost", Service="checkout"), [], None),
    ],
)
def test_one_metric(metric: MetricKey, targets: list[object], dead: bool | None) -> None:
    alarm = an_alarm(on=metric)
    assert INDEX.targets(alarm) == tuple(target.arn for target in targets)  # type: ignore[attr-defined]
    assert INDEX.dead(alarm) is dead


def test_nothing_is_dead_for_want_of_a_resource_that_may_not_have_been_listed() -> None:
    partial = AlarmIndex(RESOURCES, registry(), complete=[(SCOPE, "dynamodb")])
    assert partial.dead(an_alarm(on=key(LAMBDA, "Errors", FunctionName="gone"))) is None
    assert partial.dead(an_alarm(on=key(LAMBDA, "Errors", Function="place"))) is True


def test_an_index_is_dead_where_no_table_has_one() -> None:
    bare = AlarmIndex((a_table(),), registry(), complete=COMPLETE)
    assert bare.dead(an_alarm(on=gsi("orders", "by-status"))) is True


def test_another_region_is_another_world() -> None:
    elsewhere = an_alarm(on=key(LAMBDA, "Errors", FunctionName="place"), scope=Scope("123456789012", "us-east-1"))
    assert INDEX.targets(elsewhere) == ()


def test_math_watches_all_of_its_metrics_and_is_dead_only_if_all_are() -> None:
    good, bad = key(LAMBDA, "Errors", FunctionName="place"), key(LAMBDA, "Errors", Function="place")

    def watching(*metrics: MetricKey) -> tuple[Watched, ...]:
        return tuple(Watched(metric, "Sum", 60) for metric in metrics)

    both = an_alarm(watches=watching(good, key(DYNAMODB, "WriteThrottleEvents", TableName="orders")))
    assert INDEX.targets(both) == (a_function("place").arn, a_table().arn)
    assert INDEX.dead(both) is False
    assert INDEX.dead(an_alarm(watches=watching(bad, bad))) is True
    assert INDEX.dead(an_alarm(watches=watching(good, bad))) is None
    assert INDEX.dead(an_alarm(expressions=("SELECT SUM(Errors) FROM SCHEMA(...)",))) is None


def test_a_composite_alarm_is_about_what_its_children_watch() -> None:
    child = an_alarm("place errors", on=key(LAMBDA, "Errors", FunctionName="place"))
    other = an_alarm("orders", on=key(DYNAMODB, "WriteThrottleEvents", TableName="orders"))
    inner = an_alarm("inner", kind=AlarmKind.COMPOSITE, rule='ALARM("place errors") OR ALARM(outer)')
    outer = an_alarm("outer", kind=AlarmKind.COMPOSITE, rule=f"ALARM(inner) AND NOT OK({other.arn}) AND ALARM(gone)")
    broken = an_alarm("broken", kind=AlarmKind.COMPOSITE, rule="ALARM(")
    alarms = {alarm.arn: alarm for alarm in (child, other, inner, outer, broken)}
    targets = INDEX.targets_of(alarms)
    assert targets[outer.arn] == (a_function("place").arn, a_table().arn)
    assert set(targets[inner.arn]) == {a_function("place").arn, a_table().arn}
    assert targets[broken.arn] == ()
    assert targets[child.arn] == (a_function("place").arn,)


def test_a_composite_alarm_that_fires_is_not_about_what_is_well() -> None:
    firing = an_alarm("place errors", on=key(LAMBDA, "Errors", FunctionName="place"), state=AlarmState.ALARM)
    well = an_alarm("orders", on=key(DYNAMODB, "WriteThrottleEvents", TableName="orders"), state=AlarmState.OK)
    either = an_alarm(
        "either", kind=AlarmKind.COMPOSITE, rule='ALARM("place errors") OR ALARM(orders)', state=AlarmState.ALARM
    )
    held_back = an_alarm(
        "held back", kind=AlarmKind.COMPOSITE, rule='ALARM("place errors") AND NOT ALARM(orders)', state=AlarmState.OK
    )
    targets = INDEX.targets_of({alarm.arn: alarm for alarm in (firing, well, either, held_back)})
    assert targets[either.arn] == (a_function("place").arn,)
    assert targets[held_back.arn] == (a_function("place").arn,)


def test_an_alarm_on_log_lines_watches_the_function_that_writes_them() -> None:
    def writing(name: str) -> Resource:
        return a_function(name, log_group=f"/aws/lambda/{name}")

    own, shared = MetricKey("Shop", "place-errors"), MetricKey("Shop", "errors")
    everyone = FilterFound("all", "ERROR", (shared,))
    filters = {"/aws/lambda/place": (FilterFound("own", "ERROR", (own,)), everyone), "/aws/lambda/bill": (everyone,)}
    resources = [writing("place"), writing("bill")]
    index = AlarmIndex(resources, registry(), complete=COMPLETE, groups=LogGroups(filters=filters))
    assert index.targets(an_alarm(on=own)) == (resources[0].arn,)
    assert index.dead(an_alarm(on=own)) is None
    assert index.targets(an_alarm(on=shared)) == (), "whose lines they are is not known"
