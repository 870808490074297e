"""Makes what the lists show: at once where that is little, else in a thread, so that no key waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from textual.screen import Screen

from aws.model import Snapshot
from tui.keys_first import KeysFirst
from tui.present.kept import is_much
from tui.present.view import Listing, Look, Query, View
from widgets.cells import Row
from widgets.cursor import top_for

LATE_S = 0.3  # words that come and go sooner than this are only a flicker


@dataclass(frozen=True, slots=True)
class Asked:
    """All that a list depends on. ``edition`` counts what has changed without a newer look."""

    view: View
    snapshot: Snapshot
    query: Query
    look: Look
    edition: int = 0

    @property
    def is_much(self) -> bool:
        """Whether a key would have to wait for it."""
        return is_much(self.snapshot)

    def listing(self) -> Listing:
        """The list; it may still have to wait for its ``first``."""
        return self.view.listing(self.snapshot, self.query, self.look)

    def is_as(self, other: Asked) -> bool:
        """Whether both come to the same list."""
        same = self.view is other.view and self.snapshot is other.snapshot and self.edition == other.edition
        return same and self.query == other.query and self.look == other.look


class Lister:
    """Keeps the last list that was made whole. ``changed`` is called when one has been made, or takes long."""

    def __init__(self, screen: Screen[None], keys_first: Callable[[], KeysFirst], changed: Callable[[], None]) -> None:
        self._screen, self._keys_first, self._changed = screen, keys_first, changed
        self._made: tuple[Asked, Listing] | None = None
        self._busy = False
        self.late = False

    def listing(self, asked: Asked, visible: range, *, opening: bool) -> Listing | None:
        """The list, whole or with its ``first`` to come; None where no key should wait for it. Made whole by and by.

        ``visible`` are the indexes of the rows there is room for. ``opening``: there are no rows on the screen that
        may stay until then.
        """
        made = self._made
        listing = made[1] if made is not None and made[0].is_as(asked) else None
        if listing is None and (opening or not asked.is_much):
            listing = asked.listing()
        if not self._busy and (listing is None or listing.first is not None):
            self._busy = True
            self._screen.run_worker(self._work_out(asked, visible), group="list")
        return listing

    def make(self, asked: Asked, visible: range, cursor: str | None = None) -> None:
        """Make the list, its rows at the indexes ``visible``, and those where the row of ``cursor`` is to be seen.

        May run in a thread: keys go first.
        """
        give_way = self._keys_first().give_way
        give_way()
        listing = whole(asked)
        rows: dict[str, Row] = {}
        for key in _around(listing.keys, visible, cursor):
            give_way()
            rows[key] = listing.row(key)
        self._made = asked, replace(listing, row=_row_of(rows, listing.row))

    async def _work_out(self, asked: Asked, visible: range) -> None:
        """One list at a time; who is told of it asks for the next, as it is wanted by then."""
        late = self._screen.set_timer(LATE_S, self._say_late)
        try:
            await asyncio.to_thread(self.make, asked, visible)
            await self._keys_first().answer()
        finally:
            late.stop()
            self._busy = self.late = False
        self._changed()

    def _say_late(self) -> None:
        self.late = True
        self._changed()


def whole(asked: Asked) -> Listing:
    """The list with all that it needs, however long that takes."""
    listing = asked.listing()
    if listing.first is None:
        return listing
    listing.first()
    return asked.listing()


def _around(keys: Sequence[str], visible: range, cursor: str | None) -> set[str]:
    """The keys that will be on the screen: those at ``visible``, or where scrolling leads after the ``cursor``."""
    found = set(keys[visible.start : visible.stop])
    if cursor is not None and cursor not in found and cursor in keys:
        top = top_for(keys.index(cursor), visible)
        found.update(keys[top : top + len(visible)])
    return found


def _row_of(rows: dict[str, Row], make: Callable[[str], Row]) -> Callable[[str], Row]:
    return lambda key: rows.get(key) or make(key)


def match_from(listing: Listing, query: Query, start: int, step: int) -> str | None:
    """The key of the next row (``step`` 1) or the previous one (-1) that matches the filter by its own words."""
    words = [part for part in query.text.lower().split() if not part.startswith(("!", "~")) and ":" not in part]
    keys = listing.keys
    for distance in range(1, len(keys) + 1):
        key = keys[(start + step * distance) % len(keys)]
        text = " ".join(cell.text for cell in listing.row(key).cells).lower()
        if all(word in text for word in words):
            return key
    return None
