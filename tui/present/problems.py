"""The home view: one row per incident with what it drags along, then what could not be read, then what healed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from aws.model import Finding, Gap, Health, Incident, Member, Phase, Resource, Severity, Snapshot
from tui.present import gaps, styles
from tui.present.catalog import Catalog
from tui.present.cover import COVER_STYLE, Cover, Coverage
from tui.present.empty import no_problems
from tui.present.figures import since
from tui.present.order import Candidate, Filter, ordered
from tui.present.view import Listing, Look, Query, Subject
from widgets.cells import Cell, Column, Row

FOLD_KEY = "unchanged"
SORTS = ("severity", "since", "resource", "kind", "alarm")


def columns(look: Look) -> tuple[Column, ...]:
    """The columns for a terminal of that width."""
    resource = 24 if look.width < 100 else min(48, 24 + (look.width - 80) // 3)
    return (
        Column("severity", "SEV", 4),
        Column("since", "SINCE", 5),
        Column("resource", "RESOURCE", resource),
        Column("kind", "KIND", 4),
        Column("now", "NOW", 0),
        Column("alarm", "ALARM", 6),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the tree before it is words. ``depth`` is 0 for a cause."""

    key: str
    incident: Incident | None = None
    arn: str = ""
    depth: int = 0
    gap: Gap | None = None
    held: int = 0  # how many lines are folded into this one
    opened: bool = False


def tree_order(members: Sequence[Member]) -> list[Member]:
    """Members below what pushed them, siblings in the order given; ``depth`` is the distance from the cause."""
    arns = {member.arn for member in members}
    children: dict[str | None, list[Member]] = {}
    for index, member in enumerate(members):
        cause = member.via.cause if member.via and member.via.cause in arns and index else None
        parent = cause if cause != member.arn else None
        if parent is None and index:
            parent = members[0].arn
        children.setdefault(parent, []).append(member)
    placed: list[Member] = []
    seen: set[str] = set()

    def place(parent: str | None, depth: int) -> None:
        for member in children.get(parent, ()):
            if member.arn not in seen:
                seen.add(member.arn)
                placed.append(replace(member, depth=depth))
                place(member.arn, depth + 1)

    place(None, 0)
    # Links in a circle hang on nothing: they still have to be seen.
    placed += [replace(member, depth=1) for member in members if member.arn not in seen]
    return placed


class Problems:
    """View 1."""

    id, key, tab, title = "problems", "1", "Problems", "problems"

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def count(self, snapshot: Snapshot) -> int:
        """Top-level lines that want attention: open incidents, one for the fold, services with gaps."""
        live = [incident for incident in snapshot.incidents if not incident.recovered]
        folded = any(incident.unchanged for incident in live)
        return sum(not incident.unchanged for incident in live) + folded + len(gaps.by_service(snapshot))

    def listing(self, snapshot: Snapshot, query: Query, look: Look) -> Listing:
        """The tree as asked for."""
        tree = _Tree(snapshot, query, look, self._catalog)
        lines = {line.key: line for line in tree.lines()}
        return Listing(
            columns=columns(look),
            keys=tuple(lines),
            row=lambda key: tree.row(lines[key]),
            subject=lambda key: tree.subject(lines[key]),
            sorts=SORTS,
            sort=query.sort if query.sort in SORTS else SORTS[0],
            total=len(lines) if not query.text else len(list(replace_text(tree).lines())),
            empty=no_problems(snapshot, self._catalog) if not query.text else f"nothing matches: {query.text}",
        )


def replace_text(tree: _Tree) -> _Tree:
    """The same tree without its filter, to count what there is."""
    return _Tree(tree.snapshot, replace(tree.query, text=""), tree.look, tree.catalog)


class _Tree:
    """The lines of one snapshot under one query."""

    def __init__(self, snapshot: Snapshot, query: Query, look: Look, catalog: Catalog) -> None:
        self.snapshot, self.query, self.look, self.catalog = snapshot, query, look, catalog
        self._filter = Filter.parse(query.text)

    @cached_property
    def coverage(self) -> Coverage:
        """The snapshot's alarms by what they watch."""
        return Coverage.of(self.snapshot)

    # -- which lines, in which order ----------------------------------------------------------------------------

    def lines(self) -> list[Line]:
        """Open incidents, the fold of old ones, gaps, recovered incidents."""
        incidents = self._sorted(self.snapshot.incidents)
        live = [i for i in incidents if not i.recovered and not i.unchanged]
        old = [i for i in incidents if i.unchanged and not i.recovered]
        lines = [line for incident in live for line in self._incident(incident)]
        lines += self._fold(old)
        if not self.query.problems_only or not lines:
            lines += self._gaps()
        lines += [line for i in incidents if i.recovered for line in self._incident(i)]
        return lines

    def _sorted(self, incidents: Sequence[Incident]) -> list[Incident]:
        """The snapshot's own order is by severity; any other column sorts causes, members stay below them."""
        value: Callable[[Incident], Any] | None = {
            "since": lambda i: i.since_s,
            "resource": lambda i: self.name(i.cause).lower(),
            "kind": lambda i: self.kind(i.cause),
            "alarm": lambda i: self.cover(i.cause).value,
        }.get(self.query.sort)
        if value is not None:
            return ordered(incidents, value, reverse=self.query.reverse)
        return list(reversed(incidents)) if self.query.reverse else list(incidents)

    def _incident(self, incident: Incident) -> list[Line]:
        members = tree_order(incident.members)
        head, below = members[:1], members[1:]
        if self._filter:
            below = [member for member in below if self._matches(incident, member.arn)]
            if not below and not self._matches(incident, incident.cause):
                return []
        cause = head[0].arn if head else incident.cause
        opened = bool(below) and self.is_open(incident)
        lines = [Line(incident.key, incident, cause, held=len(below), opened=opened)]
        if opened:
            lines += [Line(f"{incident.key}\t{m.arn}", incident, m.arn, m.depth) for m in below]
        return lines

    def is_open(self, incident: Incident) -> bool:
        """Many resources under one rule start folded, everything else open; a filter opens all."""
        return bool(self._filter) or (incident.folded_rule is None) != (incident.key in self.query.toggled)

    def _fold(self, old: list[Incident]) -> list[Line]:
        lines = [line for incident in old for line in self._incident(incident)]
        if not lines or self._filter:
            return lines
        opened = FOLD_KEY in self.query.toggled
        worst = min(old, key=lambda incident: incident.severity.rank)
        return [Line(FOLD_KEY, worst, held=len(old), opened=opened), *(lines if opened else ())]

    def _gaps(self) -> list[Line]:
        found = [
            Line(f"gap {service}", gap=held[0], held=len(held)) for service, held in gaps.by_service(self.snapshot)
        ]
        if not self._filter:
            return found
        return [line for line in found if line.gap and self._filter.matches(gaps.candidate(line.gap))]

    def _matches(self, incident: Incident, arn: str) -> bool:
        resource = self.snapshot.resources.get(arn)
        facets = {"sev": self.severity(incident, arn).value, "kind": self.kind(arn), "alarm": self.cover(arn).value}
        if resource:
            facets |= {"service": resource.service, "region": resource.scope.region, "account": resource.scope.account}
        words = f"{self.name(arn)} {self.kind(arn)} {self.now(incident, arn)} {incident.folded_rule or ''}"
        return self._filter.matches(Candidate(words, lambda: facets, resource.tags if resource else {}))

    # -- what a line says ---------------------------------------------------------------------------------------

    def name(self, arn: str) -> str:
        """The resource's name; the ARN's last part where it has left the inventory."""
        return resource_name(self.snapshot, arn)

    def kind(self, arn: str) -> str:
        """The kind's short word."""
        resource = self.snapshot.resources.get(arn)
        if resource is None:
            return "alrm" if arn in self.snapshot.alarms else "?"
        return self.catalog.short(resource)

    def findings(self, incident: Incident, arn: str) -> list[Finding]:
        """The findings a line speaks for, worst and oldest first: the open ones, or what healed."""
        return shown_findings(self.snapshot, arn, recovered=incident.recovered)

    def severity(self, incident: Incident, arn: str) -> Severity:
        """The worst of the resource's findings."""
        found = self.findings(incident, arn)
        return found[0].severity if found else incident.severity

    def cover(self, arn: str) -> Cover:
        """Whether an alarm watches what is wrong here. An alarm that watches nothing we found speaks for itself."""
        if alarm := self.snapshot.alarms.get(arn):
            return Cover.SILENT if alarm.silent else Cover.FIRED
        resource = self.snapshot.resources.get(arn)
        metrics = frozenset(
            metric.name
            for finding in self.snapshot.findings.get(arn, ())
            if resource and finding.metric and (metric := self.catalog.metric(resource, finding.metric))
        )
        return self.coverage.says(arn, metrics)

    def now(self, incident: Incident, arn: str) -> str:
        """The NOW column: the findings' own words; an alarm that fires is said by its column unless it is all."""
        found = self.findings(incident, arn)
        told = [f for f in found if f.rule != "alarm.firing"] or found
        if not told:
            return incident.text
        again = f"×{told[0].relapses + 1} " if told[0].relapses else ""
        if not incident.recovered:
            return again + "; ".join(dict.fromkeys(finding.text for finding in told))
        ends = [finding.recovered_s for finding in told if finding.recovered_s is not None]
        at = f" {since(max(ends), self.snapshot.at_s, local=self.look.local)}" if ends else ""
        return f"recovered{at}, was {told[0].text}"

    def row(self, line: Line) -> Row:
        """The line as cells."""
        if line.gap:
            return gaps.row(line.key, line.gap, line.held, self.snapshot.at_s, self.look)
        assert line.incident is not None  # a line is a gap's or an incident's
        if line.key == FOLD_KEY:
            return self._fold_row(line, line.incident)
        return self._incident_row(line, line.incident)

    def _fold_row(self, line: Line, worst: Incident) -> Row:
        mark = self.look.opened if line.opened else self.look.folded
        return Row(
            line.key,
            (
                Cell(styles.SEVERITY_WORD[worst.severity], styles.SEVERITY_STYLE[worst.severity]),
                Cell(since(worst.since_s, self.snapshot.at_s, mark=">"), styles.QUIET),
                Cell(f"{mark}{line.held} unchanged for a day", styles.QUIET),
                Cell(""),
                Cell("z folds" if line.opened else "folded, z opens", styles.QUIET),
                Cell(""),
            ),
        )

    def _incident_row(self, line: Line, incident: Incident) -> Row:
        found = self.findings(incident, line.arn)
        severity = self.severity(incident, line.arn)
        word, style = styles.SEVERITY_WORD[severity], styles.SEVERITY_STYLE[severity]
        text_style = styles.PLAIN
        if incident.recovered:
            word, style, text_style = "ok", styles.GOOD, styles.QUIET
        elif not found and self.snapshot.health.get(line.arn) is Health.UNKNOWN:
            word, style = "?", styles.UNKNOWN
        cover = self.cover(line.arn)
        return Row(
            line.key,
            (
                Cell(word, style),
                Cell(self._since(line, incident, found), text_style),
                Cell(self._resource(line, incident), text_style or (styles.STRONG if not line.depth else "")),
                Cell(self.kind(line.arn), styles.QUIET),
                Cell(
                    incident.text if self._speaks_for_all(line, incident) else self.now(incident, line.arn), text_style
                ),
                Cell(cover.value, COVER_STYLE[cover]),
            ),
        )

    def _speaks_for_all(self, line: Line, incident: Incident) -> bool:
        return bool(incident.folded_rule and not line.depth and not incident.recovered and incident.text)

    def _since(self, line: Line, incident: Incident, found: list[Finding]) -> str:
        at_s, mark = (incident.since_s, incident.since_mark) if not line.depth else (None, "")
        starts = [finding for finding in found if finding.since_s is not None]
        if line.depth and starts:
            first = min(starts, key=lambda finding: finding.since_s or 0.0)
            at_s, mark = first.since_s, first.since_mark
        return since(at_s, self.snapshot.at_s, mark=mark, local=self.look.local)

    def _resource(self, line: Line, incident: Incident) -> str:
        if line.depth:
            return "  " + "   " * (line.depth - 1) + self.look.branch + self.name(line.arn)
        mark = (self.look.opened if line.opened else self.look.folded) if line.held else ""
        if incident.folded_rule:
            return f"{mark}{incident.folded_rule} ×{len(incident.members)}"
        return mark + self.name(line.arn)

    def subject(self, line: Line) -> Subject:
        """What the line stands for."""
        if line.gap:
            return Subject(line.key, "gap", line.gap.service)
        if line.key == FOLD_KEY:
            return Subject(line.key, "fold", "unchanged for a day")
        kind = "alarm" if line.arn in self.snapshot.alarms else "resource"
        return Subject(line.key, kind, self.name(line.arn), line.arn)


def resource_name(snapshot: Snapshot, arn: str) -> str:
    """The resource's name as lists show it; the ARN's last part where it has left the inventory."""
    resource: Resource | None = snapshot.resources.get(arn)
    if resource is None:
        alarm = snapshot.alarms.get(arn)
        return alarm.name if alarm else arn.rsplit(":", 1)[-1]
    # An index is called "table#index"; apart, the two words are read faster.
    return resource.name.replace("#", " #", 1) if resource.kind == "index" else resource.name


def shown_findings(snapshot: Snapshot, arn: str, *, recovered: bool = False) -> list[Finding]:
    """A resource's findings, worst and oldest first: the open ones, or the recovered ones."""
    wanted = Phase.RECOVERED if recovered else Phase.OPEN
    found = [finding for finding in snapshot.findings.get(arn, ()) if finding.phase is wanted]
    return sorted(found, key=lambda f: (f.severity.rank, f.since_s is None, f.since_s or 0.0))
