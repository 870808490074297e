"""GetMetricData."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from math import isfinite
from typing import Any, NamedTuple

from aws.evaluate.math import Context, MathError, SeriesArray, TimeSeries, Value, Window, evaluate, parse_search
from aws.model import MetricKey
from demo.cloudwatch.fields import Params, invalid, one_of, required, structures, whole
from demo.cloudwatch.metrics import Metrics
from demo.cloudwatch.paging import Page, page_of, token_for
from demo.cloudwatch.periods import aligned_starts, time_range
from demo.cloudwatch.queries import MathQuery, MetricQuery, Query, check_stat, math_error, read_queries
from demo.cloudwatch.reader import Reader

MAX_DATAPOINTS = 100_800
MAX_SEARCHED = 100

_OPERATION = "GetMetricData"


class Result(NamedTuple):
    """One series of an answer, oldest datapoint first."""

    id: str
    label: str
    times: list[int]
    values: list[float]


class MetricData:
    """Answers GetMetricData from a reader."""

    def __init__(self, metrics: Metrics, reader: Reader) -> None:
        self._metrics = metrics
        self._reader = reader

    def answer(self, params: Params, now_s: float) -> dict[str, Any]:
        """The answer in AWS's shape. Pages hold MaxDatapoints datapoints; times are those of the first page."""
        page = page_of(_OPERATION, params, now_s)
        newest_first = one_of(params, "ScanBy", ("TimestampDescending", "TimestampAscending")) != "TimestampAscending"
        limit = whole(params, "MaxDatapoints", MAX_DATAPOINTS, most=MAX_DATAPOINTS)
        required(params, "MetricDataQueries")
        queries = read_queries(structures(params, "MetricDataQueries"), "MetricDataQueries")
        start_s, end_s = time_range(params, page.now_s)
        look = _Look(self._metrics, self._reader, queries, start_s, end_s, page.now_s)
        results = list(look.results())
        if page.position == 0 and sum(len(result.times) for result in results) <= limit:
            return {"MetricDataResults": [_whole(result, newest_first) for result in results], "Messages": []}
        return self._paged(params, results, newest_first, page, limit)

    def _paged(
        self, params: Params, results: list[Result], newest_first: bool, page: Page, limit: int
    ) -> dict[str, Any]:
        """Pages go through time, all series side by side, as ScanBy asks for."""
        points = sorted(
            chain.from_iterable(
                ((-at if newest_first else at, index, value) for at, value in zip(*result[2:], strict=True))
                for index, result in enumerate(results)
            )
        )
        end = page.position + limit
        times: list[list[int]] = [[] for _ in results]
        values: list[list[float]] = [[] for _ in results]
        for at, index, value in points[page.position : end]:
            times[index].append(abs(at))
            values[index].append(value)
        unfinished = {index for _, index, _ in points[end:]}
        answer: dict[str, Any] = {
            "MetricDataResults": [
                _structure(result, times[index], values[index], "PartialData" if index in unfinished else "Complete")
                for index, result in enumerate(results)
            ],
            "Messages": [],
        }
        if unfinished:
            answer["NextToken"] = token_for(_OPERATION, params, Page(end, page.now_s))
        return answer


class _Look:
    """One request's queries, each evaluated at most once."""

    def __init__(
        self, metrics: Metrics, reader: Reader, queries: dict[str, Query], start_s: int, end_s: int, now_s: float
    ) -> None:
        self._metrics = metrics
        self._reader = reader
        self._queries = queries
        self._start_s, self._end_s, self._now_s = start_s, end_s, now_s
        self._values: dict[str, Value] = {}
        self._open: set[str] = set()
        self._labels = _labels(queries)
        self._period_s = max((query.period_s for query in queries.values()), default=0) or 60

    def results(self) -> Iterator[Result]:
        """What is returned, in the order of the queries; an expression may give several series."""
        for query in self._queries.values():
            if not query.returned:
                continue
            if isinstance(query, MetricQuery):
                yield self._plain(query)
            else:
                yield from self._computed(query)

    def _plain(self, query: MetricQuery) -> Result:
        starts, values = self._read(query)
        times = []
        found = []
        for start, value in zip(starts, values, strict=True):
            if value == value:
                times.append(60 * start)
                found.append(value)
        return Result(query.id, self._labels[query.id], times, found)

    def _read(self, query: MetricQuery) -> tuple[range, Any]:
        starts = aligned_starts(self._start_s, self._end_s, query.period_s, self._now_s)
        return starts, self._reader.read(query.metric, query.stat, starts.step, starts, self._now_s, query.unit)

    def _computed(self, query: MathQuery) -> Iterator[Result]:
        value = self._value(query.id)
        if isinstance(value, float):
            raise invalid(f"Error in expression '{query.id}': the expression must return time series, not a scalar")
        for series in value if isinstance(value, tuple) else (value,):
            label = query.label or query.id
            if isinstance(value, tuple):
                label = f"{query.label} {series.label}".strip()
            yield Result(query.id, label, list(series.points), list(series.points.values()))

    def _value(self, query_id: str) -> Value:
        if query_id in self._values:
            return self._values[query_id]
        query = self._queries[query_id]
        if isinstance(query, MetricQuery):
            value: Value = self._series(query)
        else:
            if query_id in self._open:
                raise invalid(f"Error in expression '{query_id}': expressions refer to each other in a circle")
            self._open.add(query_id)
            try:
                value = evaluate(query.expression, self._context(query))
            except MathError as error:
                raise math_error(query_id, error) from None
            self._open.discard(query_id)
        self._values[query_id] = value
        return value

    def _series(self, query: MetricQuery) -> TimeSeries:
        starts, values = self._read(query)
        points = {60 * start: value for start, value in zip(starts, values, strict=True) if isfinite(value)}
        label = self._labels[query.id] if query.id else query.label
        return TimeSeries(query.id, label, 60 * starts.start, 60 * starts.step, points)

    def _context(self, query: MathQuery) -> Context:
        period_s = query.period_s or self._period_s
        starts = aligned_starts(self._start_s, self._end_s, period_s, self._now_s)
        window = Window(60 * starts.start, 60 * starts.stop, 60 * starts.step)
        return Context(window=window, lookup=self._value, metrics=self._all_metrics, search=self._search)

    def _all_metrics(self) -> SeriesArray:
        found = (self._value(query.id) for query in self._queries.values() if isinstance(query, MetricQuery))
        return tuple(value for value in found if isinstance(value, TimeSeries))

    def _search(self, text: str, stat: str, period_s: int) -> SeriesArray:
        matches = parse_search(text)
        check_stat(stat)
        found = [metric for metric in self._metrics.listed(self._now_s) if matches(metric)]
        return tuple(
            self._series(MetricQuery("", _distinct(metric), True, metric, stat, period_s, ""))
            for metric in found[:MAX_SEARCHED]
        )


def _labels(queries: dict[str, Query]) -> dict[str, str]:
    """Given labels, else the metric's name, made distinct with the dimensions' values where several share it."""
    plain = [query for query in queries.values() if isinstance(query, MetricQuery)]
    names = Counter(query.metric.name for query in plain)
    return {
        query.id: query.label or (_distinct(query.metric) if names[query.metric.name] > 1 else query.metric.name)
        for query in plain
    }


def _distinct(metric: MetricKey) -> str:
    return " ".join((*(value for _, value in metric.dimensions), metric.name))


def _whole(result: Result, newest_first: bool) -> dict[str, Any]:
    step = -1 if newest_first else 1
    return _structure(result, result.times[::step], result.values[::step], "Complete")


def _structure(result: Result, times: list[int], values: list[float], status: str) -> dict[str, Any]:
    return {"Id": result.id, "Label": result.label, "Timestamps": times, "Values": values, "StatusCode": status}
