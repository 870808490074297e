"""What was measured: series on a fixed grid, and the seven states that a reading can be in."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class ReadState(StrEnum):
    """How much a reading may be trusted. Anything but VALUE and NO_DATA means that we do not know."""

    VALUE = "value"
    NO_DATA = "no_data"  # read completely, and there is nothing: idle, quiet
    NOT_FETCHED = "not_fetched"  # never asked, or not answered in time
    DENIED = "denied"
    FAILED = "failed"
    PARTIAL = "partial"  # CloudWatch answered with some of the data
    STALE = "stale"  # was complete once; the newest attempts failed or rest

    @property
    def known(self) -> bool:
        """Whether the last read was complete."""
        return self in (ReadState.VALUE, ReadState.NO_DATA)

    @property
    def has_value(self) -> bool:
        """Whether a newest value may be shown (marked, where it is partial or stale)."""
        return self in (ReadState.VALUE, ReadState.PARTIAL, ReadState.STALE)


class MetricKey(NamedTuple):
    """A CloudWatch metric: namespace, name and its exact dimensions, sorted by name."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...] = ()


class SeriesId(NamedTuple):
    """One statistic of one metric. ``stat`` is CloudWatch's own word: Sum, Average, Maximum, p99, …"""

    metric: MetricKey
    stat: str


MISSING = math.nan


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Points on a fixed grid: ``values[i]`` covers ``[start_s + i*period_s, +period_s)``; NaN is no datapoint.

    32-bit floats: exact to 16,777,216, enough for a minute's counts. Never changed; a new read makes a new Series.
    ``read_at_s`` is when the last complete read was answered, or up to when it asked where that is earlier (None:
    never), ``good_for_s`` how long after it the series is fresh. ``detail`` explains denied, failed or partial.
    """

    start_s: int
    period_s: int
    values: array[float] = field(default_factory=lambda: array("f"))
    state: ReadState = ReadState.NOT_FETCHED
    read_at_s: float | None = None
    detail: str = ""
    good_for_s: float = 300.0

    @property
    def end_s(self) -> int:
        """Where the grid ends (exclusive)."""
        return self.start_s + len(self.values) * self.period_s

    def value_at(self, at_s: float) -> float:
        """The point whose period covers ``at_s``; NaN where there is none."""
        index = int((at_s - self.start_s) // self.period_s)
        return self.values[index] if 0 <= index < len(self.values) else MISSING

    def between(self, from_s: float, to_s: float) -> array[float]:
        """The points whose periods start in ``[from_s, to_s)``."""
        first = max(0, math.ceil((from_s - self.start_s) / self.period_s))
        last = max(first, math.ceil((to_s - self.start_s) / self.period_s))
        return self.values[first:last]

    def latest(self) -> tuple[int, float] | None:
        """The newest datapoint as (start of its period, value), or None."""
        for index in range(len(self.values) - 1, -1, -1):
            value = self.values[index]
            if value == value:  # not NaN
                return self.start_s + index * self.period_s, value
        return None
