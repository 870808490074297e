"""CloudWatch's statistics, against every sample written out."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws.evaluate.errors import StatisticError
from aws.evaluate.statistics import percent_of, statistic

DURATIONS = ((100.0, 200.0, 300.0, 1000.0), (5.0, 3.0, 1.0, 1.0))  # ten samples


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Sum", 2400.0),
        ("SampleCount", 10.0),
        ("Average", 240.0),
        ("Minimum", 100.0),
        ("Maximum", 1000.0),
        ("p0", 100.0),
        ("p50", 100.0),
        ("p50.1", 200.0),
        ("p90", 300.0),
        ("p99", 1000.0),
        ("p100", 1000.0),
        ("tm90", 1400 / 9),
        ("TM(:90%)", 1400 / 9),
        ("TM(10%:90%)", 1300 / 8),
        ("TM(100:300)", 900 / 4),
        ("IQM", (2.5 * 100 + 2.5 * 200) / 5),
        ("wm90", (500 + 600 + 300 + 300) / 10),
        ("WM(150:300)", (5 * 150 + 600 + 300 + 300) / 10),
        ("PR(:300)", 90.0),
        ("PR(100:300)", 40.0),
        ("TC(200:)", 2.0),
        ("tc80", 8.0),
        ("TS(:200)", 1100.0),
    ],
)
def test_statistics_of_ten_durations(name: str, expected: float) -> None:
    assert statistic(name)(*DURATIONS) == pytest.approx(expected)


@pytest.mark.parametrize(
    "name", ["", "sum", "p", "p101", "p-1", "tm", "TM()", "TM(:)", "TM(2%:98)", "TM(9:1)", "PR(1%:9%)", "tm101", "q9"]
)
def test_what_is_no_statistic_is_refused(name: str) -> None:
    with pytest.raises(StatisticError):
        statistic(name)


@pytest.mark.parametrize(
    "name", ["Sum", "SampleCount", "Average", "Minimum", "Maximum", "p99", "tm99", "IQM", "PR(:1)"]
)
def test_no_samples_are_no_datapoint(name: str) -> None:
    assert math.isnan(statistic(name)((), ()))


def test_a_mean_that_trims_everything_away_is_no_datapoint() -> None:
    assert math.isnan(statistic("TM(5000:)")(*DURATIONS))
    assert statistic("TC(5000:)")(*DURATIONS) == 0


SAMPLES = st.lists(
    st.tuples(st.integers(-50, 50).map(float), st.integers(1, 6).map(float)), min_size=1, max_size=12
).map(lambda pairs: (tuple(value for value, _ in pairs), tuple(count for _, count in pairs)))
PERCENTS = st.sampled_from([1, 5, 10, 25, 50, 75, 90, 99, 100])


def expanded(samples: tuple[tuple[float, ...], tuple[float, ...]]) -> list[float]:
    return sorted(value for value, count in zip(*samples, strict=True) for _ in range(int(count)))


@given(SAMPLES)
def test_simple_statistics_are_those_of_every_sample(samples: tuple[tuple[float, ...], tuple[float, ...]]) -> None:
    every = expanded(samples)
    expected = {
        "Sum": sum(every),
        "SampleCount": len(every),
        "Average": sum(every) / len(every),
        "Minimum": min(every),
        "Maximum": max(every),
    }
    assert {name: statistic(name)(*samples) for name in expected} == pytest.approx(expected)


@given(SAMPLES, PERCENTS)
def test_a_percentile_is_the_nearest_rank(samples: tuple[tuple[float, ...], tuple[float, ...]], percent: int) -> None:
    every = expanded(samples)
    assert statistic(f"p{percent}")(*samples) == every[max(0, -(-percent * len(every) // 100) - 1)]


@given(SAMPLES, PERCENTS, PERCENTS)
def test_trimming_cuts_ranks(samples: tuple[tuple[float, ...], tuple[float, ...]], one: int, other: int) -> None:
    low, high = min(one, other) - 1, max(one, other)
    every = expanded(samples)
    cut = (low / 100 * len(every), high / 100 * len(every))
    weights = [max(0.0, min(rank + 1, cut[1]) - max(rank, cut[0])) for rank in range(len(every))]
    total = sum(value * weight for value, weight in zip(every, weights, strict=True))
    bounds = f"({low}%:{high}%)"
    assert statistic(f"TC{bounds}")(*samples) == pytest.approx(sum(weights))
    assert statistic(f"TS{bounds}")(*samples) == pytest.approx(total, abs=1e-9)
    assert statistic(f"TM{bounds}")(*samples) == pytest.approx(total / sum(weights), abs=1e-9)


@given(SAMPLES, st.integers(-60, 60), st.integers(1, 60))
def test_value_bounds_leave_out_the_lower_and_keep_the_upper(
    samples: tuple[tuple[float, ...], tuple[float, ...]], low: int, span: int
) -> None:
    low, high = abs(low), abs(low) + span
    every = expanded(samples)
    inside = [value for value in every if low < value <= high]
    assert statistic(f"TC({low}:{high})")(*samples) == len(inside)
    assert statistic(f"PR({low}:{high})")(*samples) == pytest.approx(100 * len(inside) / len(every))


@given(SAMPLES, SAMPLES, st.sampled_from(["Sum", "Average", "p90", "tm80", "IQM", "wm90"]))
def test_minutes_are_merged_by_joining_them(
    one: tuple[tuple[float, ...], tuple[float, ...]], other: tuple[tuple[float, ...], tuple[float, ...]], name: str
) -> None:
    joined = (one[0] + other[0], one[1] + other[1])
    merged: dict[float, float] = {}
    for value, count in zip(*joined, strict=True):
        merged[value] = merged.get(value, 0.0) + count
    distinct = (tuple(merged), tuple(merged.values()))
    assert statistic(name)(*joined) == pytest.approx(statistic(name)(*distinct))


def test_the_percent_of_a_percentile() -> None:
    assert percent_of("p99.9") == 99.9
    with pytest.raises(StatisticError):
        percent_of("Sum")
