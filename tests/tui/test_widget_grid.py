"""The grid under a user's fingers, and what it repaints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from tests.tui.frames import frame, lines, widest
from widgets.cells import Cell, Column, Row
from widgets.cursor import CursorList
from widgets.grid import Grid

COLUMNS = (Column("sev", "SEV", 4), Column("name", "NAME", 0), Column("now", "NOW", 6, "right"))
SIZES = [(80, 24), (120, 40), (200, 50)]


class Listed(App[None]):
    """One grid. ``made`` are the rows that were formatted, ``heard`` the messages, ``repainted`` the regions."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []
        self.heard: list[tuple[str, str | None]] = []
        self.figures: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        yield Watched()

    @property
    def grid(self) -> Watched:
        return self.query_one(Watched)

    def row(self, key: str) -> Row:
        self.made.append(key)
        return Row(key, (Cell("CRIT", "bold red"), Cell(key), Cell(self.figures.get(key, "1"))))

    def show(self, keys: Sequence[str], **more: Any) -> None:
        self.grid.show(COLUMNS, keys, self.row, **more)

    def on_grid_moved(self, event: CursorList.Moved) -> None:
        self.heard.append(("moved", event.key))

    def on_grid_opened(self, event: CursorList.Opened) -> None:
        self.heard.append(("opened", event.key))


class Watched(Grid):
    """A grid that notes what it asks to be repainted; ``None`` is everything."""

    def __init__(self) -> None:
        super().__init__()
        self.repainted: list[Region | None] = []

    def refresh(self, *regions: Region, **more: Any) -> Watched:
        self.repainted.extend(regions or (None,))
        super().refresh(*regions, **more)
        return self


def names(count: int, first: int = 0) -> list[str]:
    return [f"fn-{number:05}" for number in range(first, first + count)]


@pytest.mark.parametrize("size", SIZES)
async def test_a_list_of_ten_thousand_formats_what_is_on_the_screen(size: tuple[int, int]) -> None:
    app = Listed()
    async with app.run_test(size=size) as pilot:
        app.show(names(10_000), sort="now", reverse=True)
        await pilot.pause()
        shown = lines(app)
        assert shown[0] == "SEV  NAME" + "NOW▼".rjust(size[0] - 9)
        assert shown[1] == "CRIT fn-00000" + "1".rjust(size[0] - 13)
        assert len(shown) == size[1]
        assert widest(app) == size[0]
        assert set(app.made) == set(names(size[1] - 1))


async def test_the_sort_mark_takes_the_gap_where_a_title_fills_its_column() -> None:
    app = Listed()
    async with app.run_test(size=(40, 5)) as pilot:
        columns = (Column("a", "CALLS/m", 7, "right"), Column("b", "NAME", 0))
        for sort, shown in (("a", "CALLS/m▲NAME"), ("b", "CALLS/m NAME▲")):
            app.grid.show(columns, ("x",), lambda key: Row(key, (Cell("1"), Cell("y"))), sort=sort)
            await pilot.pause()
            assert lines(app)[0] == shown


async def test_keys_move_the_cursor_and_the_window() -> None:
    app = Listed()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(names(100))
        for key, cursor in [
            ("j", 1), ("down", 2), ("k", 1), ("ctrl+d", 12), ("ctrl+u", 1), ("ctrl+f", 24), ("ctrl+b", 1),
            ("G", 99), ("j", 99), ("pageup", 76), ("g", 0), ("k", 0), ("end", 99), ("home", 0),
        ]:  # fmt: skip
            await pilot.press(key)
            assert app.grid.cursor_key == names(100)[cursor], key
            assert app.grid.cursor_key in app.grid.visible_keys()
        await pilot.press("G")
        assert app.grid.visible_keys() == tuple(names(23, first=77))
        assert lines(app)[0].startswith("SEV"), "the header stays while rows scroll"


async def test_the_cursor_follows_its_row_and_stays_where_it_vanished() -> None:
    app = Listed()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(["a", "b", "c", "d"])
        app.grid.move_to("c")
        app.show(["new", "a", "b", "c", "d"])
        assert (app.grid.cursor_key, app.grid.cursor_index) == ("c", 3)
        app.show(["new", "a", "b", "d", "e"])
        assert (app.grid.cursor_key, app.grid.cursor_index) == ("d", 3)
        app.show(["new"])
        assert app.grid.cursor_key == "new"
        app.show([], empty="nothing wrong in what was read")
        await pilot.pause()
        assert app.grid.cursor_key is None
        assert frame(app) == "SEV  NAME".ljust(77) + "NOW\nnothing wrong in what was read"
        assert app.heard[-1] == ("moved", None)
        await pilot.press("j", "enter", "space", "G")
        assert ("opened", None) not in app.heard


async def test_the_cursor_stays_on_the_first_row_until_it_is_moved() -> None:
    app = Listed()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(["a", "b"])
        app.show(["worse", "a", "b"])
        await pilot.pause()
        assert app.grid.cursor_key == "worse"
        assert ("moved", "worse") in app.heard
        await pilot.press("k")
        app.show(["worst", "worse", "a", "b"])
        assert app.grid.cursor_key == "worse", "a key pressed on the first row holds it too"
        app.grid.release_cursor()
        app.show(["new", "worst"])
        assert app.grid.cursor_key == "new"


async def test_a_row_that_sorts_elsewhere_takes_the_window_along_unless_it_was_scrolled_away() -> None:
    app = Listed()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(names(100))
        app.grid.move_to("fn-00000")
        app.show([*names(99, first=1), "fn-00000"])
        await pilot.pause()
        assert app.grid.cursor_key == "fn-00000"
        assert app.grid.cursor_key in app.grid.visible_keys()
        app.grid.scroll_to(y=0, animate=False)
        await pilot.pause()
        app.show([*names(98, first=2), "fn-00001", "fn-00000"])
        await pilot.pause()
        assert app.grid.visible_range().start == 0, "what the user scrolled to stays"


async def test_only_the_cells_that_changed_are_repainted() -> None:
    app = Listed()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(names(100))
        await pilot.pause()
        app.grid.repainted.clear()
        app.show(names(100))
        await pilot.pause()
        assert app.grid.repainted == []
        app.figures = {"fn-00002": "61", "fn-00050": "9"}
        app.show(names(100))
        assert app.grid.repainted == [Region(74, 3, 6, 1)]
        await pilot.pause()
        assert lines(app)[3].endswith(" 61")
        app.grid.repainted.clear()
        await pilot.press("j")
        assert set(app.grid.repainted) == {Region(0, 1, 80, 1), Region(0, 2, 80, 1)}


async def test_the_screen_is_the_same_as_if_painted_anew() -> None:
    app = Listed()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(names(40))
        await pilot.press("ctrl+d", "space", "space")
        for turn in range(3):
            app.figures = {key: str(turn) for key in names(40)[turn::3]}
            app.show(names(30 + turn, first=turn))
            await pilot.pause()
            before = frame(app)
            app.grid.refresh()
            await pilot.pause()
            assert frame(app) == before


async def test_marks_go_with_their_rows() -> None:
    app = Listed()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(["a", "b", "c"])
        await pilot.press("space", "j", "space")
        assert app.grid.marked_keys == ("a", "c")
        app.show(["c"])
        assert app.grid.marked_keys == ("c",)
        app.show(["c", "b", "a"])
        assert app.grid.marked_keys == ("c", "a")


async def test_a_click_selects_and_a_double_click_opens() -> None:
    app = Listed()
    async with app.run_test(size=(80, 24)) as pilot:
        app.show(names(5))
        await pilot.pause()
        app.heard.clear()
        await pilot.click(Watched, offset=(10, 3))
        assert app.heard == [("moved", "fn-00002")]
        await pilot.click(Watched, offset=(10, 0))
        await pilot.click(Watched, offset=(10, 20))
        assert app.grid.cursor_index == 2
        await pilot.double_click(Watched, offset=(10, 4))
        await pilot.press("enter")
        await pilot.pause()
        assert app.heard[1:] == [("moved", "fn-00003"), ("opened", "fn-00003"), ("opened", "fn-00003")]


async def test_names_from_strangers_stay_in_their_cells() -> None:
    app = Listed()
    async with app.run_test(size=(40, 6)) as pilot:
        app.show(["[red]x[/]", "日本語" * 20, "a\x1b[2J\nb", "e\u202efdp"])
        await pilot.pause()
        assert lines(app)[1:5] == [
            "CRIT [red]x[/]                         1",
            "CRIT 日本語日本語日本語日本語日…       1",
            "CRIT a·[2J·b                           1",
            "CRIT e·fdp                             1",
        ]


async def test_colours_follow_the_theme_and_the_focus() -> None:
    app = Listed()
    async with app.run_test(size=(40, 6)) as pilot:
        app.show(["a", "b"])
        await pilot.pause()
        seen = []
        for change in (lambda: None, lambda: setattr(app, "theme", "textual-light"), lambda: app.set_focus(None)):
            change()
            await pilot.pause()
            seen.append([styles_of(app, y) for y in (1, 2)])
        (dark, dark_row), (light, light_row), (blurred, same_row) = seen
        assert dark != light != blurred
        assert dark_row != light_row == same_row


async def test_the_row_under_the_cursor_is_sent_in_one_piece() -> None:
    app = Listed()
    async with app.run_test(size=(40, 6)) as pilot:
        app.show(["a", "b"])
        await pilot.pause()
        assert [len(styles_of(app, y)) for y in (1, 2)] == [1, 2]


def styles_of(app: Listed, y: int) -> list[str]:
    """The styles of a line of the screen, from left to right, each run of cells one."""
    return [str(segment.style) for segment in app.grid.render_line(y)]
