"""The actions of one statement, indexed by service, so that `*` never has to be expanded."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate
from typing import Final, TypeAlias

from aws.iam.actions import ActionFact, service_actions
from aws.iam.globs import covers, in_order, is_pattern, normal, overlaps

_EVERYTHING: Final = frozenset({"*", "*:*"})

_LAST: Final = "\U0010ffff"  # sorts behind whatever may follow a prefix

# The longest run without a wildcard, which whatever matches holds; the pattern; what stands between its stars, [] where
# it has a "?" too.
Sifted: TypeAlias = tuple[str, str, list[str]]


class ActionSet:
    """What ``Action`` or ``NotAction`` of a statement names; matching is case-insensitive.

    Exact names and names that only end in ``*`` are looked up in sets and prefixes; other patterns are first sifted by
    their longest fixed part, so that 8,000 of them cost a millisecond per question.
    """

    __slots__ = ("_exact", "_indexed", "_known", "_patterns", "everything", "inverted", "services", "written")

    def __init__(self, actions: Iterable[str], *, inverted: bool = False) -> None:
        self.inverted = inverted
        self.written = {normal(action.lower()) for action in actions}
        self.everything = not _EVERYTHING.isdisjoint(self.written)
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._indexed: dict[str, tuple[tuple[str, ...], list[Sifted]]] = {}
        self._known: dict[str, tuple[ActionFact, ...]] = {}
        self._patterns: dict[str, list[str]] = defaultdict(list)
        for action in self.written - _EVERYTHING:
            service, _, name = action.partition(":")
            if is_pattern(service):
                self._patterns["*"].append(action)  # the service itself is a pattern: matched against all of it
            elif is_pattern(name):
                self._patterns[service].append(name)
            elif name:
                self._exact[service].add(name)
        self.services = frozenset({*self._exact, *self._patterns})

    @property
    def any_service(self) -> bool:
        """Whether it may concern services that it does not name."""
        return self.inverted or self.everything or "*" in self.services

    def holds(self, service: str, name: str) -> bool:
        """Whether the action (in lower case, no wildcards) is among them; NotAction taken into account."""
        return self._named(service, name) is not self.inverted

    def part(self, asked: str) -> int:
        """How much of a pattern of actions (lower case, normal form) is among them: 2 all, 1 some, 0 none."""
        service = asked.partition(":")[0]
        anywhere = self._patterns.get("*", ())  # all that can hold more than one service
        near = (*anywhere, *self._of(service)) if not is_pattern(service) else anywhere
        inside = self.everything or any(covers(each, asked) for each in near)
        far = self.written if is_pattern(service) else near
        touched = inside or (asked == "*" and bool(far)) or any(overlaps(each, asked) for each in far)
        if self.inverted:
            return 0 if inside else 1 if touched else 2
        return 2 if inside else 1 if touched else 0

    @property
    def whole_services(self) -> tuple[str, ...]:
        """The services written with ``*`` for the action: ``s3:*``."""
        every = {"*", "?*"}  # no name is empty
        named = (service for service, names in self._patterns.items() if not every.isdisjoint(names))
        return tuple(sorted(service for service in named if service != "*"))

    def patterns_of(self, service: str) -> tuple[str, ...]:
        """The names and patterns written for exactly this service, without the service."""
        return (*sorted(self._exact.get(service, ())), *self._patterns.get(service, ()))

    def known(self, service: str) -> tuple[ActionFact, ...]:
        """Which actions of a service its own names and patterns for that service name, of those that are known.

        A pattern is only held against the names in which its fixed part is found, so that 8,000 stay cheap.
        """
        if service not in self._known:
            facts = service_actions(service)
            exact = self._exact.get(service, ())
            prefixes, sifted = self._sorted(service) if service in self._patterns else ((), [])
            named = {name for name in exact if name in facts}
            for prefix in prefixes:
                named.update(_beginning(service, prefix))
            blob, starts, names = _text_of(service)
            for part, pattern, pieces in sifted if facts else ():
                if pieces and pieces[0] is part:  # nothing tells it apart better than how it begins
                    named.update(name for name in _beginning(service, part) if in_order(pieces, name))
                    continue
                at = blob.find(part)
                while at >= 0:
                    index = bisect_right(starts, at) - 1
                    name = names[index]
                    if name not in named and (in_order(pieces, name) if pieces else covers(pattern, name)):
                        named.add(name)
                    # On with the next name: the last one ends the text.
                    at = blob.find(part, starts[index + 1]) if index + 1 < len(starts) else -1
            self._known[service] = tuple(fact for name, fact in facts.items() if name in named) if named else ()
        return self._known[service]

    def _of(self, service: str) -> Iterator[str]:
        """What is written for exactly this service."""
        for names in (self._exact.get(service, ()), self._patterns.get(service, ())):
            yield from (f"{service}:{name}" for name in names)

    def _named(self, service: str, name: str) -> bool:
        if self.everything or name in self._exact.get(service, ()):
            return True
        if service in self._patterns and self._matches(service, name):
            return True
        return "*" in self._patterns and self._matches("*", f"{service}:{name}")

    def _matches(self, key: str, text: str) -> bool:
        prefixes, sifted = self._sorted(key)
        return text.startswith(prefixes) or any(covers(pattern, text) for part, pattern, _ in sifted if part in text)

    def _sorted(self, key: str) -> tuple[tuple[str, ...], list[Sifted]]:
        """The patterns of a service: those that are only prefixes, and the others with their longest fixed part."""
        if key not in self._indexed:
            prefixes, sifted = [], []
            for pattern in self._patterns[key]:
                plain = "?" not in pattern
                pieces = pattern.split("*") if plain else []
                if plain and len(pieces) == 2 and not pieces[1]:
                    prefixes.append(pieces[0])
                else:
                    sifted.append((max(pieces or pattern.replace("?", "*").split("*"), key=len), pattern, pieces))
            self._indexed[key] = (tuple(prefixes), sifted)
        return self._indexed[key]


@cache
def _text_of(service: str) -> tuple[str, tuple[int, ...], tuple[str, ...]]:
    """The names of a service's actions as one text, where in it each begins, and the names."""
    names = tuple(service_actions(service))
    starts = accumulate((len(name) + 1 for name in names[:-1]), initial=0)
    return "\n".join(names), tuple(starts), names


def _beginning(service: str, prefix: str) -> tuple[str, ...]:
    """The names of a service's actions that begin so."""
    names = _in_alphabet(service)
    first = bisect_left(names, prefix)
    return names[first : bisect_left(names, prefix + _LAST, first)]


@cache
def _in_alphabet(service: str) -> tuple[str, ...]:
    return tuple(sorted(service_actions(service)))
