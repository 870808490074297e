"""Values made of parts of a snapshot, kept as long as the parts are the same objects.

The poller keeps the objects of what has not changed, so that among ten thousand rows only the changed ones cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import is_
from typing import Generic, TypeVar

from aws.model import Snapshot

V = TypeVar("V")
AT_ONCE = 1_000  # rows that a key may wait for; what more of them need is worked out beside the keys


def is_much(snapshot: Snapshot) -> bool:
    """Whether a key would have to wait for what goes through all of a snapshot."""
    return len(snapshot.resources) + len(snapshot.alarms) > AT_ONCE


class Kept(Generic[V]):
    """The value of ``make(*parts)`` for each key; made anew where one of the parts is another object."""

    def __init__(self, make: Callable[..., V]) -> None:
        self._make = make
        self._held: dict[str, tuple[tuple[object, ...], V]] = {}

    def of(self, key: str, *parts: object) -> V:
        """The value of ``key``."""
        held = self._held.get(key)
        if held is not None and all(map(is_, held[0], parts)):
            return held[1]
        value = self._make(*parts)
        self._held[key] = parts, value
        return value

    def forget_all_but(self, keys: Iterable[str]) -> None:
        """Let go of what has left the account. Free of cost until half of what is kept is of no use."""
        kept = frozenset(keys)
        if len(self._held) > 2 * len(kept):
            held = self._held.copy()  # in one go: a thread may be adding to it
            self._held = {key: value for key, value in held.items() if key in kept}


class Newest(Generic[V]):
    """The values of ``make(*parts)`` for the last two parts that it was asked for: of the look on the screen, and of
    the one that a thread makes ready to follow it.
    """

    def __init__(self, make: Callable[..., V]) -> None:
        self._make = make
        self._held: tuple[tuple[tuple[object, ...], V], ...] = ()

    def has(self, *parts: object) -> bool:
        """Whether the value of these parts is at hand."""
        return any(all(map(is_, held, parts)) for held, _ in self._held)

    def of(self, *parts: object) -> V:
        """The value, made anew where one of the parts is another object."""
        for held, value in self._held:
            if all(map(is_, held, parts)):
                return value
        value = self._make(*parts)
        self._held = (parts, value), *self._held[:1]
        return value


def same(before: Iterable[object], now: Iterable[object]) -> bool:
    """Whether two collections of the same length hold the same objects in the same order."""
    return all(map(is_, before, now))
