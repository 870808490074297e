"""Charts: what is drawn, and what is never lost, at every size, with plotext and without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.geometry import Size

from tests.tui.frames import charts_drawn, frame, lines, widest
from widgets.cells import Cell
from widgets.chart import Chart
from widgets.chartdata import ChartData, ChartSeries, Level, Mark, round_up, tick
from widgets.chartlines import ascii_lines, chart_lines
from widgets.layout import width_of
from widgets.lines import Line

START, MINUTE, COUNT = 1_800_000_000 - 10_800, 60, 180
XS = tuple(float(START + MINUTE * i) for i in range(COUNT))


def data(ys: Sequence[float | None], **more: object) -> ChartData:
    given_: dict[str, object] = {
        "title": "ERRORS/min",
        "from_s": START,
        "to_s": START + COUNT * MINUTE,
        "figures": (Cell("now 61"), Cell("31%")),
        "series": (ChartSeries("errors", XS[: len(ys)], tuple(ys), "red"),),
        "provisional_s": START + (COUNT - 2) * MINUTE,
        **more,
    }
    return ChartData(**given_)  # type: ignore[arg-type]


def drawn(chart: ChartData, width: int, height: int, *, braille: bool = True) -> list[str]:
    return ["".join(cell.text for cell in line).rstrip() for line in chart_lines(chart, width, height, braille=braille)]


RISING: list[float | None] = [0.0] * 150 + [float(i * 2) for i in range(30)]


def test_bars_stand_in_where_plotext_cannot_be_imported() -> None:
    chart = data(
        RISING, levels=(Level("alarm > 30", 30), Level("timeout 15s", 15_000)), marks=(Mark("v87", START + 100 * 60),)
    )
    assert drawn(chart, 40, 8, braille=False) == [
        "ERRORS/min  now 61  31%  timeout 15s ↑",
        "60┤                    ┊              ▁▇",
        "  ┤                    ┊             ▃██",
        "30┤╌ ╌ ╌ ╌ ╌ ╌ ╌ ╌ ╌ ╌ ╌ alarm > 30 ▄███",
        "  ┤                    ┊           ▅████",
        "  ┤▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▇█████",
        " 0└────────────────────┴v87────────────~",
        "   05:00           06:30          08:00Z",
    ]


def test_a_terminal_that_shows_ascii_only_gets_nothing_else() -> None:
    chart = data(RISING, levels=(Level("far", 15_000),), marks=(Mark("v87", START + 100 * 60),))
    text = ["".join(cell.text for cell in line) for line in ascii_lines(chart, 40, 8)]
    assert all(line.isascii() for line in text)
    assert text[5].startswith("  |___")
    assert text[6].startswith(" 0+---")


@pytest.mark.parametrize("braille", [True, False])
def test_nothing_is_drawn_where_nothing_was_measured(braille: bool) -> None:
    gap: list[float | None] = [5.0] * 60 + [None] * 60 + [5.0] * 60
    rows = drawn(data(gap), 64, 8, braille=braille)
    canvas = [row[2:].ljust(62) for row in rows[1:6]]
    assert all(line[22:40].strip() == "" for line in canvas)
    assert any(line[1:20].strip() for line in canvas)
    assert any(line[43:].strip() for line in canvas)


@pytest.mark.parametrize("braille", [True, False])
def test_one_bad_minute_of_three_hours_is_seen(braille: bool) -> None:
    spike: list[float | None] = [0.0] * COUNT
    spike[91] = 40.0
    top = drawn(data(spike), 30, 8, braille=braille)[1]
    assert top.startswith("40┤")
    assert top[3:].strip()


def test_an_empty_chart_says_why() -> None:
    rows = drawn(data([], empty="not allowed to read it"), 40, 8)
    assert rows[0].startswith("ERRORS/min")
    assert rows[1].strip() == "not allowed to read it"
    assert rows[-1].endswith("08:00Z")


def test_a_far_threshold_does_not_flatten_the_curve() -> None:
    chart = data([100.0 + i % 3 for i in range(COUNT)], levels=(Level("timeout 15s", 15_000.0),))
    assert chart.top == 150
    assert "timeout 15s ↑" in drawn(chart, 50, 8)[0]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.floats(0, 1e12)), max_size=COUNT), st.integers(1, 130), st.integers(1, 20),
    st.booleans(),
)  # fmt: skip
def test_a_chart_keeps_to_its_size(ys: list[float | None], width: int, height: int, braille: bool) -> None:
    chart = data(ys, marks=(Mark("deployed 07:49Z", START + 170 * 60),), levels=(Level("日本 > 5", 5.0),))
    rows = chart_lines(chart, width, height, braille=braille)
    assert len(rows) in (1, height)
    assert all(sum(width_of(cell.text) for cell in row) <= width for row in rows[1:])


@pytest.mark.parametrize(
    ("value", "top", "words"),
    [(0, 1, "1"), (0.3, 0.3, "0.3"), (61, 80, "80"), (9_800, 10_000, "10k"), (1.2e6, 1.5e6, "1.5M")],
)
def test_axes_end_in_round_figures(value: float, top: float, words: str) -> None:
    assert round_up(value) == pytest.approx(top)
    assert tick(round_up(value)) == words


class Charted(App[None]):
    """One chart as large as the screen."""

    def __init__(self, chart: Chart | None = None) -> None:
        super().__init__()
        self._chart = chart or Chart()

    CSS = "Chart { height: 100%; }"

    def compose(self) -> ComposeResult:
        yield self._chart


class SlowChart(Chart):
    """Draws when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_draw = Event()
        self.may_draw.set()

    def draw(self, data: ChartData, size: Size) -> list[Line]:
        assert self.may_draw.wait(60)
        return super().draw(data, size)


async def test_while_it_is_drawn_anew_keys_are_answered_and_the_older_drawing_stays() -> None:
    chart = SlowChart()
    app = Charted(chart)
    async with app.run_test() as pilot:
        chart.show(data(RISING))
        await charts_drawn(pilot)
        chart.may_draw.clear()
        chart.show(replace(data(RISING), title="THROTTLES/min"))
        await pilot.pause()
        assert lines(app)[0].startswith("ERRORS/min")
        chart.show(replace(data(RISING), title="DURATION"))
        chart.may_draw.set()
        await charts_drawn(pilot)
        assert lines(app)[0].startswith("DURATION")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)])
async def test_it_fills_its_place_and_follows_its_data(size: tuple[int, int]) -> None:
    app = Charted()
    async with app.run_test(size=size) as pilot:
        chart = app.query_one(Chart)
        chart.show(data(RISING))
        await charts_drawn(pilot)
        assert "⡠" in frame(app) or "⢀" in frame(app), "plotext is imported for it"
        assert lines(app)[-1].endswith("08:00Z")
        assert widest(app) == size[0]
        chart.show(replace(data(RISING), title="THROTTLES/min"))
        await charts_drawn(pilot)
        assert lines(app)[0].startswith("THROTTLES/min")
        await pilot.resize_terminal(60, 12)
        await pilot.pause()
        await charts_drawn(pilot)
        assert widest(app) == 60
        assert lines(app)[-1].endswith("08:00Z")


def test_a_point_between_gaps_is_big_enough_to_be_seen() -> None:
    lone: list[float | None] = [None] * COUNT
    lone[40] = lone[90] = 100.0
    shown = "\n".join(drawn(data(lone), 60, 10))
    assert shown.count("•") == 2
