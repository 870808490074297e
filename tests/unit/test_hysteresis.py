"""The life of a finding: when it opens, worsens, eases, closes, comes back."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from aws.conditions import Frame, above, frame_of, idle, peak, recently, rolling
from aws.hysteresis import Episode, Level, replay
from aws.model import Phase, ReadState, Series, Severity
from tests.builders import MINUTE, NOW, no_data, series_of, unread

WARNING, CRITICAL = 1, 3  # more than so many bad things a minute


def life(values: Sequence[float], *, now_s: float = NOW, provisional: bool = True) -> tuple[Frame, Episode | None]:
    """A rule with two levels over one series of counts, whose newest minute has just ended."""
    return life_of(series_of(values), now_s=now_s, provisional=provisional)


def life_of(series: Series, *, now_s: float = NOW, provisional: bool = True) -> tuple[Frame, Episode | None]:
    frame = frame_of(series, now_s=now_s)
    assert frame is not None
    counts = frame.counts(series)
    levels = [
        Level(
            severity=severity,
            opens=above(counts, level),
            stays=recently(above(counts, level / 2)),
            provisional=provisional,
            window=1,
        )
        for severity, level in ((Severity.CRITICAL, CRITICAL), (Severity.WARNING, WARNING))
    ]
    return frame, replay(frame, levels)


def test_counts_open_on_provisional_minutes_and_ratios_do_not() -> None:
    burst = [0] * 59 + [5]
    assert life(burst)[1] is not None
    assert life(burst, provisional=False)[1] is None
    frame, episode = life([0] * 57 + [5, 5, 5], provisional=False)
    assert episode is not None
    assert frame.at_s(episode.since) == NOW - 3 * MINUTE  # the only one of the three that is two minutes old


def test_nothing_closes_before_five_settled_minutes() -> None:
    quiet_for_six = life([0] * 30 + [5] * 10 + [0] * 6)[1]  # two of the six are not settled yet
    assert quiet_for_six is not None
    assert quiet_for_six.phase is Phase.OPEN
    quiet_for_seven = [0] * 30 + [5] * 10 + [0] * 7
    frame, episode = life(quiet_for_seven)
    assert episode is not None
    assert episode.phase is Phase.RECOVERED
    assert episode.recovered is not None
    assert frame.at_s(episode.recovered) == NOW - 7 * MINUTE


def test_between_half_and_whole_level_it_stays_open() -> None:
    episode = life([0] * 30 + [5] * 5 + [1] * 30)[1]
    assert episode is not None
    assert (episode.phase, episode.severity) == (Phase.OPEN, Severity.WARNING)


def test_it_worsens_at_once_and_eases_like_a_close() -> None:
    worse = life([0] * 30 + [2] * 10 + [5])[1]
    assert worse is not None
    assert worse.severity is Severity.CRITICAL
    eased_for_four = life([0] * 30 + [5] * 10 + [1] * 6)[1]
    assert eased_for_four is not None
    assert eased_for_four.severity is Severity.CRITICAL
    eased_for_five = life([0] * 30 + [5] * 10 + [1] * 7)[1]
    assert eased_for_five is not None
    assert eased_for_five.severity is Severity.WARNING
    assert eased_for_five.since == 30


def test_recovered_is_shown_for_fifteen_minutes() -> None:
    story = [0] * 30 + [5] * 10
    assert life(story + [0] * 21)[1] is not None
    assert life(story + [0] * 22)[1] is None


def test_a_relapse_keeps_its_beginning() -> None:
    episode = life([0] * 30 + [5] * 5 + [0] * 12 + [5] * 4)[1]
    assert episode is not None
    assert (episode.phase, episode.since, episode.relapses) == (Phase.OPEN, 30, 1)
    anew = life([0] * 30 + [5] * 5 + [0] * 25 + [5] * 4)[1]
    assert anew is not None
    assert (anew.since, anew.relapses) == (60, 0)


def test_gaps_of_up_to_five_minutes_are_bridged() -> None:
    episode = life([0] * 30 + [5, 0, 0, 0, 0, 0] * 5)[1]
    assert episode is not None
    assert (episode.since, episode.relapses) == (30, 0)


def test_what_began_before_the_window_is_open_ended() -> None:
    episode = life([5] * 60)[1]
    assert episode is not None
    assert episode.open_ended
    assert not life([0] * 10 + [5] * 50)[1].open_ended  # type: ignore[union-attr]


def test_what_nobody_has_read_closes_nothing() -> None:
    series = series_of([0] * 30 + [5] * 10, state=ReadState.STALE)
    frame, episode = life_of(series, now_s=NOW + 3600)
    assert episode is not None
    assert episode.phase is Phase.OPEN
    assert frame.length == 40
    never_complete = Series(series.start_s, 60, series.values, ReadState.PARTIAL)
    assert life_of(never_complete, now_s=NOW + 3600)[1].phase is Phase.OPEN  # type: ignore[union-attr]


def test_minutes_in_which_nothing_was_published_are_quiet() -> None:
    series = series_of([0] * 30 + [5] * 10, read_at_s=NOW + 10 * MINUTE)
    episode = life_of(series, now_s=NOW + 10 * MINUTE)[1]
    assert episode is not None
    assert episode.phase is Phase.RECOVERED


def test_coarse_points_count_once_all_of_their_minutes_are_settled() -> None:
    series = series_of([0, 0, 50], period_s=300, ending_at=NOW)
    frame = frame_of(series, now_s=NOW)
    assert frame is not None
    assert (frame.length, frame.settled, frame.grain_s) == (15, 10, 300)
    assert rolling(frame.counts(series), 5)[-1] == 50


def test_series_without_points_give_nothing_to_judge() -> None:
    assert frame_of(no_data(), unread(), now_s=NOW) is None
    assert idle(no_data(), unread(), series_of([None, 0.0, None]))
    assert not idle(series_of([None, 0.0, 1.0]))


counts = st.lists(st.sampled_from([0, 0, 0, 0, 1, 2, 5]), min_size=40, max_size=120)


@given(counts, st.integers(min_value=1, max_value=60))
def test_a_later_look_agrees_on_the_beginning(values: list[float], later: int) -> None:
    """Restarting changes nothing: what is open now and was never closed since has the same beginning later."""
    frame, now = life(values)
    read_at_s = NOW + later * MINUTE
    then_frame, then = life_of(series_of(values, read_at_s=read_at_s), now_s=read_at_s)
    if now is not None and then is not None:
        assert then_frame.at_s(then.since) == frame.at_s(now.since)
        assert then.relapses == now.relapses


@given(counts, st.lists(st.sampled_from([0, 2, 5]), min_size=1, max_size=6))
def test_more_minutes_never_move_a_beginning_within_one_run(values: list[float], more: list[float]) -> None:
    _, now = life(values)
    _, then = life_of(series_of(values + more, ending_at=NOW + len(more) * MINUTE), now_s=NOW + len(more) * MINUTE)
    if now is not None and now.phase is Phase.OPEN:
        assert then is not None  # six more minutes are too few for it to recover and be forgotten
        assert then.since == now.since


@given(counts)
def test_never_closes_on_unsettled_minutes(values: list[float]) -> None:
    """However the newest two minutes turn out, what was open before them is not closed by them."""
    _, before = life(values)
    _, after = life_of(series_of([*values, 0, 0], ending_at=NOW + 2 * MINUTE, read_at_s=NOW), now_s=NOW)
    if before is not None and before.phase is Phase.OPEN:
        assert after is not None
        assert after.phase is Phase.OPEN
        assert after.severity.rank <= before.severity.rank


def test_a_series_that_was_never_read_has_as_many_minutes_as_the_others() -> None:
    failed, never = series_of([0.0, 2.0, 1.0]), Series(start_s=0, period_s=MINUTE)
    frame = frame_of(failed, never, now_s=NOW)
    assert frame is not None
    assert frame.counts(never) == [0.0] * frame.length, "it begins in 1970: thirty million minutes before"
    assert [value == value for value in frame.gauges(never)] == [False] * frame.length


def test_the_greatest_point_is_found_wherever_the_gaps_are() -> None:
    for values in ([math.nan, 3.0, math.nan, 7.0, 1.0], [7.0, math.nan, 1.0], [math.nan, 7.0]):
        assert peak(series_of(values)) == 7.0
    assert math.isnan(peak(series_of([math.nan])))
    assert math.isnan(peak(unread()))
