"""Which charts a kind of resource gets: a declaration a kind, and one made of its metrics for any other. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from aws.model import Resource
from tui.present import figures
from tui.present.catalog import Catalog
from widgets.chartdata import Level

PER_MINUTE_S, PER_SECOND_S = 60.0, 1.0
LEVEL_STYLE = "magenta"
_PERCENTILES = ("p50", "p90", "p99")
_STAT_STYLES = {"p50": "green", "p90": "yellow", "p95": "yellow", "p99": "red", "Maximum": "red"}


class Curve(NamedTuple):
    """One series by CloudWatch's metric name; ``stat`` empty: the metric's shown one."""

    metric: str
    stat: str = ""
    label: str = ""
    style: str = ""


class ChartSpec(NamedTuple):
    """One chart. ``rate_s`` turns sums into figures per that many seconds; None leaves values as they are."""

    title: str
    curves: tuple[Curve, ...]
    rate_s: float | None = None
    form: Callable[[float], str] = figures.count
    share_of: str = ""  # the metric that the first curve is a part of
    limit: Callable[[Resource], Iterator[Level]] = lambda _resource: iter(())


def _timeout(resource: Resource) -> Iterator[Level]:
    if (timeout_s := resource.number("timeout_s")) is not None:
        yield Level(f"timeout {timeout_s:g}s", timeout_s * 1000, LEVEL_STYLE)


def _provisioned(resource: Resource) -> Iterator[Level]:
    for fact, word in (("write_capacity", "WCU"), ("read_capacity", "RCU")):
        units = resource.number(fact)
        if units:
            yield Level(f"{units:g} {word}", units, LEVEL_STYLE)


def _integration_limit(resource: Resource) -> Iterator[Level]:
    if (limit_ms := resource.number("integration_timeout_ms")) is not None:
        yield Level(f"limit {figures.milliseconds(limit_ms)}", limit_ms, LEVEL_STYLE)


def _pool(resource: Resource) -> Iterator[Level]:
    if (limit := resource.number("concurrency_limit")) is not None:
        yield Level(f"limit {figures.count(limit)}", limit, LEVEL_STYLE)


def _latencies(metric: str) -> tuple[Curve, ...]:
    return tuple(Curve(metric, stat, stat, _STAT_STYLES[stat]) for stat in _PERCENTILES)


_TABLE = (
    ChartSpec(
        "CAPACITY/s",
        (
            Curve("ConsumedWriteCapacityUnits", "Sum", "write", "yellow"),
            Curve("ConsumedReadCapacityUnits", "Sum", "read", "green"),
        ),
        rate_s=PER_SECOND_S,
        limit=_provisioned,
    ),
    ChartSpec(
        "THROTTLES/min",
        (
            Curve("WriteThrottleEvents", "Sum", "write", "red"),
            Curve("ReadThrottleEvents", "Sum", "read", "yellow"),
        ),
        rate_s=PER_MINUTE_S,
    ),
)
_UNITS = {"Milliseconds": figures.milliseconds, "Seconds": figures.age}
# By CloudWatch's metric names, which do not change. Kinds that are not here get the first metrics they declare.
_SPECS: dict[tuple[str, str], tuple[ChartSpec, ...]] = {
    ("lambda", "function"): (
        ChartSpec("ERRORS/min", (Curve("Errors", "Sum", "", "red"),), rate_s=PER_MINUTE_S, share_of="Invocations"),
        ChartSpec("DURATION", _latencies("Duration"), form=figures.milliseconds, limit=_timeout),
    ),
    ("lambda", "account"): (
        ChartSpec("CONCURRENCY", (Curve("ConcurrentExecutions", "Maximum", "max", "yellow"),), limit=_pool),
        ChartSpec("THROTTLES/min", (Curve("Throttles", "Sum", "", "red"),), rate_s=PER_MINUTE_S),
    ),
    ("dynamodb", "table"): _TABLE,
    ("dynamodb", "index"): _TABLE,
    ("apigateway", "rest-api-stage"): (
        ChartSpec("5XX/min", (Curve("5XXError", "Sum", "", "red"),), rate_s=PER_MINUTE_S, share_of="Count"),
        ChartSpec("LATENCY", _latencies("Latency"), form=figures.milliseconds, limit=_integration_limit),
    ),
}


def specs_of(resource: Resource, catalog: Catalog) -> Iterator[ChartSpec]:
    """The charts that this resource may have, the most needed first."""
    known = _SPECS.get((resource.service, resource.kind))
    yield from _declared(resource, catalog) if known is None else known


def charted(resource: Resource) -> frozenset[str]:
    """CloudWatch's names of the metrics whose figures stand above the charts of this kind."""
    specs = _SPECS.get((resource.service, resource.kind), ())
    return frozenset(curve.metric for spec in specs for curve in spec.curves)


def _declared(resource: Resource, catalog: Catalog) -> Iterator[ChartSpec]:
    """One chart a metric, for kinds of resources that this page knows nothing particular of."""
    service = catalog.services.get(resource.service)
    for metric, _ in service.metrics_of(resource) if service else ():
        summed = metric.shown == "Sum"
        yield ChartSpec(
            f"{metric.id.replace('_', ' ').upper()}{'/min' if summed else ''}",
            (Curve(metric.name, metric.shown),),
            rate_s=PER_MINUTE_S if summed else None,
            form=_UNITS.get(metric.unit, figures.count),
        )
