"""The one widget for every list: a grid that formats a row when it paints it, and repaints only what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from widgets.cells import Column, Row
from widgets.cursor import HEADER_LINES, CursorList
from widgets.layout import GAP, clip, column_widths, fit, width_of


class Grid(CursorList):
    """Rows under a header line, one of them under the cursor.

    Rows are virtual: `show` takes their keys and a function that makes the row of a key, which is called for rows on
    the screen only. The cursor stays on the first row until somebody moves it; from then on it follows its row's key
    from one `show` to the next, and where the key vanished it stays at its index. Cells narrower than their text end
    in "…"; columns beyond the right edge are cut off, so the presenter chooses columns by width.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {"grid--header", "grid--cursor", "grid--marked", "grid--empty"}

    DEFAULT_CSS = """
    Grid {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size: 0 0;
        color: $foreground;
        background: $background;
    }
    Grid > .grid--header { color: $text-muted; text-style: bold; }
    Grid > .grid--cursor {
        color: $block-cursor-blurred-foreground;
        background: $block-cursor-blurred-background;
        text-style: $block-cursor-blurred-text-style;
    }
    Grid:focus > .grid--cursor {
        color: $block-cursor-foreground;
        background: $block-cursor-background;
        text-style: $block-cursor-text-style;
    }
    Grid > .grid--marked { color: $text-accent; text-style: bold; }
    Grid > .grid--empty { color: $text-muted; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._columns: tuple[Column, ...] = ()
        self._row_of: Callable[[str], Row] | None = None
        self._rows: dict[str, Row] = {}  # those made since the last show
        self._sort: tuple[str | None, bool] = (None, False)
        self._empty = ""

    def show(
        self,
        columns: Sequence[Column],
        keys: Sequence[str],
        row_of: Callable[[str], Row],
        *,
        sort: str | None = None,
        reverse: bool = False,
        empty: str = "",
    ) -> None:
        """Show the rows of ``keys`` (unique, in order); ``row_of(key)`` makes one of them.

        ``row_of`` is kept and called whenever a row comes into view, so it must give the same rows until the next
        `show`; it gives one cell a column. ``sort`` is the key of the column that carries the sort mark (▼ where
        ``reverse``). ``empty`` is said where there is no row.
        """
        cursor, index, followed = self.cursor_key, self._index, self.cursor_is_visible()
        keys_before, frame_before, said_before = self._keys, self._frame(), self._empty
        painted = [self._rows.get(key) for key in self.visible_keys()]
        self._keys, self._row_of, self._rows = tuple(keys), row_of, {}
        self._columns, self._sort, self._empty = tuple(columns), (sort, reverse), empty
        self._index = self._index_of_cursor(cursor)
        if self._frame() != frame_before:
            self.refresh()
        elif not self._keys and not keys_before:
            self._refresh_empty(said_before)
        else:
            self._refresh_changed(painted, {index, self._index} if index != self._index else set())
        if len(self._keys) != len(keys_before):
            self.update_extent()
        if followed:
            self.scroll_to_cursor()
        if self.cursor_key != cursor:
            self.post_message(self.Moved(self, self.cursor_key))
        if self._keys != keys_before:
            self.post_message(self.Scrolled(self, self.cursor_key))

    def _frame(self) -> tuple[object, ...]:
        """All that concerns every line: where it differs, everything is repainted."""
        return self._columns, self._sort, not self._keys

    def _refresh_empty(self, said_before: str) -> None:
        """Only the line that stands for all rows: while something loads it changes often."""
        if self._empty != said_before:
            self.refresh(Region(0, HEADER_LINES, self.size.width, 1))

    def _index_of_cursor(self, key: str | None) -> int:
        if not self._held:
            return 0
        stays = min(self._index, max(0, len(self._keys) - 1))
        if key is None or self._keys[stays : stays + 1] == (key,) or key not in self._keys:
            return stays
        return self._keys.index(key)

    def _row(self, index: int) -> Row:
        key = self._keys[index]
        row = self._rows.get(key)
        if row is None:
            assert self._row_of is not None  # there is a key, so something was shown
            if len(self._rows) > 4 * max(64, self.page_rows):
                self._rows.clear()
            row = self._rows[key] = self._row_of(key)
        return row

    def _refresh_changed(self, painted: Sequence[Row | None], cursor_rows: set[int]) -> None:
        """Repaint the visible rows that differ from those ``painted``, up to their last change, and the cursor's."""
        width = self.size.width
        regions: list[Region] = []
        for line in range(self.page_rows):
            index, y = self.top_index + line, line + HEADER_LINES
            old = painted[line] if line < len(painted) else None
            new = self._row(index) if index < len(self._keys) else None
            if old is None and new is None:
                continue
            if old is None or new is None or index in cursor_rows or (self._marks and old.key != new.key):
                regions.append(Region(0, y, width, 1))
            elif old.cells != new.cells:
                spans = list(self._changed_spans(old, new))
                if spans:  # one region: Textual sends a line from its start up to the end of each region in it
                    start, end = spans[0][0], spans[-1][0] + spans[-1][1]
                    regions.append(Region(start, y, end - start, 1))
        if regions:
            self.refresh(*regions)

    def _changed_spans(self, old: Row, new: Row) -> Iterator[tuple[int, int]]:
        """The (x, width) of the cells that differ and are not beyond the right edge."""
        x, edge = 0, self.size.width
        for cells, a, b in zip(column_widths(self._columns, edge), old.cells, new.cells, strict=True):
            if a != b and x < edge:
                yield x, min(cells, edge - x)
            x += cells + GAP

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the header, a row, or nothing."""
        width = self.size.width
        if y < HEADER_LINES:
            return self._header_strip(width)
        index = self.top_index + y - HEADER_LINES
        if index < len(self._keys):
            return self._row_strip(index, width)
        if not self._keys and y == HEADER_LINES and self._empty:
            return Strip([Segment(fit(self._empty, width), self.get_component_rich_style("grid--empty"))], width)
        return Strip.blank(width, self.ink())

    def _header_strip(self, width: int) -> Strip:
        """The titles; the sort mark takes the gap after its column where the title leaves it no room."""
        style = self.get_component_rich_style("grid--header")
        sort, reverse = self._sort
        text = ""
        for column, cells in zip(self._columns, column_widths(self._columns, width), strict=True):
            mark = ("▼" if reverse else "▲") if column.key == sort else ""
            title = clip(column.title, cells)
            if width_of(title + mark) <= cells:
                text += fit(title + mark, cells, column.align) + " " * GAP
            else:
                text += fit(title, cells, column.align) + mark.ljust(GAP)
        return Strip([Segment(text, style)]).adjust_cell_length(width, style)

    def _row_strip(self, index: int, width: int) -> Strip:
        row = self._row(index)
        marked = ("grid--marked",) if row.key in self._marks else ()
        over = (*marked, "grid--cursor") if index == self._index else marked
        segments: list[Segment] = []
        text, ink, widths = "", self.ink("", *over), column_widths(self._columns, width)
        for column, cells, cell in zip(self._columns, widths, row.cells, strict=True):
            if (own := self.ink(cell.style, *over)) is not ink:
                if text:
                    segments.append(Segment(text, ink))
                text, ink = "", own
            # The gap goes with its cell: a segment of its own would cost forty bytes of colours to send.
            text += fit(cell.text, cells, column.align) + " " * GAP
        segments.append(Segment(text[:-GAP], ink))
        return Strip(segments, sum(widths) + GAP * (len(widths) - 1)).adjust_cell_length(width, self.ink("", *over))
