"""The charts of a resource page: which series, in which scale, with which thresholds and marks. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from aws.model import Alarm, ReadState, Resource, Series, Snapshot
from aws.services.base import Metric
from tui.present import figures, styles
from tui.present.alarms import condition
from tui.present.catalog import Catalog
from tui.present.chart_specs import LEVEL_STYLE, ChartSpec, Curve, specs_of
from tui.present.cover import Coverage
from tui.present.explain import deployed_s
from tui.present.windows import newest, total
from widgets.cells import Cell
from widgets.chartdata import ChartData, ChartSeries, Level, Mark

SETTLING_S = 120  # CloudWatch goes on changing a minute's figures about this long after its end
_MARK_STYLE = "cyan"
_UNREAD = {
    ReadState.NOT_FETCHED: "not read yet",
    ReadState.DENIED: "not allowed to read it: ! says what to allow",
    ReadState.FAILED: "could not be read: ! says why",
    ReadState.PARTIAL: "read in part, and no datapoint in that",
    ReadState.STALE: "not read lately, and no datapoint before",
}


class _Reading(NamedTuple):
    curve: Curve
    metric: Metric
    stat: str
    series: Series


def charts(
    snapshot: Snapshot, resource: Resource, *, window_s: int, catalog: Catalog, local: bool = False
) -> tuple[ChartData, ...]:
    """At most two charts of the last ``window_s`` seconds; none where the kind publishes no metric."""
    found = ((spec, _readings(snapshot, resource, spec, catalog)) for spec in specs_of(resource, catalog))
    drawable = islice(((spec, readings) for spec, readings in found if readings), 2)
    return tuple(_chart(snapshot, resource, spec, rs, window_s, catalog, local) for spec, rs in drawable)


def _readings(snapshot: Snapshot, resource: Resource, spec: ChartSpec, catalog: Catalog) -> list[_Reading]:
    found: list[_Reading] = []
    for curve in spec.curves:
        metric = catalog.metric(resource, curve.metric)
        stat = curve.stat or (metric.shown if metric else "")
        if metric is not None and stat in metric.stats and metric.key(resource) is not None:
            found.append(_Reading(curve, metric, stat, catalog.series(snapshot, resource, metric, stat)))
    return found


def _chart(
    snapshot: Snapshot,
    resource: Resource,
    spec: ChartSpec,
    readings: list[_Reading],
    window_s: int,
    catalog: Catalog,
    local: bool,
) -> ChartData:
    to_s = max((reading.series.end_s for reading in readings if reading.series.values), default=int(snapshot.at_s))
    from_s = to_s - window_s
    settling_s = min(snapshot.at_s, to_s) - SETTLING_S
    changed_s = deployed_s(resource)
    return ChartData(
        title=spec.title,
        from_s=from_s,
        to_s=to_s,
        figures=tuple(_figures(snapshot, resource, spec, readings, catalog)),
        series=tuple(_curve(reading, spec, from_s, settling_s) for reading in readings),
        levels=(*spec.limit(resource), *_thresholds(snapshot, resource, spec, readings)),
        marks=()
        if changed_s is None
        else (Mark(f"deployed {figures.clock(changed_s, local=local)}", changed_s, _MARK_STYLE),),
        provisional_s=settling_s,
        empty=_why_empty(readings, window_s),
    )


def _curve(reading: _Reading, spec: ChartSpec, from_s: float, settling_s: float) -> ChartSeries:
    """The points of the window. No datapoint of a sparse count that was read completely is zero, once it is settled."""
    series = reading.series
    scale = _scale(spec, reading.stat, series.period_s)
    quiet = 0.0 if reading.metric.sparse and reading.stat == "Sum" and series.state.known else None
    first = max(0, math.ceil((from_s - series.start_s) / series.period_s))
    xs: list[float] = []
    ys: list[float | None] = []
    for index in range(first, len(series.values)):
        start_s, value = series.start_s + index * series.period_s, series.values[index]
        settled = start_s + series.period_s <= settling_s
        xs.append(start_s + series.period_s / 2)
        ys.append(value * scale if value == value else quiet if settled else None)
    if not any(ys) and not any(value == value for value in series.values[first:]):
        return ChartSeries(reading.curve.label, (), (), reading.curve.style)
    return ChartSeries(reading.curve.label, tuple(xs), tuple(ys), reading.curve.style)


def _scale(spec: ChartSpec, stat: str, period_s: int) -> float:
    return spec.rate_s / period_s if spec.rate_s is not None and stat == "Sum" else 1.0


def _thresholds(snapshot: Snapshot, resource: Resource, spec: ChartSpec, readings: list[_Reading]) -> Iterator[Level]:
    """What the resource's alarms fire at, where it can be read off this chart: same metric, same statistic, no math.

    A sum over a longer period is drawn at the steady rate that adds up to it.
    """
    shown = {(reading.metric.key(resource), reading.stat) for reading in readings}
    for alarm in Coverage.of(snapshot).alarms(resource.arn):
        if alarm.threshold is None or alarm.expressions or len(alarm.watches) != 1:
            continue
        watched = alarm.watches[0]
        if (watched.metric, watched.stat) in shown:
            value = alarm.threshold * _scale(spec, watched.stat, watched.period_s)
            yield Level(_threshold_words(alarm), value, LEVEL_STYLE)


def _threshold_words(alarm: Alarm) -> str:
    """``alarm Sum 5m > 5``: its condition without the metric, which the chart's title names."""
    words = condition(alarm).split()
    periods = 1 if alarm.evaluation_periods is not None else 0
    return " ".join(["alarm", *words[1 : len(words) - periods]])


def _figures(
    snapshot: Snapshot, resource: Resource, spec: ChartSpec, readings: list[_Reading], catalog: Catalog
) -> Iterator[Cell]:
    """The newest figure of each curve; for counts the last five minutes too, and what share they are."""
    for reading in readings:
        if not reading.series.state.known and not reading.series.state.has_value:
            yield Cell(f"{reading.curve.label} ?".strip(), styles.UNKNOWN)
            continue
        figure = newest(reading.series)
        mark = "" if reading.series.state.known else "~"
        quiet = "0" if reading.metric.sparse and reading.stat == "Sum" and reading.series.state.known else "-"
        scale = _scale(spec, reading.stat, reading.series.period_s)
        text = quiet if figure.value is None else mark + spec.form(figure.value * scale)
        yield Cell(f"{reading.curve.label or 'now'} {text}", reading.curve.style)
    if spec.share_of:
        yield from _share(snapshot, resource, spec, readings[0], catalog)


def _share(snapshot: Snapshot, resource: Resource, spec: ChartSpec, part: _Reading, catalog: Catalog) -> Iterator[Cell]:
    counted = total(part.series)
    if counted.value is None:
        return
    yield Cell(f"5m {figures.count(counted.value)}")
    metric = catalog.metric(resource, spec.share_of)
    whole = total(catalog.series(snapshot, resource, metric, "Sum")) if metric else None
    if whole is not None and whole.value:
        yield Cell(figures.percent(100 * min(1.0, counted.value / whole.value)))


def _why_empty(readings: Iterable[_Reading], window_s: int) -> str:
    for reading in readings:
        if reading.series.state in _UNREAD:
            return _UNREAD[reading.series.state]
    return f"nothing happened in {figures.age(window_s)}"
