"""Durations as CloudWatch keeps them: a log-normal in a few distinct values, each with how often it came."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise
from statistics import NormalDist
from typing import TYPE_CHECKING, Final, NamedTuple

from demo.story.noise import normal, uniform

if TYPE_CHECKING:
    from collections.abc import Iterable

# Cumulated shares that the values stand for: finer towards the slow end, where percentiles are read.
_EDGES: Final = (0.0, 0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.87, 0.92, 0.95, 0.97, 0.985, 0.995, 1.0)
_QUANTILES: Final = tuple(NormalDist().inv_cdf((low + high) / 2.0) for low, high in pairwise(_EDGES))
_FEW: Final = 24  # below, each call draws its own duration
_STEPS_PER_E: Final = 50.0  # merged durations stand on steps of two percent
_LEAST_MS: Final = 0.01
_LEAST_STEP: Final = round(math.log(_LEAST_MS) * _STEPS_PER_E)


class Durations(NamedTuple):
    """Distinct values in milliseconds, and how often each came."""

    values: tuple[float, ...] = ()
    counts: tuple[float, ...] = ()

    @property
    def mean_ms(self) -> float:
        """Their average; 0 where there are none."""
        total = sum(self.counts)
        return (
            sum(value * times for value, times in zip(self.values, self.counts, strict=True)) / total if total else 0.0
        )


_NONE: Final = Durations()


def drawn(key: int, minute: int, calls: int, median_ms: float, spread: float, cap_ms: float) -> tuple[Durations, int]:
    """The durations of so many calls, and how many of them ran into ``cap_ms`` (the timeout)."""
    if calls <= 0:
        return Durations(), 0
    if calls < _FEW:
        steps = range(minute * _FEW, minute * _FEW + calls)
        values = [median_ms * math.exp(spread * normal(key, step)) for step in steps]
        return _capped(values, [1.0] * calls, cap_ms)
    # The whole minute is a little faster or slower than another.
    middle_ms = median_ms * math.exp(0.015 * normal(key, minute))
    offset = uniform(key ^ 0x5A5A, minute)
    upto = [0, *[min(calls, int(edge * calls + offset)) for edge in _EDGES[1:-1]], calls]
    counts = [float(high - low) for low, high in pairwise(upto)]
    return _capped([middle_ms * factor for factor in _factors(spread)], counts, cap_ms)


@lru_cache(maxsize=64)
def _factors(spread: float) -> tuple[float, ...]:
    """What each of the values is of the median."""
    return tuple(math.exp(spread * quantile) for quantile in _QUANTILES)


def _capped(values: list[float], counts: list[float], cap_ms: float) -> tuple[Durations, int]:
    within = [(round(v, 2), n) for v, n in zip(values, counts, strict=True) if n > 0 and v < cap_ms]
    over = 0.0 if max(values) < cap_ms else sum([n for v, n in zip(values, counts, strict=True) if v >= cap_ms])
    if over:
        within.append((cap_ms, over))
    return Durations(tuple([v for v, _ in within]), tuple([n for _, n in within])), int(over)


def merged(
    parts: Iterable[Durations], *, plus_ms: float = 0.0, cap_ms: float = math.inf, also: Durations = _NONE
) -> Durations:
    """Several functions' durations as one distribution, ``plus_ms`` later and ``cap_ms`` at most; ``also`` as it is.

    Values are rounded to two percent, which keeps them few.
    """
    steps: dict[int, float] = {}
    log = math.log
    for values, counts in parts:
        for value, times in zip(values, counts, strict=True):
            late_ms = value + plus_ms
            step = round(log(late_ms) * _STEPS_PER_E) if late_ms > _LEAST_MS else _LEAST_STEP
            steps[step] = steps.get(step, 0.0) + times
    together: dict[float, float] = dict(zip(also.values, also.counts, strict=True))
    for step, times in steps.items():
        rounded = min(cap_ms, _at_step(step))
        together[rounded] = together.get(rounded, 0.0) + times
    ordered = sorted(together.items())
    return Durations(tuple([value for value, _ in ordered]), tuple([times for _, times in ordered]))


@lru_cache(maxsize=2048)
def _at_step(step: int) -> float:
    """The value that a step stands for, in milliseconds."""
    return round(math.exp(step / _STEPS_PER_E), 3)
