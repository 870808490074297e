"""An alarm that does not exist yet, down to the last key that PutMetricAlarm gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aws.evaluate.statistics import is_simple
from aws.model import Gap, MetricKey, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricFilter:
    """A metric filter on a log group: counts the lines that match ``pattern`` into ``metric``, zero where none do."""

    log_group: str
    name: str
    pattern: str
    metric: MetricKey

    def parameters(self) -> dict[str, Any]:
        """PutMetricFilter's own keys: exactly one transformation, a default value and therefore no dimensions."""
        return {
            "logGroupName": self.log_group,
            "filterName": self.name,
            "filterPattern": self.pattern,
            "metricTransformations": [
                {
                    "metricName": self.metric.name,
                    "metricNamespace": self.metric.namespace,
                    "metricValue": "1",
                    "defaultValue": 0,
                }
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One metric alarm. ``filter`` is the metric filter that must exist first, for alarms on logs.

    Unit is left out on purpose: a wrong one sticks an alarm in INSUFFICIENT_DATA for ever.
    """

    name: str
    description: str
    metric: MetricKey
    stat: str
    period_s: int
    evaluation_periods: int
    datapoints_to_alarm: int
    comparison: str
    threshold: float
    treat_missing: str
    actions_enabled: bool = True
    alarm_actions: tuple[str, ...] = ()
    ok_actions: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    filter: MetricFilter | None = None

    def parameters(self) -> dict[str, Any]:
        """PutMetricAlarm's own keys, in its reference's order."""
        statistic = {"Statistic": self.stat} if is_simple(self.stat) else {"ExtendedStatistic": self.stat}
        return {
            "AlarmName": self.name,
            "AlarmDescription": self.description,
            "ActionsEnabled": self.actions_enabled,
            "OKActions": list(self.ok_actions),
            "AlarmActions": list(self.alarm_actions),
            "MetricName": self.metric.name,
            "Namespace": self.metric.namespace,
            **statistic,
            "Dimensions": [{"Name": name, "Value": value} for name, value in self.metric.dimensions],
            "Period": self.period_s,
            "EvaluationPeriods": self.evaluation_periods,
            "DatapointsToAlarm": self.datapoints_to_alarm,
            "Threshold": self.threshold,
            "ComparisonOperator": self.comparison,
            "TreatMissingData": self.treat_missing,
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One alarm that a plan would create.

    ``would_have_fired`` is how often it would have gone into ALARM in the last ``history_days`` days (None: no
    history was read); ``fires_now`` whether it would be in ALARM this minute (None: cannot be told). ``owner_stack``
    is the CloudFormation stack that owns the *resource*. ``noisy``: it would have fired often. An alarm that would
    fire right now, or is noisy, starts unselected. ``filter_only``: the alarm is there and stays as it is; made is
    the metric filter that it has lost, and nothing else.
    """

    definition: Definition
    resource: str
    service: str
    rule: str
    severity: Severity
    usd_per_month: float
    would_have_fired: int | None = None
    history_days: float = 0.0
    fires_now: bool | None = None
    noisy: bool = False
    owner_stack: str | None = None
    filter_only: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """An alarm of that name exists and is another one: never replaced unless it is named. ``differences`` maps
    PutMetricAlarm's keys to (theirs, ours)."""

    planned: Planned
    reason: str
    differences: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attention:
    """An alarm that exists and does less than it seems: silent, weaker, superseded. ``problem`` says how."""

    name: str
    resource: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is missing in one scope, and what creating it means. ``present`` are (resource ARN, rule, alarm name);
    ``gaps`` what could not be read while planning: with one, "nothing to create" is not certain.
    """

    at_s: float
    account: str
    region: str
    create: tuple[Planned, ...] = ()
    present: tuple[tuple[str, str, str], ...] = ()
    attention: tuple[Attention, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def usd_per_month(self) -> float:
        """List price of everything in ``create``, free tier not deducted."""
        return round(sum(planned.usd_per_month for planned in self.create), 2)
