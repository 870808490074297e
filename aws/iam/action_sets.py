"""The actions of one statement, indexed by service, so that `*` never has to be expanded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from aws.iam.globs import covers, is_pattern, normal, overlaps

_EVERYTHING: Final = frozenset({"*", "*:*"})


class ActionSet:
    """What ``Action`` or ``NotAction`` of a statement names; matching is case-insensitive.

    Exact names and names that only end in ``*`` are looked up in sets and prefixes; other patterns are first sifted by
    their longest fixed part, so that 8,000 of them cost a millisecond per question.
    """

    __slots__ = ("_exact", "_patterns", "_prefixes", "_sifted", "everything", "inverted", "services", "written")

    def __init__(self, actions: Iterable[str], *, inverted: bool = False) -> None:
        self.inverted = inverted
        self.written = {normal(action.lower()) for action in actions}
        self.everything = not _EVERYTHING.isdisjoint(self.written)
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._prefixes: dict[str, tuple[str, ...]] = {}
        self._sifted: dict[str, list[tuple[str, str]]] = {}
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
        inside = self.everything or any(covers(each, asked) for each in self.written)
        touched = inside or any(overlaps(each, asked) for each in self.written)
        if self.inverted:
            return 0 if inside else 1 if touched else 2
        return 2 if inside else 1 if touched else 0

    @property
    def whole_services(self) -> tuple[str, ...]:
        """The services written with ``*`` for the action: ``s3:*``."""
        return tuple(sorted(service for service, names in self._patterns.items() if service != "*" and "*" in names))

    def patterns_of(self, service: str) -> tuple[str, ...]:
        """The names and patterns written for exactly this service, without the service."""
        return (*sorted(self._exact.get(service, ())), *self._patterns.get(service, ()))

    def names_in(self, service: str, names: Sequence[str]) -> list[str]:
        """Which of a service's action names (in lower case) its own patterns or names for that service name.

        Patterns that can match none of the names are put aside by one search each, so that 8,000 stay cheap.
        """
        exact, patterns = self._exact.get(service, set()), self._patterns.get(service, [])
        blob = "\n".join(names)
        sifted = [(part, each) for part, each in ((_fixed(each), each) for each in patterns) if part in blob]
        return [
            name for name in names if name in exact or any(part in name and covers(each, name) for part, each in sifted)
        ]

    def _named(self, service: str, name: str) -> bool:
        if self.everything or name in self._exact.get(service, ()):
            return True
        if service in self._patterns and self._matches(service, name):
            return True
        return "*" in self._patterns and self._matches("*", f"{service}:{name}")

    def _matches(self, key: str, text: str) -> bool:
        if key not in self._prefixes:
            self._sort(key)
        if text.startswith(self._prefixes[key]):
            return True
        return any(covers(pattern, text) for part, pattern in self._sifted[key] if part in text)

    def _sort(self, key: str) -> None:
        prefixes, sifted = [], []
        for pattern in self._patterns[key]:
            if pattern.endswith("*") and not is_pattern(pattern[:-1]):
                prefixes.append(pattern[:-1])
            else:
                sifted.append((_fixed(pattern), pattern))
        self._prefixes[key] = tuple(prefixes)
        self._sifted[key] = sifted


def _fixed(pattern: str) -> str:
    """The longest run without a wildcard: whatever matches holds it."""
    return max(pattern.replace("?", "*").split("*"), key=len)
