"""One value for many readers: whoever is slow gets the newest only, and never holds up the writer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Generic, TypeVar

from aws.poller.cadence import Bell

T = TypeVar("T")


class Latest(Generic[T]):
    """The newest value, its number, and whether more can come."""

    def __init__(self) -> None:
        self._bell = Bell()
        self._value: T | None = None
        self._number = 0
        self._closed = False
        self._error: BaseException | None = None

    def put(self, value: T) -> None:
        """Replace the value and wake the readers."""
        self._value = value
        self._number += 1
        self._bell.ring()

    def close(self, error: BaseException | None = None) -> None:
        """End every reader after the newest value; with ``error``, every reader raises it."""
        self._closed, self._error = True, error
        self._bell.ring()

    async def after(self, number: int) -> tuple[int, T] | None:
        """The newest value once it is newer than ``number``, with its own number; None once closed."""
        while True:
            rings = self._bell.rings
            if self._value is not None and self._number > number:
                return self._number, self._value
            if self._error is not None:
                raise self._error
            if self._closed:
                return None
            await self._bell.wait(rings)


class Reader(AsyncIterator[T]):
    """Iterates over the newest values of a `Latest`."""

    def __init__(self, latest: Latest[T]) -> None:
        self._latest = latest
        self._seen = 0

    async def __anext__(self) -> T:
        newest = await self._latest.after(self._seen)
        if newest is None:
            raise StopAsyncIteration
        self._seen, value = newest
        return value
