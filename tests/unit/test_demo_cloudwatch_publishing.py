"""When a minute's data can be seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.cloudwatch.publishing import settled_before, visible, visible_before
from demo.world import Datapoint

MINUTE = 29_920_500
CALLS = Datapoint((0.0, 1.0), (70.0, 30.0), "Count")


@pytest.mark.parametrize("age_s", [-60, 0, 30, 59.9])
def test_a_minute_is_invisible_until_it_is_over(age_s: float) -> None:
    assert visible(CALLS, MINUTE, 60 * MINUTE + age_s) is None


def test_then_a_part_of_it_is_there_and_after_another_minute_all() -> None:
    provisional = visible(CALLS, MINUTE, 60 * MINUTE + 60)
    assert provisional is not None
    assert 0.5 < sum(provisional.counts) / 100 < 0.75
    assert visible(CALLS, MINUTE, 60 * MINUTE + 119.9) == provisional
    assert visible(CALLS, MINUTE, 60 * MINUTE + 120) == CALLS


COUNTS = st.lists(st.integers(1, 40).map(float), min_size=1, max_size=30)


@given(COUNTS, st.integers(0, 10_000))
def test_what_is_provisional_is_a_part_of_what_comes(counts: list[float], offset: int) -> None:
    minute = MINUTE + offset
    final = Datapoint(tuple(float(index) for index in range(len(counts))), tuple(counts), "Milliseconds")
    provisional = visible(final, minute, 60 * minute + 60)
    assert provisional is not None
    known = dict(zip(final.values, final.counts, strict=True))
    assert all(0 < count <= known[value] for value, count in zip(provisional.values, provisional.counts, strict=True))
    assert all(count.is_integer() for count in provisional.counts)
    assert sum(provisional.counts) == pytest.approx(0.62 * sum(counts), abs=0.1 * sum(counts) + 1)


@given(st.floats(1e9, 2e9))
def test_the_edges_agree_with_the_rule(now_s: float) -> None:
    first_hidden, first_unsettled = visible_before(now_s), settled_before(now_s)
    assert visible(CALLS, first_hidden, now_s) is None
    assert visible(CALLS, first_hidden - 1, now_s) is not None
    assert visible(CALLS, first_unsettled, now_s) != CALLS
    assert visible(CALLS, first_unsettled - 1, now_s) == CALLS
