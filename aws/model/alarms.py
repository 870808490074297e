"""CloudWatch alarms as we read them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
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
    """One metric statistic that an alarm looks at."""

    metric: MetricKey
    stat: str
    period_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm. ``since_s`` is its StateTransitionedTimestamp (None where CloudWatch gave none).

    ``watches`` holds every MetricStat, of the alarm itself or of its metric math; ``expressions`` the math and
    Metrics Insights texts; ``rule`` a composite alarm's AlarmRule. Figures that a kind has not are None.
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

    @property
    def silent(self) -> bool:
        """Whether going into ALARM would do nothing at all."""
        return not (self.actions_enabled and self.alarm_actions)
