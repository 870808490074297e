"""What coverage is made of: strength, queries, math, silence, scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from aws.alarms.coverage import coverage
from aws.alarms.define import definitions
from aws.alarms.desk import Routing
from aws.alarms.figures import Figures
from aws.alarms.inputs import inputs
from aws.alarms.insights import InsightsError, holds, parse_insights
from aws.alarms.read import parse_alarm
from aws.alarms.score import Score, score, score_of
from aws.alarms.silence import Silence
from aws.alarms.strength import Likeness, strength
from aws.alarms.wanted import Catalogue, Wanted
from aws.model import Alarm, AlarmKind, Cover, Covered, Delivery, MetricKey, Query, Resource, Watched
from aws.services import registry
from aws.settings import AlarmSettings
from tests.builders import SCOPE, a_function, a_stage, a_table, an_account, an_alarm, an_index, arn

ERRORS = MetricKey("AWS/Lambda", "Errors", (("FunctionName", "place"),))
CALLS = ERRORS._replace(name="Invocations")
RESOURCES = (
    a_function("place", event_sources=("arn:aws:kinesis:eu-west-1:123456789012:stream/s",), dlq="arn:x"),
    a_function("reserved", reserved_concurrency=50, timeout_s=900),
    a_function("nightly", every_s=86_400.0),
    an_account(),
    a_table(billing_mode="PROVISIONED", read_capacity=10, write_capacity=10),
    an_index(),
    a_stage(),
)
STRICT = AlarmSettings(profile="strict")


def recommended(resource: Resource) -> dict[str, Alarm]:
    """The alarms that a plan would create for it, as CloudWatch would give them back, with somebody to hear them."""
    topic = Routing(topics={}, ok_actions=False)
    found = {}
    for recommendation in registry()[resource.service].recommendations:
        figures = Figures(STRICT).of(resource, recommendation)
        if recommendation.kind != resource.kind or figures is None:
            continue
        for definition in definitions(resource, recommendation, figures, topic, template="{rule}/{resource}"):
            heard = replace(definition, alarm_actions=(arn("sns", "oncall"),))
            raw = {**heard.parameters(), "AlarmArn": arn("cloudwatch", f"alarm:{heard.name}"), "StateValue": "OK"}
            alarm = parse_alarm(raw, AlarmKind.METRIC, SCOPE)
            assert isinstance(alarm, Alarm)
            found[alarm.arn] = alarm
    return found


def covers(resource: Resource, alarms: Mapping[str, Alarm], **more: Any) -> dict[str, Covered]:
    given: dict[str, Any] = {"settings": STRICT, **more}
    found = coverage([resource], registry(), alarms, **given)
    return {each.rule: each for each in found.get(resource.arn, ()) if each.cover is not Cover.NOT_APPLICABLE}


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_the_recommended_alarm_is_present_and_for_nothing_else(resource: Resource) -> None:
    alarms = recommended(resource)
    everything = covers(resource, alarms)
    assert {each.cover for each in everything.values()} == {Cover.PRESENT}
    for alarm_arn, alarm in alarms.items():
        found = covers(resource, {alarm_arn: alarm})
        assert [rule for rule, each in found.items() if each.cover is not Cover.MISSING] == [alarm.name.split("/")[0]]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_higher_or_slower_is_weaker_lower_or_faster_is_not(resource: Resource) -> None:
    for alarm in recommended(resource).values():
        threshold, periods = alarm.threshold or 0.0, alarm.evaluation_periods or 1

        def cover(alarm: Alarm, **changes: Any) -> Cover:
            changed = replace(alarm, **changes)
            found = covers(resource, {changed.arn: changed})
            return found[alarm.name.split("/")[0]].cover

        assert cover(alarm, threshold=threshold * 2 + 1) is Cover.WEAKER
        assert cover(alarm, threshold=threshold / 2) is Cover.PRESENT
        assert cover(alarm, evaluation_periods=periods * 10, datapoints_to_alarm=periods * 10) is Cover.WEAKER
        assert cover(alarm, datapoints_to_alarm=1) is Cover.PRESENT
        assert cover(alarm, alarm_actions=()) is Cover.SILENT


def test_missing_is_not_said_of_alarms_that_were_not_read() -> None:
    place = RESOURCES[0]
    found = covers(place, {}, unread=lambda resource: "the alarms could not be read")
    assert {each.cover for each in found.values()} == {Cover.UNKNOWN}
    total = score(found.values())
    assert (total.recommended, total.unknown, total.percent) == (len(found), len(found), None)
    assert (
        covers(place, recommended(place), unread=lambda resource: "half a list")["lambda.errors"].cover is Cover.PRESENT
    )


def test_a_share_of_100_is_everything() -> None:
    def of(*covers: Cover) -> Score:
        return score(Covered("x", cover) for cover in covers)

    almost = of(*[Cover.PRESENT] * 999, Cover.WEAKER, Cover.NOT_APPLICABLE)
    assert (almost.recommended, almost.present, almost.weaker, almost.percent) == (1000, 999, 1, 99)
    assert of(Cover.PRESENT, Cover.UNKNOWN).percent == 100
    assert of(Cover.MISSING, Cover.SILENT, Cover.DEAD) == Score(3, 0, 1, 1, 1, 0, 0)
    assert of().percent is None
    assert score_of(None) is None


def wanted(**more: Any) -> Wanted:
    usual = {"rule": "lambda.errors", "metric": ERRORS, "stat": "Sum", "comparison": "GreaterThanThreshold"}
    return Wanted(**{**usual, "threshold": 5.0, "period_s": 300, "within_s": 300.0, **more})


@pytest.mark.parametrize(
    ("stat", "period_s", "needed", "threshold", "likeness"),
    [
        ("Sum", 300, 1, 5, Likeness.AS_GOOD),
        ("Sum", 300, 1, 5.2, Likeness.AS_GOOD),
        ("Sum", 300, 1, 6, Likeness.WEAKER),
        ("Sum", 60, 1, 1, Likeness.WEAKER),  # two a minute are ten in five
        ("Sum", 60, 3, 0, Likeness.AS_GOOD),
        ("Sum", 60, 6, 0, Likeness.WEAKER),
        ("Sum", 3600, 1, 5, Likeness.AS_GOOD),  # a window slides
        ("Sum", 300, 3, 0, Likeness.WEAKER),
        ("Average", 60, 3, 0.05, Likeness.OTHER),
        ("Maximum", 60, 1, 0, Likeness.OTHER),
        ("Maximum", 60, 1, 1, Likeness.WEAKER),  # nothing counts more than once
        ("SampleCount", 300, 1, 5, Likeness.WEAKER),  # that counts the calls
        ("Average", 3600, 24, 0.05, Likeness.OTHER_WEAKER),
    ],
)
def test_counts(stat: str, period_s: int, needed: int, threshold: float, likeness: Likeness) -> None:
    alarm = an_alarm(
        watches=(Watched(ERRORS, stat, period_s),),
        comparison="GreaterThanThreshold",
        threshold=float(threshold),
        evaluation_periods=needed,
    )
    (seen,) = inputs(alarm)
    assert strength(alarm, seen, wanted()).likeness is likeness


@pytest.mark.parametrize(
    ("stat", "threshold", "likeness"),
    [
        ("p99", 1000, Likeness.AS_GOOD),
        ("p99.9", 1000, Likeness.AS_GOOD),
        ("Maximum", 1000, Likeness.AS_GOOD),
        ("Maximum", 1200, Likeness.WEAKER),
        ("p90", 900, Likeness.WEAKER),
        ("Average", 100, Likeness.WEAKER),
        ("tm99", 1000, Likeness.WEAKER),
        ("SampleCount", 10, Likeness.WEAKER),
    ],
)
def test_measures(stat: str, threshold: float, likeness: Likeness) -> None:
    alarm = an_alarm(
        watches=(Watched(ERRORS, stat, 60),),
        comparison="GreaterThanOrEqualToThreshold",
        threshold=float(threshold),
        evaluation_periods=1,
    )
    (seen,) = inputs(alarm)
    assert strength(alarm, seen, wanted(stat="p99", threshold=1000.0, period_s=60)).likeness is likeness


def math(expression: str, *others: Query) -> Alarm:
    metrics = [
        Query(name, Watched(metric, "Sum", 60), returned=False) for name, metric in (("e", ERRORS), ("c", CALLS))
    ]
    return an_alarm(queries=(Query("x", expression=expression), *metrics, *others))


@pytest.mark.parametrize(
    ("expression", "errors", "calls"),
    [
        ("e", "+ floor direct", ""),
        ("FILL(e, 0)", "+ floor direct", ""),
        ("100 * e / c", "+", "-"),
        ("e / (e + c)", "+-", "-"),
        ("100 - 100 * e / c", "-", "+"),
        ("e + c", "+ floor", "+ floor"),
        ("MAX([e, c])", "+ floor", "+ floor"),
        ("SUM(METRICS())", "+ floor", "+ floor"),
        ("e + c - 5", "+", "+"),
        ("(e - c) + e", "+", "-"),
        ("SUM([e, d])", "+", "-"),
        ("IF(c > 10, e, 0)", "+", "+-"),
        ("DIFF(e)", "+-", ""),
        ("e * -1", "+-", ""),
        ("d", "+", "-"),
        ("circle", "", ""),
        ("nothing + e", "", ""),
        ("SEARCH(", "", ""),
    ],
)
def test_what_an_expression_depends_on(expression: str, errors: str, calls: str) -> None:
    alarm = math(expression, Query("d", expression="e - c", returned=False), Query("circle", expression="circle + e"))
    only = replace(alarm, queries=tuple(replace_returned(query) for query in alarm.queries))
    told = {
        each.source: f"{'+' * each.raises}{'-' * each.lowers}{' floor' * each.floor}{' direct' * each.direct}"
        for each in inputs(only)
    }
    assert (told.get(ERRORS, ""), told.get(CALLS, "")) == (errors, calls)


def replace_returned(query: Query) -> Query:
    return query._replace(returned=query.id == "x")


def test_queries_are_parsed_as_documented() -> None:
    query = parse_insights(
        'SELECT MAX("Odd ""name""") FROM SCHEMA("AWS/X", A, "B c") WHERE A = \'it\'\'s\' AND (tag.team != \'x\' OR'
        " AWS.AccountId IN ('1', '2')) GROUP BY A, \"B c\" ORDER BY MAX() DESC LIMIT 10"
    )
    assert (query.stat, query.metric, query.namespace) == ("Maximum", 'Odd "name"', "AWS/X")
    assert query.labels == query.group_by == {"A", "B c"}
    assert (query.top_first, query.limit) == (True, 10)
    assert query.pins(frozenset({"A", "B c"}))
    assert not query.pins(frozenset({"A"}))
    values: dict[str, str | None] = {"A": "it's", "tag.team": None, "AWS.AccountId": "3"}
    assert holds(query.where, values.get) is None
    assert holds(query.where, (values | {"AWS.AccountId": "2"}).get) is True
    assert holds(query.where, (values | {"A": "its"}).get) is False


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("SELECT", 6),
        ("SELECT MEDIAN(x) FROM y", 7),
        ("SELECT SUM(x) FROM AWS/Lambda", 22),
        ("SELECT SUM(x) FROM y WHERE a = b", 31),
        ("SELECT SUM(x) FROM y LIMIT many", 27),
        ("SELECT SUM(x) FROM y; DROP", 20),
        ("SELECT SUM(x) FROM y WHERE " + "(" * 60, 78),
    ],
)
def test_a_fault_in_a_query_has_its_position(text: str, at: int) -> None:
    with pytest.raises(InsightsError) as raised:
        parse_insights(text)
    assert raised.value.position == at


def test_rules_in_a_circle_end() -> None:
    child = an_alarm("child", alarm_actions=())
    ring = [
        an_alarm(name, kind=AlarmKind.COMPOSITE, rule=rule, alarm_actions=())
        for name, rule in (("a", "ALARM(child) OR ALARM(b)"), ("b", "ALARM(a)"), ("odd", "WHENEVER(child)"))
    ]
    assert Silence(ring).heard(child).silent == "it has no action"
    loud = replace(ring[1], alarm_actions=(arn("sns", "oncall"),))
    assert Silence([ring[0], loud]).heard(child) == ("", "", "")
    assert Silence([ring[0], loud], Delivery(muted=frozenset({loud.arn}))).heard(child).silent
    unread = Delivery(mutes_unread={SCOPE: "denied"})
    assert "denied" in Silence([ring[0], loud], unread).heard(child).unsure
    assert Silence(ring, unread).heard(child).silent


def test_a_resource_of_an_unknown_service_asks_for_nothing() -> None:
    assert list(Catalogue({}, AlarmSettings()).of(RESOURCES[0])) == []
