"""A mapping of which a view is handed out after every change, and views share what has not changed between them.

A copy of a dict of 90,000 readings is 5 MB, made with every snapshot, of which several live at once; and whatever is
that large and young holds up the garbage collection for milliseconds. Here a view is some kilobytes.
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping, MutableMapping, Sequence, ValuesView
from itertools import chain, islice
from typing import Any, Final, TypeVar, cast, overload

K = TypeVar("K")
V = TypeVar("V")
D = TypeVar("D")

# Values lie in rows of so many: a change after a view copies one row.
_BITS: Final = 6
_ROW: Final = 1 << _BITS
_IN_ROW: Final = _ROW - 1


class _Gone:
    """Stands where there is no value (any more)."""


_GONE: Final = cast(Any, _Gone())


class _Readable(Mapping[K, V]):
    """How values are found. In a row there is room for keys to come; a view has none of the rows that came later."""

    __slots__ = ("_live", "_rows", "_slots")

    _slots: dict[K, int]
    _rows: Sequence[list[V]]
    _live: int

    def __getitem__(self, key: K) -> V:
        slot = self._slots[key]
        try:
            value = self._rows[slot >> _BITS][slot & _IN_ROW]
        except IndexError:
            value = _GONE
        if value is _GONE:
            raise KeyError(key)
        return value

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, /, default: V | D) -> V | D: ...
    def get(self, key: K, /, default: V | D | None = None) -> V | D | None:
        """The value, or ``default`` where there is none."""
        slot = self._slots.get(key)
        if slot is None:
            return default
        try:
            value = self._rows[slot >> _BITS][slot & _IN_ROW]
        except IndexError:
            return default
        return default if value is _GONE else value

    def __contains__(self, key: object) -> bool:
        return self.get(cast(K, key), _GONE) is not _GONE

    def __len__(self) -> int:
        return self._live


class View(_Readable[K, V]):
    """What a `Shared` held at one time; it never changes, and may be read in any thread."""

    __slots__ = ("_end", "_keys")

    def __init__(self, slots: dict[K, int], keys: list[K], rows: tuple[list[V], ...], live: int) -> None:
        self._slots = slots  # of its `Shared`, which only ever adds to them: for keys that came later there is no value
        self._keys = keys  # likewise
        self._rows = rows
        self._end = len(keys)
        self._live = live

    def pairs(self) -> Iterator[tuple[K, V]]:
        """Keys with their values, in the order of `Shared`."""
        pairs = zip(islice(self._keys, self._end), chain.from_iterable(self._rows), strict=False)
        return (pair for pair in pairs if pair[1] is not _GONE)

    def __iter__(self) -> Iterator[K]:
        return (key for key, _ in self.pairs())

    def items(self) -> ItemsView[K, V]:
        """Keys with their values."""
        return _Items(self)

    def values(self) -> ValuesView[V]:
        """The values, in the order of their keys."""
        return _Values(self)


class Shared(_Readable[K, V], MutableMapping[K, V]):
    """A mapping that one writer changes. Its order is that in which keys first came; one that was deleted comes back
    to where it stood, unless so many were deleted in the meantime that the places were given up."""

    def __init__(self) -> None:
        self._slots: dict[K, int] = {}
        self._keys: list[K] = []
        self._rows: list[list[V]] = []
        self._own: set[int] = set()  # rows that no view has
        self._live = 0
        self._view: View[K, V] | None = None

    def view(self) -> View[K, V]:
        """All as it is now; the same view as long as nothing changes."""
        if self._view is None:
            self._view = View(self._slots, self._keys, tuple(self._rows), self._live)
            self._own.clear()
        return self._view

    def __setitem__(self, key: K, value: V) -> None:
        slot = self._slots.get(key)
        if slot is None:
            slot = self._place(key)
        row = self._writable(slot >> _BITS)
        self._live += row[slot & _IN_ROW] is _GONE
        row[slot & _IN_ROW] = value
        self._view = None

    def __delitem__(self, key: K) -> None:
        if key not in self:
            raise KeyError(key)
        slot = self._slots[key]
        self._writable(slot >> _BITS)[slot & _IN_ROW] = _GONE
        self._live -= 1
        self._view = None
        if len(self._keys) > 2 * self._live + _ROW:
            self._compact()

    def __iter__(self) -> Iterator[K]:
        """Over what there is now: changes made meanwhile are not seen."""
        return iter(self.view())

    def items(self) -> ItemsView[K, V]:
        """Keys with their values, as they are now."""
        return self.view().items()

    def values(self) -> ValuesView[V]:
        """The values, as they are now, in the order of their keys."""
        return self.view().values()

    def clear(self) -> None:
        """Delete everything."""
        self._start_over()

    def _place(self, key: K) -> int:
        slot = len(self._keys)
        if slot & _IN_ROW == 0:
            self._own.add(len(self._rows))
            self._rows.append([_GONE] * _ROW)
        self._keys.append(key)
        self._slots[key] = slot
        return slot

    def _writable(self, number: int) -> list[V]:
        if number not in self._own:
            self._own.add(number)
            self._rows[number] = self._rows[number].copy()
        return self._rows[number]

    def _compact(self) -> None:
        """Give up the places of what was deleted. Views keep the old ones among themselves."""
        left = tuple(self.view().pairs())
        self._start_over()
        for key, value in left:
            self[key] = value

    def _start_over(self) -> None:
        self._slots, self._keys, self._rows = {}, [], []
        self._own = set()
        self._live = 0
        self._view = None


class _Items(ItemsView[K, V]):
    __slots__ = ()
    _mapping: View[K, V]

    def __iter__(self) -> Iterator[tuple[K, V]]:
        return self._mapping.pairs()


class _Values(ValuesView[V]):
    __slots__ = ()
    _mapping: View[Any, V]

    def __iter__(self) -> Iterator[V]:
        return (value for _, value in self._mapping.pairs())
