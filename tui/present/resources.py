"""The resource grids: which rows, in which order. Columns come from what the service files declare."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws.model import Health, Resource, Snapshot
from aws.services.base import Column as Declared
from tui.present import styles
from tui.present.catalog import Catalog
from tui.present.cells import figure_of, resource_cell
from tui.present.cover import COVER_STYLE, Coverage
from tui.present.empty import loading
from tui.present.order import Candidate, Filter, ordered
from tui.present.view import Listing, Look, Query, Subject
from tui.present.words import shown_findings
from widgets.cells import Cell, Column, Row

_NUMERIC = frozenset({"number", "count", "sum_5m", "ms", "s", "percent", "bytes"})
_FIXED = ("health", "name", "alarm")


class Resources:
    """Views 2, 3, 4 and on: the resources of the kinds that name this view."""

    def __init__(self, catalog: Catalog, *, id: str, key: str, tab: str, title: str) -> None:
        self.id, self.key, self.tab, self.title = id, key, tab, title
        self._catalog = catalog
        self._kinds = {(service.name, kind.name): kind for service, kind in catalog.kinds_of_view(id)}

    def __bool__(self) -> bool:
        """Whether any service declares a kind for this view."""
        return bool(self._kinds)

    def _mine(self, snapshot: Snapshot) -> list[Resource]:
        return [r for r in snapshot.resources.values() if (r.service, r.kind) in self._kinds]

    def count(self, snapshot: Snapshot) -> int:
        """How many resources the view lists."""
        return len(self._mine(snapshot))

    def _declared(self, look: Look) -> dict[str, list[Declared]]:
        """The declared columns that this width has room for, by title; kinds of one view may share a title."""
        by_title: dict[str, list[Declared]] = {}
        for kind in self._kinds.values():
            for column in kind.columns:
                if column.min_width <= look.width:
                    by_title.setdefault(column.title, []).append(column)
        return by_title

    def columns(self, look: Look, *, scopes: int = 1) -> tuple[Column, ...]:
        """Health, name, kind where there are several, what the service declares, cover."""
        declared = self._declared(look)
        middle = [
            Column(
                title,
                title,
                max(c.width for c in columns),
                "right" if columns[0].form in _NUMERIC else "left",
            )
            for title, columns in declared.items()
        ]
        return (
            Column("health", "SEV", 4),
            Column("name", "NAME", 0),
            *((Column("kind", "KIND", 4),) if len(self._kinds) > 1 else ()),
            *((Column("region", "REGION", 14),) if scopes > 1 else ()),
            *middle,
            Column("alarm", "ALARM", 6),
        )

    def listing(self, snapshot: Snapshot, query: Query, look: Look) -> Listing:
        """The grid as asked for; by default the worst first, then by name."""
        columns = self.columns(look, scopes=len(snapshot.scopes))
        sorts = tuple(column.key for column in columns if not _is_spark(self._declared(look).get(column.key)))
        sort = query.sort if query.sort in sorts else "health"
        coverage = Coverage.of(snapshot)
        mine = self._mine(snapshot)
        wanted = Filter.parse(query.text)
        chosen = [
            r.arn
            for r in mine
            if (not query.problems_only or snapshot.health.get(r.arn, Health.UNKNOWN) is not Health.OK)
            and (not wanted or wanted.matches(self._candidate(snapshot, coverage, r)))
        ]
        value = self._sort_value(snapshot, coverage, sort)
        return Listing(
            columns=columns,
            keys=tuple(ordered(chosen, value, reverse=query.reverse)),
            row=lambda key: self._row(snapshot, coverage, snapshot.resources[key], columns, look),
            subject=lambda key: Subject(key, "resource", snapshot.resources[key].name, key),
            sorts=sorts,
            sort=sort,
            total=len(mine),
            empty=self._empty(snapshot, query),
        )

    def _candidate(self, snapshot: Snapshot, coverage: Coverage, resource: Resource) -> Candidate:
        health = snapshot.health.get(resource.arn, Health.UNKNOWN)

        def facets() -> dict[str, str]:
            return {
                "sev": health.value,
                "kind": self._catalog.short(resource),
                "service": resource.service,
                "region": resource.scope.region,
                "account": resource.scope.account,
                "alarm": coverage.says(resource.arn).value,
            }

        words = f"{resource.name} {styles.HEALTH_WORD[health]}"
        if resource.arn in snapshot.findings:
            words += " " + " ".join(finding.text for finding in shown_findings(snapshot, resource.arn))
        return Candidate(words, facets, resource.tags)

    def _column_of(self, resource: Resource, title: str) -> Declared | None:
        kind = self._kinds[resource.service, resource.kind]
        return next((column for column in kind.columns if column.title == title), None)

    def _sort_value(self, snapshot: Snapshot, coverage: Coverage, sort: str) -> Callable[[str], Any]:
        resources, health = snapshot.resources, snapshot.health

        def by(arn: str) -> Any:
            resource = resources[arn]
            if sort == "health":
                return (health.get(arn, Health.UNKNOWN).rank, resource.name.lower())
            if sort == "name":
                return resource.name.lower()
            if sort == "kind":
                return self._catalog.short(resource)
            if sort == "region":
                return resource.scope.region
            if sort == "alarm":
                return coverage.says(arn).value
            column = self._column_of(resource, sort)
            if column is None:
                return None
            if column.fact:
                fact = resource.facts.get(column.fact)
                return None if fact is None else (resource.number(column.fact) or 0.0, str(fact))
            value = figure_of(self._catalog, snapshot, resource, column).value
            # Figures are looked at for the biggest: the first press of a figure's column shows it on top.
            return None if value is None else (-value, "")

        return by

    def _row(
        self, snapshot: Snapshot, coverage: Coverage, resource: Resource, columns: tuple[Column, ...], look: Look
    ) -> Row:
        health = snapshot.health.get(resource.arn, Health.UNKNOWN)
        cover = coverage.says(resource.arn)
        fixed = {
            "health": Cell(styles.HEALTH_WORD[health], styles.HEALTH_STYLE[health]),
            "name": Cell(resource.name),
            "kind": Cell(self._catalog.short(resource), styles.QUIET),
            "region": Cell(resource.scope.region, styles.QUIET),
            "alarm": Cell(cover.value, COVER_STYLE[cover]),
        }
        cells: list[Cell] = []
        for column in columns:
            if column.key in fixed:
                cells.append(fixed[column.key])
                continue
            declared = self._column_of(resource, column.key)
            cells.append(resource_cell(self._catalog, snapshot, resource, declared, look) if declared else Cell(""))
        return Row(resource.arn, tuple(cells))

    def _empty(self, snapshot: Snapshot, query: Query) -> str:
        if query.text:
            return f"nothing matches: {query.text}"
        if query.problems_only and self._mine(snapshot):
            return f"All {self.title} are healthy as far as they were read (f shows all)"
        services = {service for service, _ in self._kinds}
        blocked = [gap for gap in snapshot.gaps if gap.service in services]
        if blocked:
            return f"{blocked[0].service} could not be read: ! says why"
        if not snapshot.complete:
            return loading(snapshot) or "still reading for the first time"
        return f"This account has no {self.title} here"


def _is_spark(columns: list[Declared] | None) -> bool:
    return bool(columns) and columns is not None and columns[0].form == "spark"
