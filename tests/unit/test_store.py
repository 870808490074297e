"""What a series looks like after read upon read: nothing invented, nothing lost, nothing old shown as new."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws.clock import SystemClock
from aws.model import MetricKey, ReadState, Series, SeriesId
from aws.poller.merge import Span, merge, on_grid, teaches
from aws.poller.store import Store
from aws.slices import Slices
from tests.builders import MINUTE, NOW, series_of, unread

WINDOW_S = 10_800
ERRORS = SeriesId(MetricKey("AWS/Lambda", "Errors", (("FunctionName", "a"),)), "Sum")


def a_store() -> Store:
    return Store(window_s=WINDOW_S)


def span(minutes: int, end_s: int = NOW) -> Span:
    return Span(end_s - minutes * MINUTE, end_s)


def minutes(series: Series | None) -> list[float | None]:
    """The points as a person reads them."""
    assert series is not None
    return [None if math.isnan(value) else value for value in series.values]


def read(store: Store, answer: Series, asked: Span) -> set[SeriesId]:
    return store.put({ERRORS: answer}, asked)


def whole(store: Store, *last: float | None, end_s: int = NOW) -> None:
    """A first complete read of the whole window."""
    points = [*[None] * (180 - len(last)), *last]
    read(store, series_of(points, ending_at=end_s), span(180, end_s))


def test_a_later_read_replaces_recent_points_and_moves_the_window_on() -> None:
    store = a_store()
    whole(store, 7, 8, 1)
    later = NOW + MINUTE
    read(store, series_of([None] * 9 + [8, 5, 2], ending_at=later), span(12, later))
    known = store.get(ERRORS)
    assert known is not None
    assert minutes(known)[-4:] == [None, 8, 5, 2], "7 was corrected away, 1 has grown to 5"
    assert (known.end_s, len(known.values), known.read_at_s) == (later, 180, later)


def test_partial_answers_add_what_they_have_and_do_not_count_as_read() -> None:
    store = a_store()
    whole(store, 7, 8, 1)
    later = NOW + MINUTE
    half = series_of([None] * 10 + [4, None], ending_at=later, state=ReadState.PARTIAL)
    read(store, half, span(12, later))
    known = store.get(ERRORS)
    assert known is not None
    assert minutes(known)[-4:] == [7, 8, 4, None]
    assert (known.state, known.read_at_s) == (ReadState.PARTIAL, NOW)
    (asked,) = store.spans([ERRORS], later + 10 * MINUTE)
    assert asked.start_s <= NOW - 600, "read again from ten minutes before the last complete read"


def test_a_failure_keeps_the_last_good_values_and_says_that_they_are_stale() -> None:
    store = a_store()
    whole(store, 3)
    failed = Series(NOW, MINUTE, state=ReadState.FAILED, detail="Throttled: slow down")
    assert read(store, failed, span(12, NOW + MINUTE)) == {ERRORS}
    stale = store.get(ERRORS)
    assert stale is not None
    assert (stale.state, stale.read_at_s, stale.detail) == (ReadState.STALE, NOW, "Throttled: slow down")
    assert minutes(stale)[-1] == 3
    assert read(store, failed, span(12, NOW + 2 * MINUTE)) == set(), "the same failure again is no news"
    assert store.get(ERRORS) is stale


def test_recovery_after_failures_fills_the_hole() -> None:
    store = a_store()
    whole(store, 3)
    failed = Series(NOW, MINUTE, state=ReadState.FAILED, detail="x")
    for minute in range(1, 31):
        read(store, failed, span(12, NOW + minute * MINUTE))
    later = NOW + 31 * MINUTE
    (asked,) = store.spans([ERRORS], later)
    assert asked.start_s <= NOW - 600
    read(store, series_of([1] * ((asked.end_s - asked.start_s) // MINUTE), ending_at=later), asked)
    known = store.get(ERRORS)
    assert known is not None
    assert known.state is ReadState.VALUE
    assert minutes(known)[-31:] == [1] * 31


def test_after_a_pause_longer_than_the_window_all_of_it_is_read() -> None:
    store = a_store()
    whole(store, 3)
    assert list(store.spans([ERRORS], NOW + 4 * 3_600)) == [span(180, NOW + 4 * 3_600)]


@pytest.mark.parametrize("state", [ReadState.DENIED, ReadState.FAILED, ReadState.NOT_FETCHED])
def test_what_was_never_read_keeps_its_reason(state: ReadState) -> None:
    store = a_store()
    read(store, unread(state), span(180))
    known = store.get(ERRORS)
    assert known is not None
    assert (known.state, known.read_at_s, len(known.values)) == (state, None, 0)
    assert list(store.spans([ERRORS], NOW)) == [span(180)], "still the whole window to read"


def test_not_having_asked_does_not_hide_a_refusal() -> None:
    store = a_store()
    read(store, unread(ReadState.DENIED), span(180))
    read(store, unread(ReadState.NOT_FETCHED), span(180))
    assert store.view()[ERRORS].state is ReadState.DENIED


def test_quiet_minutes_are_no_news_and_cost_no_memory() -> None:
    store = a_store()
    whole(store)
    quiet = Series(NOW - 600, MINUTE, state=ReadState.NO_DATA, read_at_s=NOW)
    other = SeriesId(ERRORS.metric, "Maximum")
    store.put({ERRORS: quiet, other: quiet}, span(180))
    later = NOW + MINUTE
    news = store.put({ERRORS: quiet, other: quiet}, span(12, later))
    assert news == set()
    first, second = store.get(ERRORS), store.get(other)
    assert first is not None
    assert second is not None
    assert (first.state, first.end_s) == (ReadState.NO_DATA, later)
    assert first.values is second.values


def test_a_series_that_fell_silent_is_quiet_once_its_last_point_leaves_the_window() -> None:
    store = a_store()
    read(store, series_of([5] + [None] * 179), span(180))
    quiet = Series(NOW, MINUTE, state=ReadState.NO_DATA, read_at_s=NOW + MINUTE)
    read(store, quiet, span(12, NOW + MINUTE))
    known = store.get(ERRORS)
    assert known is not None
    assert known.state is ReadState.NO_DATA


async def test_readings_that_nobody_renews_become_stale_by_age() -> None:
    store, slices = a_store(), Slices(SystemClock())
    whole(store, 3)
    assert [i async for i in store.rest(NOW + 300, slices)] == []
    assert [i async for i in store.rest(NOW + 301, slices)] == [ERRORS]
    known = store.get(ERRORS)
    assert known is not None
    assert (known.state, known.detail) == (ReadState.STALE, "not read for 300 s")


def test_a_view_never_changes_and_is_shared_while_nothing_does() -> None:
    store = a_store()
    whole(store, 3)
    before = store.view()
    assert store.view() is before
    whole(store, 4, end_s=NOW + MINUTE)
    assert minutes(before[ERRORS])[-1] == 3
    store.forget([ERRORS])
    assert ERRORS in before
    assert not store.view()


def test_series_without_a_datapoint_are_one_as_far_as_they_are_alike() -> None:
    store, ids = a_store(), [ERRORS._replace(stat=f"p{number}") for number in range(3)]
    empty = {i: series_of([None] * 180, state=ReadState.NO_DATA) for i in ids}
    store.put(empty, span(180), lambda i: 900.0 if i is ids[2] else 300.0)
    first, second, third = map(store.get, ids)
    assert first is second
    assert (first and first.good_for_s, third and third.good_for_s) == (300.0, 900.0)


@given(
    first=st.lists(st.none() | st.integers(0, 9), min_size=180, max_size=180),
    second=st.lists(st.none() | st.integers(0, 9), min_size=12, max_size=12),
    passed=st.integers(0, 240),
)
def test_merging_equals_laying_the_new_points_over_the_old(
    first: list[int | None], second: list[int | None], passed: int
) -> None:
    end_s = NOW + passed * MINUTE
    merged = merge(series_of(first), series_of(second, ending_at=end_s), span(12, end_s), window_s=WINDOW_S)
    laid: dict[int, float] = {NOW - (180 - i) * MINUTE: v for i, v in enumerate(first) if v is not None}
    laid = {at: value for at, value in laid.items() if end_s - WINDOW_S <= at < end_s - 12 * MINUTE}
    laid |= {end_s - (12 - i) * MINUTE: v for i, v in enumerate(second) if v is not None}
    found = {merged.start_s + i * MINUTE: v for i, v in enumerate(merged.values) if not math.isnan(v)}
    assert found == laid
    assert merged.state is ReadState.VALUE
    assert (merged.start_s, merged.end_s) == (end_s - WINDOW_S, end_s)


@given(lead=st.integers(-200, 200), count=st.integers(0, 200))
def test_laying_on_another_grid_moves_no_point(lead: int, count: int) -> None:
    series = series_of(range(100))
    start_s = series.start_s + lead * MINUTE
    laid = on_grid(series, start_s, start_s + count * MINUTE)
    assert len(laid) == count
    for index, value in enumerate(laid):
        expected = series.value_at(start_s + index * MINUTE)
        assert value == expected or (math.isnan(value) and math.isnan(expected))


def test_another_value_at_any_minute_is_news_the_same_values_are_not() -> None:
    assert not teaches(series_of([1, 2, None]), series_of([2, None], ending_at=NOW))
    assert teaches(series_of([1, 2, 3]), series_of([1, 2, 4]))
    assert teaches(None, series_of([1]))
