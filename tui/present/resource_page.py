"""One resource on one page: what it is, the chain it is part of, charts, alarms, neighbours, configuration. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from aws.model import AlarmState, Health, Incident, LinkKind, Phase, ReadState, Resource, Snapshot
from aws.services.base import Column
from tui.present import facts, figures, styles
from tui.present.alarms import condition, marks
from tui.present.catalog import Catalog
from tui.present.cells import resource_cell
from tui.present.charts import charted, charts
from tui.present.cover import alarms_unread, by_target
from tui.present.problems import resource_name, shown_findings
from tui.present.view import Look
from widgets.cells import Cell
from widgets.chartdata import ChartData
from widgets.header import Part
from widgets.lines import Line

LABEL_WIDTH = 12
NEIGHBOURS = 6  # named on the page; the others are counted
_STATES = {
    AlarmState.ALARM: (0, "FIRED", styles.CRITICAL),
    AlarmState.INSUFFICIENT_DATA: (1, "INSUF", styles.UNKNOWN),
    AlarmState.OK: (2, "ok", styles.GOOD),
}


class Neighbour(NamedTuple):
    """A linked resource, and how we know of the link."""

    arn: str
    evidence: str


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """``title``, ``chain`` and ``now`` are single lines; ``sections`` start with a label of `LABEL_WIDTH` cells."""

    title: tuple[Part, ...]
    chain: tuple[Part, ...]
    charts: tuple[ChartData, ...]
    now: tuple[Part, ...]
    sections: tuple[Line, ...]


def resource_page(snapshot: Snapshot, arn: str, *, window_s: int, catalog: Catalog, look: Look) -> ResourcePage:
    """The page of the resource ``arn`` over the last ``window_s`` seconds; of one that left, that it did."""
    resource = snapshot.resources.get(arn)
    if resource is None:
        gone = "not in the inventory any more: deleted, or its service could not be read (! says)"
        title = Part((Cell(resource_name(snapshot, arn), styles.STRONG),))
        return ResourcePage((title,), (Part((Cell(gone, styles.UNKNOWN),)),), (), (), ())
    return ResourcePage(
        title=tuple(_title(snapshot, resource, catalog, look)),
        chain=tuple(_chain(snapshot, resource, look)),
        charts=charts(snapshot, resource, window_s=window_s, catalog=catalog, local=look.local),
        now=tuple(_now(snapshot, resource, catalog, look)),
        sections=tuple(_sections(snapshot, resource, look)),
    )


def _title(snapshot: Snapshot, resource: Resource, catalog: Catalog, look: Look) -> Iterator[Part]:
    health = snapshot.health.get(resource.arn, Health.UNKNOWN)
    yield Part((Cell(f"{catalog.short(resource)} ", styles.QUIET), Cell(resource.name, styles.STRONG)))
    status = health.value.upper() if health is not Health.OK else "ok"
    worst = [f for f in shown_findings(snapshot, resource.arn) if f.severity.value == health.value]
    onsets = [f for f in worst if f.since_s is not None]
    if onsets:
        first = min(onsets, key=lambda finding: finding.since_s or 0.0)
        passed = figures.age(snapshot.at_s - (first.since_s or snapshot.at_s))
        status += f" since {look.moment(first.since_s, snapshot.at_s, first.since_mark)}"
        status += "" if first.since_mark == ">" else f" ({passed})"
    yield Part((Cell(status, styles.HEALTH_STYLE[health]),))
    for priority, words in enumerate(facts.headline(resource), start=2):
        yield Part((Cell(words, styles.PLAIN),), priority=priority)


def _chain(snapshot: Snapshot, resource: Resource, look: Look) -> Iterator[Part]:
    """From the first cause over this resource to what it breaks; nothing where it stands alone."""
    incident = next((i for i in snapshot.incidents if any(m.arn == resource.arn for m in i.members)), None)
    if incident is None or len(incident.members) < 2:
        return
    causes, effects = causes_of(incident, resource.arn), effects_of(incident, resource.arn)
    if not causes and not effects:
        return
    yield Part((Cell("cause?" if causes else "breaks", styles.QUIET),))
    for distance, arn in enumerate(causes):
        nearness = len(causes) - distance
        yield Part((Cell(_step(snapshot, arn, look), styles.PLAIN), Cell(" >", styles.QUIET)), priority=nearness)
    yield Part((Cell(f"[{_step(snapshot, resource.arn, look)}]", styles.STRONG),))
    for distance, arn in enumerate(effects[:NEIGHBOURS], start=1):
        yield Part((Cell("> ", styles.QUIET), Cell(_step(snapshot, arn, look))), priority=distance)
    if len(effects) > NEIGHBOURS:
        yield Part((Cell(f"and {len(effects) - NEIGHBOURS} more", styles.QUIET),))


def causes_of(incident: Incident, arn: str) -> list[str]:
    """The resources between the first cause and ``arn``, the first cause first."""
    via = {member.arn: member.via for member in incident.members}
    found: list[str] = []
    link = via.get(arn)
    while link is not None and link.cause not in (arn, *found):
        found.insert(0, link.cause)
        link = via.get(link.cause)
    return found


def effects_of(incident: Incident, arn: str) -> list[str]:
    """The members that trouble reached through ``arn``, the nearest first."""
    found: list[str] = []
    frontier = [arn]
    while frontier:
        reached = [
            member.arn
            for member in incident.members
            if member.via and member.via.cause in frontier and member.arn not in (arn, *found)
        ]
        found += reached
        frontier = reached
    return found


def _step(snapshot: Snapshot, arn: str, look: Look) -> str:
    onsets = [f.since_s for f in shown_findings(snapshot, arn) if f.since_s is not None]
    when = f" {figures.hour_minute(min(onsets), local=look.local)}" if onsets else ""
    return resource_name(snapshot, arn) + when


def _now(snapshot: Snapshot, resource: Resource, catalog: Catalog, look: Look) -> Iterator[Part]:
    """The newest figure of every metric that no chart shows; of those read on demand only where they were."""
    service = catalog.services.get(resource.service)
    published = service.metrics_of(resource) if service else []
    above = charted(resource)
    for priority, (metric, key) in enumerate(published, start=1):
        unasked = snapshot.reading(resource, key, metric.shown).state is ReadState.NOT_FETCHED
        if metric.name in above or (metric.on_demand and unasked):
            continue
        form = "ms" if metric.unit.lower().startswith("milli") else "percent" if metric.unit == "Percent" else "count"
        cell = resource_cell(catalog, snapshot, resource, Column(title="", width=20, form=form, metric=metric.id), look)
        rate = "/m" if metric.shown == "Sum" and cell.text[:1].isdigit() else ""
        stat = "" if metric.shown in ("Sum", "Average") else f" {facts.stat_word(metric.shown)}"
        label = f"{metric.id.replace('_', ' ')}{stat} "
        yield Part((Cell(label, styles.QUIET), Cell(cell.text + rate, cell.style)), priority=priority)
    yield Part((Cell("~ settling", styles.QUIET),), priority=99, right=True)


def _sections(snapshot: Snapshot, resource: Resource, look: Look) -> Iterator[Line]:
    yield from _labelled("FINDINGS", _findings(snapshot, resource, look))
    yield from _labelled("ALARMS", _alarms(snapshot, resource, look))
    upstream, downstream = neighbours(snapshot, resource.arn)
    yield from _labelled("UPSTREAM", _neighbour_line(snapshot, upstream))
    yield from _labelled("DOWNSTREAM", _neighbour_line(snapshot, downstream))
    if changed := facts.changed(resource, look, snapshot.at_s):
        yield from _labelled("CHANGED", iter([(Cell(changed),)]))
    if configured := facts.configuration(resource, look):
        yield from _labelled("CONFIG", iter([(Cell("   ".join(configured)),)]))
    if resource.tags:
        tags = "   ".join(f"{key}={value}" for key, value in sorted(resource.tags.items()))
        yield from _labelled("TAGS", iter([(Cell(tags, styles.QUIET),)]))


def _labelled(label: str, lines: Iterator[Line]) -> Iterator[Line]:
    for line in lines:
        yield (Cell(label.ljust(LABEL_WIDTH), styles.STRONG), *line)
        label = ""


def _findings(snapshot: Snapshot, resource: Resource, look: Look) -> Iterator[Line]:
    shown = snapshot.findings.get(resource.arn, ())
    for finding in sorted(shown, key=lambda f: (f.phase is Phase.RECOVERED, f.severity.rank, f.since_s or 0.0)):
        when = figures.since(finding.since_s, snapshot.at_s, mark=finding.since_mark, local=look.local)
        if finding.phase is Phase.RECOVERED:
            word, style = "ok  ", styles.GOOD
            text = f"recovered {look.moment(finding.recovered_s, snapshot.at_s)}, was {finding.text}"
        else:
            word, style = styles.SEVERITY_WORD[finding.severity], styles.SEVERITY_STYLE[finding.severity]
            again = f" ×{finding.relapses + 1}" if finding.relapses else ""
            text = finding.text + again
        why = f": {finding.evidence}" if finding.evidence and finding.evidence != finding.text else ""
        yield (Cell(f"{word} ", style), Cell(f"{when:<6}"), Cell(text, styles.STRONG), Cell(why))


def _alarms(snapshot: Snapshot, resource: Resource, look: Look) -> Iterator[Line]:
    alarms = by_target(snapshot).get(resource.arn, [])
    for alarm in sorted(alarms, key=lambda alarm: (_STATES[alarm.state][0], -(alarm.since_s or 0.0), alarm.name)):
        _, word, style = _STATES[alarm.state]
        heard = ", ".join(arn.rsplit(":", 1)[-1] for arn in alarm.alarm_actions) or "nobody"
        mark = marks(alarm, snapshot.dead_alarms).upper()
        yield (
            Cell(f"{word:<6}", style),
            Cell(f"{figures.since(alarm.since_s, snapshot.at_s, local=look.local):<6}", styles.QUIET),
            *((Cell(f"{mark} ", styles.WARNING),) if mark else ()),
            Cell(alarm.name),
            Cell(f"  {condition(alarm)}"),
            Cell(f"  > {heard}", styles.QUIET),
        )
    if alarms_unread(snapshot):
        yield (Cell("the alarms could not all be read: ! says why", styles.UNKNOWN),)
    elif not alarms:
        yield (Cell("NONE  ", styles.WARNING), Cell("nothing watches it"))


def neighbours(snapshot: Snapshot, arn: str) -> tuple[list[Neighbour], list[Neighbour]]:
    """What calls or feeds this resource, and what it calls or uses.

    Trouble of a table or function travels against the calls, so who feels it stands upstream; a consumer is fed by
    its event source.
    """
    upstream: list[Neighbour] = []
    downstream: list[Neighbour] = []
    for link in snapshot.links:
        fed = link.kind is LinkKind.EVENT_SOURCE
        if link.cause == arn:
            (downstream if fed else upstream).append(Neighbour(link.effect, link.evidence))
        elif link.effect == arn:
            (upstream if fed else downstream).append(Neighbour(link.cause, link.evidence))
    return upstream, downstream


def _neighbour_line(snapshot: Snapshot, others: list[Neighbour]) -> Iterator[Line]:
    """One line: health, name and how we know, the worst first."""
    if not others:
        return
    health = {other.arn: snapshot.health.get(other.arn, Health.UNKNOWN) for other in others}
    others = sorted(others, key=lambda other: (health[other.arn].rank, other.arn))
    cells: list[Cell] = []
    for other in others[:NEIGHBOURS]:
        word, style = styles.HEALTH_WORD[health[other.arn]], styles.HEALTH_STYLE[health[other.arn]]
        cells.append(Cell(("   " if cells else "") + word, style))
        cells.append(Cell(f" {resource_name(snapshot, other.arn)}"))
        cells.append(Cell(f" ({other.evidence})" if other.evidence else "", styles.QUIET))
    if len(others) > NEIGHBOURS:
        cells.append(Cell(f"   and {len(others) - NEIGHBOURS} more", styles.QUIET))
    yield tuple(cells)
