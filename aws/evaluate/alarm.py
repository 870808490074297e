"""M-of-N: the state of a metric alarm from its newest datapoints.

CloudWatch looks at more periods than the alarm has (the evaluation range), prefers real datapoints over missing ones
however old they are within the range, and fills in the missing-data treatment only where fewer than N are real.
Source: the CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data", tables included. The length
of the range is not documented; its examples show five periods for N = 3.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan
from typing import NamedTuple

from aws.model import AlarmState

EXTRA_PERIODS = 2
"""How many periods beyond N the evaluation range reaches back."""

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
MISSING_TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")


class Point(NamedTuple):
    """One period of the evaluation range: its start in UTC epoch seconds, and its value (NaN: no datapoint)."""

    at_s: int
    value: float = nan
    samples: float = nan

    @property
    def real(self) -> bool:
        """Whether there is a datapoint."""
        return self.value == self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmTest:
    """What a metric alarm tests: M (``datapoints_to_alarm``, None: all) of N against a static threshold."""

    comparison: str
    threshold: float
    evaluation_periods: int
    datapoints_to_alarm: int | None = None
    treat_missing: str = "missing"

    @property
    def needed(self) -> int:
        """M: how many datapoints must breach."""
        return self.datapoints_to_alarm or self.evaluation_periods

    @property
    def range_periods(self) -> int:
        """How many periods back CloudWatch looks."""
        return self.evaluation_periods + EXTRA_PERIODS

    def breaches(self, value: float) -> bool:
        """Whether the value crosses the threshold. Raises KeyError for a comparison with an anomaly band."""
        return COMPARISONS[self.comparison](value, self.threshold)


class Verdict(NamedTuple):
    """An evaluation's outcome.

    ``evaluated`` are the real points that counted, newest first; ``filled`` how many missing ones were filled in to
    make N; ``retained`` is True where the data could not tell and the state stays what it was.
    """

    state: AlarmState
    evaluated: tuple[Point, ...]
    filled: int
    retained: bool = False


def evaluate(test: AlarmTest, points: Sequence[Point], current: AlarmState) -> Verdict:
    """The alarm's state from the periods of its evaluation range, oldest first; pure and without memory.

    ``current`` is what an alarm with the treatment *ignore* keeps where it cannot tell.
    """
    newest_first = points[::-1]
    real = tuple(point for point in newest_first if point.real)
    if len(real) >= test.evaluation_periods:
        evaluated = real[: test.evaluation_periods]
        return Verdict(_state(_breaching(test, evaluated) >= test.needed), evaluated, 0)
    filled = test.evaluation_periods - len(real)
    breaching = _breaching(test, real)
    if test.treat_missing == "breaching":
        return Verdict(_state(breaching + filled >= test.needed), real, filled)
    if breaching >= test.needed:
        return Verdict(AlarmState.ALARM, real, filled)
    if test.treat_missing == "notBreaching" or breaching < len(real):
        return Verdict(AlarmState.OK, real, filled)
    if test.treat_missing == "ignore":
        return Verdict(current, real, filled, retained=True)
    # Nothing but breaching points, too few of them: CloudWatch alarms early where the oldest is M periods old.
    oldest_age = next((age for age in range(len(newest_first), 0, -1) if newest_first[age - 1].real), 0)
    early = oldest_age >= test.needed
    return Verdict(AlarmState.ALARM if early else AlarmState.INSUFFICIENT_DATA, real, filled)


def _breaching(test: AlarmTest, points: Sequence[Point]) -> int:
    return sum(1 for point in points if test.breaches(point.value))


def _state(alarm: bool) -> AlarmState:
    return AlarmState.ALARM if alarm else AlarmState.OK
