"""View 0: the roles that functions run with, by their worst finding. Pure; what is read stands in a `RoleBook`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aws.model import Snapshot
from tui.present.empty import loading
from tui.present.kept import is_much, same
from tui.present.order import ordered
from tui.present.role_book import RoleBook, functions_by_role
from tui.present.view import Listing, Look, Query, Subject

if TYPE_CHECKING:
    from tui.present.role_list import Entry

SORTS = ("worst", "role", "escalates", "functions", "used", "changers")


class Roles:
    """View 0."""

    id, key, tab, title = "roles", "0", "Roles", "roles"

    def __init__(self, book: RoleBook) -> None:
        self._book = book
        self._made_of: tuple[tuple[object, ...], frozenset[str], dict[str, Entry]] = ((), frozenset(), {})

    def count(self, _: Snapshot) -> int | str:
        """How many have a critical or high finding; nothing before they were read."""
        if not any(posture.roles for posture in self._book.postures.values()):
            return ""
        from tui.present.role_list import WORST

        return sum(
            report.inspection.worst in WORST
            for posture in self._book.postures.values()
            for report in posture.roles.values()
        )

    def listing(self, snapshot: Snapshot, query: Query, look: Look) -> Listing:
        """The roles as asked for; the worst first."""
        from tui.present import role_list  # what judges roles is not needed for the first frame

        first = (lambda: self._entries(snapshot)) if self._is_much(snapshot) else None
        entries = {} if first else self._entries(snapshot)
        sort = query.sort if query.sort in SORTS else SORTS[0]
        chosen = role_list.chosen(entries, query)
        return Listing(
            columns=role_list.columns(look),
            keys=tuple(ordered(chosen, role_list.sort_value(entries, sort), reverse=query.reverse)),
            row=lambda key: role_list.row(entries[key]),
            subject=lambda key: Subject(key, "role", entries[key].name, key),
            sorts=SORTS,
            sort=sort,
            total=len(entries),
            empty="working it out" if first else self._empty(snapshot, query),
            explain=lambda key: role_list.explain(entries[key]) if key in entries else [],
            first=first,
        )

    def _entries(self, snapshot: Snapshot) -> dict[str, Entry]:
        """By ARN; made anew where a resource, or what is known of roles, has become another."""
        known, reading = self._parts(snapshot)
        if (listed := self._listed(known, reading)) is None:
            listed = dict(self._made(snapshot, reading))
            self._made_of = known, reading, listed
        return listed

    def _is_much(self, snapshot: Snapshot) -> bool:
        """Whether to make the rows would hold up a key."""
        return is_much(snapshot) and self._listed(*self._parts(snapshot)) is None

    def _parts(self, snapshot: Snapshot) -> tuple[tuple[object, ...], frozenset[str]]:
        """What the rows are made of."""
        return (*snapshot.resources.values(), *self._book.postures.values()), frozenset(self._book.reading)

    def _listed(self, known: tuple[object, ...], reading: frozenset[str]) -> dict[str, Entry] | None:
        """The rows, where they are at hand."""
        before, was_reading, listed = self._made_of  # in one go: a thread may be making others
        as_before = len(known) == len(before) and reading == was_reading and same(before, known)
        return listed if as_before else None

    def _made(self, snapshot: Snapshot, reading: frozenset[str]) -> Iterator[tuple[str, Entry]]:
        from tui.present.role_list import Entry

        for arn, functions in functions_by_role(snapshot).items():
            changers = self._book.changers(each.arn for each in functions)
            known = None if changers is None else frozenset(changers)
            is_read = arn.split(":")[4:5] != [] and arn.split(":")[4] in reading
            yield arn, Entry(arn, functions, self._book.report(arn), known, is_read)

    def _empty(self, snapshot: Snapshot, query: Query) -> str:
        if query.text:
            return f"nothing matches: {query.text}"
        return loading(snapshot) or "No function was seen here, so no role of one"
