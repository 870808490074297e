"""View 8: which recommended alarm each resource has, and what would wake nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from aws.model import Cover, Covered, Snapshot
from tui.present import coverage_words as words
from tui.present import styles
from tui.present.catalog import Catalog
from tui.present.cover import alarms_unread
from tui.present.coverage_words import Score
from tui.present.empty import loading
from tui.present.kept import Kept
from tui.present.order import Candidates, Filter, ordered
from tui.present.view import Listing, Look, Query, Subject
from tui.present.words import resource_name
from widgets.cells import Cell, Column, Row

SORTS = ("score", "resource", "kind")
_SCORE, _KIND, _NARROW, _WIDE, _MORE = 5, 4, 6, 12, 7  # cells


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which purposes have a column of their own at this width; the others share the last."""

    shown: tuple[str, ...]
    width: int
    name_width: int
    more: bool

    @classmethod
    def of(cls, purposes: tuple[str, ...], look: Look) -> _Layout:
        name = 24 if look.width < 110 else 36
        room = look.width - (_SCORE + 1) - (name + 1) - (_KIND + 1)
        most = max(1, (room + 1) // (_NARROW + 1))
        if len(purposes) <= most:
            width = min(_WIDE, room // max(1, len(purposes)) - 1)
            return cls(purposes, max(_NARROW, width), name, more=False)
        most = max(1, (room - _MORE) // (_NARROW + 1))
        return cls(purposes[:most], _NARROW, name, more=True)

    def columns(self) -> tuple[Column, ...]:
        return (
            Column("score", "SCORE", _SCORE, "right"),
            Column("resource", "RESOURCE", self.name_width),
            Column("kind", "KIND", _KIND),
            *(Column(name, words.heading(name, self.width), self.width) for name in self.shown),
            *((Column("more", "MORE", _MORE),) if self.more else ()),
        )

    def cells(self, found: tuple[Covered, ...], look: Look) -> tuple[Cell, ...]:
        by_purpose: dict[str, list[Covered]] = {}
        for one in found:
            by_purpose.setdefault(words.purpose(one.rule), []).append(one)
        own = [words.cell(by_purpose.pop(name, []), look) for name in self.shown]
        rest = [one for others in by_purpose.values() for one in others]
        return (*own, *((words.cell(rest, look),) if self.more else ()))


class _Made(NamedTuple):
    """What a resource's covers come to. ``text`` is what a filter finds, in lower case."""

    found: tuple[Covered, ...]
    score: Score
    text: str
    applies: bool


def _made(found: tuple[Covered, ...]) -> _Made:
    apply = [one for one in found if one.cover is not Cover.NOT_APPLICABLE]
    text = " ".join(f"{one.rule} {one.cover.value}" for one in apply).lower()
    return _Made(found, words.score(found), text, bool(apply))


class CoverageView:
    """View 8. Rows are resources, the least covered first; columns are recommended alarms by purpose."""

    id, key, tab, title = "coverage", "8", "Cov", "coverage"

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._rows = Kept(_made)
        self._newest: tuple[object, dict[str, _Made], Score] | None = None

    def count(self, snapshot: Snapshot) -> str:
        """The account's score: ``71%``; ``?`` where it is not known."""
        return self._made(snapshot)[1].text

    def listing(self, snapshot: Snapshot, query: Query, look: Look) -> Listing:
        """The matrix as asked for."""
        made, _ = self._made(snapshot)
        chosen = [arn for arn in self._chosen(snapshot, made, query) if arn in snapshot.resources]
        sort = query.sort if query.sort in SORTS else SORTS[0]
        layout = _Layout.of(words.purposes(made[arn].found for arn in chosen), look)
        return Listing(
            columns=layout.columns(),
            keys=tuple(ordered(chosen, self._sort_value(snapshot, made, sort), reverse=query.reverse)),
            row=lambda arn: self._row(snapshot, arn, made[arn].score, layout.cells(made[arn].found, look)),
            subject=lambda arn: Subject(arn, "resource", resource_name(snapshot, arn), arn),
            sorts=SORTS,
            sort=sort,
            total=len(made),
            empty=self._empty(snapshot, query, any_rows=bool(made)),
            explain=lambda arn: words.explain(snapshot, arn, made[arn].found, self._catalog, look),
        )

    def _made(self, snapshot: Snapshot) -> tuple[dict[str, _Made], Score]:
        """Every resource's score and words, and the account's score; those that have not changed are kept."""
        coverage = snapshot.coverage or {}
        if self._newest is None or self._newest[0] is not coverage:
            rows = {arn: self._rows.of(arn, found) for arn, found in coverage.items()}
            self._rows.forget_all_but(coverage)
            whole = words.total(row.score for row in rows.values())
            self._newest = coverage, {arn: row for arn, row in rows.items() if row.applies}, whole
        return self._newest[1], self._newest[2]

    def _chosen(self, snapshot: Snapshot, made: Mapping[str, _Made], query: Query) -> list[str]:
        wanted = Filter.parse(query.text)
        chosen = wanted.among(self._candidates(snapshot, made)) if wanted else list(made)
        return [arn for arn in chosen if not made[arn].score.whole] if query.problems_only else chosen

    def _candidates(self, snapshot: Snapshot, made: Mapping[str, _Made]) -> Candidates:
        resources = snapshot.resources
        here = [arn for arn in made if arn in resources]
        return Candidates(
            {arn: f"{resources[arn].name.lower()} {made[arn].text}" for arn in here},
            {
                "kind": lambda arn: self._catalog.short(resources[arn]),
                "service": lambda arn: resources[arn].service,
                "region": lambda arn: resources[arn].scope.region,
                "account": lambda arn: resources[arn].scope.account,
                "alarm": lambda arn: words.worst(made[arn].found).value,
            },
            lambda arn: resources[arn].tags,
        )

    def _sort_value(self, snapshot: Snapshot, made: Mapping[str, _Made], sort: str) -> Callable[[str], Any]:
        def by(arn: str) -> Any:
            name = resource_name(snapshot, arn).lower()
            if sort == "resource":
                return name
            if sort == "kind":
                return (self._catalog.short(snapshot.resources[arn]), name)
            scored, kind = made[arn].score, self._catalog.short(snapshot.resources[arn])
            return None if scored.share is None else (scored.share, -scored.recommended, kind, name)

        return by

    def _row(self, snapshot: Snapshot, arn: str, scored: Score, cells: tuple[Cell, ...]) -> Row:
        name = Cell(resource_name(snapshot, arn))
        kind = Cell(self._catalog.short(snapshot.resources[arn]), styles.QUIET)
        return Row(arn, (Cell(scored.text, scored.style), name, kind, *cells))

    def _empty(self, snapshot: Snapshot, query: Query, *, any_rows: bool) -> str:
        if query.text:
            return f"nothing matches: {query.text}"
        if query.problems_only and any_rows:
            return "Every recommended alarm is there and reaches somebody (f shows all)"
        if snapshot.coverage is None or alarms_unread(snapshot):
            return loading(snapshot) or "The alarms could not be read: ! says why"
        return "Nothing here has a recommended alarm"
