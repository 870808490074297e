"""Operators over scalars, series and arrays. A result that is not a number drops its datapoint."""

from __future__ import annotations

import operator
from collections.abc import Callable
from math import nan

from aws.evaluate.errors import MathError
from aws.evaluate.math.values import SeriesArray, TimeSeries, Value

MISSING = 0.0
"""Between two series, where only one has a datapoint the other counts as zero."""


def _divide(left: float, right: float) -> float:
    return left / right if right else nan


def _power(base: float, exponent: float) -> float:
    try:
        result = base**exponent
    except (OverflowError, ZeroDivisionError):
        return nan
    return nan if isinstance(result, complex) else result


_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "^": _power,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "AND": lambda left, right: left != 0 and right != 0,
    "OR": lambda left, right: left != 0 or right != 0,
}


def binary(symbol: str, left: Value, right: Value, at: int) -> Value:
    """``left symbol right``. Raises `MathError` for two arrays, which CloudWatch does not combine."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        raise MathError(f"{symbol} cannot combine two arrays of time series", at)
    if isinstance(left, tuple):
        return _each(left, lambda series: binary(symbol, series, right, at))
    if isinstance(right, tuple):
        return _each(right, lambda series: binary(symbol, left, series, at))
    compute = _OPERATORS[symbol]

    def apply(one: float, other: float) -> float:
        return float(compute(one, other)) if one == one and other == other else nan

    if isinstance(left, TimeSeries) and isinstance(right, TimeSeries):
        coarser = max(left, right, key=lambda series: series.period_s)
        times = sorted(left.points.keys() | right.points.keys())
        pairs = ((time, apply(left.points.get(time, MISSING), right.points.get(time, MISSING))) for time in times)
        return coarser.having(pairs)
    if isinstance(left, TimeSeries) and isinstance(right, float):
        return left.mapped(lambda value: apply(value, right))
    if isinstance(right, TimeSeries) and isinstance(left, float):
        return right.mapped(lambda value: apply(left, value))
    assert isinstance(left, float)
    assert isinstance(right, float)
    return apply(left, right)


def negative(value: Value) -> Value:
    """-value."""
    if isinstance(value, tuple):
        return tuple(series.mapped(operator.neg) for series in value)
    return value.mapped(operator.neg) if isinstance(value, TimeSeries) else -value


def _each(array: SeriesArray, compute: Callable[[TimeSeries], Value]) -> SeriesArray:
    results = (compute(series) for series in array)
    return tuple(result for result in results if isinstance(result, TimeSeries))
