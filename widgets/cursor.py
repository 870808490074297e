"""A list of keys with a cursor, marks and a window onto them: all of a grid but its painting."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message

from widgets.inked import Inked

HEADER_LINES = 1


def top_for(index: int, page: range) -> int:
    """The index of the first row after the least movement of ``page`` that brings the row at ``index`` into it."""
    return min(max(page.start, index - len(page) + 1), index)


class CursorList(Inked, can_focus=True, inherit_bindings=False):
    """Keys, one of them under the cursor, below a header line. `Grid` paints their rows."""

    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "cursor_down", "Down", id="grid.cursor_down", show=False),
        Binding("k,up", "cursor_up", "Up", id="grid.cursor_up", show=False),
        Binding("g,home", "cursor_first", "First", id="grid.cursor_first", show=False),
        Binding("G,end", "cursor_last", "Last", id="grid.cursor_last", show=False),
        Binding("ctrl+f,pagedown", "page_down", "Page down", id="grid.page_down", show=False),
        Binding("ctrl+b,pageup", "page_up", "Page up", id="grid.page_up", show=False),
        Binding("ctrl+d", "half_page_down", "Half a page down", id="grid.half_page_down", show=False),
        Binding("ctrl+u", "half_page_up", "Half a page up", id="grid.half_page_up", show=False),
        Binding("enter", "open", "Open", id="grid.open", show=False),
        Binding("space", "toggle_mark", "Mark", id="grid.toggle_mark", show=False),
    ]

    class Event(Message, namespace="grid"):
        """Something that happened at the row of ``key`` in ``grid``."""

        def __init__(self, grid: CursorList, key: str | None) -> None:
            super().__init__()
            self.grid = grid
            self.key = key

        @property
        def control(self) -> CursorList:
            """The grid, so that handlers can be chosen by selector."""
            return self.grid

    class Opened(Event, namespace="grid"):
        """The row was opened: enter, or a double click."""

    class Moved(Event, namespace="grid"):
        """The cursor is on another row now; ``key`` is None where no row is left."""

    class Marked(Event, namespace="grid"):
        """The row's mark changed."""

    class Scrolled(Event, namespace="grid"):
        """Other rows are visible now; ``key`` is the cursor's."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._keys: tuple[str, ...] = ()
        self._index = 0
        self._held = False
        self._marks: set[str] = set()

    @property
    def cursor_key(self) -> str | None:
        """The key of the row under the cursor; None where there is no row."""
        return self._keys[self._index] if self._index < len(self._keys) else None

    @property
    def cursor_index(self) -> int:
        """The index of the row under the cursor."""
        return self._index

    @property
    def cursor_held(self) -> bool:
        """Whether somebody has moved the cursor. Until then it stays on the first row, whichever that is."""
        return self._held

    def release_cursor(self) -> None:
        """Back to the first row, as if nobody had moved the cursor."""
        self.move_to_index(0)
        self._held = False

    @property
    def row_count(self) -> int:
        """How many rows there are, on the screen or not."""
        return len(self._keys)

    @property
    def page_rows(self) -> int:
        """How many rows fit on the screen."""
        return max(0, self.size.height - HEADER_LINES)

    @property
    def top_index(self) -> int:
        """The index of the first row on the screen."""
        return round(self.scroll_offset.y)

    @property
    def marked_keys(self) -> tuple[str, ...]:
        """The marked rows among those shown, in their order. A mark outlives the time that a filter hides its row."""
        return tuple(key for key in self._keys if key in self._marks) if self._marks else ()

    def page_range(self) -> range:
        """The indexes of the rows that there is room for, whether there are so many or not."""
        return range(self.top_index, self.top_index + self.page_rows)

    def visible_range(self) -> range:
        """The indexes of the rows on the screen."""
        page, count = self.page_range(), len(self._keys)
        return range(min(page.start, count), min(page.stop, count))

    def visible_keys(self) -> tuple[str, ...]:
        """The keys of the rows on the screen."""
        visible = self.visible_range()
        return self._keys[visible.start : visible.stop]

    def move_to(self, key: str) -> bool:
        """Put the cursor on the row of ``key`` and bring it into view; False where there is no such row."""
        if key not in self._keys:
            return False
        self.move_to_index(self._keys.index(key))
        return True

    def move_to_index(self, index: int) -> None:
        """Put the cursor on the row at ``index``, or the nearest that exists, and bring it into view."""
        self._held = True
        index = max(0, min(index, len(self._keys) - 1))
        if index != self._index:
            self.refresh_rows(self._index, index)
            self._index = index
            self.post_message(self.Moved(self, self.cursor_key))
        self.scroll_to_cursor()

    def clear_marks(self) -> None:
        """Take every mark away."""
        self._marks.clear()
        self.refresh()

    def refresh_rows(self, *indexes: int) -> None:
        """Repaint the rows at ``indexes``, those of them that are on the screen."""
        visible, width = self.visible_range(), self.size.width
        regions = [Region(0, i - self.top_index + HEADER_LINES, width, 1) for i in indexes if i in visible]
        if regions:
            self.refresh(*regions)

    def scroll_to_cursor(self) -> None:
        """The least movement that brings the cursor's row into view."""
        if self.page_rows:
            wanted = top_for(self._index, self.page_range())
            if wanted != self.top_index:
                self.scroll_to(y=wanted, animate=False, immediate=True, force=True)  # before the first layout too

    def cursor_is_visible(self) -> bool:
        """Whether the cursor's row is on the screen; it is not where the mouse wheel left it behind."""
        return not self._keys or self._index in self.visible_range()

    def followed_key(self) -> str | None:
        """The key of the row that stays on the screen, wherever the next rows put it."""
        return self.cursor_key if self._held and self.cursor_is_visible() else None

    def update_extent(self) -> None:
        """Let scrolling know how many rows there are."""
        self.virtual_size = Size(self.size.width, len(self._keys) + HEADER_LINES)

    # -- keys and mouse -----------------------------------------------------------------------------------------

    def action_cursor_down(self) -> None:
        """One row down."""
        self.move_to_index(self._index + 1)

    def action_cursor_up(self) -> None:
        """One row up."""
        self.move_to_index(self._index - 1)

    def action_cursor_first(self) -> None:
        """To the first row."""
        self.move_to_index(0)

    def action_cursor_last(self) -> None:
        """To the last row."""
        self.move_to_index(len(self._keys) - 1)

    def action_page_down(self) -> None:
        """A screenful down."""
        self.move_to_index(self._index + max(1, self.page_rows))

    def action_page_up(self) -> None:
        """A screenful up."""
        self.move_to_index(self._index - max(1, self.page_rows))

    def action_half_page_down(self) -> None:
        """Half a screenful down."""
        self.move_to_index(self._index + max(1, self.page_rows // 2))

    def action_half_page_up(self) -> None:
        """Half a screenful up."""
        self.move_to_index(self._index - max(1, self.page_rows // 2))

    def action_open(self) -> None:
        """Say that the row under the cursor was opened."""
        if self.cursor_key is not None:
            self.post_message(self.Opened(self, self.cursor_key))

    def action_toggle_mark(self) -> None:
        """Mark the row under the cursor, or take its mark away, and go on to the next."""
        if (key := self.cursor_key) is not None:
            self._marks ^= {key}
            self.refresh_rows(self._index)
            self.post_message(self.Marked(self, key))
            self.move_to_index(self._index + 1)

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there, a double click opens."""
        index = self.top_index + event.y - HEADER_LINES
        if event.y >= HEADER_LINES and index < len(self._keys):
            self.move_to_index(index)
            if event.chain == 2:
                self.action_open()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Other rows came into view."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.post_message(self.Scrolled(self, self.cursor_key))

    def on_resize(self) -> None:
        """More or fewer rows fit now."""
        self.update_extent()
        self.scroll_to_cursor()
        self.post_message(self.Scrolled(self, self.cursor_key))
