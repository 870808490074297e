"""IF(condition, then, else): a datapoint at a time."""

from __future__ import annotations

from math import nan

from aws.evaluate.errors import MathError
from aws.evaluate.math.values import TimeSeries, Value


def choose(condition: Value, then: Value, otherwise: Value | None, at: int) -> Value:
    """CloudWatch's IF. A condition of 0 is false, anything else true; an absent condition drops the datapoint.

    Where the condition is true and ``then`` has no datapoint the result is 0; where it is false and ``otherwise``
    has none, or is left out, the datapoint is dropped. Raises `MathError` for arrays.
    """
    if isinstance(condition, tuple) or isinstance(then, tuple) or isinstance(otherwise, tuple):
        raise MathError("IF takes time series and scalars, not arrays", at)
    if isinstance(condition, TimeSeries):
        return condition.having(
            (time, _at(then, time, 0.0) if met else _at(otherwise, time, nan)) for time, met in condition.points.items()
        )
    if condition != condition:
        return nan
    if condition:
        return then
    if otherwise is not None:
        return otherwise
    return then.having(()) if isinstance(then, TimeSeries) else nan


def _at(value: float | TimeSeries | None, time: int, missing: float) -> float:
    if value is None:
        return nan
    return value.points.get(time, missing) if isinstance(value, TimeSeries) else value
