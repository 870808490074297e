"""GetMetricStatistics."""

from __future__ import annotations

from typing import Any

from aws.evaluate.statistics import is_simple
from demo.cloudwatch.fields import Params, metric_key, required, text, texts
from demo.cloudwatch.metrics import Metrics
from demo.cloudwatch.periods import anchored_starts, period_s, time_range
from demo.cloudwatch.queries import check_stat
from demo.cloudwatch.reader import Reader
from demo.errors import ServiceError

MAX_DATAPOINTS = 1_440


def metric_statistics(metrics: Metrics, reader: Reader, params: Params, now_s: float) -> dict[str, Any]:
    """The answer in AWS's shape. Periods are counted from StartTime."""
    metric = metric_key(params)
    required(params, "Period")
    period = period_s(params)
    simple, extended = texts(params, "Statistics", most=5), texts(params, "ExtendedStatistics", most=10)
    if not simple and not extended:
        raise ServiceError("MissingParameter", "The parameter Statistics or ExtendedStatistics is required.")
    for stat in simple:
        if not is_simple(stat):
            raise ServiceError("InvalidParameterValue", f"The value {stat!r} for parameter Statistics is not valid.")
    for stat in extended:
        check_stat(stat)
    start_s, end_s = time_range(params, now_s)
    if (asked := -(-(end_s - start_s) // period)) > MAX_DATAPOINTS:
        raise ServiceError(
            "InvalidParameterCombination",
            f"You have requested up to {asked} datapoints, which exceeds the limit of {MAX_DATAPOINTS}. "
            "You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
        )
    unit = text(params, "Unit")
    starts = anchored_starts(start_s, end_s, period, now_s)
    columns = {
        stat: reader.read(metric, stat, starts.step, starts, now_s, unit)
        for stat in ("SampleCount", *simple, *extended)
    }
    datapoints: list[dict[str, Any]] = []
    for index, start in enumerate(starts):
        if columns["SampleCount"][index] != columns["SampleCount"][index]:
            continue
        datapoint: dict[str, Any] = {
            "Timestamp": 60 * start,
            "Unit": unit or _unit(metrics, metric, starts, start, now_s),
        }
        datapoint |= {stat: columns[stat][index] for stat in simple}
        values = {stat: columns[stat][index] for stat in extended}
        if known := {stat: value for stat, value in values.items() if value == value}:
            datapoint["ExtendedStatistics"] = known
        datapoints.append(datapoint)
    return {"Label": metric.name, "Datapoints": datapoints}


def _unit(metrics: Metrics, metric: Any, starts: range, start: int, now_s: float) -> str:
    """The unit of the period's first datapoint."""
    points = metrics.window(metric, start, start + starts.step, now_s)
    return next((point.unit for point in points if point is not None), "None")
