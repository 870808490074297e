"""The resource grids: which rows, in which order. Columns come from what the service files declare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from aws.model import Health, Resource, Snapshot
from aws.services.base import Column as Declared
from tui.present import styles
from tui.present.catalog import Catalog
from tui.present.cells import figure_of, resource_cell
from tui.present.cover import COVER_RANK, COVER_STYLE, Coverage
from tui.present.empty import loading
from tui.present.kept import AT_ONCE, Newest
from tui.present.order import Candidates, Filter, ordered
from tui.present.roster import ColumnFigures, Members, Roster, Source
from tui.present.view import Listing, Look, Query, Subject
from widgets.cells import Cell, Column, Row
from widgets.layout import GAP

_NUMERIC = frozenset({"number", "count", "sum_5m", "ms", "s", "percent", "bytes"})
NAME_WIDTH = 24  # cells that a name has at least, where columns for wide terminals can leave


class Resources:
    """Views 2, 3, 4 and on: the resources of the kinds that name this view."""

    def __init__(self, catalog: Catalog, *, id: str, key: str, tab: str, title: str) -> None:
        self.id, self.key, self.tab, self.title = id, key, tab, title
        self._catalog = catalog
        self._kinds = {(service.name, kind.name): kind for service, kind in catalog.kinds_of_view(id)}
        self._roster = Roster(lambda resource: (resource.service, resource.kind) in self._kinds)
        self._covers = Newest(_covers)
        self._figures = ("", ColumnFigures({}))
        self._by_title = {
            (*names, column.title): column for names, kind in self._kinds.items() for column in kind.columns
        }

    def __bool__(self) -> bool:
        """Whether any service declares a kind for this view."""
        return bool(self._kinds)

    def count(self, snapshot: Snapshot) -> int:
        """How many resources the view lists."""
        return len(self._roster.members(snapshot).resources)

    def _declared(self, look: Look) -> dict[str, list[Declared]]:
        """The declared columns that this width has room for, by title; kinds of one view may share a title."""
        by_title: dict[str, list[Declared]] = {}
        for kind in self._kinds.values():
            for column in kind.columns:
                if column.min_width <= look.width:
                    by_title.setdefault(column.title, []).append(column)
        return by_title

    def columns(self, look: Look, *, scopes: int = 1) -> tuple[Column, ...]:
        """Health, name, kind where there are several, what the service declares, cover.

        Of the declared ones those for wide terminals leave first, until names have room.
        """
        before = (
            Column("health", "SEV", 4),
            Column("name", "NAME", 0),
            *((Column("kind", "KIND", 4),) if len(self._kinds) > 1 else ()),
            *((Column("region", "REGION", 14),) if scopes > 1 else ()),
        )
        after = Column("alarm", "ALARM", 6)
        declared = self._declared(look)
        while True:
            columns = (*before, *(_column(title, found) for title, found in declared.items()), after)
            left = look.width - sum(column.width for column in columns) - GAP * (len(columns) - 1)
            title = max(reversed(declared), key=lambda one: declared[one][0].min_width, default="")
            if left >= NAME_WIDTH or not title or not declared[title][0].min_width:
                return columns
            del declared[title]

    def listing(self, snapshot: Snapshot, query: Query, look: Look) -> Listing:
        """The grid as asked for; by default the worst first, then by name."""
        columns = self.columns(look, scopes=len(snapshot.scopes))
        sorts = tuple(column.key for column in columns if not _is_spark(self._declared(look).get(column.key)))
        sort = query.sort if query.sort in sorts else "health"
        coverage = Coverage.of(snapshot)
        first, members = self._first(snapshot, coverage, sort), self._roster.members(snapshot)
        return Listing(
            columns=columns,
            keys=() if first else self._keys(snapshot, coverage, query, sort),
            row=lambda key: self._row(snapshot, coverage, snapshot.resources[key], columns, look),
            subject=lambda key: Subject(key, "resource", snapshot.resources[key].name, key),
            sorts=sorts,
            sort=sort,
            total=self.count(snapshot),
            empty="working it out" if first else self._empty(snapshot, query),
            first=first,
            for_filter=lambda: self._roster.texts(snapshot, members),
        )

    def _first(self, snapshot: Snapshot, coverage: Coverage, sort: str) -> Callable[[], object] | None:
        figures, members = self._figures_of(sort), self._roster.members(snapshot)
        if len(members.resources) <= AT_ONCE:
            return None
        if sort == "alarm" and not self._covers.has(coverage, members):
            return lambda: self._covers.of(coverage, members)
        if figures is not None and not figures.has(snapshot, members):
            return lambda: figures.of(snapshot, members)
        return None

    def _keys(self, snapshot: Snapshot, coverage: Coverage, query: Query, sort: str) -> tuple[str, ...]:
        value = self._sort_value(snapshot, coverage, sort)
        return tuple(ordered(self._chosen(snapshot, coverage, query), value, reverse=query.reverse))

    def _chosen(self, snapshot: Snapshot, coverage: Coverage, query: Query) -> list[str]:
        """The ARNs that the query asks for, in the order of their names."""
        wanted = Filter.parse(query.text)
        if wanted:
            chosen = wanted.among(self._candidates(snapshot, coverage))
        else:
            chosen = list(self._roster.members(snapshot).place)
        if not query.problems_only:
            return chosen
        return [arn for arn in chosen if snapshot.health.get(arn, Health.UNKNOWN) is not Health.OK]

    def _candidates(self, snapshot: Snapshot, coverage: Coverage) -> Candidates:
        resources, health = snapshot.resources, snapshot.health
        return Candidates(
            self._roster.texts(snapshot, self._roster.members(snapshot)),
            {
                "sev": lambda arn: health.get(arn, Health.UNKNOWN).value,
                "kind": lambda arn: self._catalog.short(resources[arn]),
                "service": lambda arn: resources[arn].service,
                "region": lambda arn: resources[arn].scope.region,
                "account": lambda arn: resources[arn].scope.account,
                "alarm": lambda arn: coverage.says(arn).value,
            },
            lambda arn: resources[arn].tags,
        )

    def _column_of(self, resource: Resource, title: str) -> Declared | None:
        return self._by_title.get((resource.service, resource.kind, title))

    def _sort_value(self, snapshot: Snapshot, coverage: Coverage, sort: str) -> Callable[[str], Any]:
        resources = snapshot.resources
        if sort == "health":
            return self._roster.ranks(snapshot).__getitem__
        if sort == "name":
            return self._roster.members(snapshot).place.__getitem__
        if sort == "kind":
            return lambda arn: self._catalog.short(resources[arn])
        if sort == "region":
            return lambda arn: resources[arn].scope.region
        if sort == "alarm":
            return self._covers.of(coverage, self._roster.members(snapshot)).__getitem__
        return self._declared_value(snapshot, sort)

    def _declared_value(self, snapshot: Snapshot, title: str) -> Callable[[str], Any]:
        """By a declared column, whose kinds may each mean another metric or fact by it."""
        column_figures = self._figures_of(title)
        if column_figures is None:
            return lambda arn: self._fact(snapshot.resources[arn], title)
        figures = column_figures.of(snapshot, self._roster.members(snapshot))
        # Figures are looked at for the biggest: the first press of a figure's column shows it on top.
        return lambda arn: None if (value := figures[arn]) is None else -value

    def _figures_of(self, title: str) -> ColumnFigures | None:
        """Those of a column of figures; None for another one."""
        columns = [column for (*_, named), column in self._by_title.items() if named == title]
        if not columns or any(column.fact for column in columns):
            return None
        held = self._figures  # those of one column: what ten thousand rows need is worth forgetting
        if held[0] != title:
            held = self._figures = title, ColumnFigures(dict(self._sources(title)))
        return held[1]

    def _fact(self, resource: Resource, title: str) -> tuple[float, str] | None:
        column = self._column_of(resource, title)
        fact = resource.facts.get(column.fact) if column and column.fact else None
        if column is None or fact is None:
            return None
        number = resource.number(column.fact or "") or 0.0
        return (-number if column.form in _NUMERIC else number), str(fact)

    def _sources(self, title: str) -> Iterator[tuple[tuple[str, str], Source]]:
        for (service, kind, named), column in self._by_title.items():
            metric = self._catalog.metric_of(service, kind, column.metric or "")
            if named == title and metric is not None:
                yield (service, kind), Source(metric, column.stat or metric.shown, figure_of(column))

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
        if query.problems_only and self.count(snapshot):
            return f"All {self.title} are healthy as far as they were read (f shows all)"
        services = {service for service, _ in self._kinds}
        blocked = [gap for gap in snapshot.gaps if gap.service in services]
        if blocked:
            return f"{blocked[0].service} could not be read: ! says why"
        if not snapshot.complete:
            return loading(snapshot) or "still reading for the first time"
        return f"This account has no {self.title} here"


def _covers(coverage: Coverage, members: Members) -> dict[str, int]:
    return {arn: COVER_RANK[coverage.says(arn)] for arn in members.place}


def _column(title: str, declared: list[Declared]) -> Column:
    align = "right" if declared[0].form in _NUMERIC else "left"
    return Column(title, title, max(column.width for column in declared), align)


def _is_spark(columns: list[Declared] | None) -> bool:
    return bool(columns) and columns is not None and columns[0].form == "spark"
