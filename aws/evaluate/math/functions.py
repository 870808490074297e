"""The functions of metric math, but for those that need the whole request (METRICS, SEARCH, TIME_SERIES)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from math import ceil, floor, log, log10, nan

from aws.evaluate.errors import MathError
from aws.evaluate.math.aggregates import across, over_time
from aws.evaluate.math.filling import fill_linear, fill_repeat, fill_with
from aws.evaluate.math.values import SeriesArray, TimeSeries, Value, over_series

POINTWISE: dict[str, Callable[[float], float]] = {
    "ABS": abs,
    "CEIL": lambda value: float(ceil(value)),
    "FLOOR": lambda value: float(floor(value)),
    "LOG": lambda value: log(value) if value > 0 else nan,
    "LOG10": lambda value: log10(value) if value > 0 else nan,
}
CALENDAR: dict[str, Callable[[datetime], float]] = {
    "MINUTE": lambda time: float(time.minute),
    "HOUR": lambda time: float(time.hour),
    "DAY": lambda time: float(time.isoweekday()),
    "DATE": lambda time: float(time.day),
    "MONTH": lambda time: float(time.month),
    "YEAR": lambda time: float(time.year),
    "EPOCH": lambda time: time.timestamp(),
}
SORT_KEYS = ("AVG", "MAX", "MIN", "SUM")


def pointwise(name: str, value: Value) -> Value:
    """ABS, CEIL, FLOOR, LOG, LOG10."""
    function = POINTWISE[name]
    if isinstance(value, float):
        return function(value) if value == value else nan
    return over_series(value, lambda series: series.mapped(function))


def calendar(name: str, series: TimeSeries, end_s: int) -> TimeSeries:
    """MINUTE … EPOCH: a value for every period of the series, from its time in UTC."""
    part = CALENDAR[name]
    return series.having((at, part(datetime.fromtimestamp(at, UTC))) for at in series.grid(end_s))


def aggregate(name: str, value: Value, at: int) -> Value:
    """AVG, DATAPOINT_COUNT, MAX, MIN, STDDEV, SUM."""
    if isinstance(value, float):
        raise MathError(f"{name} takes a time series or an array of them", at)
    if isinstance(value, TimeSeries):
        return over_time(name, value)
    if not value:
        raise MathError(f"{name} of an empty array", at)
    return across(name, value)


def _differences(series: TimeSeries) -> Iterator[tuple[int, float, float]]:
    """(time, change of value, seconds since) for every datapoint but the first."""
    for (before, old), (at, new) in pairwise(series.points.items()):
        yield at, new - old, float(at - before)


def _running_sum(series: TimeSeries) -> TimeSeries:
    return series.having(zip(series.points, accumulate(series.points.values()), strict=True))


CHANGES: dict[str, Callable[[TimeSeries], TimeSeries]] = {
    "DIFF": lambda series: series.having((at, change) for at, change, _ in _differences(series)),
    "DIFF_TIME": lambda series: series.having((at, elapsed) for at, _, elapsed in _differences(series)),
    "RATE": lambda series: series.having((at, change / elapsed) for at, change, elapsed in _differences(series)),
    "RUNNING_SUM": _running_sum,
}


def fill(series: TimeSeries, filler: float | TimeSeries | str, end_s: int) -> TimeSeries:
    """FILL with a scalar, a series, "REPEAT" or "LINEAR"."""
    if filler == "REPEAT":
        return fill_repeat(series, end_s)
    if filler == "LINEAR":
        return fill_linear(series, end_s)
    assert not isinstance(filler, str)
    return fill_with(series, filler, end_s)


def sort(array: SeriesArray, key: str, order: str, limit: int | None, at: int) -> SeriesArray:
    """SORT by an aggregate; series without datapoints come last."""
    if key not in SORT_KEYS or order not in ("ASC", "DESC"):
        raise MathError(f"SORT takes one of {', '.join(SORT_KEYS)}, then ASC or DESC", at)
    known = [series for series in array if series.points]
    known.sort(key=lambda series: over_time(key, series), reverse=order == "DESC")
    ordered = (*known, *(series for series in array if not series.points))
    return ordered[:limit]


def cut(array: SeriesArray, bounds: Sequence[int], at: int) -> SeriesArray:
    """SLICE: from, and up to but not including, a zero-based index."""
    if any(bound < 0 for bound in bounds):
        raise MathError("SLICE takes indexes from 0", at)
    return array[bounds[0] :] if len(bounds) == 1 else array[bounds[0] : bounds[1]]


def constant(value: float, times: range) -> TimeSeries:
    """TIME_SERIES: the scalar at every time."""
    return TimeSeries("", "", times.start, times.step).having((at, value) for at in times)
