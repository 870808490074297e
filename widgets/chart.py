"""A chart of series over time."""

from __future__ import annotations

import asyncio

from textual import work
from textual.geometry import Size

from widgets.chartdata import ChartData
from widgets.chartlines import ascii_lines, chart_lines
from widgets.lines import Line, Lines


class Chart(Lines):
    """Curves over time, drawn in a thread: a dozen curves a minute would be felt by whoever types. What it showed
    stays until the newer drawing is done.

    ``ascii_only`` is for terminals and fonts that show nothing else.
    """

    DEFAULT_CSS = """
    Chart { height: 8; width: 1fr; }
    """

    def __init__(self, *, ascii_only: bool = False, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._ascii_only = ascii_only
        self._data: ChartData | None = None
        self._wanted: tuple[object, ...] = ()

    def show(self, data: ChartData) -> None:
        """Show ``data``; nothing is drawn anew where neither it nor the size changed."""
        self._data = data
        self._begin()

    def draw(self, data: ChartData, size: Size) -> list[Line]:
        """``data`` as lines. Called in a thread."""
        return ascii_lines(data, *size) if self._ascii_only else chart_lines(data, *size)

    def on_resize(self) -> None:
        """More or fewer columns."""
        self._begin()

    def _begin(self) -> None:
        wanted = (self.size, self._data)
        if self._data is not None and self.size and wanted != self._wanted:
            self._wanted = wanted
            self._draw_beside(self._data, self.size)

    @work(exclusive=True, group="chart")
    async def _draw_beside(self, data: ChartData, size: Size) -> None:
        self.show_lines(await asyncio.to_thread(self.draw, data, size))
