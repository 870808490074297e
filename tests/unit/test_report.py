"""What scripts get: stable keys, honest states, and an exit status that is never a false ok."""

from __future__ import annotations

import json
from array import array
from dataclasses import replace

import pytest

from aws.model import (
    Alarm,
    AlarmKind,
    AlarmState,
    Cover,
    Covered,
    Finding,
    Gap,
    Health,
    Incident,
    Member,
    MetricKey,
    Phase,
    ReadState,
    Resource,
    Scope,
    Series,
    SeriesId,
    Severity,
    Snapshot,
)
from tui.config import AccountNote, Config
from tui.headless.report import report
from tui.headless.table import table
from tui.headless.verdict import nothing_read, verdict

NOW = 1_795_000_020.0
SCOPE = Scope("123456789012", "eu-west-1")
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:pay"
PAY = Resource(SCOPE, "lambda", "function", "pay", ARN)
ERRORS = SeriesId(MetricKey("AWS/Lambda", "Errors", (("FunctionName", "pay"),)), "Sum")
FINDING = Finding(
    rule="lambda.errors", severity=Severity.CRITICAL, resource=ARN, text="9 errors in 5m", since_s=NOW - 180
)
GAP = Gap("cognito", "cognito-idp:ListUserPools", "AccessDenied", "allow it")


def looked(**changes: object) -> Snapshot:
    healthy = Snapshot(at_s=NOW, complete=True, scopes=(SCOPE,), resources={ARN: PAY}, health={ARN: Health.OK})
    return replace(healthy, **changes)  # type: ignore[arg-type]


def errors(state: ReadState, *values: float) -> dict[Scope, dict[SeriesId, Series]]:
    start = int(NOW // 60 * 60) - 60 * len(values)
    return {SCOPE: {ERRORS: Series(start, 60, array("f", values), state, NOW)}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Health.OK),
        ({"gaps": (GAP,)}, Health.UNKNOWN),
        ({"complete": False}, Health.UNKNOWN),
        ({"health": {ARN: Health.UNKNOWN}}, Health.UNKNOWN),
        ({"health": {ARN: Health.WARNING}, "gaps": (GAP,)}, Health.WARNING),
        ({"health": {ARN: Health.CRITICAL}, "gaps": (GAP,)}, Health.CRITICAL),
        # An alarm fires that watches nothing we list: it is on no resource's status, and still critical.
        ({"findings": {"arn:of:alarm": (FINDING,)}}, Health.CRITICAL),
        ({"findings": {ARN: (replace(FINDING, phase=Phase.RECOVERED),)}}, Health.OK),
    ],
)
def test_the_worst_that_was_seen_decides(changes: dict[str, object], expected: Health) -> None:
    assert verdict(looked(**changes)) is expected


def test_gaps_may_be_allowed_but_not_reading_nothing_at_all() -> None:
    assert verdict(looked(gaps=(GAP,)), allow_gaps=True) is Health.OK
    unseen = looked(gaps=(GAP,), health={ARN: Health.UNKNOWN})
    assert verdict(unseen, allow_gaps=True) is Health.UNKNOWN, "gaps beside what is well, not in its place"
    nothing = Snapshot(at_s=NOW, gaps=(GAP,))
    assert nothing_read(nothing)
    assert verdict(nothing, allow_gaps=True) is Health.UNKNOWN


@pytest.mark.parametrize(
    ("state", "values", "latest", "sum_5m"),
    [
        (ReadState.VALUE, (1.0, 2.0, float("nan"), 4.0), 4.0, 7.0),
        (ReadState.STALE, (1.0,), 1.0, 1.0),
        (ReadState.PARTIAL, (1.0,), 1.0, 1.0),
        (ReadState.NO_DATA, (), None, 0.0),
        (ReadState.DENIED, (), None, None),
        (ReadState.FAILED, (), None, None),
        (ReadState.NOT_FETCHED, (), None, None),
    ],
)
def test_a_metric_says_its_state_and_shows_a_value_only_where_there_is_one(
    state: ReadState, values: tuple[float, ...], latest: float | None, sum_5m: float | None
) -> None:
    shown = report(looked(series=errors(state, *values)))["resources"][0]["metrics"]["errors"]
    assert (shown["state"], shown["latest"], shown["sum_5m"]) == (state.value, latest, sum_5m)


def test_the_keys_are_those_that_scripts_depend_on() -> None:
    alarm = Alarm(scope=SCOPE, name="a", arn="arn:a", kind=AlarmKind.METRIC, state=AlarmState.OK, since_s=NOW)
    incident = Incident(
        key="k", cause=ARN, members=(Member(ARN),), severity=Severity.CRITICAL, since_s=NOW, text="9 errors in 5m"
    )
    shown = report(
        looked(
            alarms={alarm.arn: alarm},
            findings={ARN: (FINDING,)},
            incidents=(incident,),
            gaps=(GAP,),
            series=errors(ReadState.VALUE, 9.0),
        )
    )
    assert set(shown) == {
        "version", "at", "scopes", "status", "counts", "resources", "incidents", "alarms", "coverage", "gaps", "api",
    }  # fmt: skip
    assert set(shown["resources"][0]) == {
        "service", "kind", "name", "arn", "account", "region", "status", "findings", "metrics",
    }  # fmt: skip
    assert set(shown["alarms"][0]) == {
        "name", "state", "resource_arn", "since", "silent", "unheard_because", "unsure_because", "dead",
    }  # fmt: skip
    assert set(shown["incidents"][0]) == {"cause", "members", "severity", "since", "text"}
    assert {"rule", "severity", "text", "metric", "value", "unit", "since", "evidence"} <= set(
        shown["resources"][0]["findings"][0]
    )
    assert shown["alarms"][0]["dead"] is None
    assert shown["at"] == "2026-11-18T11:07:00Z"
    json.dumps(shown, allow_nan=False)


def test_coverage_is_counted_and_null_where_alarms_were_never_read() -> None:
    assert report(looked())["coverage"] is None
    covers = (Cover.PRESENT, Cover.MISSING, Cover.SILENT, Cover.DEAD, Cover.WEAKER, Cover.NOT_APPLICABLE, Cover.UNKNOWN)
    covered = tuple(Covered(f"lambda.{cover}", cover) for cover in covers)
    assert report(looked(coverage={ARN: covered}))["coverage"] == {
        "recommended": 6, "present": 1, "missing": 1, "silent": 1, "dead": 1, "weaker": 1, "unknown": 1, "unsure": 0,
    }  # fmt: skip


def test_the_table_shows_foreign_words_inert() -> None:
    hostile = replace(PAY, name="\x1b[31m[red]evil\n\u202e")
    shown = table(
        looked(
            resources={ARN: hostile},
            findings={ARN: (FINDING,)},
            incidents=(Incident(key="k", cause=ARN, members=(Member(ARN),), severity=Severity.CRITICAL, since_s=NOW),),
        ),
        Config(accounts={SCOPE.account: AccountNote("shop")}),
    )
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert shown.splitlines()[0].startswith("CWTOP CRITICAL")
    assert "shop 123456789012" in shown
