"""What metric math computes with: scalars, time series, arrays of time series."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked for: ``[start_s, end_s)`` in steps of ``period_s``; UTC epoch seconds."""

    start_s: int
    end_s: int
    period_s: int


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """A series on a grid that starts at ``start_s``. ``points`` maps a period's start to its value, oldest first.

    A period without a datapoint is absent. ``id`` is empty for what an expression computed.
    """

    id: str
    label: str
    start_s: int
    period_s: int
    points: Mapping[int, float] = field(default_factory=dict)

    def having(self, points: Iterable[tuple[int, float]]) -> TimeSeries:
        """The same series with other points; what is not finite is dropped."""
        return replace(self, points={at: value for at, value in points if isfinite(value)})

    def mapped(self, function: Callable[[float], float]) -> TimeSeries:
        """The function applied to every datapoint."""
        return self.having((at, function(value)) for at, value in self.points.items())

    def grid(self, end_s: int) -> range:
        """Every period's start, those without a datapoint included."""
        return range(self.start_s, end_s, self.period_s)


SeriesArray: TypeAlias = tuple[TimeSeries, ...]
Value: TypeAlias = float | TimeSeries | SeriesArray


def over_series(value: TimeSeries | SeriesArray, function: Callable[[TimeSeries], TimeSeries]) -> Value:
    """The function applied to the series, or to each series of the array."""
    return function(value) if isinstance(value, TimeSeries) else tuple(function(each) for each in value)
