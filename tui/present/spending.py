"""What asking AWS costs: the panel with every figure, and the line that `check` prints. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from aws.cost import PRICES
from aws.model import ApiUse, Polling, Snapshot
from tui.present import styles
from tui.present.figures import counted, span, usd, usd_per_hour
from widgets.cells import Cell

HOURS_A_MONTH = 730
_NAME = 12  # cells of the first column
_TIER, _CALLS = 18, 38


def panel(snapshot: Snapshot | None) -> Iterator[Cell]:
    """Every figure of the meter; how often what is read; the calls; the prices that all of it rests on."""
    if snapshot is None:
        yield Cell("Nothing was asked yet.", styles.UNKNOWN)
        yield Cell("")
        yield from prices()
        return
    use, polling = snapshot.api, snapshot.polling
    yield from _spent(use, polling)
    yield from _how_often(polling)
    yield Cell("")
    yield Cell(f"CALLS {sum(use.calls.values()):,}", styles.STRONG)
    for operation, number in sorted(use.calls.items(), key=lambda call: (-call[1], call[0])):
        price = PRICES.usd_per_request.get(operation)
        billed = f"  {usd(price * number)}" if price else ""
        yield Cell(f"  {operation:<{_CALLS}}{number:>9,}{billed}")
    yield Cell("")
    yield from prices()


def _how_often(polling: Polling) -> Iterator[Cell]:
    if not polling.every_s:
        return
    yield Cell("")
    yield Cell(f"HOW OFTEN, in {polling.mode} mode", styles.STRONG)
    if len(set(polling.every_s.values())) == 1:
        yield Cell(f"  {'everything':<{_TIER}}  {_turn(next(iter(polling.every_s.values())))}")
        return
    for tier, seconds in polling.every_s.items():
        saved = tier in polling.savings
        told = _turn(seconds) + ("  less often, to save" if saved else "")
        yield Cell(f"  {tier:<{_TIER}}  {told}", styles.WARNING if saved else "")


def _turn(seconds: float) -> str:
    return f"every {span(seconds)}" if isfinite(seconds) else "not now"


def _spent(use: ApiUse, polling: Polling) -> Iterator[Cell]:
    now, plan, limit = use.usd_per_hour, polling.usd_per_hour_planned, polling.max_usd_per_hour
    yield Cell("THE METER", styles.STRONG)
    yield Cell(_row("now", "not known before a minute has passed" if now is None else usd_per_hour(now)))
    planned = "not known yet" if plan is None else usd_per_hour(plan)
    most = f"; at most {usd_per_hour(limit)}" if limit else "; no limit is set"
    yield Cell(_row("planned", f"{planned} in {polling.mode} mode{most}"))
    if polling.usd_per_hour_by_mode:
        modes = "   ".join(f"{mode} {usd_per_hour(one)}" for mode, one in polling.usd_per_hour_by_mode.items())
        yield Cell(_row("modes", modes))
    yield Cell(_row("session", f"{_bounds(use)}, since cwtop connected"))
    steady = now if now is not None else plan
    if steady is not None:
        month = f"${steady * HOURS_A_MONTH:,.2f} if it goes on like this for {HOURS_A_MONTH} h"
        yield Cell(_row("month", month))
    yield Cell(_row("metrics", metrics(use)))
    if use.metrics_requested_at_most > use.metrics_requested:
        yield Cell(_row("", "the higher: each statistic billed by itself, or unanswered"), styles.QUIET)
    if polling.savings:
        yield Cell(_row("saving on", ", ".join(polling.savings)), styles.WARNING)
    if polling.resting:
        told = f"{polling.resting}: visible rows, hot set and sweeps; a key ends it"
        yield Cell(_row("resting", told), styles.NOTE)


def metrics(use: ApiUse) -> str:
    """``800 to 1,600 metrics requested``: the lower and the upper bound, where they differ."""
    if use.metrics_requested_at_most > use.metrics_requested:
        return f"{use.metrics_requested:,} to {use.metrics_requested_at_most:,} metrics requested"
    return f"{use.metrics_requested:,} {counted(use.metrics_requested, 'metrics').partition(' ')[2]} requested"


def _bounds(use: ApiUse) -> str:
    return f"{usd(use.usd)} to {usd(use.usd_at_most)}" if use.usd_at_most > use.usd else usd(use.usd)


def dashboard_usd_per_hour(snapshot: Snapshot) -> float | None:
    """What watching would cost: as planned, or else at the rate of this look; None where neither is known."""
    planned = snapshot.polling.usd_per_hour_planned
    return planned if planned is not None else snapshot.api.usd_per_hour


def look(snapshot: Snapshot) -> str:
    """The meter of one look in a line: calls, metrics, dollars, and what the dashboard would cost in an hour."""
    use, hourly = snapshot.api, dashboard_usd_per_hour(snapshot)
    dashboard = f"; the dashboard would cost {usd_per_hour(hourly)}" if hourly is not None else ""
    return f"asked of AWS: {counted(sum(use.calls.values()), 'calls')}, {metrics(use)}, {_bounds(use)}{dashboard}"


def prices() -> Iterator[Cell]:
    """The prices with their date and source."""
    yield Cell(f"PRICES of {PRICES.as_of}: {PRICES.source}", styles.STRONG)
    yield Cell("  list prices in US dollars, free tier not deducted", styles.QUIET)
    thousand = 1_000 * PRICES.usd_per_metric_requested
    yield Cell(f"  {usd(thousand)} for 1,000 metrics requested through GetMetricData, however many datapoints")
    for operation, price in PRICES.usd_per_request.items():
        yield Cell(f"  {usd(1_000 * price)} for 1,000 calls of {operation}")
    yield Cell("  other reading calls: none is listed as billed", styles.QUIET)


def _row(name: str, told: str) -> str:
    return f"  {name:<{_NAME}}  {told}"
