"""The account's pulse for the header: errors, throttles and concurrency of all functions together."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass

from aws.model import ReadState, Resource, Series, Snapshot
from tui.present.catalog import Catalog

MINUTES = 12  # as many as the header's sparklines have room for
MOST_FUNCTIONS = 2_000  # adding up more by hand would hold the keyboard up
UNSETTLED_S = 60  # the newest minute is still being counted: it would always look like a fall


@dataclass(frozen=True, slots=True)
class Total:
    """Figures a minute, oldest first; empty where nothing was read. ``partly``: some of it is not known."""

    minutes: tuple[float, ...] = ()
    partly: bool = False

    @property
    def latest(self) -> float | None:
        """The newest settled minute; None where nothing was read."""
        return self.minutes[-1] if self.minutes else None


@dataclass(frozen=True, slots=True)
class Pulse:
    """What the second header line shows. ``concurrency`` is in percent of the fullest account's pool."""

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
    """Add up what was read. Once per snapshot, not per paint: without account metrics it looks at every function."""
    accounts = [r for r in snapshot.resources.values() if r.service == "lambda" and r.kind == "account"]

    def total(metric_id: str) -> Total:
        whole = _sum(snapshot, catalog, accounts, metric_id)
        if whole.minutes and not whole.partly:
            return whole
        functions = [r for r in snapshot.resources.values() if r.service == "lambda" and r.kind == "function"]
        if len(functions) > MOST_FUNCTIONS:
            return whole
        parts = _sum(snapshot, catalog, functions, metric_id)
        return parts if parts.minutes else whole

    return Pulse(total("invocations"), total("errors"), total("throttles"), _pool(snapshot, catalog, accounts))


def _minutes(snapshot: Snapshot) -> range:
    """Where the minutes shown begin."""
    end = int(snapshot.at_s) // 60 * 60 - UNSETTLED_S
    return range(end - MINUTES * 60, end, 60)


def _sum(snapshot: Snapshot, catalog: Catalog, resources: Iterable[Resource], metric_id: str) -> Total:
    minutes = _minutes(snapshot)
    sums = [0.0] * MINUTES
    read = unread = 0
    known_s = minutes.stop
    for resource in resources:
        metric = catalog.metric(resource, metric_id)
        series = catalog.series(snapshot, resource, metric) if metric else None
        if series is None:
            continue
        if not (series.state.known or series.state.has_value):
            unread += 1
            continue
        read += 1
        known_s = min(known_s, _known_until(series))
        if series.period_s == 60:
            points = series.between(minutes.start, minutes.stop)
            first = MINUTES - len(points) - max(0, (minutes.stop - series.end_s) // 60)
            for index, point in enumerate(points, max(0, first)):
                if point > 0:  # neither NaN nor zero
                    sums[index] += point
    kept = max(0, (known_s - minutes.start) // 60)
    return Total(tuple(sums[:kept]) if read else (), partly=unread > 0 or kept < MINUTES)


def _known_until(series: Series) -> int:
    """Where what a series says ends: of the minutes since a stale one was read nothing is known."""
    if series.state is not ReadState.STALE or series.read_at_s is None:
        return sys.maxsize
    return int(series.read_at_s) // 60 * 60 - UNSETTLED_S


def _pool(snapshot: Snapshot, catalog: Catalog, accounts: Iterable[Resource]) -> Total:
    """Use of the fullest pool in percent: unreserved use of what reserves leave, as its health rule reckons."""
    fullest = Total()
    for account in accounts:
        limit = account.number("concurrency_limit")
        used = _reader(snapshot, catalog, account, "unreserved_concurrency")
        claimed = _reader(snapshot, catalog, account, "claimed_concurrency")
        if not limit or used is None or claimed is None:
            continue
        known_s = min(used.known_s, claimed.known_s)
        shares = tuple(
            0.0 if not unreserved > 0 else 100 * unreserved / max(1.0, limit - max(0.0, claimed(at) - unreserved))
            for at in _minutes(snapshot)
            if at < known_s
            for unreserved in (used(at),)
        )
        fullest = max(fullest, Total(shares), key=lambda one: one.latest or -1.0)
    return fullest


class _Reader:
    """A metric's value at a minute, NaN read as none, up to ``known_s``."""

    def __init__(self, series: Series) -> None:
        self._series = series
        self.known_s = _known_until(series)

    def __call__(self, moment_s: int) -> float:
        value = self._series.value_at(moment_s)
        return value if value > 0 else 0.0


def _reader(snapshot: Snapshot, catalog: Catalog, account: Resource, metric_id: str) -> _Reader | None:
    """None where the metric was not read."""
    metric = catalog.metric(account, metric_id)
    series: Series | None = catalog.series(snapshot, account, metric) if metric else None
    return None if series is None or not (series.state.known or series.state.has_value) else _Reader(series)
