"""Which series go into which GetMetricData request. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aws.model import MetricKey, SeriesId

# 500 queries and 100,800 points a request: CloudWatch API reference, GetMetricData. A hundred keep the answer small
# enough that reading it never holds up a key press; the price is per metric, whatever the number of requests.
QUERIES_PER_CALL = 100
MOST_QUERIES_PER_CALL = 500
POINTS_PER_CALL = 100_800

Batch: TypeAlias = "tuple[SeriesId, ...]"

_SIMPLE_STATS = frozenset({"Average", "Maximum", "Minimum", "SampleCount", "Sum"})


class Window(NamedTuple):
    """What is asked for: ``[start_s, end_s)`` in steps of ``period_s``, all UTC epoch seconds on the period's grid."""

    start_s: int
    end_s: int
    period_s: int

    @classmethod
    def around(cls, start_s: float, end_s: float, period_s: int) -> Window:
        """The smallest window on the grid that covers the given time. Raises ValueError for an empty one."""
        start = int(start_s // period_s) * period_s
        end = -int(-end_s // period_s) * period_s
        if end <= start:
            raise ValueError(f"an empty window: {start_s} to {end_s}")
        return cls(start, end, period_s)

    @property
    def points(self) -> int:
        """How many periods it has."""
        return (self.end_s - self.start_s) // self.period_s


def batches(wanted: Sequence[SeriesId], window: Window, *, queries_per_call: int = QUERIES_PER_CALL) -> list[Batch]:
    """Divide ``wanted`` into requests, in its order, all statistics of a metric in one request.

    CloudWatch bills up to five statistics of one metric in the same request as one. Doubles are asked for once.
    """
    room = max(1, min(queries_per_call, MOST_QUERIES_PER_CALL, POINTS_PER_CALL // window.points))
    planned: list[Batch] = []
    current: list[SeriesId] = []
    for group in _by_metric(wanted):
        if current and len(current) + len(group) > room:
            planned.append(tuple(current))
            current = []
        current.extend(group)
        while len(current) > room:
            planned.append(tuple(current[:room]))
            current = current[room:]
    if current:
        planned.append(tuple(current))
    return planned


def halves(batch: Batch) -> tuple[Batch, ...]:
    """Divide a request that failed as a whole, to find the query at fault: two parts, or itself if it has one query.

    Percentiles part from simple statistics first: where one kind fails, it is that one. Then metrics are kept whole as
    long as there is more than one.
    """
    simple = tuple(series for series in batch if series.stat in _SIMPLE_STATS)
    if 0 < len(simple) < len(batch):
        return simple, tuple(series for series in batch if series.stat not in _SIMPLE_STATS)
    if len(batch) < 2:
        return (batch,)
    groups = list(_by_metric(batch))
    if len(groups) == 1:
        middle = len(batch) // 2
        return batch[:middle], batch[middle:]
    middle = len(groups) // 2
    return _joined(groups[:middle]), _joined(groups[middle:])


def request(batch: Batch, window: Window) -> dict[str, Any]:
    """GetMetricData's parameters for a batch. The query of ``batch[i]`` has the Id ``m<i>``."""
    return {
        "MetricDataQueries": [_query(index, series, window.period_s) for index, series in enumerate(batch)],
        "StartTime": datetime.fromtimestamp(window.start_s, UTC),
        "EndTime": datetime.fromtimestamp(window.end_s, UTC),
        "ScanBy": "TimestampAscending",
    }


def query_ids(batch: Batch) -> Mapping[str, SeriesId]:
    """The series behind each query Id of `request`."""
    return {f"m{index}": series for index, series in enumerate(batch)}


def _query(index: int, series: SeriesId, period_s: int) -> dict[str, Any]:
    metric: dict[str, Any] = {"Namespace": series.metric.namespace, "MetricName": series.metric.name}
    if series.metric.dimensions:
        metric["Dimensions"] = [{"Name": name, "Value": value} for name, value in series.metric.dimensions]
    stat = {"Metric": metric, "Period": period_s, "Stat": series.stat}
    return {"Id": f"m{index}", "MetricStat": stat, "ReturnData": True}


def _by_metric(wanted: Sequence[SeriesId]) -> Iterator[list[SeriesId]]:
    groups: dict[MetricKey, list[SeriesId]] = {}
    for series in dict.fromkeys(wanted):
        groups.setdefault(series.metric, []).append(series)
    yield from groups.values()


def _joined(groups: Sequence[Sequence[SeriesId]]) -> Batch:
    return tuple(series for group in groups for series in group)
