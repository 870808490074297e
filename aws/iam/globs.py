"""IAM's wildcards, without regular expressions: ``*`` for any run of characters, ``?`` for exactly one.

A pattern of a stranger's making may hold hundreds of ``*``; a regular expression made from it can take time without
bound, and compiling 8,000 of them takes 400 ms. These matchers take time in the product of the lengths at worst.
"""

from __future__ import annotations

import re
from typing import Final

_RUN: Final = re.compile(r"[*?]{2,}")
_MAX_PRODUCT: Final = 250_000


def normal(pattern: str) -> str:
    """The same pattern with each run of wildcards in one spelling: first every ``?``, then one ``*`` if any."""
    if "**" not in pattern and "*?" not in pattern:
        return pattern
    return _RUN.sub(lambda run: "?" * run[0].count("?") + ("*" if "*" in run[0] else ""), pattern)


def is_pattern(text: str) -> bool:
    """Whether it holds a wildcard."""
    return "*" in text or "?" in text


def covers(pattern: str, asked: str) -> bool:
    """Whether everything that ``asked`` (a text, or itself a pattern) stands for matches ``pattern``.

    Never true wrongly; with patterns in `normal` form it is hardly ever false wrongly.
    """
    if pattern in ("*", asked):
        return True
    if "?" not in pattern:
        return in_order(pattern.split("*"), asked)
    star, mark = -1, 0
    at, here, length, end = 0, 0, len(pattern), len(asked)
    while here < end:
        sign = pattern[at] if at < length else ""
        if sign == "*":
            star, mark = at, here
            at += 1
        elif sign and (sign == asked[here] or (sign == "?" and asked[here] != "*")):
            at += 1
            here += 1
        elif star >= 0:
            at = star + 1
            mark += 1
            here = mark
        else:
            return False
    return not pattern[at:].strip("*")


def in_order(parts: list[str], asked: str) -> bool:
    """Whether the fixed parts between the ``*`` of a pattern stand in a text one after the other."""
    head, tail = parts[0], parts[-1]
    if len(parts) == 1 or not asked.startswith(head) or not asked.endswith(tail):
        return False
    at, end = len(head), len(asked) - len(tail)
    for part in parts[1:-1]:
        found = asked.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return at <= end


def overlaps(one: str, other: str) -> bool:
    """Whether some text matches both. True without looking where the patterns are too long to be AWS's."""
    if not is_pattern(one):
        return covers(other, one)
    if not is_pattern(other):
        return covers(one, other)
    if not _same_ends(one, other):
        return False
    if len(one) * len(other) > _MAX_PRODUCT or covers(one, other) or covers(other, one):
        return True
    reached = _skip(other, {0})
    for sign in one:
        if sign == "*":
            reached = _skip(other, set(range(min(reached), len(other) + 1)))
            continue
        stepped = set()
        for at in reached:
            if at < len(other):
                theirs = other[at]
                if theirs == "*":
                    stepped.add(at)
                elif theirs == sign or "?" in (theirs, sign):
                    stepped.add(at + 1)
        if not stepped:
            return False
        reached = _skip(other, stepped)
    return len(other) in reached


def _skip(pattern: str, reached: set[int]) -> set[int]:
    """The positions also reached by letting a ``*`` of the pattern stand for nothing."""
    for at in tuple(reached):
        while at < len(pattern) and pattern[at] == "*":
            at += 1
            reached.add(at)
    return reached


def _same_ends(one: str, other: str) -> bool:
    """Whether the fixed beginnings agree, and the fixed ends: rules most pairs out at once."""
    head, their_head = _head(one), _head(other)
    if not (head.startswith(their_head) or their_head.startswith(head)):
        return False
    tail, their_tail = _head(one[::-1]), _head(other[::-1])
    return tail.startswith(their_tail) or their_tail.startswith(tail)


def _head(pattern: str) -> str:
    return re.split(r"[*?]", pattern, maxsplit=1)[0]
