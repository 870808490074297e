"""Filtering and sorting lists.

A filter is words, all of which must match: ``text`` (case-insensitive), ``!text`` to leave out, ``~txt`` for the
letters in that order, and ``sev:critical``, ``kind:fn``, ``tag:team=pay`` for a field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

K = TypeVar("K")
FACETS = ("sev", "kind", "service", "region", "account", "alarm", "tag")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a filter looks at: the words of a row, and its fields by the names in `FACETS`.

    ``facets`` is called only by a filter that names a field: among thousands of rows that is worth it.
    """

    text: str
    facets: Callable[[], Mapping[str, str]] = dict
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a filter."""

    text: str
    exclude: bool = False
    fuzzy: bool = False
    facet: str = ""

    def matches(self, candidate: Candidate) -> bool:
        return self._found(candidate) != self.exclude

    def _found(self, candidate: Candidate) -> bool:
        if self.facet == "tag":
            name, equals, value = self.text.partition("=")
            return any(
                key.lower() == name and (not equals or have.lower() == value) for key, have in candidate.tags.items()
            )
        if self.facet:
            return candidate.facets().get(self.facet, "").lower().startswith(self.text)
        hay = candidate.text.lower()
        return _in_order(self.text, hay) if self.fuzzy else self.text in hay


@dataclass(frozen=True, slots=True)
class Filter:
    """A parsed filter. An empty one lets everything through."""

    words: tuple[_Word, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Filter:
        """Never fails: what is no field is text."""
        return cls(tuple(word for part in text.lower().split() if (word := _word(part)).text))

    def __bool__(self) -> bool:
        return bool(self.words)

    def matches(self, candidate: Candidate) -> bool:
        """Whether every word holds."""
        return all(word.matches(candidate) for word in self.words)


def _word(part: str) -> _Word:
    exclude = part.startswith("!")
    part = part.removeprefix("!")
    fuzzy = part.startswith("~")
    part = part.removeprefix("~")
    facet, colon, rest = part.partition(":")
    if colon and facet in FACETS:
        return _Word(rest, exclude=exclude, facet=facet)
    return _Word(part, exclude=exclude, fuzzy=fuzzy)


def _in_order(needle: str, hay: str) -> bool:
    letters = iter(hay)
    return all(letter in letters for letter in needle)


def ordered(keys: Iterable[K], value: Callable[[K], Any], *, reverse: bool) -> list[K]:
    """Stable; what has no value (None) comes last whichever way round."""
    have: list[tuple[Any, K]] = []
    lack: list[K] = []
    for key in keys:
        sort_value = value(key)
        if sort_value is None:
            lack.append(key)
        else:
            have.append((sort_value, key))
    have.sort(key=lambda pair: pair[0], reverse=reverse)
    return [key for _, key in have] + lack
