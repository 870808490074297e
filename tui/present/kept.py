"""Values made of parts of a snapshot, kept as long as the parts are the same objects.

The poller keeps the objects of what has not changed, so that among ten thousand rows only the changed ones cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import is_
from typing import Generic, TypeVar

V = TypeVar("V")
AT_ONCE = 1_000  # rows that a key may wait for; what more of them need is worked out beside the keys


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
    """The value of ``make(*parts)`` for the parts that it was last asked for."""

    def __init__(self, make: Callable[..., V]) -> None:
        self._make = make
        self._held: tuple[tuple[object, ...], V] | None = None

    def has(self, *parts: object) -> bool:
        """Whether the value of these parts is at hand."""
        return self._held is not None and all(map(is_, self._held[0], parts))

    def of(self, *parts: object) -> V:
        """The value, made anew where one of the parts is another object."""
        held = self._held
        if held is None or not all(map(is_, held[0], parts)):
            held = self._held = parts, self._make(*parts)
        return held[1]


def same(before: Iterable[object], now: Iterable[object]) -> bool:
    """Whether two collections of the same length hold the same objects in the same order."""
    return all(map(is_, before, now))
