"""From a key to alarms: the review, the sentence, progress and outcomes. Nothing is written before the sentence."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aws.alarms.desk import Outcome, Result
from aws.errors import AccessDenied, ReadOnlyRefused
from aws.model import Scope
from tests.tui.alarm_world import CONFLICT, ERRORS, NOISY, RARE, THROTTLES, a_desk, shop
from tests.tui.desks import ONCALL, TICKETS, FakeDesk, planned
from tests.tui.feeds import FakeFeed
from tests.tui.frames import widest
from tests.tui.running import SIZES, Running, running
from tests.tui.story import BFF, INDEX, OLD, PLACE
from tui import exports
from tui.config import AccountNote

REVIEW = """\
CREATE ALARMS  7 resources  in acme-prod 123456789012 eu-west-1  3 of 4 selected
critical > pay-oncall  2 confirmed, delivers, used by 141 alarms       o changes
warning  > pay-tickets  1 confirmed, delivers, used by 60 alarms
owner    stack shop-prod
    SEV  RESOURCE             FIRES WHEN              M/N   NOW   14 DAYS   $/MO
[x] crit checkout-place fn    Errors Sum 5m > 5       1/1   ok    0 in 14d  0.10
[x] warn checkout-place fn    Errors Sum 1m >= 1      2/3   ok    0 in 14d  0.10
[x] crit mobile-bff fn        Errors Sum 5m > 5       1/1   ok    0 in 14d  0.10
[ ] warn mobile-bff fn        Errors Sum 5m > 0       1/1   FIRES 9 NOISY   0.10
[!] crit invoice-render fn    Errors Sum 5m > 5       1/1         NAME USED 0.10
[~]      mobile-bff fn        silent: it has no acti…
[=] warn checkout-place fn    Errors Sum 5m > 5  1/1              exists




────────────────────────────────────────────────────────────────────────────────
cwtop/lambda.errors/checkout-place  Sum Errors {FunctionName=checkout-place}
1 of 1 × 300 s > 5, missing data: not breaching
tells: pay-oncall, OK notice on
More than 5 errors in 5 minutes.

3 alarms on 2 metrics  no custom metric     + $0.30 a month (list price 2026-11)
space pick  enter details  o topic  x export  c create  ? help  q back"""


@asynccontextmanager
async def reviewing(desk: FakeDesk, *, key: str = "A", **more: Any) -> AsyncIterator[Running]:
    async with running(FakeFeed(shop(), desk=desk), **more) as run:
        await run.press(key)
        yield run


def applied(desk: FakeDesk) -> list[str]:
    return [name for call in desk.asked("apply") for name in call[1]]  # type: ignore[attr-defined]


def names(*some: Any) -> list[str]:
    return [one.definition.name for one in some]


async def test_ten_alarms_take_at_most_eight_keys_from_the_first_screen() -> None:
    desk = FakeDesk(*(planned(one, f"lambda.{rule}") for one in (PLACE, BFF) for rule in "abcde"))
    keys = ["2", "space", "space", "a", "c", "y"]
    async with running(FakeFeed(shop(), desk=desk)) as run:
        await run.press(*keys)
        await run.until("DONE 10 created")
        await run.press("7")
        assert "[7 Alarms" in run.screen
    assert len(keys) <= 8
    assert len(desk.written) == 10


async def test_the_review_as_it_is_drawn() -> None:
    async with reviewing(a_desk()) as run:
        assert run.screen == REVIEW


@pytest.mark.parametrize("size", [*SIZES, (60, 15)])
async def test_every_size_shows_account_region_and_selection(size: tuple[int, int]) -> None:
    async with reviewing(a_desk(), size=size) as run:
        assert "123456789012 eu-west-1" in run.screen
        assert "[x] crit checkout-place" in run.screen
        assert "Errors Sum 5m > 5 " in run.screen, "when it fires is never cut"
        assert widest(run.app) <= size[0]
        await run.press("c")
        assert "Create 3 in" in run.screen
        assert "eu-west-1, notifying pay-oncall, pay-tickets?" in " ".join(run.screen.split())
        await run.press("y")
        await run.until("3 created")
        assert widest(run.app) <= size[0]


async def test_the_plan_is_for_the_row_at_the_key_press_or_the_marked_ones_or_all() -> None:
    desk = a_desk()
    async with running(FakeFeed(shop(), desk=desk)) as run:
        await run.press("a", "escape", "j", "space", "j", "space", "a", "escape")
        await run.press("slash")
        await run.type("bff")
        await run.press("enter", "A")
    first, marked, filtered = (call[1] for call in desk.asked("plan"))
    assert first == (INDEX.arn,)
    assert marked == (PLACE.arn, BFF.arn)
    assert filtered == (INDEX.arn, BFF.arn)


async def test_enter_never_creates_and_n_goes_back() -> None:
    desk = a_desk()
    async with reviewing(desk) as run:
        await run.press("enter")
        assert '"AlarmName": "cwtop/lambda.errors/checkout-place"' in run.screen
        await run.press("escape", "c", "enter", "enter", "n")
        assert "3 of 4 selected" in run.screen
        await run.press("c", "escape", "escape")
        assert "[1 Problems" in run.screen
    assert applied(desk) == []


async def test_picking_changes_sentence_and_price_and_exactly_that_is_written() -> None:
    desk = a_desk()
    async with reviewing(desk) as run:
        await run.press("space", "space", "j", "space")
        assert "2 alarms on 1 metric" in run.screen
        assert "+ $0.20 a month" in run.screen
        await run.press("c", "y")
        await run.until("DONE 2 created")
    assert applied(desk) == names(RARE, NOISY)


async def test_a_topic_is_changed_for_one_severity_and_nobody_is_said_loudly() -> None:
    desk = a_desk()
    async with reviewing(desk) as run:
        await run.press("o")
        assert "reaches NOBODY: no confirmed subscription" in run.screen
        await run.press("j", "c")
        assert "critical > pay-tickets" in run.screen
        await run.press("o", "G", "w")
        assert "warning  > NOBODY: these alarms would be silent" in run.screen
        await run.press("c")
        assert "notifying pay-tickets; 1 of them notify NOBODY?" in " ".join(run.screen.split())
        await run.press("y")
        await run.until("DONE 3 created")
    written = {one.definition.name: one.definition for one in desk.asked("apply")[0][3]}  # type: ignore[attr-defined]
    assert written[names(ERRORS)[0]].alarm_actions == (TICKETS,)
    assert written[names(THROTTLES)[0]].alarm_actions == written[names(THROTTLES)[0]].ok_actions == ()


async def test_a_new_topic_by_mail_is_asked_for_and_says_that_it_waits() -> None:
    desk = a_desk()
    async with reviewing(desk) as run:
        await run.press("o", "n")
        await run.type("me@example.com")
        await run.press("enter")
        assert "Create topic cwtop-alarms in acme-prod 123456789012 eu-west-1" in run.screen
        assert desk.asked("create_topic") == []
        await run.press("y")
        await run.until("critical > cwtop-alarms")
        assert desk.asked("create_topic") == [("create_topic", "cwtop-alarms", "me@example.com")]
        assert "no confirmed subscription" in run.screen


async def test_a_conflict_is_shown_as_a_difference_and_replaced_only_when_named_and_typed() -> None:
    desk = a_desk()
    async with reviewing(desk) as run:
        await run.press("j", "j", "j", "j", "d")
        assert "theirs  10.0" in run.screen
        assert "ours    5.0" in run.screen
        await run.press("escape", "space")
        assert "[R] crit invoice-render fn" in run.screen
        await run.press("c")
        assert "Create 3 and REPLACE 1 (cwtop/lambda.errors/invoice-render)" in " ".join(run.screen.split())
        await run.press("y", "enter")
        assert applied(desk) == []
        await run.press("4", "enter")
        await run.until("DONE 4 created")
    assert desk.asked("apply")[0][2] == (CONFLICT.planned.definition.name,)


async def test_more_than_25_are_confirmed_by_their_number() -> None:
    desk = FakeDesk(*(planned(one, f"lambda.{rule}") for one in OLD for rule in "abcde"))
    async with running(FakeFeed(shop(), desk=desk)) as run:
        await run.press("2", "A", "c")
        assert "Create 30 in" in run.screen
        await run.press("y", "enter", "3", "enter")
        assert applied(desk) == []
        await run.press("3", "0", "enter")
        await run.until("DONE 30 created")


async def test_a_production_account_is_confirmed_by_its_name() -> None:
    desk = a_desk()
    async with reviewing(desk) as run:
        account = {"123456789012": AccountNote(name="acme", production=True)}
        run.app.config = replace(run.app.config, accounts=account)
        await run.press("c")
        assert "Create 3 in PRODUCTION account acme 123456789012" in run.screen
        await run.type("acme")
        await run.press("enter")
        await run.until("DONE 3 created")


async def test_read_only_refuses_before_any_call_and_still_exports() -> None:
    desk = a_desk()
    async with reviewing(desk) as run:
        run.app.config = replace(run.app.config, read_only=True)
        await run.press("c")
        assert "read-only: nothing was sent" in run.screen
        await run.press("x")
        assert "cloudformation" in run.screen
        await run.press("j", "j", "j", "y")
        assert "copied" in run.screen
    assert applied(desk) == []


def test_an_export_is_private_and_never_over_another(tmp_path: Path) -> None:
    first, second = (exports.write("text", "terraform", now_s=0.0, into=tmp_path) for _ in range(2))
    assert first.name == "alarms-19700101-000000.tf"
    assert first != second
    assert stat.S_IMODE(second.stat().st_mode) == 0o600
    assert second.read_text() == "text"


async def test_every_outcome_is_kept_and_what_failed_is_tried_again() -> None:
    desk = a_desk()
    desk.results = {
        names(THROTTLES)[0]: Outcome(names(THROTTLES)[0], Result.FAILED, "AccessDenied: may not"),
        names(RARE)[0]: Outcome(names(RARE)[0], Result.SKIPPED, "already there"),
    }
    async with reviewing(desk) as run:
        await run.press("c", "y")
        await run.until("DONE 1 created, 1 skipped, 1 failed")
        assert "AccessDenied: may not" in run.screen
        await run.press("r")
        await run.until("DONE 2 created, 1 skipped")
        assert desk.asked("apply")[1][1] == tuple(names(THROTTLES))
        await run.press("u")
        assert "Delete the 2 alarms that this run created" in " ".join(run.screen.split())
        await run.press("2", "enter")
        await run.until("DONE 2 deleted")
    assert [call[1] for call in desk.asked("undo")] == ["run-2", "run-1"]
    assert run.feed.followed[0] == tuple(names(ERRORS))


async def test_leaving_the_progress_does_not_lose_it_and_ctrl_c_asks() -> None:
    desk = a_desk()
    desk.gate = asyncio.Semaphore(0)
    async with reviewing(desk) as run:
        await run.press("c", "y")
        assert "CREATING 0 of 3" in run.screen
        desk.gate.release()
        await run.until("CREATING 1 of 3")
        await run.press("escape")
        assert "[1 Problems" in run.screen
        await run.press("ctrl+c")
        assert "2 alarms still to be done. Stop after the one in flight and leave?" in run.screen
        await run.press("n", "v")
        assert "CREATING 1 of 3" in run.screen
        desk.gate.release()
        desk.gate.release()
        await run.until("DONE 3 created")
    assert desk.written == names(ERRORS, THROTTLES, RARE)


async def test_leaving_in_the_middle_lets_the_write_in_flight_end() -> None:
    desk = a_desk()
    desk.gate = asyncio.Semaphore(0)
    async with reviewing(desk) as run:
        await run.press("c", "y", "ctrl+c", "y")
        assert run.app.is_running
        desk.gate.release()
        await run.settle()
    assert desk.written == names(ERRORS)


async def test_delivery_is_proved_only_after_saying_whom_it_pages() -> None:
    desk = a_desk()
    async with reviewing(desk) as run:
        await run.press("c", "y")
        await run.until("DONE 3 created")
        await run.press("T")
        assert "It pages pay-oncall now." in " ".join(run.screen.split())
        assert desk.asked("prove") == []
        await run.press("y")
        await run.until("delivery: proved, notified pay-oncall")
        assert desk.asked("prove") == [("prove", names(ERRORS)[0])]


async def test_what_cannot_be_planned_or_begun_is_said_and_nothing_is_lost() -> None:
    desk = a_desk()
    desk.fail = AccessDenied("cloudwatch", "DescribeAlarms", "not authorized")
    async with reviewing(desk) as run:
        assert "No plan: not authorized" in run.screen
        await run.press("c", "escape", "A")
        desk.fail = ReadOnlyRefused("cwtop is in read-only mode", "start it without --read-only")
        await run.press("c", "y")
        await run.until("STOPPED 3 not reached")
        assert "cwtop is in read-only mode" in run.screen
        await run.press("r")
        await run.until("DONE 3 created")


async def test_resources_of_another_account_are_left_out_and_said() -> None:
    desk = a_desk()
    other = replace(BFF, scope=Scope("999999999999", "us-east-1"))
    look = shop()
    elsewhere = replace(look, resources={**look.resources, BFF.arn: other})
    async with running(FakeFeed(elsewhere, desk=desk)) as run:
        await run.press("A")
        assert "1 of other accounts or regions left out" in run.screen
    assert BFF.arn not in desk.asked("plan")[0][1]  # type: ignore[operator]


async def test_nothing_missing_is_said_and_nothing_can_be_created() -> None:
    async with reviewing(FakeDesk()) as run:
        assert "Nothing is missing here" in run.screen
        await run.press("c")
        assert "Create" not in run.screen.replace("CREATE", "")


async def test_foreign_words_are_inert_in_the_review() -> None:
    evil = "cwtop/[red]x[/]\x1b[31m\u202e"
    desk = FakeDesk(planned(PLACE, name_=evil, description_="[bold]\x07"), planned(BFF, topics=(f"{ONCALL}\x1b[0m",)))
    async with reviewing(desk) as run:
        await run.press("c")
        assert "\x1b" not in run.screen
        await run.press("n", "enter")
        assert json.dumps(evil)[1:8] in run.screen
        assert "\x1b" not in run.screen
