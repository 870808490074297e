"""When a minute's data can be seen, and how much of it.

Minute ``m`` covers ``[60m, 60m + 60)`` in UTC epoch seconds. It is invisible until ``60m + 60``, provisional (a part of
its samples has arrived) until ``60m + 120``, and final from then on. Real services take longer to settle and do so at
their own pace; one rule for all keeps a scenario's times easy to state.
"""

from __future__ import annotations

from functools import lru_cache

from demo.world import Datapoint

VISIBLE_AFTER_S = 60
SETTLED_AFTER_S = 120


def visible(datapoint: Datapoint, minute: int, now_s: float) -> Datapoint | None:
    """What can be seen at ``now_s`` of the final ``datapoint`` of that minute; None while nothing can."""
    age_s = now_s - 60 * minute
    if age_s >= SETTLED_AFTER_S:
        return datapoint
    return _arrived(datapoint, _share(minute)) if age_s >= VISIBLE_AFTER_S else None


def settled_before(now_s: float) -> int:
    """The first minute that is not final yet at ``now_s``; all before it are."""
    return int((now_s - SETTLED_AFTER_S) // 60) + 1


def visible_before(now_s: float) -> int:
    """The first minute that cannot be seen yet at ``now_s``."""
    return int((now_s - VISIBLE_AFTER_S) // 60) + 1


def _share(minute: int) -> float:
    """55 to 70 percent, the same for every series of a minute."""
    return 0.55 + (minute * 2654435761 >> 8) % 16 / 100


@lru_cache(maxsize=256)  # one metric has several statistics, which are asked for together
def _arrived(datapoint: Datapoint, share: float) -> Datapoint:
    """The share of the samples, spread over the values; a lone sample is there or not, and here it is there."""
    total = sum(datapoint.counts)
    if total <= 1:
        return datapoint
    values: list[float] = []
    counts: list[float] = []
    passed = taken = 0.0
    for value, count in zip(datapoint.values, datapoint.counts, strict=True):
        passed += count
        count_now = max(1.0, round(passed * share)) - taken if passed else 0.0
        if count_now > 0:
            values.append(value)
            counts.append(count_now)
            taken += count_now
    return Datapoint(tuple(values), tuple(counts), datapoint.unit)
