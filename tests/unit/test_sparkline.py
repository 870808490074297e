"""A sparkline must not shout where nothing happened, nor hide what did."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from widgets.sparkline import downsample, sparkline

NAN = math.nan
FIGURES = st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=50)


def test_a_small_rise_of_a_large_figure_looks_flat() -> None:
    assert sparkline([100, 101, 100, 101], 4) == "████"


def test_zero_is_told_from_little_and_from_not_measured() -> None:
    assert sparkline([0, 0.1, 10, NAN], 4) == "▁▂█·"
    assert sparkline([0, 0.1, 10, NAN], 4, ascii_only=True) == "_.# "


def test_all_quiet_is_a_baseline() -> None:
    assert sparkline([0, 0, 0], 3) == "▁▁▁"


def test_a_ceiling_makes_rows_comparable() -> None:
    assert sparkline([50, 100, 200], 3, ceiling=100) == "▅██"


def test_a_single_bad_minute_of_three_hours_is_seen() -> None:
    minutes = [0.0] * 180
    minutes[77] = 5
    assert sparkline(minutes, 8).count("█") == 1


def test_the_newest_is_at_the_right_edge() -> None:
    assert sparkline([3], 4) == "   █"


@given(FIGURES, st.integers(0, 60))
def test_it_is_always_as_wide_as_asked_for(values: list[float], width: int) -> None:
    assert len(sparkline(values, width)) == width


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=200), st.integers(1, 60))
def test_thinning_keeps_the_peak(values: list[float], count: int) -> None:
    shares = downsample(values, count)
    assert len(shares) <= count
    assert max(shares) == max(values)
