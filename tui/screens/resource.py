"""The page of one resource."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from aws.model import Snapshot
from tui.present.catalog import Catalog
from tui.present.resource_page import ResourcePage, resource_page
from tui.present.resource_sections import LABEL_WIDTH
from tui.present.view import Look
from tui.screens.sized import SizedScreen
from widgets.chart import Chart
from widgets.header import Caption, Header
from widgets.hints import Hints
from widgets.pane import Pane
from widgets.parts import Part

WINDOWS_S = (10_800, 3_600)
WIDE = 80  # columns from which on the charts stand side by side
FLAT, LOW = 18, 26  # lines below which there is no room for a chart, and for one below the other


class ResourceScreen(SizedScreen):
    """Charts, alarms, neighbours and configuration of one resource. It shows the snapshots that it is given.

    Its keys are the registry's, but for escape; scrolling is the pane's own.
    """

    DEFAULT_CSS = """
    ResourceScreen { background: $background; }
    ResourceScreen #charts { height: 3fr; min-height: 7; max-height: 24; }
    ResourceScreen Chart { height: 100%; }
    ResourceScreen #second { margin-left: 2; }
    ResourceScreen.-narrow #charts { layout: vertical; min-height: 14; }
    ResourceScreen.-narrow Chart { height: 1fr; }
    ResourceScreen.-narrow #second { margin-left: 0; }
    ResourceScreen.-narrow.-low #charts { min-height: 7; }
    ResourceScreen.-one-chart #second, ResourceScreen.-narrow.-low #second { display: none; }
    ResourceScreen.-flat #charts { display: none; }
    ResourceScreen #charts.-none { display: none; }
    ResourceScreen #what, ResourceScreen #chain, ResourceScreen #figures { background: $background; }
    ResourceScreen #sections { height: 4fr; min-height: 3; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "back", id="back", show=False)]

    def __init__(self, snapshot: Snapshot, arn: str, *, catalog: Catalog, look: Look | None = None) -> None:
        super().__init__(
            widths=((0, "-narrow"), (WIDE, "-wide")), heights=((0, "-flat"), (FLAT, "-low"), (LOW, "-high"))
        )
        self.arn = arn
        self._snapshot = snapshot
        self._catalog = catalog
        self._look = look or Look()
        self._window_s = WINDOWS_S[0]
        self._header: tuple[Sequence[Part], ...] = ()
        self._hints: tuple[tuple[str, str], ...] = (("w", "window"), ("esc", "back"))

    def compose(self) -> ComposeResult:
        """The account's header, then what this resource is, its charts, and all the rest below to scroll through."""
        yield Header(id="header")
        yield Caption(id="what")
        yield Caption(id="chain")
        with Horizontal(id="charts"):
            yield Chart(ascii_only=self._look.ascii, id="first")
            yield Chart(ascii_only=self._look.ascii, id="second")
        yield Caption(id="figures")
        yield Pane(indent=LABEL_WIDTH, id="sections")
        yield Hints(id="hints")

    def on_mount(self) -> None:
        """Show what was given before there was anything to show it with."""
        self.query_one("#sections", Pane).focus()
        self._paint_header()
        self._paint()

    def show(self, snapshot: Snapshot) -> None:
        """The resource as a newer snapshot has it."""
        self._snapshot = snapshot
        if self.is_mounted:
            self._paint()

    def show_header(self, *lines: Sequence[Part]) -> None:
        """The account's own header lines, as on every screen."""
        self._header = lines
        if self.is_mounted:
            self._paint_header()

    def show_hints(self, hints: Sequence[tuple[str, str]]) -> None:
        """``(key, words)`` of what works here besides scrolling; the word "window" gets the window's length."""
        self._hints = tuple(hints)
        if self.is_mounted:
            self._paint_hints()

    def action_next_window(self) -> None:
        """The next length of time for the charts."""
        self._window_s = WINDOWS_S[(WINDOWS_S.index(self._window_s) + 1) % len(WINDOWS_S)]
        self._paint()

    def action_leave(self) -> None:
        """Back to where the page was opened."""
        self.dismiss()

    def _paint(self) -> None:
        page = resource_page(self._snapshot, self.arn, window_s=self._window_s, catalog=self._catalog, look=self._look)
        self.query_one("#what", Caption).show(page.title)
        self.query_one("#chain", Caption).show(*([page.chain] if page.chain else []))
        self.query_one("#figures", Caption).show(*([page.now] if page.now else []))
        self.query_one("#sections", Pane).show(page.sections)
        self._paint_charts(page)
        self._paint_hints()

    def _paint_header(self) -> None:
        self.query_one("#header", Header).show(*self._header)

    def _paint_hints(self) -> None:
        hours = f"window {self._window_s // 3600}h"
        told = [(key, hours if words == "window" else words) for key, words in self._hints]
        self.query_one("#hints", Hints).show([("j k", "scroll"), *told])

    def _paint_charts(self, page: ResourcePage) -> None:
        self.query_one("#charts").set_class(not page.charts, "-none")
        self.set_class(len(page.charts) < 2, "-one-chart")
        for chart, data in zip(self.query(Chart), page.charts, strict=False):
            chart.show(data)
