"""Conditions joined by ``&&``, ``||`` and parentheses: read with one grammar for JSON selectors and for columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias, TypeVar

from demo.logs.patterns.match import OPERATORS, PatternError

Subject = TypeVar("Subject")
Condition: TypeAlias = "Callable[[Subject], bool]"

_TOKEN = re.compile(
    r"""\s*(?: (?P<symbol>&&|\|\||[()]|!=|>=|<=|=|>|<)
             | "(?P<quoted>(?:[^"\\]|\\.)*)"
             | (?P<regex>%[^%]*%)
             | (?P<word>(?:\['[^']*'\]|\[[0-9*]+\]|[^\s()=<>!&|"%])+) )""",
    re.VERBOSE,
)


class Tokens:
    """The tokens of a condition, read from the left. ``quoted`` tells a quoted text from a bare word."""

    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        at, end = 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None:
                raise PatternError(f"cannot read the filter pattern at {text[at:].strip()[:20]!r}")
            kind = str(found.lastgroup)
            value = found[kind]
            self._tokens.append((kind, re.sub(r"\\(.)", r"\1", value) if kind == "quoted" else value))
            at = found.end()
        self._at = 0

    def peek(self) -> str:
        """The next symbol or word; empty at the end and for a quoted text."""
        if self._at >= len(self._tokens):
            return ""
        kind, value = self._tokens[self._at]
        return "" if kind == "quoted" else value

    def take(self, what: str = "more") -> tuple[str, bool]:
        """The next token and whether it was quoted. Raises `PatternError` at the end, saying ``what`` was expected."""
        if self._at >= len(self._tokens):
            raise PatternError(f"the filter pattern ends where {what} is expected")
        kind, value = self._tokens[self._at]
        self._at += 1
        return value, kind == "quoted"

    def skip(self, symbol: str) -> bool:
        """Takes the next token if it is ``symbol``."""
        if self.peek() != symbol:
            return False
        self._at += 1
        return True

    def operator(self) -> str:
        """The next token as a comparison operator."""
        symbol, quoted = self.take("a comparison")
        if quoted or symbol not in OPERATORS:
            raise PatternError(f"{symbol!r} is no comparison: use one of {' '.join(OPERATORS)}")
        return symbol

    def end(self) -> None:
        """Raises `PatternError` where anything is left."""
        if self._at < len(self._tokens):
            raise PatternError(f"unexpected {self._tokens[self._at][1]!r} in the filter pattern")


def parse_condition(tokens: Tokens, leaf: Callable[[Tokens], Condition[Subject]]) -> Condition[Subject]:
    """``||`` binds looser than ``&&``; ``leaf`` reads a single comparison. Raises `PatternError`."""
    alternatives = [_conjunction(tokens, leaf)]
    while tokens.skip("||"):
        alternatives.append(_conjunction(tokens, leaf))
    if len(alternatives) == 1:
        return alternatives[0]
    return lambda subject: any(condition(subject) for condition in alternatives)


def _conjunction(tokens: Tokens, leaf: Callable[[Tokens], Condition[Subject]]) -> Condition[Subject]:
    parts = [_atom(tokens, leaf)]
    while tokens.skip("&&"):
        parts.append(_atom(tokens, leaf))
    if len(parts) == 1:
        return parts[0]
    return lambda subject: all(condition(subject) for condition in parts)


def _atom(tokens: Tokens, leaf: Callable[[Tokens], Condition[Subject]]) -> Condition[Subject]:
    if not tokens.skip("("):
        return leaf(tokens)
    inside = parse_condition(tokens, leaf)
    if not tokens.skip(")"):
        raise PatternError("a parenthesis is not closed in the filter pattern")
    return inside
