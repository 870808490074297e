"""Keys, hint line, help, palette and commands: one registry, and every action acts on what was selected."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from textual import events

from aws.errors import UsageError
from tests.tui.feeds import FakeFeed
from tests.tui.running import running
from tests.tui.story import BFF, INCIDENTS, PLACE, evening
from tui import clipboard
from tui.actions import commands, keys
from tui.actions.registry import actions
from tui.app import CwtopApp
from tui.config import Config
from tui.present.catalog import Catalog
from tui.present.views import views
from widgets.cursor import CursorList
from widgets.inert import inert

REGISTRY = actions(views(Catalog()))


async def test_the_filter_follows_while_it_is_typed_and_escape_takes_it_back() -> None:
    async with running(FakeFeed(evening())) as run:
        await run.press("slash")
        await run.type("bff")
        assert "mobile-bff" in run.screen
        assert "invoice-render" not in run.screen
        assert "filter: bff" in run.screen
        await run.press("escape")
        assert "invoice-render" in run.screen
        await run.press("slash")
        await run.type("sev:warning !legacy")
        await run.press("enter")
        assert [line.split()[2] for line in run.rows] == ["invoice-render", "email-dlq"]
        await run.press("escape")
        assert "filter: none" in run.screen


async def test_sorting_by_another_column_and_back_to_front() -> None:
    async with running(FakeFeed(evening())) as run:
        await run.press("2", "greater_than_sign")
        names = [line.split()[1] for line in run.rows]
        assert names == sorted(names)
        await run.press("S")
        names = [line.split()[1] for line in run.rows]
        assert names == sorted(names, reverse=True)
        await run.press("less_than_sign", "S")
        assert "checkout-place" in run.rows[0]


async def test_problems_only_hides_what_is_healthy() -> None:
    async with running(FakeFeed(evening())) as run:
        await run.press("3")
        assert len(run.rows) == 2
        await run.press("f")
        assert [line.split()[0] for line in run.rows] == ["CRIT"]
        assert "problems only" in run.screen


async def test_views_by_number_by_command_and_back_home() -> None:
    async with running(FakeFeed(evening())) as run:
        await run.press("7")
        assert "[7 Alarms 3]" in run.screen
        assert "checkout-place-errors" in run.rows[0]
        await run.press("colon")
        await run.type("func")
        await run.press("tab", "enter")
        assert "[2 Fn 9]" in run.screen
        await run.press("escape")
        assert "[1 Problems 5]" in run.screen


async def test_a_click_on_a_views_name_shows_it() -> None:
    async with running(FakeFeed(evening())) as run:
        line = run.screen.splitlines()[2]
        await run.pilot.click("#tabs", offset=(line.index("Alarms"), 0))
        await run.settle()
        assert "[7 Alarms 3]" in run.screen
        await run.pilot.click("#tabs", offset=(79, 0))
        await run.settle()
        assert "[7 Alarms 3]" in run.screen
        await run.pilot.click("#tabs", offset=(0, 0))
        await run.settle()
        assert "[1 Problems 5]" in run.screen


async def test_a_view_that_is_shown_again_stands_on_its_first_row_until_it_was_moved_in() -> None:
    async with running(FakeFeed(evening())) as run:
        await run.press("2", "j", "1", "7", "1")
        run.feed.give(replace(evening(), sequence=1, incidents=tuple(reversed(INCIDENTS[:3]))))
        await run.settle()
        assert run.app.main.grid.cursor_index == 0
        assert run.app.main.subject().name == "email-dlq"
        assert "email-dlq" in run.screen.split("───\n")[1].splitlines()[0]
        await run.press("2")
        assert run.app.main.grid.cursor_index == 1


async def test_commands_take_arguments_and_answer_mistakes() -> None:
    async with running(FakeFeed(evening())) as run:
        for line in ("filter bff", "interval 30"):
            await run.press("colon")
            await run.type(line)
            await run.press("enter")
        assert "filter: bff" in run.screen
        assert run.feed.intervals == [30.0]
        await run.press("colon")
        await run.type("intervall 7")
        await run.press("enter")
        assert "did you mean :interval?" in run.screen
        await run.press("plus", "minus", "minus")
        assert run.feed.intervals == [30.0, 60.0, 30.0, 15.0]
        assert run.screen.count("polling every") == 1, "the newest note takes the place of the one before"


def test_a_beginning_that_one_name_has_is_enough_and_an_ambiguous_one_is_refused() -> None:
    assert commands.parse("func", REGISTRY)[0].id == "functions"
    assert commands.parse("q", REGISTRY)[0].id == "quit"
    assert commands.parse("filter a b", REGISTRY)[1] == "a b"
    with pytest.raises(UsageError, match="could be"):
        commands.parse("copy", REGISTRY)
    assert commands.complete("int", REGISTRY) == "interval"
    assert commands.complete("interval 3", REGISTRY) is None


async def test_a_command_that_comes_all_at_once_is_typed_and_no_letter_of_it_acts_on_the_list() -> None:
    async with running(FakeFeed(evening())) as run:
        for key, character in (("colon", ":"), *((char, char) for char in "mode"), ("space", " "), ("e", "e")):
            run.app.post_message(events.Key(key, character))
        run.app.post_message(events.Key("enter", None))
        for _ in range(100):
            if run.feed.modes:
                break
            await run.pilot.pause(0.01)
        assert run.feed.modes == ["economy"]
        assert "[1 Problems 5]" in run.screen, "enter opened nothing"
        await run.press("escape")


async def test_pausing_is_said_and_reaches_the_poller() -> None:
    async with running(FakeFeed(evening())) as run:
        await run.press("p")
        assert "PAUSED" in run.screen
        assert run.feed.attended[-1].paused
        await run.press("r")
        assert "paused: p polls again" in run.screen
        assert run.feed.refreshed == 0
        await run.press("p", "r")
        assert "PAUSED" not in run.screen
        assert not run.feed.attended[-1].paused
        assert run.feed.refreshed == 1


async def test_help_lists_every_action_once_with_its_key_as_it_is_bound() -> None:
    async with running(FakeFeed(evening()), size=(120, 120), keys={"refresh": "f5", "cursor-down": "h"}) as run:
        await run.press("question_mark")
        for action in run.app.acts.actions:
            line = next(line for line in run.screen.splitlines() if f" :{action.id} " in f"{line} ")
            assert keys.all_shown(run.app.acts.keys[action.id]) in line
        assert "f5 " in run.screen


async def test_remapped_keys_work_and_the_old_ones_do_not() -> None:
    async with running(FakeFeed(evening()), keys={"refresh": "f5", "cursor-down": "h"}) as run:
        await run.press("r", "f5", "h")
        assert run.feed.refreshed == 1
        assert run.app.main.subject().name == "checkout-place"
        await run.press("j")
        assert run.app.main.subject().name == "checkout-place"


def test_keys_for_an_action_that_does_not_exist_are_refused() -> None:
    with pytest.raises(UsageError, match=r"keys\.explode"):
        CwtopApp(FakeFeed().open, replace(Config(), keys={"explode": "x"}))


def test_the_registry_and_the_list_agree_on_the_keys_that_the_list_binds() -> None:
    bound = {binding.id: binding.key for binding in CursorList.BINDINGS}
    mine = {action.widget: action.key for action in REGISTRY if action.widget.startswith("grid.")}
    assert mine == bound


def test_ids_and_keys_are_each_given_once_where_they_work() -> None:
    ids = [action.id for action in REGISTRY]
    assert len(ids) == len(set(ids))
    for where in ("list", "page"):
        used = [key for action in REGISTRY if where in action.where for key in action.key.split(",") if key]
        assert len(used) == len(set(used))


async def test_the_palette_finds_an_action_and_acts_on_what_was_selected() -> None:
    async with running(FakeFeed(evening()), size=(120, 40)) as run:
        await run.press("j", "ctrl+p")
        await run.type("CLI commands")
        await run.until("AWS CLI commands to copy")
        await run.press("enter")
        await run.until("AWS CLI commands for checkout-place")


async def test_an_action_hits_the_row_it_was_asked_for_though_the_list_moved() -> None:
    async with running(FakeFeed(evening())) as run:
        await run.press("j", "j", "j", "colon")  # on mobile-bff
        gone = replace(INCIDENTS[0], members=INCIDENTS[0].members[:3])
        run.feed.give(replace(evening(), sequence=1, incidents=(INCIDENTS[1], gone, *INCIDENTS[2:])))
        await run.settle()
        assert "mobile-bff" not in "\n".join(run.rows)
        await run.type("commands")
        await run.press("enter")
        assert "AWS CLI commands for mobile-bff" in run.screen


async def test_the_cursor_follows_its_row_when_a_poll_reorders() -> None:
    async with running(FakeFeed(evening())) as run:
        await run.press("j", "j", "j")
        run.feed.give(
            replace(evening(), sequence=1, incidents=(INCIDENTS[1], INCIDENTS[2], *INCIDENTS)[0:1] + INCIDENTS[:1])
        )
        await run.settle()
        assert run.rows[0].split()[2] == "invoice-render"
        assert run.app.main.subject().arn == BFF.arn


async def test_hints_name_only_what_works_here_and_now() -> None:
    async with running(FakeFeed(evening()), size=(200, 24)) as run:
        hints = run.screen.splitlines()[-1]
        assert "! gaps" in hints
        assert "esc back" not in hints
        await run.press("2")
        assert "esc back" in run.screen.splitlines()[-1]
        assert "z fold" not in run.screen.splitlines()[-1]


async def test_copying_goes_through_the_terminal_and_says_what() -> None:
    async with running(FakeFeed(evening())) as run:
        await run.press("j", "Y")
        assert "copied arn:aws:lambda" in run.screen
        assert clipboard.sequence(PLACE.arn, {}).endswith(base64.b64encode(PLACE.arn.encode()).decode() + "\x07")


async def test_marked_rows_are_copied_together() -> None:
    async with running(FakeFeed(evening()), size=(120, 24)) as run:
        await run.press("2", "space", "space")
        assert "2 marked" in run.screen
        await run.press("y")
        assert "and 1 more" in run.screen


async def test_no_colour_is_sent_where_none_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    async with running(FakeFeed(evening())) as run:
        assert run.app.native_ansi_color
        strips = run.app.screen._compositor.render_strips(run.app.screen.size)
        filters = run.app.get_line_filters()
        for strip in strips:
            segments = list(strip)
            for one in filters:
                segments = one.apply(segments, run.app.screen.background_colors[1])
            for _, style, _ in segments:
                assert style is None or all(c is None or c.is_default for c in (style.color, style.bgcolor))


def test_the_clipboard_passes_through_tmux_and_screen() -> None:
    plain = clipboard.sequence("x", {})
    assert plain == "\x1b]52;c;eA==\x07"
    assert clipboard.sequence("x", {"TMUX": "1"}).endswith("\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\")
    long = clipboard.sequence("x" * 2_000, {"TERM": "screen.xterm"})
    assert all(len(part) < 768 for part in long.split("\x1bP"))
    assert inert(plain) != plain


async def test_the_header_can_be_made_compact() -> None:
    async with running(FakeFeed(evening())) as run:
        await run.press("ctrl+e")
        assert run.screen.splitlines()[1].startswith("[1 Problems")


async def test_enter_opens_the_page_and_escape_comes_back_to_the_same_row() -> None:
    async with running(FakeFeed(evening())) as run:
        await run.press("j", "enter")
        await run.until("fn checkout-place")
        assert run.feed.attended[-1].opened == PLACE.arn
        run.feed.give(replace(evening(), sequence=1, at_s=evening().at_s + 60))
        await run.settle()
        await run.press("escape")
        assert "[1 Problems 5]" in run.screen
        assert run.app.main.subject().arn == PLACE.arn
        assert run.feed.attended[-1].opened is None


async def test_visible_rows_reach_the_poller_once_scrolling_rests() -> None:
    async with running(FakeFeed(evening())) as run:
        await run.press("2")
        for _ in range(100):
            if not any("stages" in arn for arn in run.feed.attended[-1].visible):
                break
            await run.pilot.pause(0.02)
        assert PLACE.arn in run.feed.attended[-1].visible
        assert not any("stages" in arn for arn in run.feed.attended[-1].visible)


async def test_q_and_ctrl_c_leave() -> None:
    for key in ("q", "ctrl+c"):
        async with running(FakeFeed(evening())) as run:
            await run.press(key)
            assert not run.app.is_running or run.app._exit
        assert run.feed.closed == 1
