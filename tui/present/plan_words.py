"""A planned alarm in words: when it would fire, how noisy it would have been, what it costs, whom it tells. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from aws.alarms.definition import Definition, Planned
from aws.alarms.topics import Topic
from aws.model import MetricKey
from tui.present import figures, styles
from tui.present.alarms import SIGNS, period
from tui.present.catalog import Catalog
from widgets.cells import Cell
from widgets.layout import clip, width_of

_STATS = {"Average": "Avg", "Maximum": "Max", "Minimum": "Min", "SampleCount": "Count"}
_MISSING = {
    "notBreaching": "not breaching",
    "breaching": "breaching",
    "ignore": "leaves the state as it is",
    "missing": "INSUFFICIENT_DATA",
}
_HOUR_DAYS = 1 / 24


def fires_when(planned: Planned, catalog: Catalog, width: int = 0) -> str:
    """``Errors Sum 5m > 5``, ``Duration p99 1m > 12s``, ``5XXError Avg 1m > 5%``, ``log errors Sum 5m > 5``.

    Where that is wider than ``width`` (0: no limit) the metric's name is cut, not the figure behind it.
    """
    definition = planned.definition
    # The metric that a log filter counts into has a made-up name; its rule says what it counts.
    what = planned.rule.rpartition(".")[2].replace("-", " ") if definition.filter else definition.metric.name
    stat = _STATS.get(definition.stat, definition.stat)
    sign = SIGNS.get(definition.comparison, definition.comparison)
    figures_of_it = f" {stat} {period(definition.period_s)} {sign} {threshold(definition, catalog)}"
    return (clip(what, max(3, width - width_of(figures_of_it))) if width else what) + figures_of_it


def threshold(definition: Definition, catalog: Catalog) -> str:
    """The threshold in the unit of its metric. The average of a count is a rate, said in percent."""
    value, unit = definition.threshold, catalog.unit(definition.metric).lower()
    if unit.startswith("milli"):
        return figures.milliseconds(value)
    if unit.startswith("second"):
        return figures.milliseconds(value * 1000)
    if unit == "percent":
        return f"{value:g}%"
    if definition.stat == "Average" and 0 < value < 1:
        return f"{value * 100:g}%"
    return figures.count(value) if abs(value) >= 10_000 else f"{value:g}"


def m_of_n(definition: Definition) -> str:
    """``2/3``: so many datapoints of so many periods."""
    return f"{definition.datapoints_to_alarm}/{definition.evaluation_periods}"


def exactly(definition: Definition) -> str:
    """``5 of 5 × 60 s > 12000, missing data: not breaching``."""
    sign = SIGNS.get(definition.comparison, definition.comparison)
    periods = f"{definition.datapoints_to_alarm} of {definition.evaluation_periods} × {definition.period_s} s"
    missing = _MISSING.get(definition.treat_missing, definition.treat_missing)
    return f"{periods} {sign} {definition.threshold:g}, missing data: {missing}"


def dimensions(metric: MetricKey) -> str:
    """``{FunctionName=gift-redeem}``; braces alone where there are none."""
    return "{" + ", ".join(f"{name}={value}" for name, value in metric.dimensions) + "}"


def now(planned: Planned) -> Cell:
    """Whether it would be in ALARM this minute."""
    if planned.fires_now is None:
        return Cell("?", styles.UNKNOWN)
    return Cell("FIRES", styles.CRITICAL) if planned.fires_now else Cell("ok", styles.GOOD)


def past(planned: Planned) -> Cell:
    """How often it would have fired: ``0 in 14d``, ``9 NOISY``; ``no data`` where its metric has no past, ``?`` where
    none was read."""
    times = planned.would_have_fired
    if times is None:
        return Cell("?", styles.UNKNOWN)
    if planned.noisy:
        return Cell(f"{times} NOISY", styles.WARNING)
    if planned.history_days < _HOUR_DAYS:
        return Cell("no data", styles.QUIET)
    return Cell(f"{times} in {span(planned.history_days)}", styles.QUIET if not times else styles.PLAIN)


def span(days: float) -> str:
    """``14d``, ``1d``, ``3h``: rounded down, so that no history looks longer than it is."""
    return f"{int(days)}d" if days >= 1 else f"{max(0, int(days / _HOUR_DAYS + 1e-9))}h"


def usd(value: float) -> str:
    """``0.10``; a tenth of a cent is shown where there is one."""
    return f"{value:.2f}" if round(value, 2) == round(value, 3) else f"{value:.3f}"


def topic_name(arn: str) -> str:
    """The topic's name; of any other action the last part of its ARN."""
    return arn.rsplit(":", 1)[-1]


def topics_names(arns: Iterable[str]) -> str:
    """``pay-oncall, pay-tickets``; NOBODY where there is none."""
    return ", ".join(dict.fromkeys(map(topic_name, arns))) or "NOBODY"


def topic_state(topic: Topic | None) -> Cell:
    """``2 confirmed, used by 141 alarms``, or what keeps it from delivering."""
    if topic is None:
        return Cell("not looked up", styles.UNKNOWN)
    if topic.problem:
        return Cell(f"reaches NOBODY: {topic.problem}", styles.WARNING)
    parts = [] if topic.confirmed is None else [f"{topic.confirmed} confirmed"]
    if topic.pending:
        parts.append(f"{topic.pending} not confirmed yet")
    if topic.unsure:
        return Cell(", ".join([*parts, f"not sure that it delivers: {topic.unsure}"]), styles.UNKNOWN)
    return Cell(", ".join([*parts, "delivers", f"used by {topic.used_by} alarms"]), styles.PLAIN)
