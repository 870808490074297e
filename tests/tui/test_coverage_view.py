"""View 8: what would wake nobody, resource by resource; and the page of one alarm."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aws.alarms.score import Score, score
from aws.model import AlarmState, Cover, Covered, Gap
from tests.builders import NOW, a_function, snapshot
from tests.tui.alarm_world import COVERAGE, a_desk, shop
from tests.tui.desks import FakeDesk
from tests.tui.feeds import FakeFeed
from tests.tui.frames import widest
from tests.tui.running import SIZES, running
from tests.tui.story import ALARMS, BFF, PLACE, evening
from tui.present.catalog import Catalog
from tui.present.coverage import CoverageView
from tui.present.coverage_words import explain, heading, percent
from tui.present.view import Look, Query

MATRIX = """\
SCORE RESOURCE                 KIND ERRORS THROT  4XX    5XX    DURAT  LATEN
   0% mobile-bff               fn   DEAD   MISS   .      .      .      .
  33% checkout-place           fn   ok     MISS   .      .      SIL    .
  50% checkout/prod            api  .      .      ?      ok     .      WEAK"""


async def test_the_matrix_as_it_is_drawn_and_what_is_missing_in_words() -> None:
    async with running(FakeFeed(shop(), desk=a_desk())) as run:
        await run.press("8")
        assert "[8 Cov 28%]" in run.screen
        assert "\n".join(run.screen.splitlines()[3:7]) == MATRIX
        assert "mobile-bff  0 of 2 recommended alarms are there and reach somebody" in run.screen
        assert "missing: throttles (calls are turned away)" in run.screen
        assert "dead: the alarm can never fire: errors" in run.screen
        assert "a creates 2 alarms ($0.20 a month" in run.screen
        await run.press("j")
        assert "silent: nobody hears the alarm: duration: it has no action" in " ".join(run.screen.split())


async def test_it_sorts_and_filters_as_the_others_do_and_a_plans_its_row() -> None:
    desk = a_desk()
    async with running(FakeFeed(shop(), desk=desk)) as run:
        await run.press("8", "S")
        assert "checkout/prod" in run.rows[0]
        await run.press("slash")
        await run.type("kind:fn")
        await run.press("space")
        await run.type("silent")
        await run.press("enter")
        assert [line.split()[1] for line in run.rows] == ["checkout-place"]
        await run.press("a", "escape", "enter")
        await run.until("fn checkout-place")
        await run.press("a")
    assert [call[1] for call in desk.asked("plan")] == [(PLACE.arn,), (PLACE.arn,)]


@pytest.mark.parametrize("size", [*SIZES, (60, 15), (40, 10)])
async def test_every_size_shows_the_worst_and_what_has_no_column_in_the_last_one(size: tuple[int, int]) -> None:
    async with running(FakeFeed(shop()), size=size) as run:
        await run.press("8")
        assert "mobile-bff" in run.screen
        assert "DEAD" in run.screen
        assert widest(run.app) <= size[0]


async def test_unread_alarms_are_never_a_score() -> None:
    denied = Gap("cloudwatch", "cloudwatch:DescribeAlarms", "AccessDenied: no", "allow it")
    async with running(FakeFeed(evening(coverage=None, gaps=(denied,), alarms={}))) as run:
        await run.press("8")
        assert "[8 Cov ?]" in run.screen
        assert "could not be read: ! says why" in run.screen


def test_a_score_is_whole_only_where_everything_is_known_and_there() -> None:
    def of(*covers: Cover, unsure: bool = False) -> Score:
        return score(Covered("x", cover, unsure=unsure) for cover in covers)

    assert of(Cover.PRESENT, Cover.NOT_APPLICABLE).whole
    assert not of(Cover.PRESENT, Cover.UNKNOWN).whole
    assert not of(Cover.PRESENT, unsure=True).whole
    assert percent(of(Cover.UNKNOWN)) == "?"
    assert percent(of(*[Cover.PRESENT] * 199, Cover.WEAKER)) == "99%"
    assert percent(of(Cover.PRESENT, unsure=True)) == "100%?"


def test_a_row_tells_what_tags_chose_and_what_metric_filters_cost() -> None:
    function = replace(PLACE, tags={"cwtop:log-errors.threshold": "2", "team": "pay"})
    covered = (
        Covered("lambda.errors", Cover.MISSING),
        Covered("lambda.log-errors", Cover.MISSING, custom_metric=True),
        Covered("lambda.log-memory", Cover.UNKNOWN, detail="its log group could not be read"),
    )
    look = Look(keys={"create-alarms": "a"})
    lines = explain(snapshot(function), function.arn, covered, Catalog(), look)
    told = ["".join(cell.text for cell in line) for line in lines]
    assert told[1].startswith("next: a creates 2 alarms ($0.50 a month")
    assert told[2] == "figures: by its tags cwtop:log-errors.threshold=2"
    assert told[3].endswith("; log errors")
    assert told[4:] == ["not known: log memory: its log group could not be read"]


def test_headings_stay_within_their_column() -> None:
    for name in ("iterator_age", "throttles", "5xx", "account_concurrency"):
        assert 0 < len(heading(name, 6)) <= 6
    assert heading("iterator_age", 12) == "ITERATOR AGE"


def test_only_what_changed_is_judged_anew_and_what_left_is_let_go() -> None:
    view, look = CoverageView(Catalog()), Look()
    one, two = a_function("one"), a_function("two")
    missing = (Covered("lambda.errors", Cover.MISSING),)
    there = (Covered("lambda.errors", Cover.PRESENT),)
    first = snapshot(one, two, coverage={one.arn: missing, two.arn: there})
    assert view.listing(first, Query(), look).keys == (one.arn, two.arn)
    assert view.count(first) == "50%"
    later = replace(first, coverage={two.arn: there}, resources={two.arn: two})
    assert view.listing(later, Query(), look).keys == (two.arn,)
    assert view.listing(later, Query(problems_only=True), look).keys == ()
    assert view.count(later) == "100%"


async def test_an_alarm_has_a_page_with_its_past_and_whom_it_tells() -> None:
    desk = FakeDesk()
    desk.past = ((NOW - 240.0, "OK to ALARM: 212 is above 5"), (NOW - 3_600.0, "created"))
    async with running(FakeFeed(shop(), desk=desk)) as run:
        await run.press("7", "enter")
        await run.until("07:56  OK to ALARM: 212 is above 5")
        assert "alarm checkout-place-errors  ALARM since 07:56Z" in run.screen
        assert "FIRES WHEN  Errors Sum 5m > 5  1/1" in run.screen
        assert "WATCHES     CRIT checkout-place" in run.screen
        assert "TELLS       ALARM > pay-oncall   2 confirmed, delivers" in run.screen
        quiet = {arn: replace(one, state=AlarmState.OK) for arn, one in ALARMS.items()}
        run.feed.give(replace(shop(), sequence=1, alarms=quiet))
        await run.until("checkout-place-errors  OK since")
        await run.press("enter")
        await run.until("fn checkout-place")


async def test_a_silent_alarm_says_so_and_an_unreadable_past_is_not_an_empty_one() -> None:
    async with running(FakeFeed(shop())) as run:
        await run.press("7", "slash")
        await run.type("mobile-bff-errors")
        await run.press("enter", "enter")
        await run.until("NOBODY: it has no action")
        assert "could not be read: nobody writes alarms here" in run.screen


async def test_actions_are_switched_after_a_sentence_and_never_in_read_only() -> None:
    desk = FakeDesk()
    async with running(FakeFeed(shop(), desk=desk)) as run:
        await run.press("7", "e")
        sentence = "Switch the actions of checkout-place-errors off in acme-prod 123456789012 eu-west-1?"
        assert sentence in " ".join(run.screen.split())
        await run.press("n", "e", "y")
        await run.until("actions switched off: 1")
        assert run.feed.followed == [("checkout-place-errors",)]
        run.app.config = replace(run.app.config, read_only=True)
        await run.press("e")
        assert "read-only: nothing was sent" in run.screen
    assert desk.asked("set_actions") == [("set_actions", ("checkout-place-errors",), False)]


async def test_the_coverage_of_a_row_names_its_alarms_inertly() -> None:
    evil = (Covered("lambda.errors", Cover.SILENT, alarms=("x:alarm:\x1b[31m",), detail="nobody \u202e hears"),)
    async with running(FakeFeed(evening(coverage={**COVERAGE, BFF.arn: evil}))) as run:
        await run.press("8")
        assert "\x1b" not in run.screen
        assert "\u202e" not in run.screen
