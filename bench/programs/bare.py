"""The yardstick for starting: a plain Textual app with tabs, a table of 200 rows and a footer."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable, Footer, TabbedContent, TabPane


class Bare(App[None]):
    """As little as a dashboard of stock widgets can be."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "quit", "quit")]

    def compose(self) -> ComposeResult:
        """Two tabs, the table in the first."""
        with TabbedContent():
            with TabPane("Problems"):
                yield DataTable()
            with TabPane("Functions"):
                yield DataTable()
        yield Footer()

    def on_mount(self) -> None:
        """Fill the table."""
        table: DataTable[str] = self.query(DataTable).first(DataTable)
        table.add_columns("SEV", "NAME", "ERR", "CALLS", "P99", "ALARM")
        for index in range(200):
            table.add_row("CRIT", f"fn-{index:05}", "61", "137/m", "4.1s", "FIRED")


if __name__ == "__main__":
    Bare().run()
