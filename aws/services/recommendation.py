"""What a service file recommends: the alarms that its resources should have, with their figures and their sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aws.model import MetricKey, Resource, Severity

MINIMAL, RECOMMENDED, STRICT = "minimal", "recommended", "strict"

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
    from; ``differs`` why they are not AWS's own, where AWS has any.
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
