"""Header, hints and pane on a screen: what fits, what wraps, what is sent."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from tests.tui.frames import frame, lines, widest
from widgets.cells import Cell
from widgets.header import Caption, Header
from widgets.hints import Hints
from widgets.lines import Lines
from widgets.pane import Pane
from widgets.parts import Part

SENTENCE = "uses 41% of its WCU: hot key, not capacity. The index pushes back on writes to orders. " * 3


class Framed(App[None]):
    """A header above, a pane and hints below."""

    def compose(self) -> ComposeResult:
        yield Header()
        yield Pane(indent=4)
        yield Hints()

    def fill(self, age: str = "age 71s") -> None:
        first = [Part((Cell("acme-prod", "bold"),)), Part((Cell("eu-west-1"),), 2), Part((Cell(age),), right=True)]
        self.query_one(Header).show(first, [Part((Cell("err 58/m"),))])
        self.query_one(Pane).show([(Cell("why ", "dim"), Cell(SENTENCE))])
        self.query_one(Hints).show([("enter", "open"), ("/", "filter"), ("?", "help"), ("q", "quit")])


def repainted_by(app: Framed, age: str) -> list[Region]:
    """What of the screen is to be painted anew once the data's age has become ``age``."""
    app.fill(age)
    return [
        region.translate(widget.region.offset)
        for widget in app.query(Lines)
        for region in widget._exchange_repaint_regions()
    ]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_everything_has_its_place(size: tuple[int, int]) -> None:
    app = Framed()
    async with app.run_test(size=size) as pilot:
        app.fill()
        await pilot.pause()
        shown = lines(app)
        assert shown[0] == "acme-prod  eu-west-1".ljust(size[0] - 7) + "age 71s"
        assert shown[1] == "err 58/m"
        assert shown[2] == "─" * size[0]
        assert shown[3].startswith("why uses 41% of its WCU")
        assert shown[4].startswith("    ")
        assert shown[8] == "enter open   / filter   ? help   q quit"
        assert widest(app) == size[0]


async def test_a_caption_reaches_from_edge_to_edge_and_takes_no_room_without_words() -> None:
    class Captioned(App[None]):
        def compose(self) -> ComposeResult:
            yield Caption()
            yield Pane()

    app = Captioned()
    async with app.run_test(size=(40, 10)) as pilot:
        caption = app.query_one(Caption)
        assert lines(app)[0] == "─" * 40
        caption.show([Part((Cell("checkout"),)), Part((Cell("nodejs22.x"),), 1), Part((Cell("last 3h"),), right=True)])
        await pilot.pause()
        assert lines(app)[:2] == ["checkout  nodejs22.x" + " " * 13 + "last 3h", "─" * 40]
        await pilot.resize_terminal(20, 10)
        await pilot.pause()
        assert lines(app)[0] == "checkout     last 3h"
        caption.show()
        await pilot.pause()
        assert lines(app)[0] == "─" * 20


async def test_a_narrow_terminal_wraps_and_leaves_out() -> None:
    app = Framed()
    async with app.run_test(size=(24, 12)) as pilot:
        app.fill("STALE 9m")
        await pilot.pause()
        assert lines(app)[0] == "acme-prod       STALE 9m"
        assert lines(app)[8] == "enter open  / filter"


async def test_of_a_clock_that_goes_on_only_its_digits_are_sent() -> None:
    app = Framed()
    async with app.run_test(size=(80, 24)) as pilot:
        app.fill("age 71s")
        await pilot.pause()
        assert repainted_by(app, "age 71s") == []
        assert repainted_by(app, "age 72s") == [Region(78, 0, 1, 1)]
        await pilot.pause()
        assert lines(app)[0].endswith("age 72s")


async def test_a_long_explanation_scrolls_and_another_starts_at_its_top() -> None:
    app = Framed()
    async with app.run_test(size=(40, 24)) as pilot:
        app.fill()
        pane = app.query_one(Pane)
        pane.focus()
        await pilot.pause()
        await pilot.press("j", "j")
        await pilot.pause()
        assert pane.scroll_offset.y == 2
        app.fill()
        await pilot.pause()
        assert pane.scroll_offset.y == 2, "the same explanation stays where it was read"
        pane.show([(Cell("another"),)])
        await pilot.pause()
        assert pane.scroll_offset.y == 0
        assert "another" in frame(app)
