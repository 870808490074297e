"""Who looks at the screen reaches the poller, and comes back with the first key."""

from __future__ import annotations

from dataclasses import replace

from textual import events

from aws.model import Polling
from tests.tui.feeds import FakeFeed
from tests.tui.running import HeldClock, running
from tests.tui.story import evening
from tui.presence import IDLE_AFTER_S, Presence


def test_ten_minutes_without_a_key_are_idle_and_a_key_ends_them_at_once() -> None:
    clock = HeldClock()
    presence = Presence(clock)
    assert not presence.used(), "nothing changed: somebody looked already"
    clock.at_s += IDLE_AFTER_S - 1
    assert not presence.check()
    clock.at_s += 1
    assert presence.check()
    assert presence.idle
    assert not presence.check(), "said once"
    assert presence.used()
    assert not presence.idle


def test_a_key_in_a_terminal_that_said_it_lost_the_focus_counts_as_looking() -> None:
    presence = Presence(HeldClock())
    assert presence.left()
    assert not presence.left()
    assert presence.used()
    assert presence.focused


async def test_focus_and_idleness_reach_the_poller_and_a_key_polls_at_once_where_it_rested() -> None:
    async with running(FakeFeed(evening())) as run:
        assert run.feed.attended[-1].focused
        run.app.post_message(events.AppBlur())
        await run.settle()
        assert not run.feed.attended[-1].focused
        run.app.post_message(events.AppFocus())
        await run.settle()
        assert run.feed.attended[-1].focused
        assert run.feed.refreshed == 0, "it did not rest: nothing was missed"
        run.app.clock.at_s += IDLE_AFTER_S
        run.app.look_around()
        assert run.feed.attended[-1].idle
        run.feed.give(replace(evening(), sequence=1, polling=Polling(resting="idle 10m")))
        await run.settle()
        assert "resting: idle 10m" in run.screen.splitlines()[1]
        await run.press("j")
        assert not run.feed.attended[-1].idle
        assert run.feed.refreshed == 1
        await run.press("j")
        assert run.feed.refreshed == 1
