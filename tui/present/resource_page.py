"""One resource on one page: what it is, the chain it is part of, its charts, its figures. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aws.model import Health, Incident, ReadState, Resource, Snapshot
from aws.services.base import Column
from tui.present import facts, figures, styles
from tui.present.catalog import Catalog
from tui.present.cells import resource_cell
from tui.present.chart_specs import charted
from tui.present.charts import charts
from tui.present.problems import resource_name, shown_findings
from tui.present.resource_sections import sections
from tui.present.view import Look
from widgets.cells import Cell
from widgets.chartdata import ChartData
from widgets.lines import Line
from widgets.parts import Part

STEPS = 6  # effects named in the chain; the others are counted

_FORMS = {"Milliseconds": "ms", "Seconds": "s", "Percent": "percent"}  # CloudWatch's units


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """``title``, ``chain`` and ``now`` are single lines; ``sections`` are made for a pane with a hanging indent."""

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
        now=(*_now(snapshot, resource, catalog, look), _window(window_s)),
        sections=tuple(sections(snapshot, resource, look)),
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
    for distance, arn in enumerate(effects[:STEPS], start=1):
        yield Part((Cell("> ", styles.QUIET), Cell(_step(snapshot, arn, look))), priority=distance)
    if len(effects) > STEPS:
        yield Part((Cell(f"and {len(effects) - STEPS} more", styles.QUIET),))


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
        form = _FORMS.get(metric.unit, "count")
        cell = resource_cell(catalog, snapshot, resource, Column(title="", width=20, form=form, metric=metric.id), look)
        rate = "/m" if metric.shown == "Sum" and cell.text[:1].isdigit() else ""
        stat = "" if metric.shown in ("Sum", "Average") else f" {facts.stat_word(metric.shown)}"
        label = f"{metric.id.replace('_', ' ')}{stat} "
        yield Part((Cell(label, styles.QUIET), Cell(cell.text + rate, cell.style)), priority=priority)


def _window(window_s: int) -> Part:
    """What the charts show, and the sign that needs words."""
    shown = f"last {window_s // 3600}h"
    return Part(
        (Cell(f"{shown}, ~ settling", styles.QUIET),), priority=99, short=(Cell(shown, styles.QUIET),), right=True
    )
