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


def _no_value(_: str) -> str:
    return ""


def _no_tags(_: str) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a filter looks at in a list of thousands: the words of each row, in lower case, by its key and in order.

    ``facets`` give a row's field by the field's name in `FACETS`. They and ``tags`` are asked only by a filter that
    names one.
    """

    texts: Mapping[str, str]
    facets: Mapping[str, Callable[[str], str]]
    tags: Callable[[str], Mapping[str, str]] = _no_tags


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a filter."""

    text: str
    exclude: bool = False
    fuzzy: bool = False
    facet: str = ""

    def matches(self, candidate: Candidate) -> bool:
        if self.facet == "tag":
            found = self._is_tagged(candidate.tags)
        elif self.facet:
            found = candidate.facets().get(self.facet, "").lower().startswith(self.text)
        else:
            found = self._is_in(candidate.text.lower())
        return found != self.exclude

    def among(self, keys: list[str], candidates: Candidates) -> list[str]:
        """Those of ``keys`` that match; the plainest kind of word without a call a row."""
        texts, needle, exclude = candidates.texts, self.text, self.exclude
        if self.facet == "tag":
            return [key for key in keys if self._is_tagged(candidates.tags(key)) != exclude]
        if self.facet:
            value = candidates.facets.get(self.facet, _no_value)
            return [key for key in keys if value(key).lower().startswith(needle) != exclude]
        if self.fuzzy:
            return [key for key in keys if _in_order(needle, texts[key]) != exclude]
        if exclude:
            return [key for key in keys if needle not in texts[key]]
        return [key for key in keys if needle in texts[key]]

    def _is_tagged(self, tags: Mapping[str, str]) -> bool:
        name, equals, value = self.text.partition("=")
        return any(key.lower() == name and (not equals or have.lower() == value) for key, have in tags.items())

    def _is_in(self, hay: str) -> bool:
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

    def among(self, candidates: Candidates) -> list[str]:
        """The keys of the rows for which every word holds, in their order."""
        keys = list(candidates.texts)
        for word in self.words:
            keys = word.among(keys, candidates)
        return keys


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
    """Stable; what has no value (None) comes last whichever way round. No step of it is a call a key but ``value``."""
    keys = list(keys)
    values = list(map(value, keys))
    have = [index for index, sort_value in enumerate(values) if sort_value is not None]
    have.sort(key=values.__getitem__, reverse=reverse)
    lack = [key for key, sort_value in zip(keys, values, strict=True) if sort_value is None]
    return [*map(keys.__getitem__, have), *lack]
