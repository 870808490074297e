"""A function between an API and a table, for the tests of the resource page."""

from __future__ import annotations

from collections.abc import Sequence

from aws.model import AlarmState, Health, Incident, Link, LinkKind, Member, Severity, Snapshot
from tests.builders import NOW, SCOPE, a_finding, a_function, a_stage, a_table, an_alarm, readings, snapshot
from tui.present.catalog import Catalog

TIMEOUT_MS = 15_000


CATALOG = Catalog()
FUNCTION = a_function(version="87", last_modified_s=NOW - 660, role="arn:aws:iam::123456789012:role/checkout", dlq=None)
API, TABLE = a_stage(), a_table()


def shop(*, at_s: float = NOW, errors: Sequence[float | None] | None = None) -> Snapshot:
    """The table throttles since 07:52Z, then the function errs, then the API fails."""
    errors = errors if errors is not None else [0.0] * 172 + [8.0, 20.0, 40.0, 55.0, 61.0, 60.0, 62.0, 61.0]
    slow: list[float | None] = [340.0 + 10 * (i % 3) for i in range(170)] + [500.0 * 1.4**i for i in range(10)]
    found = readings(
        FUNCTION,
        {
            "errors": errors,
            "invocations": [137.0] * 180,
            ("duration", "p50"): [200.0 + i % 7 for i in range(180)],
            ("duration", "p90"): slow,
            ("duration", "p99"): [None if y is None else min(TIMEOUT_MS, 1.5 * y) for y in slow],
        },
        ending_at=at_s,
    )
    key = next(series.metric for series in found if series.metric.name == "Errors")
    alarm = an_alarm(on=key, comparison="GreaterThanThreshold", threshold=5.0, evaluation_periods=1)
    quiet = an_alarm("checkout-\x1b[31mold", on=key, state=AlarmState.OK, alarm_actions=())
    to_table = Link(TABLE.arn, FUNCTION.arn, LinkKind.ENVIRONMENT, "environment variable TABLE_NAME")
    to_api = Link(FUNCTION.arn, API.arn, LinkKind.INTEGRATION, "POST /orders")
    incident = Incident(
        key="one",
        cause=TABLE.arn,
        members=(Member(TABLE.arn), Member(FUNCTION.arn, 1, to_table), Member(API.arn, 2, to_api)),
        severity=Severity.CRITICAL,
        since_s=NOW - 480,
    )
    return snapshot(
        FUNCTION,
        API,
        TABLE,
        at_s=at_s,
        series={SCOPE: found},
        alarms={one.arn: one for one in (alarm, quiet)},
        alarm_targets={one.arn: (FUNCTION.arn,) for one in (alarm, quiet)},
        links=(to_table, to_api),
        health=dict.fromkeys((FUNCTION.arn, TABLE.arn), Health.CRITICAL) | {API.arn: Health.WARNING},
        findings={
            FUNCTION.arn: (a_finding(FUNCTION, evidence="errors 212 of 684 calls", relapses=1),),
            TABLE.arn: (a_finding(TABLE, "dynamodb.throttles", text="1.9k throttles", since_s=NOW - 540.0),),
            API.arn: (a_finding(API, "apigateway.5xx", severity=Severity.WARNING, text="18% 5xx"),),
        },
        incidents=(incident,),
    )
