"""Small values for tests: resources, series, alarms, findings, snapshots. Every figure can be given, none has to be."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aws.model import (
    Alarm,
    AlarmKind,
    AlarmState,
    Fact,
    Finding,
    MetricKey,
    ReadState,
    Resource,
    Scope,
    Series,
    SeriesId,
    Severity,
    Snapshot,
    Watched,
)
from aws.services import registry
from aws.services.base import Service

SCOPE = Scope(account="123456789012", region="eu-west-1")
NOW = 1_800_000_000  # a whole minute, a whole hour: 2027-01-15T08:00:00Z
MINUTE = 60


def arn(service: str, rest: str, scope: Scope = SCOPE) -> str:
    """An ARN of this scope."""
    return f"arn:aws:{service}:{scope.region}:{scope.account}:{rest}"


def a_function(name: str = "checkout-place", *, scope: Scope = SCOPE, **facts: Fact) -> Resource:
    """A Lambda function with a timeout of 15 s."""
    known: dict[str, Fact] = {"runtime": "nodejs22.x", "memory_mb": 1024, "timeout_s": 15, **facts}
    return Resource(
        scope=scope,
        service="lambda",
        kind="function",
        name=name,
        arn=arn("lambda", f"function:{name}", scope),
        facts=known,
    )


def an_account(*, scope: Scope = SCOPE, **facts: Fact) -> Resource:
    """The pool of concurrency that all functions share: 1,000."""
    known: dict[str, Fact] = {"concurrency_limit": 1000, "unreserved_limit": 1000, **facts}
    return Resource(
        scope=scope,
        service="lambda",
        kind="account",
        name="account concurrency",
        arn=arn("lambda", "account", scope),
        facts=known,
    )


def a_table(name: str = "orders", *, scope: Scope = SCOPE, **facts: Fact) -> Resource:
    """A DynamoDB table that is paid per request."""
    known: dict[str, Fact] = {"billing_mode": "PAY_PER_REQUEST", "status": "ACTIVE", **facts}
    return Resource(
        scope=scope,
        service="dynamodb",
        kind="table",
        name=name,
        arn=arn("dynamodb", f"table/{name}", scope),
        facts=known,
    )


def an_index(table: str = "orders", name: str = "by-status", *, scope: Scope = SCOPE, **facts: Fact) -> Resource:
    """A global secondary index."""
    known: dict[str, Fact] = {"table": table, "billing_mode": "PAY_PER_REQUEST", "status": "ACTIVE", **facts}
    return Resource(
        scope=scope,
        service="dynamodb",
        kind="index",
        name=f"{table}#{name}",
        arn=arn("dynamodb", f"table/{table}/index/{name}", scope),
        facts=known,
    )


def a_stage(api: str = "checkout", stage: str = "prod", *, scope: Scope = SCOPE, **facts: Fact) -> Resource:
    """A stage of a REST API."""
    api_id = str(facts.pop("api_id", None) or f"id-{api}")
    known: dict[str, Fact] = {"api_name": api, "api_id": api_id, "stage": stage, **facts}
    return Resource(
        scope=scope,
        service="apigateway",
        kind="rest-api-stage",
        name=f"{api}/{stage}",
        arn=f"arn:aws:apigateway:{scope.region}::/restapis/{api_id}/stages/{stage}",
        facts=known,
    )


def a_queue(name: str = "orders-queue", *, scope: Scope = SCOPE, **facts: Fact) -> Resource:
    """An SQS queue that hides messages for 3 minutes and keeps them for 4 days; nobody's dead-letter queue."""
    known: dict[str, Fact] = {
        "visibility_timeout_s": 180,
        "retention_s": 345_600,
        "dead_letter_for": (),
        **facts,
    }
    return Resource(scope=scope, service="sqs", kind="queue", name=name, arn=arn("sqs", name, scope), facts=known)


def a_client(name: str = "web", *, pool: str = "customers", scope: Scope = SCOPE, **facts: Fact) -> Resource:
    """An app client of a Cognito user pool."""
    known: dict[str, Fact] = {"pool_id": f"eu-west-1_{pool}", "client_id": f"id-{name}", "pool": pool, **facts}
    return Resource(
        scope=scope,
        service="cognito",
        kind="user-pool-client",
        name=f"{pool}/{name}",
        arn=arn("cognito-idp", f"userpool/eu-west-1_{pool}/client/id-{name}", scope),
        facts=known,
    )


def series_of(
    values: Iterable[float | None],
    *,
    ending_at: float = NOW,
    period_s: int = MINUTE,
    state: ReadState = ReadState.VALUE,
    read_at_s: float | None = None,
) -> Series:
    """A series whose last point's period ends at ``ending_at``; None is no datapoint. Read completely at its end."""
    points = array("f", [math.nan if value is None else value for value in values])
    start_s = int(ending_at) - len(points) * period_s
    read_at_s = ending_at if read_at_s is None and state is not ReadState.NOT_FETCHED else read_at_s
    return Series(start_s=start_s, period_s=period_s, values=points, state=state, read_at_s=read_at_s)


def no_data(*, read_at_s: float = NOW) -> Series:
    """Read completely, and there was nothing."""
    return Series(start_s=NOW - 10_800, period_s=MINUTE, state=ReadState.NO_DATA, read_at_s=read_at_s)


def unread(state: ReadState = ReadState.NOT_FETCHED) -> Series:
    """A series that nobody could read."""
    return Series(start_s=NOW - 10_800, period_s=MINUTE, state=state)


def readings(
    resource: Resource,
    values: Mapping[Any, Sequence[float | None] | Series],
    *,
    service: Service | None = None,
    ending_at: float = NOW,
    complete: bool = True,
) -> dict[SeriesId, Series]:
    """Series by metric id or (metric id, stat), keyed as a snapshot keys them; the shown statistic by default.

    ``complete``: everything else that the resource publishes was read, and there was nothing.
    """
    service = service or registry()[resource.service]
    metrics = {metric.id: (metric, key) for metric, key in service.metrics_of(resource)}
    found: dict[SeriesId, Series] = {}
    if complete:
        for metric, key in metrics.values():
            found |= {SeriesId(key, stat): no_data(read_at_s=ending_at) for stat in metric.stats}
    for name, points in values.items():
        metric_id, stat = name if isinstance(name, tuple) else (name, metrics[name][0].shown)
        series = points if isinstance(points, Series) else series_of(points, ending_at=ending_at)
        found[SeriesId(metrics[metric_id][1], stat)] = series
    return found


def an_alarm(
    name: str = "checkout-place-errors", *, on: MetricKey | None = None, scope: Scope = SCOPE, **more: Any
) -> Alarm:
    """A metric alarm that fires, and whose topic somebody reads."""
    given: dict[str, Any] = {
        "kind": AlarmKind.METRIC,
        "state": AlarmState.ALARM,
        "since_s": float(NOW - 240),
        "alarm_actions": (arn("sns", "pay-oncall", scope),),
        "watches": (Watched(metric=on, stat="Sum", period_s=300),) if on else (),
        **more,
    }
    return Alarm(scope=scope, name=name, arn=arn("cloudwatch", f"alarm:{name}", scope), **given)


def a_finding(resource: Resource | str, rule: str = "lambda.errors", **more: Any) -> Finding:
    """A finding that is critical, and began eight minutes ago."""
    given: dict[str, Any] = {
        "severity": Severity.CRITICAL,
        "text": "31% errors, 212 of 684 in 5m",
        "since_s": float(NOW - 480),
        **more,
    }
    return Finding(rule=rule, resource=resource if isinstance(resource, str) else resource.arn, **given)


def snapshot(*resources: Resource, at_s: float = NOW, **more: Any) -> Snapshot:
    """A complete look at these resources."""
    given: dict[str, Any] = {
        "complete": True,
        "scopes": (SCOPE,),
        "data_at_s": at_s,
        "resources": {resource.arn: resource for resource in resources},
        **more,
    }
    return Snapshot(at_s=at_s, **given)
