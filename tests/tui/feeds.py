"""A feed that hands out the snapshots a test gives it, and remembers what it was told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from aws.errors import CwtopError, UsageError
from aws.model import Interest, Scope, Snapshot
from tests.tui.desks import FakeDesk
from tests.tui.role_desk import FakeRoles


class FakeFeed:
    """`give` hands a snapshot on, `fail` raises, `end` stops. ``attended``, ``refreshed``, ``intervals`` are records.

    ``refuse`` holds errors for the next openings, one each.
    """

    def __init__(
        self,
        *snapshots: Snapshot,
        refuse: tuple[Exception, ...] = (),
        desk: FakeDesk | None = None,
        roles: FakeRoles | None = None,
    ) -> None:
        self._queue: asyncio.Queue[Snapshot | Exception | None] = asyncio.Queue()
        for one in snapshots:
            self._queue.put_nowait(one)
        self._refuse = list(refuse)
        self.attended: list[Interest] = []
        self.intervals: list[float] = []
        self.modes: list[str] = []
        self.followed: list[tuple[str, ...]] = []
        self._desk, self._roles = desk, roles
        self.refreshed = self.opened = self.closed = 0

    @asynccontextmanager
    async def open(self, say: Callable[[str], None]) -> AsyncIterator[FakeFeed]:
        """An `OpenFeed`."""
        self.opened += 1
        say("asking who we are")
        if self._refuse:
            raise self._refuse.pop(0)
        try:
            yield self
        finally:
            self.closed += 1

    def give(self, snapshot: Snapshot) -> None:
        """The next look."""
        self._queue.put_nowait(snapshot)

    def fail(self, error: CwtopError) -> None:
        """What the poller raises next."""
        self._queue.put_nowait(error)

    async def __aiter__(self) -> AsyncIterator[Snapshot]:
        while (item := await self._queue.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item

    def attend(self, interest: Interest) -> None:
        """Remembered."""
        self.attended.append(interest)

    def refresh(self) -> None:
        """Counted."""
        self.refreshed += 1

    def set_interval(self, seconds: float) -> None:
        """Remembered."""
        self.intervals.append(seconds)

    def set_mode(self, mode: str) -> None:
        """Remembered."""
        self.modes.append(mode)

    def desk(self, scope: Scope) -> FakeDesk:
        """The one given."""
        if self._desk is None:
            raise UsageError("nobody writes alarms here")
        return self._desk

    def roles(self, scope: Scope) -> FakeRoles:
        """Those given."""
        if self._roles is None:
            raise UsageError("nobody reads roles here")
        return self._roles

    def follow_alarms(self, scope: Scope, names: Sequence[str]) -> None:
        """Remembered."""
        self.followed.append(tuple(names))
