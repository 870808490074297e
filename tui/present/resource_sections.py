"""The lower half of a resource's page: findings, alarms, neighbours, changes, configuration, tags. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from aws.model import AlarmState, Health, LinkKind, Phase, Resource, Snapshot
from tui.present import facts, figures, styles
from tui.present.alarms import condition, marks
from tui.present.cover import Coverage, alarms_unread
from tui.present.evidence import added, reason
from tui.present.problems import resource_name
from tui.present.view import Look
from widgets.cells import Cell
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


def sections(snapshot: Snapshot, resource: Resource, look: Look) -> Iterator[Line]:
    """Lines that start with a label of `LABEL_WIDTH` cells, or with as many blanks."""
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
        more = added(finding.text, reason(finding.evidence, local=look.local))
        yield (
            Cell(f"{word} ", style),
            Cell(f"{when:<6}"),
            Cell(text, styles.STRONG),
            Cell(f": {more}" if more else ""),
            Cell(f"  {finding.rule}", styles.QUIET),
        )


def _alarms(snapshot: Snapshot, resource: Resource, look: Look) -> Iterator[Line]:
    alarms = Coverage.of(snapshot).alarms(resource.arn)
    for alarm in sorted(alarms, key=lambda alarm: (_STATES[alarm.state][0], -(alarm.since_s or 0.0), alarm.name)):
        _, word, style = _STATES[alarm.state]
        heard = ", ".join(arn.rsplit(":", 1)[-1] for arn in alarm.alarm_actions) or "nobody"
        mark = marks(snapshot, alarm).upper()
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
    elif not alarms and snapshot.progress is not None:
        yield (Cell("not known yet: not all is listed", styles.UNKNOWN),)
    elif not alarms:
        yield (Cell("NONE  ", styles.WARNING), Cell("nothing watches it"))


def neighbours(snapshot: Snapshot, arn: str) -> tuple[list[Neighbour], list[Neighbour]]:
    """What calls or feeds this resource, and what it calls or uses.

    Trouble of a table or function travels against the calls, so who feels it stands upstream; a consumer is fed by
    its event source, a dead-letter queue by what could not be handled.
    """
    upstream: list[Neighbour] = []
    downstream: list[Neighbour] = []
    for link in snapshot.links:
        fed = link.kind in (LinkKind.EVENT_SOURCE, LinkKind.DEAD_LETTER)
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
