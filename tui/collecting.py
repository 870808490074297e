"""When Python looks for cycles: among what is young all the time, among everything only while nobody types."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from aws.clock import Clock

# New objects after which the youngest are looked through, and how often that is done before those that were left over
# are looked through once more, for the last time: what requests under way hold only seems to be in use.
_YOUNG = 5_000
_TWICE = 1
_NEVER = 1_000_000_000

# Whoever has not typed for so long is reading; and how long what nobody can reach any more may stay besides.
STILL_S = 3.0
SELDOM_S = 600.0


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look through some thousands of objects at a time, and never through all: a full collection over 10,000 resources
    stops the loop for half a second, and 30,000 young objects are 35 ms on a busy machine. Snapshots are trees that
    reference counting frees; cycles are those of requests, which are over by the second look, and of screens that were
    closed, for which there is a `Collector`.
    """
    before = gc.get_threshold()
    gc.set_threshold(_YOUNG, _TWICE, _NEVER)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Collector:
    """Frees closed screens, which are cycles, while nobody types. Does nothing unless it is `at_work`.

    The account as it was when all of it had been read is left out from then on, which makes a collection ten times as
    short: it is freed all the same where a newer reading takes its place.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._working = self._left_out = False
        self._screens = 0
        self._due = False
        self._collected_s = clock.monotonic()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """For as long as the dashboard runs."""
        with collecting_seldom():
            self._working = True
            try:
                yield
            finally:
                self._working = False
                gc.unfreeze()

    def loaded(self) -> None:
        """The whole account was read for the first time."""
        if self._working and not self._left_out:
            self._left_out = True
            gc.freeze()

    def begin_anew(self) -> None:
        """Another account comes in the place of this one, which nobody can reach any more."""
        if self._left_out:
            self._left_out, self._due = False, True
            gc.unfreeze()

    def look_around(self, *, screens: int, still_s: float) -> None:
        """Time has passed: so many screens are open, and nobody has typed for so long. While an account is being read
        for the first time its own objects would be looked through with every screen: closed ones wait for the rest.
        """
        self._due |= self._left_out and screens < self._screens
        self._due |= self._clock.monotonic() - self._collected_s >= SELDOM_S
        self._screens = screens
        if not self._working or not self._due or still_s < STILL_S:
            return
        self._due, self._collected_s = False, self._clock.monotonic()
        gc.collect()
        if screens <= 1 and self._left_out:  # a screen that is open now must not be left out when it is closed
            gc.freeze()
