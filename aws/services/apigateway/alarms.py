"""Which alarms a stage of a REST API should have: AWS's own figures."""

from __future__ import annotations

from collections.abc import Callable

from aws.model import Resource, Severity
from aws.services.recommendation import IN_ALL, RECOMMENDED, STRICT, Recommendation, fixed, watching

_AWS = "CloudWatch User Guide, recommended alarms: API Gateway"
_QUIET = (
    "Missing data is no breach: a stage that nobody calls is fine, and would otherwise report itself well again with"
    " the first call of every morning."
)


def recommendations(
    kind: str, dimensions: Callable[[Resource], tuple[tuple[str, str], ...] | None]
) -> tuple[Recommendation, ...]:
    """What every stage should have; ``dimensions`` are those that it publishes with."""

    def errors(
        id: str, metric: str, title: str, severity: Severity, minutes: int, in_: frozenset[str]
    ) -> Recommendation:
        return Recommendation(
            id=id,
            kind=kind,
            title=title,
            severity=severity,
            metrics=watching("AWS/ApiGateway", metric, dimensions),
            stat="Average",
            comparison="GreaterThanThreshold",
            period_s=60,
            datapoints=minutes,
            periods=minutes,
            figures={"threshold": 0.05},
            threshold=fixed,
            profiles=in_,
            source=_AWS,
            differs=_QUIET,
        )

    return (
        errors("apigateway.5xx", "5XXError", "server errors", Severity.CRITICAL, 3, IN_ALL),
        errors("apigateway.4xx", "4XXError", "client errors", Severity.WARNING, 5, frozenset({RECOMMENDED, STRICT})),
        Recommendation(
            id="apigateway.latency",
            kind=kind,
            title="slow answers",
            severity=Severity.WARNING,
            metrics=watching("AWS/ApiGateway", "Latency", dimensions),
            stat="p90",
            comparison="GreaterThanOrEqualToThreshold",
            period_s=60,
            datapoints=5,
            periods=5,
            figures={"threshold": 2_500.0},  # ms
            threshold=fixed,
            profiles=IN_ALL,
            source=_AWS,
            differs=_QUIET,
        ),
    )
