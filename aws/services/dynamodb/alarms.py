"""Which alarms a table and each of its indexes should have: an index's throttles are not in its table's figures.

SystemErrors is left out: AWS names {TableName}, under which nothing is published, and by operation it takes an alarm,
and its price, for each of a table's operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from aws.model import Resource, Severity
from aws.services.recommendation import IN_ALL, Recommendation, Threshold, fixed, watching

_AWS = "CloudWatch User Guide, recommended alarms: DynamoDB"
_GUIDE = "DynamoDB Developer Guide, monitoring: a unit is one a second, so that 80 % of 5 are 240 a minute"


def recommendations(
    kind: str, dimensions: Callable[[Resource], tuple[tuple[str, str], ...]]
) -> Iterator[Recommendation]:
    """What every table or index should have; ``dimensions`` are those that it publishes with."""
    for side in ("Read", "Write"):
        yield Recommendation(
            id=f"dynamodb.{side.lower()}_throttles",
            kind=kind,
            title=f"{side.lower()} requests are turned away",
            severity=Severity.WARNING,
            metrics=watching("AWS/DynamoDB", f"{side}ThrottleEvents", dimensions),
            stat="Sum",
            comparison="GreaterThanThreshold",
            period_s=60,
            datapoints=2,
            periods=3,
            figures={"threshold": 0.0},
            threshold=fixed,
            profiles=IN_ALL,
            source=f"{_AWS} leaves the number open; any throttle, in two minutes of three",
            differs="Two minutes of three instead of five in a row: SDKs hide a single throttled request, not a"
            " minute full of them, and five minutes later callers have failed.",
        )
        yield Recommendation(
            id=f"dynamodb.{side.lower()}_capacity",
            kind=kind,
            title=f"provisioned {side.lower()} capacity runs out",
            severity=Severity.WARNING,
            metrics=watching("AWS/DynamoDB", f"Consumed{side}CapacityUnits", dimensions),
            stat="Sum",
            comparison="GreaterThanOrEqualToThreshold",
            period_s=60,
            datapoints=10,
            periods=15,
            figures={"share": 0.80},
            threshold=_capacity(side.lower()),
            applies=_provisioned,
            source=f"{_GUIDE}; ten minutes of fifteen, since bursts are meant to be",
        )


def _provisioned(resource: Resource) -> bool:
    return resource.text("billing_mode") == "PROVISIONED"


def _capacity(side: str) -> Threshold:
    """A share of what a minute's worth of the units allows; of the most that it may scale to, where it scales."""

    def units_a_minute(resource: Resource, figures: Mapping[str, float]) -> float | None:
        units = resource.number(f"{side}_capacity_max") or resource.number(f"{side}_capacity")
        return units * 60 * figures["share"] if units else None

    return units_a_minute
