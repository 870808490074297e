"""One cell of a resource grid: a figure in its form, and an honest word where there is none."""

from __future__ import annotations

from collections.abc import Callable

from aws.model import ReadState, Resource, Series, SeriesId, Snapshot
from aws.services.base import Column
from tui.present import figures, styles
from tui.present.catalog import Catalog
from tui.present.view import Look
from tui.present.windows import Figure, newest, recent, total
from widgets.cells import Cell
from widgets.sparkline import sparkline

_UNREAD = {
    ReadState.NOT_FETCHED: Cell("?", styles.UNKNOWN),
    ReadState.DENIED: Cell("denied", styles.UNKNOWN),
    ReadState.FAILED: Cell("failed", styles.UNKNOWN),
}
_FORMS: dict[str, Callable[[float], str]] = {
    "count": figures.count,
    "sum_5m": figures.count,
    "ms": figures.milliseconds,
    "s": figures.age,
    "percent": figures.percent,
    "bytes": figures.size,
}
_COUNTS = frozenset({"count", "sum_5m"})


def series_id(catalog: Catalog, resource: Resource, column: Column) -> SeriesId | None:
    """The series behind a metric column; None where this resource publishes no such metric."""
    metric = catalog.metric(resource, column.metric or "")
    key = metric.key(resource) if metric else None
    return SeriesId(key, column.stat or metric.shown) if metric and key else None


def figure_in(series: Series, column: Column) -> Figure:
    """The number that a metric column shows of its series."""
    return total(series) if column.form == "sum_5m" else newest(series)


def figure_of(column: Column) -> Callable[[Series], float | None]:
    """The same for sorting, without its state."""
    read = total if column.form == "sum_5m" else newest
    return lambda series: read(series).value


def resource_cell(catalog: Catalog, snapshot: Snapshot, resource: Resource, column: Column, look: Look) -> Cell:
    """The cell of one resource under one declared column."""
    if column.metric is None:
        return _fact_cell(resource, column)
    wanted = series_id(catalog, resource, column)
    if wanted is None:
        return Cell("-", styles.QUIET)
    series = snapshot.reading(resource, *wanted)
    if unread := _UNREAD.get(series.state):
        return Cell(unread.text[: column.width], unread.style)
    trusted = series.state.known
    if column.form == "spark":
        return Cell(
            sparkline(recent(series, column.width), column.width, ascii_only=look.ascii),
            styles.PLAIN if trusted else styles.QUIET,
        )
    metric = catalog.metric(resource, column.metric)
    figure = figure_in(series, column)
    if figure.value is None:
        quiet = "0" if column.form in _COUNTS and metric is not None and metric.sparse else "-"
        return Cell(quiet if trusted else "?", styles.QUIET if trusted else styles.UNKNOWN)
    text = _FORMS.get(column.form, figures.count)(figure.value)
    if not trusted:
        return Cell(f"~{text}", styles.QUIET)
    return Cell(text, styles.QUIET if figure.value == 0 else styles.PLAIN)


def _fact_cell(resource: Resource, column: Column) -> Cell:
    fact = resource.facts.get(column.fact or "")
    if fact is None:
        return Cell("-", styles.QUIET)
    number = resource.number(column.fact or "")
    if number is not None and column.form in _FORMS:
        return Cell(_FORMS[column.form](number))
    if isinstance(fact, bool):
        return Cell("yes" if fact else "no")
    if isinstance(fact, tuple):
        return Cell(", ".join(fact))
    return Cell(f"{fact:g}" if isinstance(fact, float) else str(fact))
