"""What is measured: the world's metrics, and those that were put."""

from __future__ import annotations

from typing import TypeAlias

from aws.model import MetricKey
from demo.cloudwatch.publishing import SETTLED_AFTER_S, VISIBLE_AFTER_S, visible, visible_before
from demo.world import Datapoint, World

RECENT_MINUTES = 180

_Moment: TypeAlias = tuple[MetricKey, int]

_REMEMBERED = 4_000  # datapoints; twice as many at most
_UNKNOWN = Datapoint((), ())


class Metrics:
    """Datapoints by metric and minute, as far as they can be seen."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._put: dict[MetricKey, dict[int, Datapoint]] = {}
        self._listed_at = -1
        self._listed: list[tuple[MetricKey, int]] = []
        self._first: dict[MetricKey, int] = {}
        self._activity: dict[MetricKey, tuple[int, int]] = {}
        self._newer: dict[_Moment, Datapoint | None] = {}
        self._older: dict[_Moment, Datapoint | None] = {}

    def datapoint(self, metric: MetricKey, minute: int, now_s: float) -> Datapoint | None:
        """What can be seen of that minute. What was put is seen at once and whole."""
        if metric in self._put:
            put = self._put[metric].get(minute)
            if put is not None:
                return put
        age_s = now_s - 60 * minute
        if age_s < VISIBLE_AFTER_S:
            return None
        final = self._final(metric, minute)
        return final if final is None or age_s >= SETTLED_AFTER_S else visible(final, minute, now_s)

    def _final(self, metric: MetricKey, minute: int) -> Datapoint | None:
        """The world's datapoint, remembered for a while: windows overlap, and one metric has several statistics."""
        moment = (metric, minute)
        final = self._newer.get(moment, _UNKNOWN)
        if final is not _UNKNOWN:
            return final
        final = self._older.get(moment, _UNKNOWN)
        if final is _UNKNOWN:
            final = self._world.datapoint(metric, minute)
        if len(self._newer) >= _REMEMBERED:
            self._newer, self._older = {}, self._newer
        self._newer[moment] = final
        return final

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
        listed = [metric for metric, first_minute in self._listed if first_minute < seen_before]
        known = set(listed) if self._put else set()
        return listed + [metric for metric in self._put if metric not in known]

    def first_minute(self, metric: MetricKey, now_s: float) -> int:
        """The minute before which the metric has no datapoint; that of now where it has none at all."""
        seen_before = visible_before(now_s)
        if metric not in self._first:
            self._list(seen_before)
        first = self._first.get(metric, seen_before)
        return min(first, *self._put[metric]) if metric in self._put else first

    def _list(self, seen_before: int) -> None:
        # A look back finds nothing that a later look did not.
        if self._listed_at < seen_before:
            self._listed = list(self._world.metrics())
            self._first = dict(self._listed)
            self._listed_at = seen_before

    def recently_active(self, metric: MetricKey, now_s: float) -> bool:
        """Whether there was a datapoint in the last three hours. What was looked at once is not looked at again."""
        end = visible_before(now_s)
        oldest = end - RECENT_MINUTES
        looked_before, newest = self._activity.get(metric, (oldest, oldest - 1))
        for minute in range(end - 1, max(oldest, looked_before) - 1, -1):
            if self.datapoint(metric, minute, now_s) is not None:
                newest = minute
                break
        self._activity[metric] = (max(end, looked_before), newest)
        return newest >= oldest
