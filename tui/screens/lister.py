"""Makes what the lists show: at once where that is little, else in a thread, so that no key waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from aws.model import Snapshot
from tui.present.kept import is_much
from tui.present.view import Listing, Look, Query, View
from widgets.cells import Row


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
    """Keeps the last list that was made whole."""

    def __init__(self) -> None:
        self._made: tuple[Asked, Listing] | None = None

    def at_hand(self, asked: Asked) -> Listing | None:
        """The list, where it has been made."""
        made = self._made
        return made[1] if made is not None and made[0].is_as(asked) else None

    def make(self, asked: Asked, visible: range) -> None:
        """Make the list, and its rows at the indexes ``visible``. May run in a thread."""
        listing = whole(asked)
        rows = {key: listing.row(key) for key in listing.keys[visible.start : visible.stop]}
        self._made = asked, replace(listing, row=_row_of(rows, listing.row))


def whole(asked: Asked) -> Listing:
    """The list with all that it needs, however long that takes."""
    listing = asked.listing()
    if listing.first is None:
        return listing
    listing.first()
    return asked.listing()


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
