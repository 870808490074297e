"""What asking AWS costs: the prices, and a meter that counts as AWS bills."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, Any, NamedTuple

from aws.model import ApiUse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws.clock import Clock


class Prices(NamedTuple):
    """US dollars, list price, free tier not deducted."""

    as_of: str
    source: str
    usd_per_metric_requested: float
    usd_per_request: Mapping[str, float]
    usd_per_alarm_metric_month: float  # standard resolution; an alarm on metric math pays for each of its metrics
    usd_per_custom_metric_month: float  # the first 10,000; a metric filter makes one


# Region by region the list differs by a few percent; what cwtop prints is marked as a list price.
PRICES = Prices(
    as_of="2026-11",
    source="AWS price list, Amazon CloudWatch, us-east-1",
    usd_per_metric_requested=0.01 / 1000,
    usd_per_request={
        "cloudwatch:GetMetricStatistics": 0.01 / 1000,
        "cloudwatch:ListMetrics": 0.01 / 1000,
        "cloudwatch:GetMetricWidgetImage": 0.02 / 1000,
    },
    usd_per_alarm_metric_month=0.10,
    usd_per_custom_metric_month=0.30,
)

_STATS_BILLED_AS_ONE = 5  # "up to five statistics for the same metric", CloudWatch pricing page
_RATE_WINDOW_S = 900.0
_RATE_NEEDS_S = 60.0


def usd_for(calls: Mapping[str, int], metrics_requested: int) -> float:
    """Dollars for calls by operation ("cloudwatch:ListMetrics") and metrics requested through GetMetricData."""
    requests = sum(PRICES.usd_per_request.get(operation, 0.0) * count for operation, count in calls.items())
    return requests + metrics_requested * PRICES.usd_per_metric_requested


def usd_per_month(*, alarm_metrics: int = 0, custom_metrics: int = 0) -> float:
    """Dollars a month for alarms, by the metrics that they watch, and for metrics of the account's own."""
    return alarm_metrics * PRICES.usd_per_alarm_metric_month + custom_metrics * PRICES.usd_per_custom_metric_month


def metrics_in(params: Mapping[str, Any]) -> tuple[int, int]:
    """Metrics that one GetMetricData request is billed for: as AWS documents it, and at most.

    Documented: up to five statistics of one metric in one request count once. At most: every query counts, as some
    users have found on their bills.
    """
    queries = params.get("MetricDataQueries", ())
    stats: Counter[object] = Counter()
    for index, query in enumerate(queries):
        metric = query.get("MetricStat", {}).get("Metric")
        stats[index if metric is None else _identity(metric)] += 1
    return sum(-(-count // _STATS_BILLED_AS_ONE) for count in stats.values()), len(queries)


def _identity(metric: Mapping[str, Any]) -> tuple[object, ...]:
    dimensions = tuple(sorted((each["Name"], each["Value"]) for each in metric.get("Dimensions", ())))
    return metric.get("Namespace"), metric.get("MetricName"), dimensions


class Meter:
    """Counts requests as they are sent and metrics as they are answered.

    A request without an answer counts as a call and towards the upper bound only; following pages of one look do not
    ask for its metrics a second time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since = clock.monotonic()
        self._calls: Counter[str] = Counter()
        self._metrics = 0
        self._metrics_at_most = 0
        self._spent: deque[tuple[float, float]] = deque()

    def sent(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """One request goes out."""
        name = f"{service}:{operation}"
        self._calls[name] += 1
        if name == "cloudwatch:GetMetricData":
            self._metrics_at_most += metrics_in(params)[1]
        self._spend(PRICES.usd_per_request.get(name, 0.0))

    def answered(self, service: str, operation: str, params: Mapping[str, Any]) -> None:
        """AWS answered it."""
        if (service, operation) == ("cloudwatch", "GetMetricData") and "NextToken" not in params:
            metrics = metrics_in(params)[0]
            self._metrics += metrics
            self._spend(metrics * PRICES.usd_per_metric_requested)

    def use(self) -> ApiUse:
        """Everything counted so far. ``usd_per_hour`` is the last quarter of an hour's rate, None at first."""
        now = self._clock.monotonic()
        self._forget(now)
        measured_s = min(now - self._since, _RATE_WINDOW_S)
        spent = sum(usd for _, usd in self._spent)
        return ApiUse(
            calls=dict(self._calls),
            metrics_requested=self._metrics,
            usd=usd_for(self._calls, self._metrics),
            usd_per_hour=spent / measured_s * 3600 if measured_s >= _RATE_NEEDS_S else None,
            metrics_requested_at_most=self._metrics_at_most,
            usd_at_most=usd_for(self._calls, self._metrics_at_most),
        )

    def _spend(self, usd: float) -> None:
        if usd:
            now = self._clock.monotonic()
            self._spent.append((now, usd))
            self._forget(now)

    def _forget(self, now: float) -> None:
        while self._spent and self._spent[0][0] < now - _RATE_WINDOW_S:
            self._spent.popleft()
