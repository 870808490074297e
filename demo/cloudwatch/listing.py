"""ListMetrics."""

from __future__ import annotations

from typing import Any

from aws.model import MetricKey
from demo.cloudwatch.fields import Params, metric_structure, one_of, required, structures, text
from demo.cloudwatch.metrics import Metrics
from demo.cloudwatch.paging import Page, page_of, token_for

PAGE_SIZE = 500

_OPERATION = "ListMetrics"


def list_metrics(metrics: Metrics, params: Params, now_s: float) -> dict[str, Any]:
    """The answer in AWS's shape, a page at a time: activity is looked up for no more than the page needs."""
    page = page_of(_OPERATION, params, now_s)
    recent_only = one_of(params, "RecentlyActive", ("PT3H",)) == "PT3H"
    wanted = _Filter(params)
    found: list[dict[str, Any]] = []
    listed = metrics.listed(page.now_s)
    for position in range(page.position, len(listed)):
        metric = listed[position]
        if not wanted.matches(metric) or (recent_only and not metrics.recently_active(metric, page.now_s)):
            continue
        if len(found) == PAGE_SIZE:
            return {"Metrics": found, "NextToken": token_for(_OPERATION, params, Page(position, page.now_s))}
        found.append(metric_structure(metric))
    return {"Metrics": found}


class _Filter:
    """Namespace, name, and dimensions of which a metric must have all (by name, or by name and value)."""

    def __init__(self, params: Params) -> None:
        self._namespace = text(params, "Namespace", longest=255)
        self._name = text(params, "MetricName", longest=255)
        self._dimensions: list[tuple[str, str | None]] = []
        for dimension in structures(params, "Dimensions", most=10):
            required(dimension, "Name")
            value = text(dimension, "Value", longest=1024) if dimension.get("Value") is not None else None
            self._dimensions.append((text(dimension, "Name", longest=255), value))

    def matches(self, metric: MetricKey) -> bool:
        if self._namespace and metric.namespace != self._namespace:
            return False
        if self._name and metric.name != self._name:
            return False
        return all(
            any(name == wanted and value in (None, given) for name, given in metric.dimensions)
            for wanted, value in self._dimensions
        )
