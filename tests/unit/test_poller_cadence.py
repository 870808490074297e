"""When the next poll is due."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws.poller.cadence import slot_after
from tests.builders import NOW


@pytest.mark.parametrize(
    ("started", "every", "due"),
    [
        (0, 60, 65),  # five seconds past the minute, but not at once again
        (20, 60, 65),
        (40, 60, 125),
        (65, 60, 125),
        (65.3, 60, 125),  # no drift
        (0, 300, 305),
        (0, 10, 5),
    ],
)
def test_polls_lie_on_the_minutes_fifth_second(started: float, every: float, due: float) -> None:
    assert slot_after(NOW + started, every) == NOW + due


@given(started=st.floats(0, 1e6), every=st.sampled_from([5.0, 10.0, 30.0, 60.0, 300.0]))
def test_a_slot_is_never_nearer_than_half_a_turn_nor_farther_than_one_and_a_half(started: float, every: float) -> None:
    due = slot_after(NOW + started, every) - NOW
    assert started + every / 2 - 1e-3 <= due <= started + 1.5 * every + 1e-3
