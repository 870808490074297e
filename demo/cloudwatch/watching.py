"""What a metric alarm looks at: the datapoints of its evaluation range at a moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from typing import Any, Protocol

from aws.evaluate.alarm import AlarmTest, Point
from aws.evaluate.math import Context, MathError, TimeSeries, Value, Window, evaluate
from aws.evaluate.statistics import is_percentile, percent_of
from aws.model import MetricKey
from demo.cloudwatch.fields import metric_key
from demo.cloudwatch.periods import width_minutes
from demo.cloudwatch.queries import MathQuery, MetricQuery, Query, read_queries
from demo.cloudwatch.reader import Reader


class Watch(Protocol):
    """Gives an alarm's points; ``period_s``, ``statistic`` and ``unit`` are for its StateReasonData.

    ``whole_range``: a point's value depends on how far back one looks, so that the whole range is always needed.
    """

    whole_range: bool
    period_s: int
    statistic: str
    unit: str

    def points(self, periods: int, minute: int) -> list[Point]:
        """The last ``periods`` periods that end at ``minute``, oldest first. Raises `MathError`."""
        ...

    def samples(self, points: Sequence[Point]) -> list[Point]:
        """The points with their sample counts, where that means anything."""
        ...

    def silent(self, now_s: float) -> bool:
        """Whether it is known beforehand that there never was a point."""
        ...


class MetricWatch:
    """One statistic of one metric. Periods end at the minute of evaluation, whatever the clock: they slide."""

    whole_range = False

    def __init__(self, definition: Mapping[str, Any], reader: Reader) -> None:
        self._metric: MetricKey = metric_key(definition)
        self._reader = reader
        self.period_s: int = definition["Period"]
        self.statistic: str = definition.get("Statistic") or definition["ExtendedStatistic"]
        self.unit: str = definition.get("Unit", "")

    def points(self, periods: int, minute: int) -> list[Point]:
        width = width_minutes(self.period_s)
        starts = range(minute - periods * width, minute, width)
        values = self._reader.read(self._metric, self.statistic, width, starts, 60 * minute, self.unit)
        return [Point(60 * start, value) for start, value in zip(starts, values, strict=True)]

    def samples(self, points: Sequence[Point]) -> list[Point]:
        width = width_minutes(self.period_s)
        counted = []
        for point in points:
            start = point.at_s // 60
            # Seen as far as it could be when the newest period had just ended.
            seen_s = max(each.at_s for each in points) + 60 * width
            counts = self._reader.read(self._metric, "SampleCount", width, range(start, start + 1), seen_s, self.unit)
            counted.append(point._replace(samples=counts[0]))
        return counted

    def silent(self, now_s: float) -> bool:
        return self._reader.silent(self._metric, now_s)


class MathWatch:
    """An expression over metrics, or one metric given as a query."""

    whole_range = True
    statistic = ""
    unit = ""

    def __init__(self, definition: Mapping[str, Any], reader: Reader) -> None:
        self._queries = read_queries(definition["Metrics"], "Metrics")
        self._returned = next(query for query in self._queries.values() if query.returned)
        self._reader = reader
        self.period_s = max(query.period_s for query in self._queries.values() if isinstance(query, MetricQuery))

    def points(self, periods: int, minute: int) -> list[Point]:
        width = width_minutes(self.period_s)
        starts = range(minute - periods * width, minute, width)
        value = _Look(self._queries, self._reader, starts, minute).value(self._returned.id)
        if isinstance(value, tuple) and len(value) == 1:
            value = value[0]
        if not isinstance(value, TimeSeries):
            raise MathError("an alarm needs an expression that returns one time series", 0)
        return [Point(60 * start, value.points.get(60 * start, nan)) for start in starts]

    def samples(self, points: Sequence[Point]) -> list[Point]:
        return list(points)

    def silent(self, now_s: float) -> bool:  # noqa: ARG002
        return False  # an expression may fill in what is missing


class _Look:
    """One evaluation of an alarm's queries."""

    def __init__(self, queries: Mapping[str, Query], reader: Reader, starts: range, minute: int) -> None:
        self._queries = queries
        self._reader = reader
        self._starts = starts
        self._minute = minute
        self._open: set[str] = set()

    def value(self, query_id: str) -> Value:
        query = self._queries[query_id]
        if isinstance(query, MetricQuery):
            return self._series(query)
        return self._computed(query)

    def _series(self, query: MetricQuery) -> TimeSeries:
        starts = self._starts
        values = self._reader.read(query.metric, query.stat, starts.step, starts, 60 * self._minute, query.unit)
        points = {60 * start: value for start, value in zip(starts, values, strict=True) if value == value}
        return TimeSeries(query.id, query.label, 60 * starts.start, 60 * starts.step, points)

    def _computed(self, query: MathQuery) -> Value:
        if query.id in self._open:
            raise MathError(f"{query.id} refers to itself", query.expression.at)
        self._open.add(query.id)
        starts = self._starts
        window = Window(60 * starts.start, 60 * self._minute, 60 * starts.step)
        value = evaluate(query.expression, Context(window=window, lookup=self.value, metrics=self._metrics))
        self._open.discard(query.id)
        return value

    def _metrics(self) -> tuple[TimeSeries, ...]:
        return tuple(self._series(query) for query in self._queries.values() if isinstance(query, MetricQuery))


def watch_of(definition: Mapping[str, Any], reader: Reader) -> Watch:
    """What the alarm looks at."""
    return MathWatch(definition, reader) if "Metrics" in definition else MetricWatch(definition, reader)


def test_of(definition: Mapping[str, Any]) -> AlarmTest | None:
    """What the alarm tests for; None for an anomaly detection band, which is not simulated."""
    if "Threshold" not in definition:
        return None
    return AlarmTest(
        comparison=definition["ComparisonOperator"],
        threshold=float(definition["Threshold"]),
        evaluation_periods=definition["EvaluationPeriods"],
        datapoints_to_alarm=definition.get("DatapointsToAlarm"),
        treat_missing=definition.get("TreatMissingData", "missing"),
    )


def samples_needed(definition: Mapping[str, Any]) -> float:
    """How many samples a percentile alarm wants before it judges; 0 where it judges by any number.

    Source: the CloudWatch User Guide, "Percentile-based CloudWatch alarms and low data samples".
    """
    stat = definition.get("ExtendedStatistic", "")
    if definition.get("EvaluateLowSampleCountPercentile") != "ignore" or not is_percentile(stat):
        return 0.0
    share = percent_of(stat) / 100
    rarer = min(share, 1 - share)
    return 10 / rarer if rarer > 0 else 0.0
