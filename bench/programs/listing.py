"""A list of 10,000 rows that changes as many of them as the key pressed says: in our grid, or in a DataTable."""

from __future__ import annotations

import sys
from typing import Any

from textual.app import App, ComposeResult
from textual.widgets import DataTable

from widgets.cells import Cell, Column, Row
from widgets.grid import Grid
from widgets.header import Header
from widgets.hints import Hints
from widgets.pane import Pane
from widgets.parts import Part

CHANGES = {"0": 0, "1": 1, "5": 5, "f": 50}
VISIBLE = 40  # changed rows are spread over this many; 50 of them are all that is visible
TITLES = ("SEV", "NAME", "ERR", "CALLS", "P99", "SPARK")
STYLES = ("bold red", "", "red", "", "yellow", "dim")


def figures(row: int, turn: int) -> tuple[str, ...]:
    """Six cells, every one of them other than at the last turn."""
    bars = "".join("▁▂▃▄▅▆▇█"[(row + turn + x) % 8] for x in range(20))
    health = ("CRIT", "WARN")[turn % 2]
    return health, f"fn-{row:05}-v{turn}", f"{turn + row}", f"{turn * 37 + row}/m", f"{turn + 1}.{row % 10}s", bars


def changed(count: int) -> list[int]:
    """Which rows change, spread over the screen."""
    return [index * VISIBLE // count for index in range(count)] if count <= VISIBLE else list(range(count))


class GridApp(App[None]):
    """As the dashboard is built: header, grid, pane, hints."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: dict[int, int] = {}
        self.keys = [f"arn:{index}" for index in range(10_000)]
        self.clock = 0
        widths = (4, 0, 6, 9, 6, 20)
        self.columns = [Column(title, title, width) for title, width in zip(TITLES, widths, strict=True)]

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield Header()
        yield Grid()
        yield Pane()
        yield Hints()

    def on_mount(self) -> None:
        """The first look."""
        self.animation_level = "none"
        self.query_one(Pane).show([(Cell("fn-00000  "), Cell("31% errors, 212 of 684 in 5m"))])
        self.query_one(Hints).show([("enter", "open"), ("q", "ready")])
        self.query_one(Grid).focus()
        self.show()

    def show(self) -> None:
        """What a poll leads to: every key, rows on demand, and a header whose age has gone on."""
        age = Part((Cell(f"age {10 + self.clock % 90}s"),), right=True)
        self.query_one(Header).show([Part((Cell("acme-prod 4821..9034 eu-west-1"),)), age], [Part((Cell("err 58/m"),))])
        turns = self.turns

        def row_of(key: str) -> Row:
            index = int(key[4:])
            return Row(key, tuple(map(Cell, figures(index, turns.get(index, 0)), STYLES)))

        self.query_one(Grid).show(self.columns, self.keys, row_of)

    def on_key(self, event: Any) -> None:
        """A poll that changed so many rows."""
        if event.key in CHANGES:
            self.clock += 1
            self.turns = self.turns | {row: self.turns.get(row, 0) + 1 for row in changed(CHANGES[event.key])}
            self.show()


class TableApp(App[None]):
    """The yardstick: Textual's own table."""

    def compose(self) -> ComposeResult:
        """The table alone."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """200 rows: 10,000 take it seconds."""
        self.animation_level = "none"
        self.turn = 0
        table: DataTable[str] = self.query_one(DataTable)
        for title in TITLES:
            table.add_column(title, key=title)
        for index in range(200):
            table.add_row(*figures(index, 0), key=str(index))

    def on_key(self, event: Any) -> None:
        """A poll that changed so many rows."""
        if event.key in CHANGES:
            self.turn += 1
            table: DataTable[str] = self.query_one(DataTable)
            for row in changed(CHANGES[event.key]):
                for title, text in zip(TITLES, figures(row, self.turn), strict=True):
                    table.update_cell(str(row), title, text)


if __name__ == "__main__":
    (GridApp if sys.argv[1] == "grid" else TableApp)().run()
