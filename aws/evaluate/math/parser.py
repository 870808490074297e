"""From tokens to a tree: precedence climbing. Binds from loose to tight: OR, AND, comparisons, + -, * /, unary -, ^."""

from __future__ import annotations

import re

from aws.evaluate.errors import MathError
from aws.evaluate.math.syntax import Array, Binary, Function, Id, Negative, Node, Number, Text, Word
from aws.evaluate.math.tokens import Token, tokens

MAX_DEPTH = 100

_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_PRECEDENCE = {"OR": 1, "AND": 2, **dict.fromkeys(_COMPARISONS, 3), "+": 4, "-": 4, "*": 5, "/": 5}
_INSIGHTS = re.compile(r"\s*SELECT\b", re.IGNORECASE)


def parse(expression: str) -> Node:
    """The expression as a tree. Raises `MathError` with the position of the first fault."""
    if _INSIGHTS.match(expression):
        raise MathError("Metrics Insights queries are not supported here", 0)
    parser = _Parser(list(tokens(expression)))
    node = parser.expression()
    parser.end()
    return node


class _Parser:
    """Recursive descent over a list of tokens."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._next = 0
        self._depth = 0

    def expression(self, loosest: int = 1) -> Node:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise MathError("nested too deeply", self._peek().position)
        left = self._unary()
        while (precedence := self._precedence()) >= loosest:
            symbol = self._take()
            left = Binary(symbol.text, left, self.expression(precedence + 1), symbol.position)
        self._depth -= 1
        return left

    def end(self) -> None:
        token = self._peek()
        if token.kind != "end":
            raise MathError(f"unexpected {token.text!r}", token.position)

    def _unary(self) -> Node:
        minus = []
        while self._at("-"):
            minus.append(self._take())
        node = self._power()
        for sign in reversed(minus):
            node = Negative(node, sign.position)
        return node

    def _power(self) -> Node:
        base = self._primary()
        if not self._at("^"):
            return base
        symbol = self._take()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise MathError("nested too deeply", symbol.position)
        exponent = self._unary()
        self._depth -= 1
        return Binary("^", base, exponent, symbol.position)

    def _primary(self) -> Node:
        token = self._take()
        match token.kind:
            case "number":
                return Number(float(token.text), token.position)
            case "text":
                return Text(token.text, token.position)
            case "name":
                return self._name(token)
        if token.text == "(":
            inner = self.expression()
            self._expect(")")
            return inner
        if token.text == "[":
            return Array(self._list("]"), token.position)
        raise MathError("unexpected end" if token.kind == "end" else f"unexpected {token.text!r}", token.position)

    def _name(self, token: Token) -> Node:
        if self._at("("):
            self._take()
            return Function(token.text, self._list(")"), token.position)
        if token.text[0].islower():
            return Id(token.text, token.position)
        return Word(token.text, token.position)

    def _list(self, closing: str) -> tuple[Node, ...]:
        if self._at(closing):
            self._take()
            return ()
        items = [self.expression()]
        while self._at(","):
            self._take()
            items.append(self.expression())
        self._expect(closing)
        return tuple(items)

    def _precedence(self) -> int:
        token = self._peek()
        return _PRECEDENCE.get(token.text, 0) if token.kind == "symbol" else 0

    def _at(self, symbol: str) -> bool:
        token = self._peek()
        return token.kind == "symbol" and token.text == symbol

    def _expect(self, symbol: str) -> None:
        token = self._take()
        if token.kind != "symbol" or token.text != symbol:
            raise MathError(f"expected {symbol!r}", token.position)

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        if token.kind != "end":
            self._next += 1
        return token
