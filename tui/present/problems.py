"""The home view: one row per incident with what it drags along, then what could not be read, then what healed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aws.model import Finding, Gap, Health, Incident, Member, Snapshot
from tui.present import gaps, styles
from tui.present.catalog import Catalog
from tui.present.cover import COVER_RANK, COVER_STYLE
from tui.present.empty import no_problems
from tui.present.figures import since
from tui.present.kept import Newest
from tui.present.order import Candidate, Filter, ordered
from tui.present.view import Listing, Look, Query, Subject
from tui.present.words import Words, resource_name, resource_width, shown_findings
from widgets.cells import Cell, Column, Row

__all__ = ["FOLD_KEY", "Line", "Problems", "columns", "resource_name", "shown_findings", "tree_order"]

FOLD_KEY = "unchanged"
SORTS = ("severity", "since", "resource", "kind", "alarm")


def columns(look: Look) -> tuple[Column, ...]:
    """The columns for a terminal of that width."""
    return (
        Column("severity", "SEV", 4),
        Column("since", "SINCE", 5),
        Column("resource", "RESOURCE", resource_width(look)),
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
    if len(members) == 1 and not members[0].depth:  # as nearly all of them are
        return list(members)
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
        self._total = Newest(self._count_lines)

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
            total=len(lines) if not query.text else self._total.of(snapshot, query.problems_only, query.toggled),
            empty="" if lines else self._empty(snapshot, query),
        )

    def _count_lines(self, snapshot: Snapshot, problems_only: bool, toggled: frozenset[str]) -> int:
        """What there is without a filter."""
        query = Query(problems_only=problems_only, toggled=toggled)
        return len(_Tree(snapshot, query, Look(), self._catalog).lines())

    def _empty(self, snapshot: Snapshot, query: Query) -> str:
        return f"nothing matches: {query.text}" if query.text else no_problems(snapshot, self._catalog)


class _Tree:
    """The lines of one snapshot under one query."""

    def __init__(self, snapshot: Snapshot, query: Query, look: Look, catalog: Catalog) -> None:
        self.snapshot, self.query, self.look, self.catalog = snapshot, query, look, catalog
        self.words = Words(snapshot, look, catalog)
        self._filter = Filter.parse(query.text)

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
            "resource": lambda i: self.words.name(i.cause).lower(),
            "kind": lambda i: self.words.kind(i.cause),
            "alarm": lambda i: COVER_RANK[self.words.cover(i.cause)],
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
        words = self.words
        kind = words.kind(arn)
        facets = {"sev": words.severity(incident, arn).value, "kind": kind, "alarm": words.cover(arn).value}
        if resource:
            facets |= {"service": resource.service, "region": resource.scope.region, "account": resource.scope.account}
        text = f"{words.name(arn)} {kind} {words.now(incident, arn)} {incident.folded_rule or ''}"
        return self._filter.matches(Candidate(text, lambda: facets, resource.tags if resource else {}))

    # -- what a line says ---------------------------------------------------------------------------------------

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
        found = self.words.findings(line.arn)
        healed = incident.recovered or self.words.healed(line.arn)
        severity = self.words.severity(incident, line.arn)
        # A line that holds others folded, or has healed itself, stands for its incident, which may go on elsewhere.
        if not line.depth and not incident.recovered and (healed or (line.held and not line.opened)):
            severity, healed = incident.severity, False
        word, style = styles.SEVERITY_WORD[severity], styles.SEVERITY_STYLE[severity]
        text_style = styles.PLAIN
        if healed:
            word, style, text_style = "ok", styles.GOOD, styles.QUIET
        elif not found and self.snapshot.health.get(line.arn) is Health.UNKNOWN:
            word, style = "?", styles.UNKNOWN
        cover = self.words.cover(line.arn)
        now = incident.text if self._speaks_for_all(line, incident) else self.words.now(incident, line.arn)
        return Row(
            line.key,
            (
                Cell(word, style),
                Cell(self._since(line, incident, found), text_style),
                Cell(self._resource(line, incident), text_style or (styles.STRONG if not line.depth else "")),
                Cell(self.words.kind(line.arn), styles.QUIET),
                Cell(now, text_style),
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
            return "  " + "   " * (line.depth - 1) + self.look.branch + self.words.name(line.arn)
        mark = (self.look.opened if line.opened else self.look.folded) if line.held else ""
        if incident.folded_rule:
            return f"{mark}{incident.folded_rule} ×{len(incident.members)}"
        return mark + self.words.name(line.arn)

    def subject(self, line: Line) -> Subject:
        """What the line stands for."""
        if line.gap:
            return Subject(line.key, "gap", line.gap.service)
        if line.key == FOLD_KEY:
            return Subject(line.key, "fold", "unchanged for a day")
        kind = "alarm" if line.arn in self.snapshot.alarms else "resource"
        return Subject(line.key, kind, self.words.name(line.arn), line.arn)
