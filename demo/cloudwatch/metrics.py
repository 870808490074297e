"""What is measured: the world's metrics, and those that were put."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from aws.model import MetricKey
from demo.cloudwatch.publishing import settled_before, visible, visible_before
from demo.world import Datapoint, World

RECENT_MINUTES = 180

_REMEMBERED = 8_000  # datapoints: windows overlap, and one metric has several statistics


class _Window(NamedTuple):
    """The world's datapoints of a metric, minute by minute from ``first`` on."""

    first: int
    points: list[Datapoint | None]


class Metrics:
    """Datapoints by metric and minute, as far as they can be seen."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._put: dict[MetricKey, dict[int, Datapoint]] = {}
        self._listed_at = -1
        self._first: dict[MetricKey, int] = {}
        self._activity: dict[MetricKey, tuple[int, int]] = {}
        self._windows: OrderedDict[MetricKey, _Window] = OrderedDict()
        self._remembered = 0

    def window(self, metric: MetricKey, first: int, end: int, now_s: float) -> list[Datapoint | None]:
        """What can be seen of the minutes from ``first`` up to ``end``. What was put is seen at once and whole."""
        seen_before = min(end, max(first, visible_before(now_s)))
        points = self._final(metric, first, seen_before)
        for minute in range(max(first, settled_before(now_s)), seen_before):
            final = points[minute - first]
            points[minute - first] = None if final is None else visible(final, minute, now_s)
        points += [None] * (end - seen_before)
        if (put := self._put.get(metric)) is not None:
            points = [put.get(minute) or point for minute, point in enumerate(points, first)]
        return points

    def _final(self, metric: MetricKey, first: int, end: int) -> list[Datapoint | None]:
        """The world's datapoints, remembered for a while."""
        if first >= end:
            return []
        known = self._windows.get(metric)
        begin = first
        points: list[Datapoint | None] = []
        if known is not None and known.first <= first < known.first + len(known.points):
            points = known.points[first - known.first : end - known.first]
            begin = first + len(points)
            if begin == end:
                return points
        publishes = self._world.series(metric)
        points += [publishes(minute) for minute in range(begin, end)]
        self._remember(metric, _Window(first, points))
        return points.copy()

    def _remember(self, metric: MetricKey, window: _Window) -> None:
        old = self._windows.pop(metric, None)
        self._remembered += len(window.points) - (len(old.points) if old is not None else 0)
        self._windows[metric] = window
        while self._remembered > _REMEMBERED and len(self._windows) > 1:
            _, oldest = self._windows.popitem(last=False)
            self._remembered -= len(oldest.points)

    def put(self, metric: MetricKey, minute: int, datapoint: Datapoint) -> None:
        """Add samples to a minute of a custom metric."""
        minutes = self._put.setdefault(metric, {})
        known = minutes.get(minute)
        if known is not None:
            datapoint = Datapoint(known.values + datapoint.values, known.counts + datapoint.counts, datapoint.unit)
        minutes[minute] = datapoint
        self._activity.pop(metric, None)

    def listed(self, now_s: float) -> list[MetricKey]:
        """Every metric that had a datapoint by then: the world's in its own order, then custom ones by age."""
        seen_before = visible_before(now_s)
        self._list(seen_before)
        listed = [metric for metric, first_minute in self._first.items() if first_minute < seen_before]
        known = set(listed) if self._put else set()
        return listed + [metric for metric in self._put if metric not in known]

    def first_minute(self, metric: MetricKey, now_s: float) -> int | None:
        """The minute before which the metric has no datapoint; None where it has none at all, and never will."""
        if metric not in self._first:
            self._list(visible_before(now_s))
        first = self._first.get(metric)
        if (put := self._put.get(metric)) is None:
            return first
        return min(put) if first is None else min(first, *put)

    def _list(self, seen_before: int) -> None:
        # A look back finds nothing that a later look did not.
        if self._listed_at < seen_before:
            # The keys that are known stay: others like them are made by the thousand, and dropped at once.
            self._first.update(self._world.metrics())
            self._listed_at = seen_before

    def recently_active(self, metric: MetricKey, now_s: float) -> bool:
        """Whether there was a datapoint in the last three hours. What was looked at once is not looked at again."""
        end = visible_before(now_s)
        oldest = end - RECENT_MINUTES
        looked_before, newest = self._activity.get(metric, (oldest, oldest - 1))
        publishes, put = self._world.series(metric), self._put.get(metric, {})
        for minute in range(end - 1, max(oldest, looked_before) - 1, -1):
            if minute in put or publishes(minute) is not None:
                newest = minute
                break
        self._activity[metric] = (max(end, looked_before), newest)
        return newest >= oldest
