"""Statistics of a metric over periods, fast: what is settled is computed once."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from itertools import chain
from math import inf, nan
from typing import NamedTuple

from aws.evaluate.statistics import statistic
from aws.model import MetricKey
from demo.cloudwatch.metrics import Metrics
from demo.cloudwatch.publishing import settled_before
from demo.world import Datapoint

_UNREAD = -inf
_MAX_CACHED = 500_000  # values, 4 MB: three hours of 2,800 series. Who polls ten thousand reads most of it but once


class _Name(NamedTuple):
    """What is cached together. ``width`` is the period in minutes."""

    metric: MetricKey
    stat: str
    width: int
    unit: str


class _Settled:
    """Values by the minute at which their period starts, from ``first`` on; _UNREAD where nobody asked yet."""

    __slots__ = ("first", "values")

    def __init__(self, first: int) -> None:
        self.first = first
        self.values = array("d")

    def cover(self, starts: range) -> int:
        """Make room for these starts; gives by how many values it grew."""
        grown = 0
        if starts.start < self.first:
            grown = self.first - starts.start
            self.values = array("d", [_UNREAD]) * grown + self.values
            self.first = starts.start
        missing = starts.stop - self.first - len(self.values)
        if missing > 0:
            self.values.extend(array("d", [_UNREAD]) * missing)
            grown += missing
        return grown


class Reader:
    """Reads statistics through a cache of settled periods."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._cache: OrderedDict[_Name, _Settled] = OrderedDict()
        self._cached_values = 0

    def read(
        self, metric: MetricKey, stat: str, width: int, starts: range, now_s: float, unit: str = ""
    ) -> array[float]:
        """The statistic for periods of ``width`` minutes that begin at ``starts`` (epoch minutes), seen at ``now_s``.

        NaN where there is no datapoint, or none with that unit. Raises `StatisticError`.
        """
        begins = self._metrics.first_minute(metric, now_s)
        if begins is None or (starts and starts[-1] + width <= begins):
            return array("d", [nan]) * len(starts)  # most functions of a large account are never called
        name = _Name(metric, stat, width, unit)
        final = range(starts.start, max(starts.start, min(starts.stop, settled_before(now_s) - width + 1)), starts.step)
        values = self._settled(name, final, now_s)
        values.extend(self._compute(name, starts[len(final) :], now_s))
        return values

    def silent(self, metric: MetricKey, now_s: float) -> bool:
        """Whether the metric has no datapoint at all."""
        return self._metrics.first_minute(metric, now_s) is None

    def look_around(self, now_s: float) -> None:
        """List the metrics as of now, before minutes of the past are read one by one: a list for each would be slow."""
        self._metrics.listed(now_s)

    def forget(self, metric: MetricKey) -> None:
        """Drop what is cached of a metric: samples were added to its past."""
        for name in [name for name in self._cache if name.metric == metric]:
            self._cached_values -= len(self._cache.pop(name).values)

    def _settled(self, name: _Name, starts: range, now_s: float) -> array[float]:
        if not starts:
            return array("d")
        settled = self._cache.get(name)
        if settled is None:
            settled = self._cache[name] = _Settled(starts.start)
        self._cache.move_to_end(name)
        self._cached_values += settled.cover(starts)
        first = starts.start - settled.first
        values = settled.values[first : first + len(starts) * starts.step : starts.step]
        if _UNREAD in values:
            unread = values.index(_UNREAD)
            last = len(values) - next(index for index, value in enumerate(reversed(values)) if value == _UNREAD)
            computed = array("d", self._compute(name, starts[unread:last], now_s))
            values[unread:last] = computed
            settled.values[first + unread * starts.step : first + len(starts) * starts.step : starts.step] = values[
                unread:
            ]
            self._evict()
        return values

    def _compute(self, name: _Name, starts: range, now_s: float) -> list[float]:
        metric, stat, width, unit = name
        compute = statistic(stat)
        # Weeks may be asked of a world that is hours old.
        begins = self._metrics.first_minute(metric, now_s) or 0
        silent = next((index for index, start in enumerate(starts) if start + width > begins), len(starts))
        told = starts[silent:]
        values = [nan] * silent
        if not told:
            return values
        points = self._metrics.window(metric, told[0], told[-1] + width, now_s)
        if unit:
            points = [point if point is not None and point.unit == unit else None for point in points]
        if width == 1 == starts.step:
            return values + [nan if point is None else compute(point.values, point.counts) for point in points]
        for start in range(0, len(told) * told.step, told.step):
            found = [point for point in points[start : start + width] if point is not None]
            values.append(compute(*_joined(found)) if found else nan)
        return values

    def _evict(self) -> None:
        while self._cached_values > _MAX_CACHED and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            self._cached_values -= len(oldest.values)


def _joined(points: list[Datapoint]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The samples of several minutes."""
    if len(points) == 1:
        return points[0].values, points[0].counts
    values = tuple(chain.from_iterable([point.values for point in points]))
    return values, tuple(chain.from_iterable([point.counts for point in points]))
