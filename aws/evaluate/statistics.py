"""CloudWatch's statistics, computed from values and how often each came.

A sample set is two sequences of equal length, ``values`` and ``counts``, in any order; the same value may come more
than once, so that several minutes are merged by joining their sequences. Every statistic of an empty set, and a mean
that trims everything away, is NaN: no datapoint.

Definitions: the CloudWatch User Guide, "CloudWatch statistics definitions". Percentiles are nearest-rank, which is
exact on raw samples; CloudWatch itself approximates them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import inf, nan
from operator import mul
from typing import NamedTuple, TypeAlias

from aws.evaluate.errors import StatisticError

Statistic: TypeAlias = Callable[[Sequence[float], Sequence[float]], float]

_NUMBER = r"\d{1,20}(?:\.\d{1,10})?"
_PERCENTILE = re.compile(rf"p({_NUMBER})")
_SHORT = re.compile(rf"(tm|tc|ts|wm)({_NUMBER})", re.IGNORECASE)
_RANGE = re.compile(rf"(tm|tc|ts|wm|pr)\(({_NUMBER}%?)?:({_NUMBER}%?)?\)", re.IGNORECASE)
_ROUNDING = 1e-9  # of the sample count: p99.9 of 1,000 samples is the 999th although 0.999 × 1000 is not quite 999


def statistic(name: str) -> Statistic:
    """The function that computes ``name``: Sum, Average, p99, tm90, TM(2%:98%), PR(:300), IQM, …

    Raises `StatisticError` where CloudWatch has no such statistic.
    """
    return _SIMPLE.get(name) or _extended(name)


def is_percentile(name: str) -> bool:
    """Whether the statistic is a plain percentile (p50, p99.9)."""
    return _PERCENTILE.fullmatch(name) is not None


def is_simple(name: str) -> bool:
    """Whether CloudWatch calls it a Statistic (Sum, Average, …) rather than an ExtendedStatistic."""
    return name in _SIMPLE


def percent_of(name: str) -> float:
    """The 99.9 of p99.9. Raises `StatisticError` for anything but a percentile."""
    found = _PERCENTILE.fullmatch(name)
    if found is None or float(found[1]) > 100:
        raise StatisticError(f"{name!r} is not a percentile")
    return float(found[1])


def _sum(values: Sequence[float], counts: Sequence[float]) -> float:
    return sum(map(mul, values, counts)) if values else nan


def _sample_count(values: Sequence[float], counts: Sequence[float]) -> float:
    return float(sum(counts)) if values else nan


def _average(values: Sequence[float], counts: Sequence[float]) -> float:
    return sum(map(mul, values, counts)) / total if values and (total := sum(counts)) > 0 else nan


def _minimum(values: Sequence[float], _counts: Sequence[float]) -> float:
    return min(values) if values else nan


def _maximum(values: Sequence[float], _counts: Sequence[float]) -> float:
    return max(values) if values else nan


_SIMPLE: dict[str, Statistic] = {
    "Sum": _sum,
    "SampleCount": _sample_count,
    "Average": _average,
    "Minimum": _minimum,
    "Maximum": _maximum,
}


class _Bounds(NamedTuple):
    """``(low, high]``, of values or, where ``percent``, of ranks."""

    low: float
    high: float
    percent: bool


@lru_cache(maxsize=1024)
def _extended(name: str) -> Statistic:
    if _PERCENTILE.fullmatch(name):
        return _percentile(percent_of(name))
    if name.upper() == "IQM":
        return _trimmed("tm", _Bounds(25.0, 75.0, True))
    if short := _SHORT.fullmatch(name):
        return _trimmed(short[1].lower(), _bounds(name, None, f"{short[2]}%"))
    if ranged := _RANGE.fullmatch(name):
        return _trimmed(ranged[1].lower(), _bounds(name, ranged[2], ranged[3]))
    raise StatisticError(f"{name!r} is not a CloudWatch statistic")


def _bounds(name: str, low: str | None, high: str | None) -> _Bounds:
    given = [text for text in (low, high) if text is not None]
    percents = [text for text in given if text.endswith("%")]
    if not given or len(percents) not in (0, len(given)):
        raise StatisticError(f"{name!r} needs one or two bounds, both percentages or both values")
    percent = bool(percents)
    bounds = _Bounds(
        float(low.rstrip("%")) if low is not None else (0.0 if percent else -inf),
        float(high.rstrip("%")) if high is not None else (100.0 if percent else inf),
        percent,
    )
    if bounds.low >= bounds.high or (percent and bounds.high > 100):
        raise StatisticError(f"{name!r} has bounds in the wrong order or above 100%")
    if percent and name[:2].lower() == "pr":
        raise StatisticError(f"{name!r}: a percentile rank takes values, not percentages")
    return bounds


def _percentile(percent: float) -> Statistic:
    def compute(values: Sequence[float], counts: Sequence[float]) -> float:
        if len(values) == 1:
            return values[0]
        return _at_rank(sorted(zip(values, counts, strict=True)), percent)

    return compute


def _at_rank(samples: Sequence[tuple[float, float]], percent: float) -> float:
    """The smallest value that at least ``percent`` of the (sorted) samples do not exceed."""
    if not samples:
        return nan
    total = sum(count for _, count in samples)
    wanted = percent / 100 * total - _ROUNDING * total
    reached = 0.0
    for value, count in samples:
        reached += count
        if reached >= wanted:
            return value
    return samples[-1][0]


def _trimmed(kind: str, bounds: _Bounds) -> Statistic:
    def compute(values: Sequence[float], counts: Sequence[float]) -> float:
        samples = sorted(zip(values, counts, strict=True))
        total = sum(counts)
        if not samples or total <= 0:
            return nan
        if kind == "wm":
            return _winsorized_mean(samples, bounds, total)
        kept = _kept(samples, bounds, total)
        weight = sum(kept)
        if kind == "tc":
            return weight
        if kind == "pr":
            return 100 * weight / total
        weighted = sum(value * count for (value, _), count in zip(samples, kept, strict=True))
        if kind == "ts":
            return weighted
        return weighted / weight if weight > 0 else nan

    return compute


def _kept(samples: Sequence[tuple[float, float]], bounds: _Bounds, total: float) -> list[float]:
    """How much of each value's count lies within the bounds; ranks may cut a count in two."""
    if not bounds.percent:
        return [count if bounds.low < value <= bounds.high else 0.0 for value, count in samples]
    low, high = bounds.low / 100 * total, bounds.high / 100 * total
    kept = []
    reached = 0.0
    for _, count in samples:
        kept.append(max(0.0, min(reached + count, high) - max(reached, low)))
        reached += count
    return kept


def _winsorized_mean(samples: Sequence[tuple[float, float]], bounds: _Bounds, total: float) -> float:
    low, high = bounds.low, bounds.high
    if bounds.percent:
        low, high = _at_rank(samples, low), _at_rank(samples, high)
    return sum(min(max(value, low), high) * count for value, count in samples) / total
