"""Metric filters: putting, describing, deleting and testing them, and the datapoints they make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from demo.errors import ServiceError
from demo.logs.metric_filters import MetricFilter, metric_filter
from demo.logs.params import Answer, Params, page, required, texts
from demo.logs.reading import pattern_of
from demo.logs.records import Group
from demo.logs.store import Store

_MOST_FILTERS = 100
_DATUMS_A_CALL = 100  # PutMetricData takes 1,000; small calls keep a busy dimension from filling one


def put_metric_filter(store: Store, params: Params) -> Answer:
    """A new filter, or another definition of one. It looks at events from now on: there is no backfill."""
    group = store.group_of(params)
    if group.log_class != "STANDARD":
        raise ServiceError("InvalidOperationException", "Metric filters need a log group of the Standard class.")
    new = metric_filter(params, store.now_ms)
    if new.name not in group.filters and len(group.filters) >= _MOST_FILTERS:
        raise ServiceError("LimitExceededException", f"Resource limit exceeded: {_MOST_FILTERS} filters a log group.")
    group.filters[new.name] = new
    return {}


def delete_metric_filter(store: Store, params: Params) -> Answer:
    """Raises where there is no such filter."""
    group, name = store.group_of(params), required(params, "filterName")
    if name not in group.filters:
        raise ServiceError("ResourceNotFoundException", "The specified metric filter does not exist.")
    del group.filters[name]
    return {}


def describe_metric_filters(store: Store, params: Params) -> Answer:
    """Of one group or of all, by name or by the metric they make."""
    groups = [store.group_of(params)] if params.get("logGroupName") else store.changeable()
    prefix, wanted = params.get("filterNamePrefix", ""), (params.get("metricNamespace"), params.get("metricName"))
    filters = [
        (group, each)
        for group in groups
        for _, each in sorted(group.filters.items())
        if each.name.startswith(prefix)
        and all(want in (None, have) for want, have in zip(wanted, each.metric, strict=True))
    ]
    found, token = page(filters, params, lambda pair: f"{pair[0].name}\n{pair[1].name}")
    return {"metricFilters": [_described(group, each) for group, each in found], **token}


def test_metric_filter(store: Store, params: Params) -> Answer:  # noqa: ARG001 (all operations are called alike)
    """Which of some messages a pattern matches."""
    pattern = pattern_of(params)
    matches = [
        {"eventNumber": number, "eventMessage": message, "extractedValues": _with_dollars(columns)}
        for number, message in enumerate(texts(params, "logEventMessages"), start=1)
        if (columns := pattern.match(message)) is not None
    ]
    return {"matches": matches}


def metric_data(store: Store) -> Iterator[dict[str, Any]]:
    """PutMetricData parameters for every minute that has ended since the filters were last asked."""
    now_minute = store.now_ms // 60_000
    for group in store.changeable():
        for each in group.filters.values():
            for minute in range(each.next_minute, now_minute):
                datums = _datums(store, group, each, minute)
                for first in range(0, len(datums), _DATUMS_A_CALL):
                    yield {"Namespace": each.metric[0], "MetricData": datums[first : first + _DATUMS_A_CALL]}
            each.next_minute = max(each.next_minute, now_minute)


def _datums(store: Store, group: Group, each: MetricFilter, minute: int) -> list[dict[str, Any]]:
    """What came in during ``minute``, after the filter was made; an event counts in the minute of its own time."""
    came_in = store.arrived(group, max(minute * 60_000, each.created_ms), (minute + 1) * 60_000)
    by_minute: dict[int, list[str]] = {}
    for event in came_in:
        by_minute.setdefault(event.at_ms // 60_000, []).append(event.message)
    return [datum for at, messages in by_minute.items() for datum in each.datums(messages, at)]


def _described(group: Group, each: MetricFilter) -> dict[str, Any]:
    return {
        "filterName": each.name,
        "filterPattern": each.text,
        "metricTransformations": [dict(each.transformation)],
        "creationTime": each.created_ms,
        "logGroupName": group.name,
    }


def _with_dollars(columns: Any) -> dict[str, str]:
    return {f"${name}": value for name, value in columns.items()}
