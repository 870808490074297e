"""A page that opens is right in its first frame: over SSH each frame is seen, and sent."""

from __future__ import annotations

import pytest
from textual.screen import Screen

from tests.tui.feeds import FakeFeed
from tests.tui.frames import lines
from tests.tui.resource_page_world import shop
from tests.tui.running import running
from tui.screens.alarms.page import AlarmScreen
from tui.screens.alarms.review import ReviewScreen
from tui.screens.resource import ResourceScreen
from tui.screens.roles.inspector import RoleScreen
from widgets.hints import Hints

ACCOUNT = "acme-prod 1234..9012 eu-west-1  CRIT 2 WARN 1  ALARM 1/2"


def first_frames(monkeypatch: pytest.MonkeyPatch, kind: type[Screen[None]]) -> list[list[str]]:
    """What is on the screen after each of the layouts of a screen of that kind, and which classes it has."""
    frames: list[list[str]] = []
    on_mount = kind.on_mount

    def watched(screen: Screen[None]) -> None:
        def laid_out(_: Screen[None]) -> None:
            frames.append([" ".join(sorted(screen.classes)), *lines(screen.app)])

        screen.screen_layout_refresh_signal.subscribe(screen, laid_out, immediate=True)
        on_mount(screen)

    monkeypatch.setattr(kind, "on_mount", watched)
    return frames


@pytest.mark.parametrize(
    ("keys", "kind", "size", "shown"),
    [
        (
            "2 enter",
            ResourceScreen,
            (120, 40),
            ["-high -wide", ACCOUNT, "fn checkout-place  CRITICAL since 07:52Z (8m)"],
        ),
        ("2 enter", ResourceScreen, (60, 40), ["-high -narrow", "acme-prod 1234..9012 eu-west-1  CRIT 2 WARN 1"]),
        ("7 enter", AlarmScreen, (120, 40), ["", ACCOUNT, "alarm checkout-place-errors  ALARM since 07:56Z"]),
        ("2 a", ReviewScreen, (120, 40), ["-tall", "CREATE ALARMS  checkout-place  in acme-prod 123456789012"]),
        ("2 a", ReviewScreen, (80, 24), ["-usual", "CREATE ALARMS  in acme-prod 123456789012"]),
        ("2 i", RoleScreen, (80, 24), ["-usual", "ROLE checkout"]),
    ],
)
async def test_a_page_is_right_in_its_first_frame(
    monkeypatch: pytest.MonkeyPatch,
    keys: str,
    kind: type[Screen[None]],
    size: tuple[int, int],
    shown: list[str],
) -> None:
    frames = first_frames(monkeypatch, kind)
    async with running(FakeFeed(shop()), size=size) as run:
        await run.press(*keys.split())
        first, last = frames[0], frames[-1]
        assert first[0] == last[0] == shown[0], "no other style sheet after the first layout"
        assert [words for words in shown if words not in "\n".join(first)] == [], first
        assert first[-1], "the keys are there"
        assert first[1] == last[1]


@pytest.mark.parametrize(
    ("keys", "panes"),
    [
        ("2", "grid pane"),
        ("2 enter", "sections"),
        ("2 a", "rows pane"),
        ("2 i", "findings services pane"),
        ("question_mark", "text"),
    ],
)
async def test_tab_goes_to_what_takes_keys_and_to_nothing_else(keys: str, panes: str) -> None:
    async with running(FakeFeed(shop()), size=(80, 24)) as run:
        await run.press(*keys.split())
        assert " ".join(str(widget.id) for widget in run.app.screen.focus_chain) == panes
        assert run.app.focused is run.app.screen.focus_chain[0]


@pytest.mark.parametrize("size", [(60, 25), (60, 20), (100, 13)])
@pytest.mark.parametrize(("keys", "first"), [("2 enter", "acme-prod"), ("2 a", "CREATE"), ("2 i", "ROLE")])
async def test_a_small_terminal_scrolls_neither_title_nor_keys_away(
    size: tuple[int, int], keys: str, first: str
) -> None:
    async with running(FakeFeed(shop()), size=size) as run:
        await run.press(*keys.split())
        shown = lines(run.app)
        assert run.app.screen.max_scroll_y == 0
        assert shown[0].startswith((first, first.lower(), "1234..9012"))
        assert run.app.screen.query_one(Hints).region.bottom == size[1]
