"""When Python looks for cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# New objects after which the youngest are looked through, and how often that is done before those that were left over
# are looked through once more, for the last time: what requests under way hold only seems to be in use.
_YOUNG = 5_000
_TWICE = 1
_NEVER = 1_000_000_000


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look through some thousands of objects at a time, and never through all: a full collection over 10,000 resources
    stops the loop for half a second, and 30,000 young objects are 35 ms on a busy machine. Snapshots are trees that
    reference counting frees; cycles are those of requests, which are over by the second look.
    """
    before = gc.get_threshold()
    gc.set_threshold(_YOUNG, _TWICE, _NEVER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
