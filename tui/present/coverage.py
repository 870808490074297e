"""View 8: which recommended alarm each resource has, and what would wake nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from aws.alarms.score import Score, score, score_of
from aws.model import Cover, Covered, Resource, Snapshot
from tui.present import coverage_words as words
from tui.present import styles
from tui.present.catalog import Catalog
from tui.present.cover import alarms_unread
from tui.present.empty import loading
from tui.present.kept import AT_ONCE, Kept, Newest, same
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


class _Pattern(NamedTuple):
    """What some covers come to, whatever the resource. ``text`` is what a filter finds, in lower case."""

    score: Score
    text: str
    purposes: tuple[str, ...]


@lru_cache(maxsize=4096)
def _pattern(covers: tuple[tuple[str, Cover, bool], ...]) -> _Pattern:
    """Of thousands of resources most lack the same."""
    apply = [Covered(rule, cover, unsure=unsure) for rule, cover, unsure in covers]
    apply = [one for one in apply if one.cover is not Cover.NOT_APPLICABLE]
    text = " ".join(f"{one.rule} {one.cover.value}{' unsure' if one.unsure else ''}" for one in apply).lower()
    return _Pattern(score(apply), text, tuple(words.purpose(one.rule) for one in apply))


# By C, as it is called for every recommendation of the account.
_what_counts = itemgetter(*map(Covered._fields.index, ("rule", "cover", "unsure")))


class _Made(NamedTuple):
    """A row before it is painted; ``place`` sorts by kind and name, ``rank`` by how little is covered (None: nothing
    is known of it)."""

    found: tuple[Covered, ...]
    pattern: _Pattern
    place: tuple[str, str]
    rank: tuple[float, int, tuple[str, str]] | None

    @property
    def score(self) -> Score:
        return self.pattern.score


def _same(before: Mapping[str, Resource], now: Mapping[str, Resource]) -> bool:
    """Whether they are the same resources: each look gathers them anew."""
    return before is now or (len(before) == len(now) and same(before.values(), now.values()))


def _sort_value(made: Mapping[str, _Made], sort: str) -> Callable[[str], Any]:
    if sort == "resource":
        return lambda arn: made[arn].place[1]
    return (lambda arn: made[arn].rank) if sort == "score" else lambda arn: made[arn].place


def _texts(made: Mapping[str, _Made]) -> dict[str, str]:
    return {arn: f"{row.place[1]} {row.pattern.text}" for arn, row in made.items()}


class CoverageView:
    """View 8. Rows are resources, the least covered first; columns are recommended alarms by purpose."""

    id, key, tab, title = "coverage", "8", "Cov", "coverage"

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._rows = Kept(self._make)
        self._texts = Newest(_texts)
        self._newest: tuple[object, Mapping[str, Resource], dict[str, _Made], tuple[str, ...]] | None = None
        self._whole: tuple[object, Score] = (None, Score())

    def count(self, snapshot: Snapshot) -> str:
        """The account's score: ``71%``; ``?`` where it is not known."""
        coverage = snapshot.coverage
        if self._whole[0] is not coverage:  # the tab is painted with every look, whatever view is open
            self._whole = coverage, score_of(coverage) or Score()
        return words.percent(self._whole[1])

    def listing(self, snapshot: Snapshot, query: Query, look: Look) -> Listing:
        """The matrix as asked for."""
        sort = query.sort if query.sort in SORTS else SORTS[0]
        first = (lambda: self._made(snapshot)) if self._is_much(snapshot) else None
        made, purposes = ({}, ()) if first else self._made(snapshot)
        chosen = self._chosen(snapshot, made, query)
        if len(chosen) < len(made):
            purposes = words.by_frequency(made[arn].pattern.purposes for arn in chosen)
        layout = _Layout.of(purposes, look)
        return Listing(
            columns=layout.columns(),
            keys=tuple(ordered(chosen, _sort_value(made, sort), reverse=query.reverse)),
            row=lambda arn: self._row(snapshot, arn, made[arn].score, layout.cells(made[arn].found, look)),
            subject=lambda arn: Subject(arn, "resource", resource_name(snapshot, arn), arn),
            sorts=SORTS,
            sort=sort,
            total=len(made),
            empty="working it out" if first else self._empty(snapshot, query, any_rows=bool(made)),
            explain=lambda arn: words.explain(snapshot, arn, made[arn].found, self._catalog, look),
            first=first,
            for_filter=lambda: self._texts.of(made),
        )

    def _make(self, found: tuple[Covered, ...], resource: Resource) -> _Made:
        place = (self._catalog.short(resource), resource.name.lower())
        pattern = _pattern(tuple(map(_what_counts, found)))
        share = pattern.score.share
        return _Made(found, pattern, place, None if share is None else (share, -pattern.score.known, place))

    def _made(self, snapshot: Snapshot) -> tuple[dict[str, _Made], tuple[str, ...]]:
        """Every row, and the purposes; what has not changed is kept."""
        coverage, resources = snapshot.coverage, snapshot.resources
        newest = self._newest
        if newest is None or not self._is_made(snapshot):
            made = {
                arn: row
                for arn, found in (coverage or {}).items()
                if arn in resources and (row := self._rows.of(arn, found, resources[arn])).pattern.purposes
            }
            self._rows.forget_all_but(made)
            purposes = words.by_frequency(row.pattern.purposes for row in made.values())
            newest = self._newest = coverage, resources, made, purposes
        return newest[2:]

    def _is_made(self, snapshot: Snapshot) -> bool:
        newest = self._newest
        return newest is not None and newest[0] is snapshot.coverage and _same(newest[1], snapshot.resources)

    def _is_much(self, snapshot: Snapshot) -> bool:
        """Whether to make every row would hold up a key: the first time, and where the alarms have become others."""
        return len(snapshot.coverage or ()) > AT_ONCE and not self._is_made(snapshot)

    def _chosen(self, snapshot: Snapshot, made: Mapping[str, _Made], query: Query) -> list[str]:
        wanted = Filter.parse(query.text)
        chosen = wanted.among(self._candidates(snapshot, made)) if wanted else list(made)
        return [arn for arn in chosen if not made[arn].score.whole] if query.problems_only else chosen

    def _candidates(self, snapshot: Snapshot, made: Mapping[str, _Made]) -> Candidates:
        resources = snapshot.resources
        return Candidates(
            self._texts.of(made),
            {
                "kind": lambda arn: self._catalog.short(resources[arn]),
                "service": lambda arn: resources[arn].service,
                "region": lambda arn: resources[arn].scope.region,
                "account": lambda arn: resources[arn].scope.account,
                "alarm": lambda arn: words.worst(made[arn].found).value,
            },
            lambda arn: resources[arn].tags,
        )

    def _row(self, snapshot: Snapshot, arn: str, scored: Score, cells: tuple[Cell, ...]) -> Row:
        name = Cell(resource_name(snapshot, arn))
        kind = Cell(self._catalog.short(snapshot.resources[arn]), styles.QUIET)
        return Row(arn, (Cell(words.percent(scored), words.score_style(scored)), name, kind, *cells))

    def _empty(self, snapshot: Snapshot, query: Query, *, any_rows: bool) -> str:
        if query.text:
            return f"nothing matches: {query.text}"
        if query.problems_only and any_rows:
            return "Every recommended alarm is there and reaches somebody (f shows all)"
        if snapshot.coverage is None or alarms_unread(snapshot):
            return loading(snapshot) or "The alarms could not be read: ! says why"
        return "Nothing here has a recommended alarm"
