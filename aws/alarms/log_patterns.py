"""Which metric filter counts every line that another pattern means. Pure.

Source: CloudWatch Logs User Guide, filter pattern syntax for unstructured log events: several terms mean all of them,
terms with a question mark any of them, a term with a minus none of it; no pattern at all means every line.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_TERM: Final = re.compile(r'\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"{}\[\]%]+))(?=\s|$)')


class _Terms(NamedTuple):
    every: frozenset[str]
    any: frozenset[str]
    none: frozenset[str]


def at_least_as_wide(one: str, other: str) -> bool:
    """Whether ``one`` surely matches every line that ``other`` matches.

    Patterns for JSON, for columns and regular expressions are only ever as wide as themselves.
    """
    if not one.strip() or one.split() == other.split():
        return True
    wide, narrow = _terms(one), _terms(other)
    if wide is None or narrow is None or not wide.none <= narrow.none:
        return False
    if wide.any:
        return bool(wide.any & narrow.every) or (bool(narrow.any) and narrow.any <= wide.any)
    return wide.every <= narrow.every


def _terms(pattern: str) -> _Terms | None:
    """The terms of a pattern; None where it is of another kind, or mixes terms that go ill together."""
    found: dict[str, set[str]] = {"": set(), "?": set(), "-": set()}
    at, text = 0, pattern.rstrip()
    while at < len(text):
        term = _TERM.match(text, at)
        if term is None:
            return None
        sign, quoted, bare = term.groups()
        found[sign].add(bare if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        at = term.end()
    every, any_, none = (frozenset(found[sign]) for sign in ("", "?", "-"))
    # CloudWatch Logs ignores optional terms beside required ones; what else they do together it does not say.
    return None if any_ and (every or none) else _Terms(every, any_, none)
