"""What a service file recommends: the alarms that its resources should have, with their figures and their sources."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aws.model import MetricKey, Resource, Severity

MINIMAL, RECOMMENDED, STRICT = "minimal", "recommended", "strict"
IN_ALL = frozenset({MINIMAL, RECOMMENDED, STRICT})

# What an alarm should be set to for one resource; None where it does not apply to it.
Threshold = Callable[[Resource, Mapping[str, float]], float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """One alarm that every resource of a kind should have, where it applies.

    ``id`` is stable and names the alarm's purpose ("lambda.errors"). ``metrics`` gives the metrics to watch for one
    resource: one alarm each (a user pool publishes per client), none where there is no such series. ``stat`` is
    CloudWatch's own word. ``figures`` are the numbers that a profile or a tag may override
    (``cwtop:errors.threshold``: the id's last part, then the figure); ``threshold`` computes what PutMetricAlarm gets
    from them and from the resource, or None where the alarm does not apply. ``source`` says where the figures come
    from; ``differs`` why they are not AWS's own, where AWS has any. ``looks_back_s`` is how far back datapoints of a
    resource may appear: `periods_for` it are no fewer than cover that, and ``periods`` is the least.
    """

    id: str
    kind: str
    title: str
    severity: Severity
    metrics: Callable[[Resource], tuple[MetricKey, ...]]
    stat: str
    comparison: str
    period_s: int
    datapoints: int
    periods: int
    threshold: Threshold
    source: str
    figures: Mapping[str, float] = field(default_factory=dict)
    treat_missing: str = "notBreaching"
    profiles: frozenset[str] = frozenset({RECOMMENDED, STRICT})
    differs: str = ""
    applies: Callable[[Resource], bool] = field(default=lambda _: True)
    looks_back_s: Callable[[Resource], float] = field(default=lambda _: 0.0)

    def periods_for(self, resource: Resource) -> int:
        """EvaluationPeriods for one resource."""
        return max(self.periods, math.ceil(self.looks_back_s(resource) / self.period_s))


def fixed(_: Resource, figures: Mapping[str, float]) -> float:
    """For `Recommendation.threshold`: the figure "threshold" as it stands, whatever the resource."""
    return figures["threshold"]


def watching(
    namespace: str, name: str, dimensions: Callable[[Resource], tuple[tuple[str, str], ...] | None]
) -> Callable[[Resource], tuple[MetricKey, ...]]:
    """For `Recommendation.metrics`: one metric, under the dimensions that a resource publishes with (None: none)."""

    def metrics(resource: Resource) -> tuple[MetricKey, ...]:
        found = dimensions(resource)
        # CloudWatch refuses an empty dimension value, as that of an API whose name has no ASCII character.
        if found is None or not all(value for _, value in found):
            return ()
        return (MetricKey(namespace, name, tuple(sorted(found))),)

    return metrics
