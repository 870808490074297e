"""The page of one resource, as an engineer reads it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.app import App
from textual.geometry import Size

from aws.model import Gap, ReadState
from tests.builders import NOW, SCOPE, unread
from tests.tui.feeds import FakeFeed
from tests.tui.frames import charts_drawn, frame, lines, widest
from tests.tui.resource_page_world import API, CATALOG, FUNCTION, TABLE, shop
from tests.tui.running import running
from tui.present.resource_page import resource_page
from tui.present.view import Look
from tui.screens.resource import ResourceScreen
from widgets.cells import Cell
from widgets.chart import Chart
from widgets.parts import Part


class Opened(App[None]):
    """The page of the function, opened from nowhere in particular."""

    def on_mount(self) -> None:
        self.page = ResourceScreen(shop(), FUNCTION.arn, catalog=CATALOG)
        self.push_screen(self.page)


async def test_everything_is_on_one_screen_of_80_by_24() -> None:
    app = Opened()
    async with app.run_test(size=(80, 24)) as pilot:
        app.page.show_header([Part((Cell("acme-prod 1234..9012 eu-west-1"),))])
        await charts_drawn(pilot)
        shown = lines(app)
        assert shown[0] == "acme-prod 1234..9012 eu-west-1"
        assert shown[1] == "fn checkout-place  CRITICAL since 07:52Z (8m)  nodejs22.x  1024MB  timeout 15s"
        assert shown[2] == "cause?  orders 07:51 >  [checkout-place 07:52]  > checkout/prod 07:52"
        assert shown[3].startswith("ERRORS/min  now 61  5m 299  44%")
        assert "DURATION  p50 204ms  p90 10.3s  p99 15s" in shown[3]
        text = frame(app)
        for words in [
            "alarm Sum 5m > 5",
            "timeout 15s ",
            "deployed 07:49Z┴",
            "invocations 137/m  throttles 0/m  concurrency max 0",
            "FINDINGS    CRIT 07:52 31% errors, 212 of 684 in 5m ×2",
            "ALARMS      FIRED 07:56 checkout-place-errors  Errors Sum 5m > 5  1/1",
            "SILENT checkout-·[31mold",
            "UPSTREAM    WARN checkout/prod (POST /orders)",
            "DOWNSTREAM  CRIT orders (environment variable TABLE_NAME)",
        ]:
            assert words in text
        assert shown[-1] == "j k scroll   w window 3h   esc back"
        assert widest(app) == 80


@pytest.mark.parametrize("size", [(120, 40), (200, 50), (60, 40)])
async def test_it_fits_any_terminal(size: tuple[int, int]) -> None:
    app = Opened()
    async with app.run_test(size=size) as pilot:
        await charts_drawn(pilot)
        charts = [line for line in lines(app) if line.rstrip().endswith("08:00Z")]
        assert len(charts) == (1 if size[0] >= 80 else 2), "side by side where there is room, else one below the other"
        assert "CONFIG      role checkout   dlq none" in frame(app)
        assert widest(app) == size[0]


async def test_nothing_changes_its_place_while_the_page_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[Size] = []
    on_resize = Chart.on_resize
    monkeypatch.setattr(Chart, "on_resize", lambda chart: (sizes.append(chart.size), on_resize(chart)))
    async with running(FakeFeed(shop()), size=(120, 40)) as run:
        await run.press("2", "enter")
        await run.until("07:00")
        assert len(sizes) == 2
        assert len(set(sizes)) == 1


async def test_it_shows_newer_looks_and_other_windows() -> None:
    app = Opened()
    async with app.run_test(size=(120, 40)) as pilot:
        await charts_drawn(pilot)
        app.page.show(shop(at_s=NOW + 60, errors=[0.0] * 179 + [7.0]))
        await charts_drawn(pilot)
        assert "ERRORS/min  now 7" in frame(app)
        assert "08:01Z" in frame(app)
        assert "05:01" in frame(app)
        app.page.action_next_window()
        await charts_drawn(pilot)
        assert "window 1h" in frame(app)
        assert "07:01" in frame(app)
        assert "05:01" not in frame(app)


async def test_it_opens_from_the_list_and_leaves_back_to_it() -> None:
    feed = FakeFeed(shop())
    async with running(feed, size=(120, 40)) as run:
        for key in ("escape", "q"):
            await run.press("2", "enter")
            assert run.app.over.page is not None
            assert "fn checkout-place  CRITICAL since 07:52Z" in run.screen
            assert feed.attended[-1].opened == FUNCTION.arn
            await run.press("w")
            assert "last 1h" in run.screen
            await run.until("07:00")
            assert "05:00" not in run.screen
            await run.press(key)
            assert run.app.over.page is None
            assert feed.attended[-1].opened is None


async def test_a_resource_that_left_is_said_to_have_left() -> None:
    app = Opened()
    async with app.run_test(size=(120, 30)) as pilot:
        app.page.show(replace(shop(), resources={}))
        await pilot.pause()
        assert "not in the inventory any more" in frame(app)
        assert "ok" not in frame(app).split()


def page(arn: str = FUNCTION.arn, **changed: object):  # type: ignore[no-untyped-def]
    return resource_page(replace(shop(), **changed), arn, window_s=10_800, catalog=CATALOG, look=Look())  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ReadState.DENIED, "not allowed"),
        (ReadState.FAILED, "could not be read"),
        (ReadState.NOT_FETCHED, "not read yet"),
    ],
)
def test_what_could_not_be_read_is_never_drawn_as_quiet(state: ReadState, words: str) -> None:
    series = {SCOPE: {key: unread(state) for key in shop().series[SCOPE]}}
    errors, _ = page(series=series).charts
    assert errors.peak is None
    assert words in errors.empty
    assert "?" in errors.figures[0].text


def test_what_was_read_and_is_not_there_is_quiet() -> None:
    errors, _ = page(series={SCOPE: {}}).charts
    assert "not read yet" in errors.empty


def test_minutes_without_a_count_are_zero_only_once_they_settled() -> None:
    errors, _ = resource_page(
        shop(errors=[None] * 170 + [4.0] + [None] * 9), FUNCTION.arn, window_s=10_800, catalog=CATALOG, look=Look()
    ).charts
    ys = errors.series[0].ys
    assert ys[169:172] == (0.0, 4.0, 0.0)
    assert ys[-2:] == (None, None), "CloudWatch may still be filling these"


def test_alarms_that_were_not_read_are_not_called_missing() -> None:
    gap = Gap("cloudwatch", "cloudwatch:DescribeAlarms", "AccessDenied", "allow it")
    told = "\n".join("".join(c.text for c in line) for line in page(alarms={}, alarm_targets={}, gaps=(gap,)).sections)
    assert "the alarms could not all be read" in told
    assert "nothing watches it" not in told
    told = "\n".join("".join(c.text for c in line) for line in page(alarms={}, alarm_targets={}).sections)
    assert "NONE  nothing watches it" in told


def test_the_first_cause_says_what_it_breaks() -> None:
    chain = "".join(cell.text for part in page(TABLE.arn).chain for cell in part.cells)
    assert chain.startswith("breaks[orders 07:51]> checkout-place")
    chain = "".join(cell.text for part in page(API.arn).chain for cell in part.cells)
    assert chain.endswith("checkout-place 07:52 >[checkout/prod 07:52]")
