"""FILL: datapoints where there are none."""

from __future__ import annotations

from bisect import bisect_left

from aws.evaluate.math.values import TimeSeries


def fill_with(series: TimeSeries, filler: float | TimeSeries, end_s: int) -> TimeSeries:
    """A scalar, or another series' datapoint of the same time, where there is none."""
    known = series.points
    if isinstance(filler, TimeSeries):
        others = filler.points
        return series.having((at, known[at] if at in known else others[at]) for at in _times(series, filler, end_s))
    return series.having((at, known.get(at, filler)) for at in series.grid(end_s))


def fill_repeat(series: TimeSeries, end_s: int) -> TimeSeries:
    """The newest datapoint before the gap; a gap at the start stays."""
    filled: list[tuple[int, float]] = []
    for at in series.grid(end_s):
        if at in series.points:
            filled.append((at, series.points[at]))
        elif filled:
            filled.append((at, filled[-1][1]))
    return series.having(filled)


def fill_linear(series: TimeSeries, end_s: int) -> TimeSeries:
    """A straight line across the gap; gaps at the start and at the end stay."""
    times = list(series.points)

    def value(at: int) -> float | None:
        after = bisect_left(times, at)
        if after == len(times) or (after == 0 and times[0] != at):
            return None
        if times[after] == at:
            return series.points[at]
        left, right = times[after - 1], times[after]
        share = (at - left) / (right - left)
        return series.points[left] * (1 - share) + series.points[right] * share

    return series.having((at, known) for at in series.grid(end_s) if (known := value(at)) is not None)


def _times(series: TimeSeries, filler: TimeSeries, end_s: int) -> list[int]:
    return [at for at in series.grid(end_s) if at in series.points or at in filler.points]
