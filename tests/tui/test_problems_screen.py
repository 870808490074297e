"""The home screen, as it is drawn."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual import events
from textual.geometry import Size

from aws.model import AlarmState, ApiUse, Cover, Covered, Health, Incident, Member, Phase, Progress, Severity
from tests.builders import NOW, SCOPE, a_finding, a_function, an_alarm, no_data, readings, snapshot
from tests.tui.feeds import FakeFeed
from tests.tui.frames import widest
from tests.tui.running import SIZES, running
from tests.tui.story import INDEX, PLACE, STAGE, TABLE, calm, evening
from tui.present.kept import AT_ONCE
from tui.present.view import Query, Subject

EVENING = """\
acme-prod 1234..9012 eu-west-1  CRIT 4 WARN 8 GAP 1  ALARM 3/5   08:01Z  age 71s
err ?  throttle ?                                          $0.31/h  cred 41m  RW
[1 Problems 5]  2 Fn 9  3 Tbl 2  4 API 2  5 Msg 0  7 Alarms 3  8 Cov ?  0 Roles
SEV  SINCE RESOURCE                 KIND NOW                              ALARM
CRIT 07:51 v orders #by-status      gsi  1.9k write throttles, hot key    NONE
CRIT 07:52   `- checkout-place      fn   31% errors, 212 of 684 in 5m     FIRED
CRIT 07:53      `- checkout/prod    api  18% 5xx, 240 of 1.3k; p90 4.1s   FIRED
CRIT 07:53   `- mobile-bff          fn   9% errors, 61 of 677 in 5m       SILENT
WARN ~0600 invoice-render           fn   p99 13.1s, 87% of 15s timeout    NONE
WARN 03:20 email-dlq                dlq  14 waiting, +2 in 15m            DEAD
WARN >25h  > 6 unchanged for a day       folded, z opens
GAP  07:56 cognito                       denied ListUserPools, see !      ?
ok   07:29 search/prod              api  recovered 07:43, was 7% 5xx      NONE



────────────────────────────────────────────────────────────────────────────────
orders #by-status  WriteKeyRangeThroughputThrottleEvents 1,904 in 5m; uses 41%
of its WCU: hot key, not capacity.
changed: checkout-place v87 deployed 07:48Z, 3m before the first sign
covered: nothing watches it; told by checkout-5xx 07:55Z
spreads: The throttles began before the errors of the functions that name the
filter: none  sort: severity                                               1-9/9
enter open  / filter  a alarms  . commands  ! gaps  ? help  b console  q quit"""


async def test_an_evening_at_80x24() -> None:
    async with running(FakeFeed(evening())) as run:
        assert run.screen == EVENING


@pytest.mark.parametrize("size", [*SIZES, (60, 15), (40, 10), (20, 5)])
async def test_every_size_shows_the_worst_first_and_nothing_wider_than_the_screen(size: tuple[int, int]) -> None:
    async with running(FakeFeed(evening()), size=size) as run:
        assert widest(run.app) <= size[0]
        assert "CRIT" in run.screen
        await run.press("2", "7", "j", "question_mark", "escape", "1", "G")
        assert widest(run.app) <= size[0]


async def test_rows_of_thousands_stay_until_another_order_of_them_is_worked_out() -> None:
    many = [a_function(f"f-{number:04}") for number in range(AT_ONCE + 1)]
    look = snapshot(
        *many,
        series={SCOPE: readings(many[500], {"errors": [9.0]})},
        coverage={each.arn: (Covered("lambda.errors", Cover.MISSING),) for each in many},
    )
    async with running(FakeFeed(look)) as run:
        lists = run.app.main
        await run.press("2", "j")
        lists.ask(Query(sort="ERR 5m"))
        assert lists.listing is not None
        assert lists.listing.sort == "ERR 5m"
        assert lists.listing.keys[0] == many[0].arn
        assert lists.situation().subject == Subject(many[1].arn, "resource", "f-0001", many[1].arn)
        assert lists.situation().listed()[0].name == "f-0500"  # what is done to all rows is as asked for
        await run.until("1-12/1001")
        await run.press("g")
        await run.until("f-0500")
        await run.press("8")
        await run.until("f-0003")
        await run.press("G", "1", "8")
        await run.until("f-1000")


async def test_a_resize_keeps_the_row_and_uses_the_room() -> None:
    async with running(FakeFeed(evening())) as run:
        await run.press("j", "j")
        await run.pilot.resize_terminal(200, 50)
        await run.settle()
        assert run.app.main.subject().name == "checkout/prod"
        assert "changed: checkout-place v87" in run.screen


@pytest.mark.parametrize("heal", ["time", "ctrl+l"])
async def test_a_screen_that_took_an_older_size_for_the_newest_finds_back_to_the_terminals(heal: str) -> None:
    async with running(FakeFeed(evening()), size=(80, 24)) as run:
        older = Size(20, 5)
        run.app.screen.post_message(events.Resize(older, older))
        await run.settle()
        assert widest(run.app) == 20
        if heal == "time":
            run.app.look_around()
        else:
            await run.pilot.press(heal)
        await run.settle()
        assert widest(run.app) == 80
        assert "checkout/prod" in run.screen


async def test_a_calm_account_says_what_was_seen_and_when() -> None:
    async with running(FakeFeed(calm())) as run:
        assert "No problems. 1 table, 1 index" in run.screen
        assert "9 functions" in run.screen
        assert "read 11s ago" in run.screen


async def test_an_empty_list_is_never_green_while_something_is_unknown() -> None:
    alarm = an_alarm(state=AlarmState.ALARM)
    for unsure, told in (
        (replace(calm(), alarms={alarm.arn: alarm}), "1 alarm fires"),
        (replace(calm(), complete=False, progress=Progress("functions", 3, 9)), "loading functions 3/9"),
        (replace(calm(), data_at_s=None), "no figures were read"),
    ):
        async with running(FakeFeed(unsure), size=(120, 24)) as run:
            assert "No problems" not in run.screen
            assert told in run.screen


async def test_what_has_healed_in_an_incident_that_goes_on_says_so_and_not_what_its_cause_suffers() -> None:
    ended = a_finding(STAGE, "apigateway.5xx", text="18% 5xx, 240 of 1.3k", evidence="5XXError 240 of 1,312.",
                      since_s=NOW - 420, recovered_s=NOW - 60, phase=Phase.RECOVERED)  # fmt: skip
    cause = replace(ended, resource=INDEX.arn, text="1.9k write throttles, hot key", recovered_s=NOW - 120)
    findings = {**evening().findings, STAGE.arn: (ended,), INDEX.arn: (cause,)}
    async with running(FakeFeed(evening(findings=findings))) as run:
        assert run.rows[2].startswith("ok   07:53      `- checkout/prod    api  recovered 07:59, was 18% 5xx ")
        assert run.rows[0].startswith("CRIT 07:51 v orders #by-status      gsi  recovered 07:58, was 1.9k write")
        assert "write throttles" not in run.rows[2]
        assert "Recovered 07:58Z. At its worst: 5XXError 240 of 1,312." in run.screen
        await run.press("z")
        assert run.rows[0].startswith("CRIT 07:51 > orders"), "folded it stands for all that goes on below"


async def test_several_rules_on_one_metric_are_told_once() -> None:
    again = a_finding(PLACE, "lambda.error_rate", text="25% errors, 99 of 400 in 5m", metric="errors")
    findings = {**evening().findings, PLACE.arn: (*evening().findings[PLACE.arn], again)}
    async with running(FakeFeed(evening(findings=findings)), size=(200, 50)) as run:
        assert "31% errors, 212 of 684 in 5m  " in run.rows[1]
        assert "25%" not in run.screen


async def test_old_data_turns_into_a_warning() -> None:
    async with running(FakeFeed(replace(evening(), data_at_s=NOW - 600.0))) as run:
        assert "STALE 11m" in run.screen


async def test_folds_open_and_close() -> None:
    async with running(FakeFeed(evening()), size=(120, 40)) as run:
        await run.press("z")
        assert "checkout-place  " not in "\n".join(run.rows)
        assert "> orders #by-status" in run.screen
        await run.press("z", "j", "j", "j", "j", "j", "j", "z")
        assert "`- checkout-place" in run.screen
        assert "legacy-3" in run.screen


async def test_a_gap_explains_itself_and_the_panel_tells_the_way_out() -> None:
    async with running(FakeFeed(evening())) as run:
        await run.press("exclamation_mark")
        assert "cognito-idp:ListUserPools" in run.screen
        assert "cwtop permissions" in run.screen
        await run.press("escape")
        assert "[1 Problems 5]" in run.screen


async def test_the_panel_opens_without_gaps_and_tells_how_old_each_service_is() -> None:
    seen = readings(PLACE, {"errors": [1.0]}, ending_at=NOW - 120)
    table = readings(TABLE, {"consumed_read": no_data(read_at_s=NOW - 60)}, complete=False)
    look = replace(calm(), series={SCOPE: seen | table}, api=ApiUse(calls={"cloudwatch:GetMetricData": 4}, usd=0.01))
    async with running(FakeFeed(look), size=(120, 40)) as run:
        assert "! gaps" not in run.screen
        await run.press("exclamation_mark")
        assert "Whatever was asked of AWS was answered" in run.screen
        await run.until("oldest 2m")
        lines = [" ".join(line.split()) for line in run.screen.splitlines()]
        assert any(line.startswith("Lambda 1 value,") and line.endswith("oldest 2m") for line in lines)
        assert "DynamoDB 1 no data oldest 60s" in lines
        await run.press("escape", "dollar_sign")
        assert "cloudwatch:GetMetricData 4" in " ".join(run.screen.split())
        run.feed.give(replace(look, sequence=1, api=ApiUse(calls={"cloudwatch:GetMetricData": 5}, usd=0.01)))
        await run.settle()
        assert "cloudwatch:GetMetricData 5" in " ".join(run.screen.split())


async def test_foreign_words_are_inert() -> None:
    evil = a_function("[red]x[/]\x1b[31m\n\u202ey\u4f60")
    finding = a_finding(evil, text="[bold]50%[/] \x1b]0;t\x07 errors")
    incident = Incident(key="i", cause=evil.arn, members=(Member(evil.arn),), severity=Severity.CRITICAL, since_s=NOW)
    look = snapshot(evil, findings={evil.arn: (finding,)}, incidents=(incident,), health={evil.arn: Health.CRITICAL})
    async with running(FakeFeed(look)) as run:
        await run.press("y")
        assert "[red]x[/]·[31m··y你" in run.screen
        assert "\x1b" not in run.screen
        assert "\u202e" not in run.screen
        assert widest(run.app) == 80


async def test_an_alarm_that_watches_nothing_we_found_is_a_problem_of_its_own() -> None:
    alarm = an_alarm("shop-composite", alarm_actions=())
    finding = a_finding(alarm.arn, "alarm.firing", text="alarm shop-composite fires", severity=Severity.WARNING)
    incident = Incident(
        key="i", cause=alarm.arn, members=(Member(alarm.arn),), severity=Severity.WARNING, since_s=NOW - 60.0
    )
    look = snapshot(alarms={alarm.arn: alarm}, findings={alarm.arn: (finding,)}, incidents=(incident,))
    async with running(FakeFeed(look)) as run:
        assert run.rows[0].split()[2:4] == ["shop-composite", "alrm"]
        assert run.rows[0].endswith("SILENT")
        assert "tells: nobody" in run.screen
