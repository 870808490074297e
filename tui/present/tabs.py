"""The line of views, and the status line below the list."""

from __future__ import annotations

from collections.abc import Sequence

from aws.model import Snapshot
from tui.present import styles
from tui.present.figures import count
from tui.present.view import Listing, Query, View
from widgets.cells import Cell
from widgets.layout import width_of
from widgets.lines import Line
from widgets.parts import Part


def tabs(views: Sequence[View], active: str, snapshot: Snapshot | None, width: int) -> Line:
    """``[1 Problems 5]  2 Fn 214``: where the width is short, the other views give up their numbers, then words."""
    line: Line = ()
    for detail in (2, 1, 0):
        line = _tabs(views, active, snapshot, detail)
        if sum(width_of(cell.text) for cell in line) <= width:
            break
    return line


def _tabs(views: Sequence[View], active: str, snapshot: Snapshot | None, detail: int) -> Line:
    cells: list[Cell] = []
    for view in views:
        mine = view.id == active
        words = [view.key]
        if detail or mine:
            words.append(view.tab)
        if snapshot and (detail == 2 or mine):
            number = view.count(snapshot)
            words.append(number if isinstance(number, str) else count(number))
        text = " ".join(filter(None, words))
        if cells:
            cells.append(Cell("  "))
        cells.append(Cell(f"[{text}]", styles.STRONG) if mine else Cell(text, styles.QUIET))
    return tuple(cells)


def status(query: Query, listing: Listing | None, visible: range, arrived_below: int, note: str = "") -> list[Part]:
    """``filter: none   sort: severity … 2 new below  1-13/13``."""
    if listing is None:
        return [Part((Cell(note, styles.NOTE),))]
    filtered = Cell(f"filter: {query.text or 'none'}", styles.NOTE if query.text else styles.QUIET)
    direction = " reversed" if query.reverse else ""
    parts = [Part((filtered,)), Part((Cell(f"sort: {listing.sort}{direction}".lower(), styles.QUIET),), 2)]
    if query.problems_only:
        parts.append(Part((Cell("problems only", styles.NOTE),)))
    if note:
        parts.append(Part((Cell(note, styles.NOTE),)))
    if arrived_below:
        parts.append(Part((Cell(f"{arrived_below} new below", styles.WARNING),), 1, right=True))
    first = visible.start + 1 if len(visible) else 0
    parts.append(Part((Cell(f"{first}-{visible.stop}/{len(listing.keys)}{_hidden(listing)}"),), right=True))
    return parts


def _hidden(listing: Listing) -> str:
    return f" of {listing.total}" if listing.total > len(listing.keys) else ""
