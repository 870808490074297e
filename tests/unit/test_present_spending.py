"""The meter and the pacing in words: bounds where they differ, marks that never leave, nothing that was not counted."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from aws.model import ApiUse, Lane, Polling, Snapshot
from tui.config import Config
from tui.headless.report import report
from tui.headless.table import table
from tui.present import figures, meter, pacing, spending
from widgets.cells import Cell
from widgets.parts import KEEP, Part, split

USE = ApiUse(
    calls={"cloudwatch:GetMetricData": 12, "cloudwatch:ListMetrics": 1_000, "lambda:ListFunctions": 5},
    metrics_requested=800,
    usd=0.018,
    usd_per_hour=0.31,
    metrics_requested_at_most=1_600,
    usd_at_most=0.026,
)
LOOK = Snapshot(at_s=1_000.0, api=USE)


def texts(cells: list[Cell]) -> str:
    return "\n".join(cell.text for cell in cells)


def shown(part: Part | None) -> str:
    return "".join(cell.text for cell in part.cells) if part else ""


def test_the_header_says_the_rate_and_with_it_a_mode_and_a_limit_that_somebody_chose() -> None:
    assert shown(meter.rate(LOOK)) == "$0.31/h"
    chosen = replace(LOOK, polling=Polling(mode="economy", max_usd_per_hour=0.5))
    assert shown(meter.rate(chosen)) == "economy $0.31/h of $0.50"
    assert meter.rate(replace(LOOK, api=ApiUse())) is None
    assert shown(meter.rate(replace(LOOK, api=ApiUse(), polling=Polling(usd_per_hour_planned=0.2)))) == "~$0.20/h"


def test_what_rests_and_what_is_saved_on_is_shortened_but_never_leaves_the_header() -> None:
    marks = meter.marks(Polling(resting="unfocused", savings=("hot set", "sweeps")))
    assert [shown(mark) for mark in marks] == ["resting: unfocused", "saving: hot set, sweeps"]
    assert all(mark.priority == KEEP for mark in marks)
    many = [shown(mark) for mark in meter.marks(Polling(savings=("hot set", "sweeps", "traffic")))]
    assert many == ["saving: hot set +2"]
    narrow = "".join(cell.text for line in split(marks, 10) for cell in line)
    assert narrow == "resting  saving"
    assert meter.marks(Polling()) == []


def test_the_meter_has_bounds_calls_and_a_month_at_this_rate() -> None:
    polling = Polling(
        usd_per_hour_planned=0.28, max_usd_per_hour=0.3, savings=("hot set",),
        usd_per_hour_by_mode={"economy": 0.1, "standard": 0.3},
        every_s={"hot set": 300, "alarms": 60, "sweeps": math.inf},
    )  # fmt: skip
    told = texts(list(spending.panel(replace(LOOK, polling=polling))))
    assert "$0.018 to $0.026, since cwtop connected" in told
    assert "800 to 1,600 metrics requested" in told
    assert "$226.30 if it goes on like this for 730 h" in told
    assert "$0.28/h in standard mode; at most $0.30/h" in told
    assert "every 5m  less often, to save" in told
    assert "sweeps not now" in " ".join(told.split())
    assert "economy $0.10/h   standard $0.30/h" in told
    assert told.index("ListMetrics") < told.index("GetMetricData") < told.index("ListFunctions")
    assert "PRICES of 2026-11: AWS price list" in told


def test_what_is_all_read_alike_is_told_in_a_line() -> None:
    whole = replace(LOOK, polling=Polling(every_s=dict.fromkeys(("hot set", "sweeps"), 60.0)))
    told = texts(list(spending.panel(whole)))
    assert "everything          every 1m" in told
    assert "hot set" not in told


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "5s"), (60.0000001, "1m"), (90, "90s"), (300, "5m"), (1_234, "20.6m"), (3_600, "1h"), (9_000, "2.5h")],
)
def test_lengths_of_time_are_short(seconds: float, words: str) -> None:
    assert figures.span(seconds) == words


def test_a_meter_that_knows_no_rate_claims_none() -> None:
    told = texts(list(spending.panel(Snapshot(at_s=0.0))))
    assert "not known before a minute has passed" in told
    assert "730" not in told
    assert "PRICES" in texts(list(spending.panel(None)))


def test_one_look_is_told_in_a_line() -> None:
    planned = replace(LOOK, api=replace(USE, usd_per_hour=None), polling=Polling(usd_per_hour_planned=0.004))
    assert spending.look(planned) == (
        "asked of AWS: 1017 calls, 800 to 1,600 metrics requested, $0.018 to $0.026; the dashboard would cost <$0.01/h"
    )
    exact = ApiUse(calls={"sts:GetCallerIdentity": 1}, metrics_requested=1, usd=1e-5)
    assert spending.look(Snapshot(at_s=0.0, api=exact)) == "asked of AWS: 1 call, 1 metric requested, $0.00001"


def test_check_tells_scripts_both_bounds_and_people_one_line() -> None:
    told = report(LOOK)["api"]
    assert (told["metrics_requested"], told["metrics_requested_at_most"]) == (800, 1_600)
    assert (told["usd"], told["usd_at_most"], told["usd_per_hour"]) == (0.018, 0.026, 0.31)
    assert told["prices"]["as_of"] == "2026-11"
    assert report(Snapshot(at_s=0.0))["api"]["usd_per_hour"] is None
    assert spending.look(LOOK) in table(LOOK, Config()).splitlines()


@pytest.mark.parametrize(
    ("value", "words"), [(0, "$0"), (1e-5, "$0.00001"), (0.0083, "$0.0083"), (0.31, "$0.31"), (1_234.5, "$1,234.50")]
)
def test_dollars_keep_two_digits(value: float, words: str) -> None:
    assert figures.usd(value) == words


def test_lanes_that_are_slowed_come_first_with_their_last_refusal_and_the_quiet_ones_are_a_number() -> None:
    lanes = (
        Lane("cloudwatch:DescribeAlarms", 2, 2, throttled=1, last_error="Throttling: Rate exceeded"),
        Lane("cloudwatch:GetMetricData", 10, 10),
        Lane("lambda", 2, 8, waiting=3, throttled=4, last_error="TooManyRequestsException: Rate exceeded"),
        Lane("sqs:ListQueues", 5, 5),
    )
    told = texts(list(pacing.lines(replace(LOOK, polling=Polling(lanes=lanes)))))
    assert "slowed to 2/s of 8/s  3 waiting  4 throttled" in told
    assert "last refusal: TooManyRequestsException" in told
    assert told.index("lambda") < told.index("DescribeAlarms")
    assert "full rate 2/s  1 throttled" in told
    assert "2 other lanes at full rate, never throttled" in told
    assert "nothing is known of it yet" in texts(list(pacing.lines(LOOK)))
