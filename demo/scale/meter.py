"""What a client asks for and what AWS would bill for it: counted by the one who is asked.

It shares nothing with the client's own meter, which it is there to check.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

USD_PER_METRIC: Final = 0.01 / 1000
"""GetMetricData, per metric requested (Amazon CloudWatch pricing, us-east-1)."""

USD_PER_REQUEST: Final = {
    "cloudwatch:ListMetrics": 0.01 / 1000,
    "cloudwatch:GetMetricStatistics": 0.01 / 1000,
    "cloudwatch:GetMetricWidgetImage": 0.02 / 1000,
}
"""Amazon CloudWatch pricing, us-east-1, beyond the free million requests a month."""

_STATS_FOR_ONE: Final = 5  # "up to five statistics for the same metric" in one request are billed as one metric


class Meter:
    """Counts since it was made. Times are monotonic seconds."""

    def __init__(self, now: float) -> None:
        self._began = now
        self._calls: Counter[str] = Counter()
        self._throttled: Counter[str] = Counter()
        self._metrics = 0
        self._queries = 0
        self._datapoints = 0

    def throttled(self, action: str) -> None:
        """A request was refused as one too many: it costs nothing."""
        self._calls[action] += 1
        self._throttled[action] += 1

    def admitted(self, action: str, params: Mapping[str, Any], datapoints: int) -> None:
        """A request is answered; ``params`` are GetMetricData's own. Further pages of a look are not billed again."""
        self._calls[action] += 1
        queries = params.get("MetricDataQueries")
        if isinstance(queries, list):
            self._queries += len(queries)
            self._datapoints += datapoints
            if not params.get("NextToken"):
                self._metrics += metrics_billed(queries)

    def state(self, now: float) -> dict[str, Any]:
        """Everything counted, in dollars too; ``usd_at_most`` if every query were billed as a metric of its own."""
        answered = self._calls - self._throttled
        requests = sum(USD_PER_REQUEST.get(action, 0.0) * times for action, times in answered.items())
        return {
            "elapsed_s": round(now - self._began, 3),
            "calls": dict(sorted(self._calls.items())),
            "throttled": dict(sorted(self._throttled.items())),
            "metrics_requested": self._metrics,
            "queries": self._queries,
            "datapoints_asked": self._datapoints,
            "usd": round(requests + self._metrics * USD_PER_METRIC, 9),
            "usd_at_most": round(requests + self._queries * USD_PER_METRIC, 9),
        }


def metrics_billed(queries: list[Any]) -> int:
    """The metrics that these MetricDataQueries are billed for; an expression counts as one."""
    stats = Counter(
        _identity(query, index) if isinstance(query, dict) else index for index, query in enumerate(queries)
    )
    return sum(-(-count // _STATS_FOR_ONE) for count in stats.values())


def _identity(query: Mapping[str, Any], index: int) -> object:
    stat = query.get("MetricStat")
    metric = stat.get("Metric") if isinstance(stat, dict) else None
    if not isinstance(metric, dict):
        return index
    dimensions = sorted(f"{each.get('Name')}={each.get('Value')}" for each in metric.get("Dimensions") or ())
    return metric.get("Namespace"), metric.get("MetricName"), tuple(dimensions)
