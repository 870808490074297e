"""An evening in a shop's account, as one snapshot: the one that the drawings of the screens show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aws.model import (
    AlarmState,
    ApiUse,
    Credentials,
    Gap,
    Health,
    Incident,
    Link,
    LinkKind,
    Member,
    MetricKey,
    Phase,
    Resource,
    Severity,
    Snapshot,
)
from tests.builders import NOW, SCOPE, a_finding, a_function, a_stage, a_table, an_alarm, an_index, arn, snapshot

INDEX = an_index("orders", "by-status")
PLACE = a_function("checkout-place", version="87", last_modified_s=NOW - 720)
STAGE = a_stage("checkout", "prod")
BFF = a_function("mobile-bff")
RENDER = a_function("invoice-render")
DLQ = Resource(scope=SCOPE, service="sqs", kind="dlq", name="email-dlq", arn=arn("sqs", "email-dlq"))
SEARCH = a_stage("search", "prod")
OLD = tuple(a_function(f"legacy-{number}") for number in range(6))
TABLE = a_table("orders")

INDEX_TO_PLACE = Link(INDEX.arn, PLACE.arn, LinkKind.ENVIRONMENT, "checkout-place names orders in TABLE_NAME")
PLACE_TO_STAGE = Link(PLACE.arn, STAGE.arn, LinkKind.INTEGRATION, "POST /orders calls checkout-place")
INDEX_TO_BFF = Link(INDEX.arn, BFF.arn, LinkKind.ENVIRONMENT, "mobile-bff names orders in ORDERS")

FINDINGS = (
    a_finding(INDEX, "dynamodb.throttles", text="1.9k write throttles, hot key", since_s=NOW - 540,
              evidence="WriteKeyRangeThroughputThrottleEvents 1,904 in 5m; uses 41% of its WCU: hot key, not capacity"),
    a_finding(PLACE, "lambda.errors", text="31% errors, 212 of 684 in 5m", since_s=NOW - 480, metric="errors"),
    a_finding(STAGE, "apigateway.5xx", text="18% 5xx, 240 of 1.3k", since_s=NOW - 420, metric="5xx"),
    a_finding(STAGE, "apigateway.latency", text="p90 4.1s", since_s=NOW - 360, severity=Severity.WARNING),
    a_finding(BFF, "lambda.errors", text="9% errors, 61 of 677 in 5m", since_s=NOW - 420, metric="errors"),
    a_finding(RENDER, "lambda.duration", text="p99 13.1s, 87% of 15s timeout", since_s=NOW - 7_200, metric="duration",
              severity=Severity.WARNING, since_mark="~"),
    a_finding(DLQ, "sqs.dlq", text="14 waiting, +2 in 15m", since_s=NOW - 16_800, severity=Severity.WARNING),
    *(a_finding(one, "lambda.duration", text="p99 81% of timeout", since_s=NOW - 90_000, since_mark=">",
                severity=Severity.WARNING) for one in OLD),
    a_finding(SEARCH, "apigateway.5xx", text="7% 5xx", since_s=NOW - 1_860, recovered_s=NOW - 1_020,
              phase=Phase.RECOVERED),
)  # fmt: skip


def _incident(cause: Resource, *more: Member, severity: Severity = Severity.CRITICAL, **given: Any) -> Incident:
    first = next(finding for finding in FINDINGS if finding.resource == cause.arn)
    return Incident(
        key=f"cause {cause.arn}",
        cause=cause.arn,
        members=(Member(cause.arn), *more),
        severity=severity,
        since_s=first.since_s,
        since_mark=first.since_mark,
        text=first.text,
        **given,
    )


INCIDENTS = (
    _incident(
        INDEX,
        Member(PLACE.arn, 1, INDEX_TO_PLACE),
        Member(STAGE.arn, 2, PLACE_TO_STAGE),
        Member(BFF.arn, 1, INDEX_TO_BFF),
        evidence="The throttles began before the errors of the functions that name the table",
    ),
    _incident(RENDER, severity=Severity.WARNING),
    _incident(DLQ, severity=Severity.WARNING),
    *(_incident(one, severity=Severity.WARNING, unchanged=True) for one in OLD),
    _incident(SEARCH, severity=Severity.WARNING, recovered=True),
)
ERRORS_OF = {one.name: MetricKey("AWS/Lambda", "Errors", (("FunctionName", one.name),)) for one in (PLACE, BFF)}
ALARMS = {
    alarm.arn: alarm
    for alarm in (
        an_alarm("checkout-place-errors", on=ERRORS_OF["checkout-place"], comparison="GreaterThanThreshold",
                 threshold=5.0, evaluation_periods=1, datapoints_to_alarm=1, reason="212 is above 5"),
        an_alarm("checkout-5xx", since_s=NOW - 300.0),
        an_alarm("mobile-bff-errors", on=ERRORS_OF["mobile-bff"], alarm_actions=()),
        an_alarm("email-dlq-depth", state=AlarmState.INSUFFICIENT_DATA, since_s=NOW - 900_000.0),
        an_alarm("orders-latency", state=AlarmState.OK, since_s=NOW - 90_000.0),
    )
}  # fmt: skip
TARGETS = {
    arn("cloudwatch", "alarm:checkout-place-errors"): (PLACE.arn,),
    arn("cloudwatch", "alarm:checkout-5xx"): (STAGE.arn,),
    arn("cloudwatch", "alarm:mobile-bff-errors"): (BFF.arn,),
    arn("cloudwatch", "alarm:email-dlq-depth"): (DLQ.arn,),
    arn("cloudwatch", "alarm:orders-latency"): (TABLE.arn,),
}
DENIED = Gap(
    "cognito",
    "cognito-idp:ListUserPools",
    "AccessDenied: not authorized to perform cognito-idp:ListUserPools",
    "allow the action to this identity; `cwtop permissions` prints the policy",
    SCOPE.account,
    SCOPE.region,
    NOW - 240.0,
)
_CRITICAL = (INDEX, PLACE, STAGE, BFF)
_WARNING = (RENDER, DLQ, *OLD)


def evening(**more: Any) -> Snapshot:
    """A hot key throttles an index, which fails two functions and an API; old sorrows, a gap, one recovery."""
    resources = (TABLE, INDEX, PLACE, STAGE, BFF, RENDER, DLQ, SEARCH, *OLD)
    findings: dict[str, tuple[Any, ...]] = {}
    for finding in FINDINGS:
        findings[finding.resource] = (*findings.get(finding.resource, ()), finding)
    given: dict[str, Any] = {
        "links": (INDEX_TO_PLACE, PLACE_TO_STAGE, INDEX_TO_BFF),
        "findings": findings,
        "incidents": INCIDENTS,
        "alarms": ALARMS,
        "alarm_targets": TARGETS,
        "dead_alarms": frozenset({arn("cloudwatch", "alarm:email-dlq-depth")}),
        "gaps": (DENIED,),
        "health": {
            **{one.arn: Health.OK for one in resources},
            **{one.arn: Health.CRITICAL for one in _CRITICAL},
            **{one.arn: Health.WARNING for one in _WARNING},
        },
        "api": ApiUse(calls={"cloudwatch:GetMetricData": 4}, metrics_requested=800, usd=0.01, usd_per_hour=0.31),
        "credentials": {SCOPE: Credentials(ends_s=NOW + 2_520.0)},
        "data_at_s": NOW - 11.0,
        **more,
    }
    return snapshot(*resources, **given)


def calm() -> Snapshot:
    """The same account on a good day."""
    return replace(
        evening(), findings={}, incidents=(), gaps=(), alarms={}, alarm_targets={}, dead_alarms=frozenset(),
        health=dict.fromkeys(evening().resources, Health.OK),
    )  # fmt: skip
