"""The rows of a plan under review, and the selected one to its last figure. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from aws.model import Severity, Snapshot
from tui.present import plan_words as words
from tui.present import styles
from tui.present.alarms import condition
from tui.present.catalog import Catalog
from tui.present.figures import age, count
from tui.present.plan_review import Item, Mark
from tui.present.view import Look
from tui.present.windows import recent
from tui.present.words import resource_name
from widgets.cells import Cell, Column, Row
from widgets.layout import clip, width_of
from widgets.lines import Line
from widgets.sparkline import sparkline

NARROW, WIDE, WIDEST = 70, 110, 150
_PAST = 6  # the first of the columns that a narrow terminal has no room for
_SEVERITY = {Severity.CRITICAL: "crit", Severity.WARNING: "warn", Severity.INFO: "info"}
_MARK_STYLE = {
    Mark.PICKED: styles.STRONG,
    Mark.LEFT: styles.QUIET,
    Mark.CONFLICT: styles.WARNING,
    Mark.REPLACE: styles.CRITICAL,
    Mark.ATTENTION: styles.WARNING,
    Mark.PRESENT: styles.QUIET,
}


def columns(look: Look) -> tuple[Column, ...]:
    """The columns for a terminal of that width."""
    resource = 20 if look.width < WIDE else 34
    roomy = look.width >= NARROW  # when it fires matters more than how often it would have, and what it costs
    return (
        Column("mark", "", 3),
        Column("severity", "SEV", 4),
        Column("resource", "RESOURCE", resource),
        Column("fires", "FIRES WHEN", 0),
        Column("m_of_n", "M/N", 5),
        Column("now", "NOW", 5),
        *((Column("past", "14 DAYS", 9), Column("usd", "$/MO", 4, "right")) if roomy else ()),
        *((Column("name", "ALARM", 0),) if look.width >= WIDEST else ()),
    )


def _fires_width(look: Look) -> int:
    """How much room FIRES WHEN has; 0 where there is enough."""
    if look.width >= WIDE:
        return 0
    others = [column.width for column in columns(look) if column.width]
    return look.width - sum(others) - len(others)


def row(item: Item, snapshot: Snapshot, catalog: Catalog, look: Look) -> Row:
    """One item as cells."""
    mark = Cell(item.mark.value, _MARK_STYLE[item.mark])
    if item.planned is not None:
        planned, definition = item.planned, item.planned.definition
        quiet = styles.QUIET if item.mark is Mark.LEFT else styles.PLAIN
        severity = Cell(_SEVERITY[planned.severity], quiet or styles.SEVERITY_STYLE[planned.severity])
        past = Cell("NAME USED", styles.WARNING) if item.conflict else words.past(planned)
        cells = [
            mark,
            severity,
            Cell(_resource(planned.resource, snapshot, catalog, look), quiet),
            Cell(words.fires_when(planned, catalog, _fires_width(look)), quiet),
            Cell(words.m_of_n(definition), quiet),
            words.now(planned) if not item.conflict else Cell(""),
            past,
            Cell(words.usd(planned.usd_per_month), quiet),
        ]
        name = definition.name
    else:
        cells, name = _existing(item, mark, snapshot, catalog, look)
    if look.width < NARROW:
        del cells[_PAST:]
    return Row(item.key, (*cells, *((Cell(name, styles.QUIET),) if look.width >= WIDEST else ())))


def _existing(item: Item, mark: Cell, snapshot: Snapshot, catalog: Catalog, look: Look) -> tuple[list[Cell], str]:
    """An alarm that is there already: what it watches for, or what is wrong with it."""
    severity, told = Cell(""), Cell("exists", styles.QUIET)
    if item.attention is not None:
        resource, name, text = item.attention.resource, item.attention.name, item.attention.problem
        told = Cell("")
    else:
        assert item.present is not None  # an item is one of the four
        resource, rule, name = item.present
        found = next((alarm for alarm in snapshot.alarms.values() if alarm.name == name), None)
        text = condition(found) if found else f"{rule}: {name}"
        if recommended := catalog.recommendation(rule):
            severity = Cell(_SEVERITY[recommended.severity], styles.QUIET)
    where = _resource(resource, snapshot, catalog, look)
    cells = [mark, severity, Cell(where, styles.QUIET), Cell(text, styles.QUIET), *[Cell("")] * 2, told, Cell("")]
    return cells, name


def _resource(arn: str, snapshot: Snapshot, catalog: Catalog, look: Look) -> str:
    """``gift-redeem fn``; a long name gives way to the kind."""
    name, resource = resource_name(snapshot, arn), snapshot.resources.get(arn)
    kind = f" {catalog.short(resource)}" if resource else ""
    return clip(name, columns(look)[2].width - width_of(kind)) + kind


def pane(item: Item | None, snapshot: Snapshot, look: Look) -> list[Line]:
    """The selected item to its last figure."""
    if item is None:
        return []
    if item.planned is None:
        return _existing_pane(item)
    definition = item.planned.definition
    of = f" {words.dimensions(definition.metric)}" if definition.metric.dimensions else ""
    heading = f"{definition.stat} {definition.metric.name}{of}"
    lines: list[Line] = [
        (Cell(f"{definition.name}  ", styles.STRONG), Cell(heading)),
        (Cell(words.exactly(definition)),),
    ]
    if history := _history(item, snapshot, look):
        lines.append(history)
    lines += [(Cell(told, style),) for told, style in _remarks(item)]
    actions = words.topics_names(definition.alarm_actions)
    ok = ", OK notice on" if definition.ok_actions else ", OK notice off" if definition.alarm_actions else ""
    lines.append((Cell("tells: ", styles.QUIET), Cell(actions + ok)))
    lines.append((Cell(definition.description, styles.QUIET),))
    return lines


def _remarks(item: Item) -> Iterator[tuple[str, str]]:
    planned = item.planned
    assert planned is not None  # only of alarms that could be created
    if item.conflict is not None:
        yield f"{item.conflict.reason}; d shows the difference", styles.WARNING
        if item.mark is Mark.REPLACE:
            yield "It would be REPLACED: its definition and its actions are overwritten", styles.CRITICAL
        return
    if planned.fires_now:
        yield "It would fire right now", styles.CRITICAL
    if planned.noisy:
        yield f"It would have fired {planned.would_have_fired} times in {_days(planned.history_days)}", styles.WARNING
    if planned.would_have_fired is not None and planned.history_days < 2:
        past = f"{_days(planned.history_days)} of history" if planned.history_days >= 1 / 24 else "No history"
        yield f"{past} proves little", styles.QUIET
    if planned.owner_stack:
        yield f"Stack {planned.owner_stack} owns the resource; an alarm beside it is no drift", styles.QUIET
    if definition_filter := planned.definition.filter:
        yield f"Adds metric filter {definition_filter.name} to {definition_filter.log_group}", styles.PLAIN
    if planned.filter_only:
        yield "The alarm is there and stays as it is: it has lost that filter, and can never fire", styles.WARNING


def _days(days: float) -> str:
    return f"{int(days)} days" if days >= 2 else "1 day" if days >= 1 else words.span(days)


def _history(item: Item, snapshot: Snapshot, look: Look) -> Line | None:
    """The last hours of the very metric that it would watch, where it was read."""
    assert item.planned is not None
    planned, definition = item.planned, item.planned.definition
    resource = snapshot.resources.get(planned.resource)
    if resource is None:
        return None
    series = snapshot.reading(resource, definition.metric, definition.stat)
    width = min(60, look.width - 24)
    points = recent(series, len(series.values))
    values = [value for value in points if value == value]
    if not values or width < 10:
        return None
    length = age(len(points) * series.period_s)
    line = sparkline(points, width, ascii_only=look.ascii)
    return (Cell(f"{length} ", styles.QUIET), Cell(line), Cell(f" now  peak {count(max(values))}", styles.QUIET))


def _existing_pane(item: Item) -> list[Line]:
    if item.attention is not None:
        return [
            (Cell(f"{item.attention.name}  ", styles.STRONG), Cell(item.attention.problem)),
            (Cell("cwtop leaves it as it is: 7 lists it, . gives the commands to mend it", styles.QUIET),),
        ]
    assert item.present is not None
    return [
        (Cell(f"{item.present[2]}  ", styles.STRONG), Cell("does this already", styles.PLAIN)),
        (Cell("Alarms that exist are never touched.", styles.QUIET),),
    ]
