"""The words of a metric math expression."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from aws.evaluate.errors import MathError

_PATTERN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|(?P<symbol>==|!=|<=|>=|&&|\|\||[-+*/^<>()\[\],])"
)
_LOGIC = {"&&": "AND", "||": "OR"}


class Token(NamedTuple):
    """``kind`` is number, name, text, symbol or end; the operators AND and OR are symbols."""

    kind: str
    text: str
    position: int


def tokens(expression: str) -> Iterator[Token]:
    """The tokens of the expression, closed by one of kind "end". Raises `MathError` at a stray character."""
    at = 0
    while at < len(expression):
        found = _PATTERN.match(expression, at)
        if found is None:
            raise MathError(f"unexpected {expression[at]!r}", at)
        kind, text = str(found.lastgroup), found[0]
        if kind == "text":
            text = re.sub(r"\\(.)", r"\1", text[1:-1])
        elif text in ("AND", "OR") or text in _LOGIC:
            kind, text = "symbol", _LOGIC.get(text, text)
        if kind != "space":
            yield Token(kind, text, at)
        at = found.end()
    yield Token("end", "", at)
