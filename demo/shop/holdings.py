"""The generated part of the account: too much of it to be created one by one, so it is held as what it was generated
from, until somebody wants to change it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from demo.shop.specs import rest_api_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from demo.shop.model import Api, Function, Shop, Table

_T = TypeVar("_T")


class Holding(Generic[_T]):
    """Resources of one kind, by the name (or id) that requests tell them by."""

    def __init__(self, held: Mapping[str, _T]) -> None:
        self._held = dict(held)
        self._names = sorted(held)

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def get(self, name: str) -> _T | None:
        """The resource of that name; None where it is not held."""
        return self._held.get(name)

    def after(self, name: str | None, most: int) -> list[tuple[str, _T]]:
        """At most so many, in order of their names, that come after ``name``; None: from the first on."""
        begin = 0 if name is None else bisect_right(self._names, name)
        return [(each, self._held[each]) for each in self._names[begin : begin + most]]

    def named(self, words: Iterable[str]) -> list[str]:
        """Which of these words name something that is held."""
        return sorted(word for word in words if word in self._held)

    def release(self, name: str) -> None:
        """Hold it no more. Raises KeyError where it is not held."""
        del self._held[name]
        del self._names[bisect_left(self._names, name)]


@dataclass(frozen=True, slots=True)
class Holdings:
    """Functions and tables by name, REST APIs by id; ``api_before`` has the id of the API that calls a function.

    ``created_s`` is when the tables and APIs were created, UTC epoch seconds.
    """

    functions: Holding[Function]
    tables: Holding[Table]
    apis: Holding[Api]
    api_before: Mapping[str, str]
    created_s: float


def holdings(shop: Shop, created_s: float) -> Holdings:
    """What is generated of a shop."""
    apis = {rest_api_id(each.name): each for each in shop.apis if each.generated}
    return Holdings(
        Holding({each.name: each for each in shop.functions if each.generated}),
        Holding({each.name: each for each in shop.tables if each.generated}),
        Holding(apis),
        {function: api_id for api_id, api in apis.items() for function in api.functions},
        created_s,
    )
