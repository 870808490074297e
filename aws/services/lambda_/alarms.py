"""Which alarms a function should have, and the pool of concurrency that functions share.

AWS's own figures: CloudWatch's list of recommended alarms for AWS services (CloudWatch User Guide). Where it leaves a
number open, or names no alarm, each recommendation says whose figure it took.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from aws.model import Resource, Severity
from aws.services.recommendation import IN_ALL, STRICT, Recommendation, fixed, watching

# The dimensions that a resource publishes its metrics with.
_Dimensions: TypeAlias = Callable[[Resource], tuple[tuple[str, str], ...]]

_AWS = "CloudWatch User Guide, recommended alarms: Lambda"
_METRICS = "Lambda Developer Guide, types of metrics"
_QUIET = (
    "Missing data is no breach: a function that nobody calls is fine, and would otherwise report itself well again"
    " with every call."
)

# A run every five minutes that fails has three errors, its retries included: "more than five" would never be reached.
# What runs more often is a busy function, or one that is merely kept warm.
RARE_S = 300.0
# Errors are stamped with the start of the invocation and take some minutes to appear.
_SETTLES_S = 120.0
# DynamoDB and Kinesis streams, and DocumentDB's change streams, whose ARNs are RDS's.
_STREAMS = (":dynamodb:", ":kinesis:", ":rds:")


def rare(function: Resource) -> bool:
    """Whether it runs by schedule only, and so seldom that a handful of errors never comes together."""
    every_s = function.number("every_s")
    return every_s is not None and every_s >= RARE_S and not function.facts.get("event_sources")


def switched_off(function: Resource) -> bool:
    """Whether it is kept from running: a reserved concurrency of 0."""
    return function.number("reserved_concurrency") == 0


def _fed_by_stream(function: Resource) -> bool:
    sources = function.facts.get("event_sources")
    return isinstance(sources, tuple) and any(kind in arn for arn in sources for kind in _STREAMS)


def _asynchronous(function: Resource) -> bool:
    """Whether its configuration tells that it is called asynchronously: only then are events queued, and dropped."""
    return bool(function.facts.get("dlq")) or function.number("every_s") is not None


def _errors(function: Resource, figures: Mapping[str, float]) -> float:
    return figures["rare_threshold"] if rare(function) else figures["threshold"]


def _looks_back_s(function: Resource) -> float:
    return (function.number("timeout_s") or 0.0) + _SETTLES_S


def _duration_ms(function: Resource, figures: Mapping[str, float]) -> float | None:
    timeout_s = function.number("timeout_s")
    return None if not timeout_s else max(figures["floor_ms"], timeout_s * 1000 * figures["share"])


def _reserve(function: Resource, figures: Mapping[str, float]) -> float | None:
    reserve = function.number("reserved_concurrency")
    return None if reserve is None or reserve < figures["least_reserve"] else reserve * figures["share"]


def _pool(account: Resource, figures: Mapping[str, float]) -> float | None:
    pool = account.number("unreserved_limit")
    return None if not pool else pool * figures["share"]


class _Loss(NamedTuple):
    """What is lost without anybody's call failing: every single datapoint above zero is one too many."""

    id: str
    metric: str
    title: str
    severity: Severity
    applies: Callable[[Resource], bool]


_LOSSES = (
    _Loss(
        "lambda.dead_letters",
        "DeadLetterErrors",
        "failed events do not reach its dead-letter queue",
        Severity.CRITICAL,
        lambda function: bool(function.facts.get("dlq")),
    ),
    _Loss(
        "lambda.destinations",
        "DestinationDeliveryFailures",
        "failed batches do not reach their destination",
        Severity.CRITICAL,
        lambda function: bool(function.facts.get("failure_destinations")),
    ),
    _Loss(
        "lambda.dropped_events",
        "AsyncEventsDropped",
        "asynchronous events are given up",
        Severity.WARNING,
        _asynchronous,
    ),
)


def recommendations(of_function: _Dimensions, of_account: _Dimensions) -> tuple[Recommendation, ...]:
    """What every function and every account should have; the arguments are the dimensions that they publish with."""
    return (
        *_on_errors(of_function),
        *_on_limits(of_function),
        _on_iterator_age(of_function),
        *(_on_loss(loss, of_function) for loss in _LOSSES),
        _on_the_pool(of_account),
    )


def _on_errors(of_function: _Dimensions) -> tuple[Recommendation, ...]:
    return (
        Recommendation(
            id="lambda.errors",
            kind="function",
            title="more than a handful of errors in five minutes; any error of a job that runs rarely",
            severity=Severity.CRITICAL,
            metrics=watching("AWS/Lambda", "Errors", of_function),
            stat="Sum",
            comparison="GreaterThanThreshold",
            period_s=300,
            datapoints=1,
            periods=1,
            figures={"threshold": 5.0, "rare_threshold": 0.0},
            threshold=_errors,
            looks_back_s=_looks_back_s,
            profiles=IN_ALL,
            source=f"{_AWS} leaves the number open; more than five in five minutes, none for scheduled jobs",
            differs="AWS counts three single minutes in a row. Five minutes together also catch errors that come in"
            f" bursts, and no function's errors are stamped out of sight before they are seen. {_QUIET}",
        ),
        Recommendation(
            id="lambda.error_rate",
            kind="function",
            title="a share of the calls fails for a quarter of an hour",
            severity=Severity.WARNING,
            metrics=watching("AWS/Lambda", "Errors", of_function),
            stat="Average",
            comparison="GreaterThanThreshold",
            period_s=300,
            datapoints=3,
            periods=3,
            figures={"threshold": 0.05},
            threshold=fixed,
            looks_back_s=_looks_back_s,
            applies=lambda function: not rare(function),
            profiles=frozenset({STRICT}),
            source=f"{_METRICS}: the average of Errors is the error rate; 5 % as AWS recommends for APIs",
            differs="A rate, which AWS does not recommend for functions: it follows the traffic where a count cannot."
            f" {_QUIET}",
        ),
    )


def _on_limits(of_function: _Dimensions) -> tuple[Recommendation, ...]:
    """Calls that are turned away, and functions that come close to what they may use."""
    return (
        Recommendation(
            id="lambda.throttles",
            kind="function",
            title="calls are turned away",
            severity=Severity.WARNING,
            metrics=watching("AWS/Lambda", "Throttles", of_function),
            stat="Sum",
            comparison="GreaterThanOrEqualToThreshold",
            period_s=60,
            datapoints=2,
            periods=3,
            figures={"threshold": 1.0},
            threshold=fixed,
            applies=lambda function: not switched_off(function),
            source=f"{_AWS} leaves the number open; one, as serverless-plugin-aws-alerts has it",
            differs=f"Two minutes of three instead of five in a row: throttles come and go with the load. {_QUIET}",
        ),
        Recommendation(
            id="lambda.duration",
            kind="function",
            title="close to its timeout",
            severity=Severity.WARNING,
            metrics=watching("AWS/Lambda", "Duration", of_function),
            stat="p99",
            comparison="GreaterThanThreshold",
            period_s=60,
            datapoints=5,
            periods=5,
            figures={"share": 0.80, "floor_ms": 100.0},
            threshold=_duration_ms,
            # A job that runs rarely has no five minutes in a row; when it times out, that is an error.
            applies=lambda function: not rare(function),
            source=f"{_AWS} leaves the number open, below the timeout; p99 over 80 % of it as cdk-watchful has it",
            differs="p99 instead of p90, five minutes instead of fifteen: the calls that time out are the slowest, and"
            f" the timeout is a cliff. {_QUIET}",
        ),
        Recommendation(
            id="lambda.concurrency",
            kind="function",
            title="close to its reserved concurrency",
            severity=Severity.WARNING,
            metrics=watching("AWS/Lambda", "ConcurrentExecutions", of_function),
            stat="Maximum",
            comparison="GreaterThanThreshold",
            period_s=60,
            datapoints=10,
            periods=10,
            # A small reserve is meant to be used up: one of 1 makes sure that nothing runs twice at a time.
            figures={"share": 0.90, "least_reserve": 10.0},
            threshold=_reserve,
            source=f"{_AWS}: 90 % of the quota, which is the function's own reserve here",
            differs=f"Only for functions with a reserve; the others share the account's pool. {_QUIET}",
        ),
    )


def _on_iterator_age(of_function: _Dimensions) -> Recommendation:
    return Recommendation(
        id="lambda.iterator_age",
        kind="function",
        title="it falls behind its stream",
        severity=Severity.WARNING,
        metrics=watching("AWS/Lambda", "IteratorAge", of_function),
        stat="Maximum",
        comparison="GreaterThanThreshold",
        period_s=60,
        datapoints=5,
        periods=5,
        figures={"threshold": 60_000.0},  # ms
        threshold=fixed,
        applies=_fed_by_stream,
        source=f"{_METRICS}; a minute in five of five, as Lumigo's macro has it",
    )


def _on_loss(loss: _Loss, of_function: _Dimensions) -> Recommendation:
    """AWS's list has none of these."""
    return Recommendation(
        id=loss.id,
        kind="function",
        title=loss.title,
        severity=loss.severity,
        metrics=watching("AWS/Lambda", loss.metric, of_function),
        stat="Sum",
        comparison="GreaterThanThreshold",
        period_s=60,
        datapoints=1,
        periods=1,
        figures={"threshold": 0.0},
        threshold=fixed,
        applies=loss.applies,
        source=f"{_METRICS}; every single one is a loss, as Lumigo's macro has it for dead-letter errors",
    )


def _on_the_pool(of_account: _Dimensions) -> Recommendation:
    return Recommendation(
        id="lambda.account_concurrency",
        kind="account",
        title="the account's pool of concurrency runs out",
        severity=Severity.CRITICAL,
        metrics=watching("AWS/Lambda", "UnreservedConcurrentExecutions", of_account),
        stat="Maximum",
        comparison="GreaterThanThreshold",
        period_s=60,
        datapoints=3,
        periods=5,
        figures={"share": 0.90},
        threshold=_pool,
        profiles=IN_ALL,
        source=f"{_AWS}: 90 % of the quota, here of what the reserves leave",
        differs="ClaimedAccountConcurrency, which AWS watches, counts reserves that nobody uses: where much is"
        " reserved it is high for ever. Three minutes of five: a runaway fills the pool in less than ten.",
    )
