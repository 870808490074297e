"""Which periods a request means: alignment, and what is kept for how long.

Source: the API reference of GetMetricData and GetMetricStatistics.
"""

from __future__ import annotations

from demo.cloudwatch.fields import Params, epoch_s, invalid, whole

DAY_S = 86_400
_HIGH_RESOLUTION = (1, 5, 10, 20, 30)
_KEPT_S = ((300, 15 * DAY_S), (3600, 63 * DAY_S), (None, 455 * DAY_S))


def period_s(params: Params, name: str = "Period") -> int:
    """A period that CloudWatch accepts: 1, 5, 10, 20, 30 or a multiple of 60 seconds."""
    period = whole(params, name, 0)
    if period not in _HIGH_RESOLUTION and (period == 0 or period % 60):
        raise invalid(f"The parameter {name} must be 1, 5, 10, 20, 30 or a multiple of 60.")
    return period


def width_minutes(period: int) -> int:
    """The period in minutes. Data has one-minute resolution: a shorter period finds it at whole minutes."""
    return max(1, period // 60)


def time_range(params: Params, now_s: float) -> tuple[int, int]:
    """``[StartTime, EndTime)`` in epoch seconds; the start rounded down as its age asks for."""
    start, end = epoch_s(params, "StartTime"), epoch_s(params, "EndTime")
    if start >= end:
        raise invalid("The parameter StartTime must be less than the parameter EndTime.")
    age = now_s - start
    step = 60 if age < 15 * DAY_S else 300 if age < 63 * DAY_S else 3600
    return int(start // step) * step, int(-(-end // 1))


def kept_from_s(period: int, now_s: float) -> float:
    """The oldest time of which data of this period is kept."""
    for coarser, kept_s in _KEPT_S:
        if coarser is None or period % coarser:
            return now_s - kept_s
    return now_s


def aligned_starts(start_s: int, end_s: int, period: int, now_s: float) -> range:
    """The minutes at which periods start that are aligned to the epoch and begin before ``end_s``, as far as kept."""
    width = width_minutes(period)
    return _kept(start_s // 60 // width * width, end_s, width, period, now_s)


def anchored_starts(start_s: int, end_s: int, period: int, now_s: float) -> range:
    """The minutes at which periods start that are counted from ``start_s``, as far as kept."""
    return _kept(start_s // 60, end_s, width_minutes(period), period, now_s)


def _kept(first: int, end_s: int, width: int, period: int, now_s: float) -> range:
    oldest = int(kept_from_s(period, now_s) // 60)
    if first < oldest:
        first += -(-(oldest - first) // width) * width
    # What lies in the future has no datapoint: no need to go through it.
    end = min(-(-end_s // 60), int(now_s // 60) + 1)
    return range(first, max(first, end), width)
