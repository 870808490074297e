"""PutMetricData."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aws.model import MetricKey
from demo.cloudwatch.fields import Params, epoch_s, invalid, metric_key, number, required, structure, structures, text
from demo.cloudwatch.metrics import Metrics
from demo.cloudwatch.periods import DAY_S
from demo.cloudwatch.reader import Reader
from demo.errors import ServiceError
from demo.world import Datapoint

MAX_METRICS = 1_000
MAX_VALUES = 150
_LARGEST = 2.0**360


def put_metric_data(metrics: Metrics, reader: Reader, params: Params, now_s: float) -> dict[str, Any]:
    """Store samples; all are checked before any is stored."""
    required(params, "Namespace")
    namespace = text(params, "Namespace", longest=255)
    if namespace.startswith("AWS/"):
        raise ServiceError("InvalidParameterValue", f"The value {namespace} for parameter Namespace is invalid.")
    checked = list(_datums(namespace, structures(params, "MetricData", most=MAX_METRICS), now_s))
    for metric, minute, datapoint in checked:
        metrics.put(metric, minute, datapoint)
    for metric in {metric for metric, _, _ in checked}:
        reader.forget(metric)
    return {}


def _datums(namespace: str, datums: list[Params], now_s: float) -> Iterator[tuple[MetricKey, int, Datapoint]]:
    for datum in datums:
        at_s = epoch_s(datum, "Timestamp") if datum.get("Timestamp") is not None else now_s
        if not now_s - 14 * DAY_S <= at_s <= now_s + 7_200:
            raise ServiceError(
                "InvalidParameterValue", "The parameter Timestamp must be within two weeks back and two hours ahead."
            )
        values, counts = _samples(datum)
        if any(abs(value) > _LARGEST for value in values) or any(count <= 0 for count in counts):
            raise ServiceError("InvalidParameterValue", "A value of MetricData is out of range.")
        metric = metric_key({"Namespace": namespace, **datum})
        yield metric, int(at_s // 60), Datapoint(values, counts, text(datum, "Unit", "None"))


def _samples(datum: Params) -> tuple[tuple[float, ...], tuple[float, ...]]:
    given = [name for name in ("Value", "Values", "StatisticValues") if datum.get(name) is not None]
    if len(given) != 1:
        raise ServiceError(
            "InvalidParameterCombination", "Exactly one of Value, Values and StatisticValues must be given."
        )
    if given == ["Value"]:
        return (number(datum, "Value"),), (1.0,)
    if given == ["StatisticValues"]:
        return _statistic_set(structure(datum, "StatisticValues"))
    values = _numbers(datum, "Values")
    counts = _numbers(datum, "Counts") if datum.get("Counts") is not None else (1.0,) * len(values)
    if not 1 <= len(values) <= MAX_VALUES or len(values) != len(counts):
        raise invalid(f"Values and Counts must be of equal length, from 1 to {MAX_VALUES}.")
    return values, counts


def _numbers(datum: Params, name: str) -> tuple[float, ...]:
    items = datum[name]
    if not isinstance(items, list):
        raise invalid(f"The value for parameter {name} must be a list of numbers.")
    return tuple(number({name: item}, name) for item in items)


def _statistic_set(given: Params) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Samples that have this count, sum, minimum and maximum; what lies between the two is not known, so it is even."""
    count, total = number(given, "SampleCount"), number(given, "Sum")
    lowest, highest = number(given, "Minimum"), number(given, "Maximum")
    if lowest > highest or count <= 0:
        raise ServiceError("InvalidParameterValue", "StatisticValues are not those of any samples.")
    if lowest == highest:
        return (lowest,), (count,)
    if count <= 2:
        return (lowest, highest), (count / 2, count / 2)
    return (lowest, (total - lowest - highest) / (count - 2), highest), (1.0, count - 2, 1.0)
