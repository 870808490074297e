"""CloudWatch alarms as we read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws.model.readings import MetricKey
    from aws.model.resources import Scope


class AlarmState(StrEnum):
    """CloudWatch's own words."""

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


class AlarmKind(StrEnum):
    """What an alarm is computed from."""

    METRIC = "metric"
    COMPOSITE = "composite"
    LOG = "log"


class Watched(NamedTuple):
    """One metric statistic that an alarm looks at; ``unit`` is CloudWatch's word where only datapoints in it count."""

    metric: MetricKey
    stat: str
    period_s: int
    unit: str = ""


class Query(NamedTuple):
    """One entry of an alarm's ``Metrics``: a statistic, an expression, or neither (a metric of another account).

    ``returned`` tells the series that are compared with the threshold from those that only feed an expression;
    ``period_s`` is None where CloudWatch takes that of the metrics below.
    """

    id: str
    watched: Watched | None = None
    expression: str = ""
    returned: bool = True
    period_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm. ``since_s`` is its StateTransitionedTimestamp (None where CloudWatch gave none).

    ``watches`` holds every MetricStat, of the alarm itself or of its metric math; ``expressions`` the math and
    Metrics Insights texts; ``queries`` both as they hang together, empty for an alarm on one metric; ``band_id`` names
    the query whose anomaly band stands in the threshold's place; ``rule`` is a composite alarm's AlarmRule. Figures
    that a kind has not are None.
    """

    scope: Scope
    name: str
    arn: str
    kind: AlarmKind
    state: AlarmState
    since_s: float | None = None
    updated_s: float | None = None
    reason: str = ""
    description: str = ""
    watches: tuple[Watched, ...] = ()
    expressions: tuple[str, ...] = ()
    queries: tuple[Query, ...] = ()
    band_id: str = ""
    rule: str = ""
    comparison: str | None = None
    threshold: float | None = None
    evaluation_periods: int | None = None
    datapoints_to_alarm: int | None = None
    treat_missing: str = "missing"
    actions_enabled: bool = True
    alarm_actions: tuple[str, ...] = ()
    ok_actions: tuple[str, ...] = ()
    insufficient_data_actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Whom alarms reach, as far as it was read; of any scopes together.

    ``undeliverable`` are the ARNs of topics that reach nobody, ``muted`` those of alarms that a mute rule keeps quiet.
    ``unsure`` says by a topic's ARN why it cannot be told whether anybody hears it, ``mutes_unread`` by a scope why its
    mute rules are not known. ``not_offered`` are IAM actions that the endpoint does not know: nothing was read by them.
    """

    undeliverable: frozenset[str] = frozenset()
    muted: frozenset[str] = frozenset()
    unsure: Mapping[str, str] = field(default_factory=dict)
    mutes_unread: Mapping[Scope, str] = field(default_factory=dict)
    not_offered: frozenset[str] = frozenset()

    def __or__(self, other: Delivery) -> Delivery:
        """Both together."""
        return Delivery(
            undeliverable=self.undeliverable | other.undeliverable,
            muted=self.muted | other.muted,
            unsure={**self.unsure, **other.unsure},
            mutes_unread={**self.mutes_unread, **other.mutes_unread},
            not_offered=self.not_offered | other.not_offered,
        )
