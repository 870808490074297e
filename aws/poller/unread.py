"""What had no answer is asked for again with the next poll, however seldom its tier is read else."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Collection

from aws.clock import Clock
from aws.model import SeriesId
from aws.poller.store import Store
from aws.slices import Slices

# While nothing of so many series is answered, no more are asked for in a poll: requests that fail cost quota, and
# those that are answered with half of the data cost money.
PROBE = 100
BATCH = 500
# Permissions change seldom, and most often in the hands of whoever then presses the key to refresh.
REFUSED_EVERY_S = 300.0


class Again:
    """The series whose newest answer was not a complete one. Whatever else a poll reads is not asked for twice in it.

    Those that AWS refused are asked for every five minutes; and as soon as anything that it refused before is answered,
    because a permission is rarely given for one metric.
    """

    def __init__(self, store: Store, clock: Clock, *, read: Callable[[list[SeriesId]], Awaitable[None]]) -> None:
        self._store = store
        self._clock = clock
        self._read = read
        self._pending: dict[SeriesId, None] = {}
        self._refused: set[SeriesId] = set()
        self._knocked: list[SeriesId] = []  # refused before, and asked for in this poll
        self._knocked_at = -math.inf  # monotonic

    def knock(self) -> None:
        """Ask for what was refused with the next poll too."""
        self._knocked_at = -math.inf

    def begin(self) -> None:
        """A poll begins."""
        self._pending = dict.fromkeys(self._store.failed)
        self._refused, self._knocked = set(self._store.refused), []

    def asked(self, series_ids: Collection[SeriesId]) -> None:
        """These were just asked for."""
        if self._pending:
            for series_id in series_ids:
                self._pending.pop(series_id, None)
        if self._refused:
            self._knocked += self._refused.intersection(series_ids)
            self._refused.difference_update(self._knocked)

    async def turn(self) -> None:
        """Ask for what the poll did not read else, as long as anything is answered."""
        wanted = [series_id for series_id in self._pending if series_id in self._store.failed]
        if self._store.refused and self._may_knock():
            self._knocked_at = self._clock.monotonic()
            wanted += [series_id for series_id in self._refused if series_id in self._store.refused]
        self._pending, self._refused = {}, set()
        slices, size = Slices(self._clock), PROBE
        while wanted:
            batch, wanted = wanted[:size], wanted[size:]
            await self._read(batch)
            if not any(self._answered(series_id) for series_id in batch):
                return
            size = BATCH
            await slices.breathe()

    def _may_knock(self) -> bool:
        opened = any(self._answered(series_id) for series_id in self._knocked)
        return opened or self._clock.monotonic() - self._knocked_at >= REFUSED_EVERY_S

    def _answered(self, series_id: SeriesId) -> bool:
        series = self._store.get(series_id)
        return series is not None and series.state.known
