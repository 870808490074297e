"""Connecting, failing, coming back: never a traceback, never a screen that quietly grows old."""

from __future__ import annotations

from dataclasses import replace

from aws.errors import NoCredentials, Unreachable
from aws.model import Progress
from tests.builders import NOW
from tests.tui.feeds import FakeFeed
from tests.tui.running import running
from tests.tui.story import evening


async def test_progress_is_shown_until_there_is_something_to_list() -> None:
    async with running(FakeFeed()) as run:
        assert "asking who we are" in run.screen
        loading = replace(
            evening(), complete=False, incidents=(), findings={}, gaps=(), alarms={}, data_at_s=None,
            progress=Progress("functions", 120, 214),
        )  # fmt: skip
        run.feed.give(loading)
        await run.settle()
        assert "loading functions 120/214" in run.screen
        assert "No problems" not in run.screen
        assert "ALARM ?" in run.screen


async def test_no_credentials_fill_the_screen_with_the_way_out_and_r_tries_again() -> None:
    feed = FakeFeed(evening(), refuse=(NoCredentials("sts", "GetCallerIdentity", "no credentials were found"),))
    async with running(feed) as run:
        assert "no credentials were found" in run.screen
        assert "cwtop demo" in run.screen
        assert "Traceback" not in run.screen
        await run.press("r")
        assert "orders #by-status" in run.screen
        assert feed.opened == 2


async def test_an_unexpected_error_is_one_line() -> None:
    async with running(FakeFeed(refuse=(KeyError("Functions"),))) as run:
        assert "unexpected error: KeyError: 'Functions'" in run.screen
        assert "log file" in run.screen
        await run.press("q")


async def test_a_feed_that_breaks_later_keeps_the_last_look_and_says_that_nothing_comes() -> None:
    async with running(FakeFeed(evening())) as run:
        run.feed.fail(Unreachable("cloudwatch", "GetMetricData", "connection refused"))
        await run.settle()
        assert "orders #by-status" in run.screen
        assert "NOT POLLING" in run.screen
        assert "connection refused" in run.screen
        assert run.feed.closed == 1
        await run.press("r")
        run.feed.give(replace(evening(), sequence=1, at_s=NOW + 60.0))
        await run.settle()
        assert "NOT POLLING" not in run.screen
        assert run.feed.opened == 2


async def test_only_the_newest_of_many_looks_is_shown() -> None:
    async with running(FakeFeed()) as run:
        for number in range(50):
            run.feed.give(replace(evening(), sequence=number))
        await run.settle()
        assert run.app.snapshot.sequence == 49


async def test_leaving_closes_the_feed() -> None:
    async with running(FakeFeed(evening())) as run:
        assert run.feed.closed == 0
    assert run.feed.closed == 1
