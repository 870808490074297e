"""The account's pulse for the header: errors, throttles and concurrency of all functions together."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass

from aws.model import Resource, SeriesId, Snapshot
from tui.present.catalog import Catalog

MINUTES = 12  # as many as the header's sparklines have room for
UNSETTLED = 1  # the newest minute is still being counted: it would always look like a fall


@dataclass(frozen=True, slots=True)
class Total:
    """Sums a minute over all functions, oldest first; ``unread`` counts functions whose reading is not known."""

    minutes: tuple[float, ...] = ()
    unread: int = 0

    @property
    def latest(self) -> float | None:
        """The newest settled minute; None where nothing was read."""
        return self.minutes[-1] if self.minutes else None


@dataclass(frozen=True, slots=True)
class Pulse:
    """What the second header line shows. ``concurrency`` is in percent of the account's pool."""

    invocations: Total
    errors: Total
    throttles: Total
    concurrency: Total

    @property
    def error_percent(self) -> float | None:
        """Errors of all invocations in the newest settled minute."""
        calls, errors = self.invocations.latest, self.errors.latest
        return 100 * errors / calls if calls and errors is not None else None


def pulse(snapshot: Snapshot, catalog: Catalog) -> Pulse:
    """Add up what was read. Costs a few microseconds a function: once per snapshot, not per paint."""
    functions = [r for r in snapshot.resources.values() if r.service == "lambda" and r.kind == "function"]
    accounts = [r for r in snapshot.resources.values() if r.service == "lambda" and r.kind == "account"]
    return Pulse(
        invocations=_sum(snapshot, catalog, functions, "invocations"),
        errors=_sum(snapshot, catalog, functions, "errors"),
        throttles=_sum(snapshot, catalog, functions, "throttles"),
        concurrency=_pool(snapshot, catalog, accounts),
    )


def _sum(snapshot: Snapshot, catalog: Catalog, resources: list[Resource], metric_id: str) -> Total:
    ends = snapshot.at_s // 60 * 60 - UNSETTLED * 60
    sums = [0.0] * MINUTES
    read = unread = 0
    for resource in resources:
        metric = catalog.metric(resource, metric_id)
        key = metric.key(resource) if metric else None
        if metric is None or key is None:
            continue
        series = snapshot.series.get(resource.scope, {}).get(SeriesId(key, metric.shown))
        if series is None or not (series.state.known or series.state.has_value):
            unread += 1
            continue
        read += 1
        if series.period_s == 60 and series.values:
            _add(sums, series.between(ends - MINUTES * 60, ends))
    return Total(tuple(sums) if read else (), unread)


def _add(sums: list[float], points: array[float]) -> None:
    offset = len(sums) - len(points)
    for index, point in enumerate(points):
        if point > 0:  # neither NaN nor zero
            sums[offset + index] += point


def _pool(snapshot: Snapshot, catalog: Catalog, accounts: list[Resource]) -> Total:
    """The fullest pool of all scopes: use of the unreserved concurrency, in percent of what there is to use."""
    fullest: tuple[float, ...] = ()
    unread = 0
    for account in accounts:
        metric = catalog.metric(account, "unreserved_concurrency")
        pool = account.number("pool")
        if metric is None or not pool:
            continue
        series = catalog.series(snapshot, account, metric)
        if not series.values:
            unread += 1
            continue
        minutes = tuple(0.0 if math.isnan(p) else 100 * p / pool for p in series.values[-MINUTES:])
        fullest = max(fullest, minutes, key=lambda one: one[-1] if one else -1.0)
    return Total(fullest, unread)
