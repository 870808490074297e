"""AVG, SUM and their kin: over one series a scalar, over an array a series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import nan
from statistics import fmean, pstdev
from typing import NamedTuple

from aws.evaluate.math.values import SeriesArray, TimeSeries


class Aggregate(NamedTuple):
    """``of`` computes from the values that are there; over an array, ``zero_missing`` counts absent ones as 0."""

    of: Callable[[Sequence[float]], float]
    zero_missing: bool = False


AGGREGATES = {
    "AVG": Aggregate(lambda values: fmean(values) if values else nan, zero_missing=True),
    "DATAPOINT_COUNT": Aggregate(lambda values: float(len(values))),
    "MAX": Aggregate(lambda values: max(values, default=nan)),
    "MIN": Aggregate(lambda values: min(values, default=nan)),
    "STDDEV": Aggregate(lambda values: pstdev(values) if values else nan),
    "SUM": Aggregate(lambda values: float(sum(values))),
}


def over_time(name: str, series: TimeSeries) -> float:
    """The aggregate of all datapoints of one series; NaN where it has none and there is no answer."""
    return AGGREGATES[name].of(tuple(series.points.values()))


def across(name: str, array: SeriesArray) -> TimeSeries:
    """The aggregate of the array's datapoints at each time at which any series has one."""
    aggregate = AGGREGATES[name]
    times = sorted({time for series in array for time in series.points})
    template = max(array, key=lambda series: series.period_s)

    def at(time: int) -> float:
        present = [series.points[time] for series in array if time in series.points]
        if aggregate.zero_missing:
            present += [0.0] * (len(array) - len(present))
        return aggregate.of(present)

    return template.having((time, at(time)) for time in times)
