"""How often an alarm would have fired: the quick replay against the evaluator asked minute by minute."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws.alarms.backtest import Replayed, first_suspect_s, grain_s, replay, screen_stat
from aws.alarms.definition import Definition
from aws.evaluate.alarm import AlarmTest, Point, evaluate
from aws.model import AlarmState, Series
from tests.alarm_builders import a_definition

_NAN = math.nan
_COMBINE = {"Sum": sum, "Maximum": max, "Minimum": min, "p99": max}


def minutes(values: Sequence[float], period_s: int = 60) -> Series:
    return Series(start_s=0, period_s=period_s, values=array("f", values))


def asked_every_time(definition: Definition, series: Series) -> Replayed:
    """The same, without any cleverness: the evaluation range of every minute, statistics and all."""
    test = AlarmTest(
        comparison=definition.comparison,
        threshold=definition.threshold,
        evaluation_periods=definition.evaluation_periods,
        datapoints_to_alarm=definition.datapoints_to_alarm,
        treat_missing=definition.treat_missing,
    )
    width = max(1, definition.period_s // series.period_s)

    def point(end: int) -> Point:
        real = [value for value in series.values[max(0, end - width) : max(0, end)] if value == value]
        return Point(end, float(_COMBINE[definition.stat](real)) if real else _NAN)

    born = next((at for at, value in enumerate(series.values) if value == value), len(series.values))
    state, fires = AlarmState.INSUFFICIENT_DATA, 0
    for at in range(born, len(series.values)):
        points = [point(at + 1 - back * width) for back in reversed(range(test.range_periods))]
        new = evaluate(test, points, state).state
        fires += new is AlarmState.ALARM and state is not AlarmState.ALARM
        state = new
    return Replayed(fires, state is AlarmState.ALARM)


@given(
    values=st.lists(st.sampled_from([_NAN, 0.0, 0.0, 0.0, 2.0, 6.0]), max_size=70),
    shape=st.sampled_from([(1, 1), (2, 3), (5, 5), (1, 4)]),
    watched=st.sampled_from([("Sum", 60), ("Sum", 300), ("Maximum", 180), ("Minimum", 120), ("p99", 60)]),
    comparison=st.sampled_from(
        ["GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"]
    ),
    threshold=st.sampled_from([0.0, 2.0, 5.0]),
    missing=st.sampled_from(["notBreaching", "breaching", "ignore", "missing"]),
)
def test_the_quick_replay_says_what_the_evaluator_says(
    values: list[float],
    shape: tuple[int, int],
    watched: tuple[str, int],
    comparison: str,
    threshold: float,
    missing: str,
) -> None:
    definition = a_definition(
        stat=watched[0],
        period_s=watched[1],
        datapoints_to_alarm=shape[0],
        evaluation_periods=shape[1],
        comparison=comparison,
        threshold=threshold,
        treat_missing=missing,
    )
    assert replay(definition, minutes(values)) == asked_every_time(definition, minutes(values))


def test_what_equals_the_threshold_is_not_over_it() -> None:
    rate = a_definition(stat="Average", period_s=60, threshold=0.05)
    assert replay(rate, minutes([0.05])) == Replayed(0, False)
    assert replay(rate, minutes([0.0501])) == Replayed(1, True)


def test_an_alarm_that_goes_on_fires_once() -> None:
    assert replay(a_definition(), minutes([0, 9, 0, 0, 0, 0, 0, 9, 9, 9, 9])) == Replayed(2, True)


@pytest.mark.parametrize(
    ("definition", "hours", "suspect_s"),
    [
        (a_definition(), [5.0, 0.0, 5.0], None),
        (a_definition(), [0.0, 3.0, 3.0], 3600.0),  # five minutes may reach over the full hour
        (a_definition(period_s=60), [0.0, 3.0, 3.0], None),
        (a_definition(), [0.0, _NAN, 6.0], 3600.0),
        (a_definition(stat="p99", period_s=60), [5.0, 5.0, 6.0], 7200.0),
    ],
)
def test_whole_hours_tell_where_nothing_can_have_happened(
    definition: Definition, hours: list[float], suspect_s: float | None
) -> None:
    assert first_suspect_s(definition, minutes(hours, 3600)) == suspect_s


@pytest.mark.parametrize(
    ("definition", "stat", "grain"),
    [
        (a_definition(), "Sum", 60),
        (a_definition(stat="p99", period_s=300), "Maximum", 300),
        (a_definition(stat="Average", period_s=60), "Maximum", 60),
        (a_definition(stat="Minimum"), None, 60),
        (a_definition(stat="TS(10:90)"), None, 300),
        (a_definition(comparison="LessThanThreshold"), None, 60),
        (a_definition(treat_missing="breaching"), None, 60),
    ],
)
def test_history_is_read_so_that_the_alarm_s_own_period_is_honoured(
    definition: Definition, stat: str | None, grain: int
) -> None:
    assert (screen_stat(definition), grain_s(definition)) == (stat, grain)
