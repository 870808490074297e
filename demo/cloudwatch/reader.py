"""Statistics of a metric over periods, fast: what is settled is computed once."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from math import inf, nan
from typing import NamedTuple

from aws.evaluate.statistics import statistic
from aws.model import MetricKey
from demo.cloudwatch.metrics import Metrics
from demo.cloudwatch.publishing import settled_before
from demo.world import Datapoint

_UNREAD = -inf
_MAX_CACHED = 3_000_000  # values, 24 MB: three hours of 16,000 series


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
        if starts and starts[-1] + width <= self._metrics.first_minute(metric, now_s):
            return array("d", [nan]) * len(starts)  # most functions of a large account are never called
        name = _Name(metric, stat, width, unit)
        final = range(starts.start, max(starts.start, min(starts.stop, settled_before(now_s) - width + 1)), starts.step)
        values = self._settled(name, final, now_s)
        values.extend(self._compute(name, starts[len(final) :], now_s))
        return values

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
            missing = [index for index in range(unread, len(values)) if values[index] == _UNREAD]
            computed = self._compute(name, [starts[index] for index in missing], now_s)
            for index, value in zip(missing, computed, strict=True):
                values[index] = value
                settled.values[first + index * starts.step] = value
            self._evict()
        return values

    def _compute(self, name: _Name, starts: range | list[int], now_s: float) -> list[float]:
        compute = statistic(name.stat)
        values = []
        first = self._metrics.first_minute(name.metric, now_s)
        for start in starts:
            # Weeks may be asked of a world that is hours old.
            datapoint = self._over(name, start, now_s) if start + name.width > first else None
            values.append(nan if datapoint is None else compute(datapoint.values, datapoint.counts))
        return values

    def _over(self, name: _Name, start: int, now_s: float) -> Datapoint | None:
        """The samples of one period, joined."""
        metric, _, width, unit = name
        if width == 1:
            only = self._metrics.datapoint(metric, start, now_s)
            return None if only is None or (unit and only.unit != unit) else only
        found = [
            datapoint
            for minute in range(start, start + width)
            if (datapoint := self._metrics.datapoint(metric, minute, now_s)) is not None
            and (not unit or datapoint.unit == unit)
        ]
        if not found:
            return None
        values = tuple(value for datapoint in found for value in datapoint.values)
        return Datapoint(values, tuple(count for datapoint in found for count in datapoint.counts), found[0].unit)

    def _evict(self) -> None:
        while self._cached_values > _MAX_CACHED and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            self._cached_values -= len(oldest.values)
