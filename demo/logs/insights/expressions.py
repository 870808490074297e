"""Expressions over one row: arithmetic, comparison, ``like``, ``in``, ``and``/``or``/``not``, a few functions."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from demo.logs.insights.lexer import QueryError, Tokens, seconds, unquoted
from demo.logs.insights.rows import Row, Value, numeric, shown

Expression: TypeAlias = Callable[[Row], Value]

_ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
}
_ORDER: Mapping[str, Callable[[object, object], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,  # type: ignore[dict-item]
    "<=": operator.le,  # type: ignore[dict-item]
    ">": operator.gt,  # type: ignore[dict-item]
    ">=": operator.ge,  # type: ignore[dict-item]
}
_FUNCTIONS: Mapping[str, Callable[[list[Value]], Value]] = {
    "ispresent": lambda args: _truth(args[0] is not None),
    "isempty": lambda args: _truth(args[0] in (None, "")),
    "isblank": lambda args: _truth(not shown("", args[0]).strip()),
    "strlen": lambda args: float(len(shown("", args[0]))),
    "tolower": lambda args: shown("", args[0]).lower(),
    "toupper": lambda args: shown("", args[0]).upper(),
    "trim": lambda args: shown("", args[0]).strip(),
    "concat": lambda args: "".join(shown("", arg) for arg in args),
    "strcontains": lambda args: _truth(shown("", args[1]) in shown("", args[0])),
    "coalesce": lambda args: next((arg for arg in args if arg is not None), None),
    "abs": lambda args: _number(abs, args[0]),
    "ceil": lambda args: _number(math.ceil, args[0]),
    "floor": lambda args: _number(math.floor, args[0]),
}
_TWO_ARGUMENTS = frozenset({"strcontains"})


def expression(tokens: Tokens) -> Expression:
    """The expression that starts here. Raises `QueryError`."""
    left = _conjunction(tokens)
    while tokens.skip("or"):
        left = _either(left, _conjunction(tokens))
    return left


def truthy(value: Value) -> bool:
    """Whether a filter lets the row pass."""
    return value not in (None, "", 0.0)


def bin_of(tokens: Tokens) -> Expression:
    """``(5m)`` after ``bin``: the start of the interval that the event falls into, in milliseconds."""
    tokens.expect("(")
    token = tokens.take()
    width_ms = seconds(token.text) * 1000
    tokens.expect(")")
    if width_ms <= 0:
        raise QueryError("bin() needs a length of time above zero")

    def start_ms(row: Row) -> Value:
        at = numeric(row.get("@timestamp"))
        return None if at is None else at // width_ms * width_ms

    return start_ms


def _conjunction(tokens: Tokens) -> Expression:
    left = _negation(tokens)
    while tokens.skip("and"):
        left = _both(left, _negation(tokens))
    return left


def _negation(tokens: Tokens) -> Expression:
    if tokens.skip("not"):
        inner = _negation(tokens)
        return lambda row: _truth(not truthy(inner(row)))
    return _comparison(tokens)


def _comparison(tokens: Tokens) -> Expression:
    left = _sum(tokens)
    token = tokens.peek()
    if token.text in _ORDER and token.kind == "symbol":
        tokens.take()
        return _compared(token.text, left, _sum(tokens))
    negated = tokens.skip("not")
    if tokens.skip("like", "=~"):
        return _like(left, tokens, negated=negated)
    if tokens.skip("in"):
        return _in(left, tokens, negated=negated)
    if negated:
        raise tokens.unexpected("like or in after not")
    return left


def _like(left: Expression, tokens: Tokens, *, negated: bool) -> Expression:
    token = tokens.take()
    if token.kind == "regex":
        body, _, flags = token.text[1:].rpartition("/")
        try:
            found = re.compile(body, re.IGNORECASE if flags else 0).search
        except re.error as error:
            raise QueryError(f"not a regular expression: {token.text}: {error}") from error
        return lambda row: _truth((found(shown("", left(row))) is not None) is not negated)
    if token.kind != "string":
        raise QueryError(f"like is followed by a string or /a regular expression/, not by {token.text!r}")
    part = unquoted(token.text)
    return lambda row: _truth((part in shown("", left(row))) is not negated)


def _in(left: Expression, tokens: Tokens, *, negated: bool) -> Expression:
    tokens.expect("[")
    members = [_sum(tokens)]
    while tokens.skip(","):
        members.append(_sum(tokens))
    tokens.expect("]")
    equals = [_compared("=", left, member) for member in members]
    return lambda row: _truth(any(truthy(equal(row)) for equal in equals) is not negated)


def _sum(tokens: Tokens) -> Expression:
    left = _product(tokens)
    while tokens.peek().text in ("+", "-") and tokens.peek().kind == "symbol":
        left = _computed(tokens.take().text, left, _product(tokens))
    return left


def _product(tokens: Tokens) -> Expression:
    left = _primary(tokens)
    while tokens.peek().text in ("*", "/", "%") and tokens.peek().kind == "symbol":
        left = _computed(tokens.take().text, left, _primary(tokens))
    return left


def _primary(tokens: Tokens) -> Expression:
    token = tokens.peek()
    if tokens.skip("("):
        inner = expression(tokens)
        tokens.expect(")")
        return inner
    if tokens.skip("-"):
        return _computed("-", lambda _row: 0.0, _primary(tokens))
    if token.kind == "number":
        tokens.take()
        value = seconds(token.text)
        return lambda _row: value
    if token.kind == "string":
        tokens.take()
        text = unquoted(token.text)
        return lambda _row: text
    name = tokens.name()
    if tokens.peek().text != "(":
        return lambda row: row.get(name)
    return bin_of(tokens) if name.lower() == "bin" else _call(name.lower(), tokens)


def _call(name: str, tokens: Tokens) -> Expression:
    function = _FUNCTIONS.get(name)
    if function is None:
        raise QueryError(f"the function {name}() is not known here: {', '.join(sorted(_FUNCTIONS))}, bin")
    tokens.expect("(")
    arguments = [expression(tokens)]
    while tokens.skip(","):
        arguments.append(expression(tokens))
    tokens.expect(")")
    if name in _TWO_ARGUMENTS and len(arguments) != 2:
        raise QueryError(f"{name}() takes two arguments")
    return lambda row: function([argument(row) for argument in arguments])


def _compared(symbol: str, left: Expression, right: Expression) -> Expression:
    order = _ORDER[symbol]

    def compare(row: Row) -> Value:
        one, other = left(row), right(row)
        if one is None or other is None:
            return _truth(symbol == "!=" and one is not other)
        numbers = numeric(one), numeric(other)
        if numbers[0] is not None and numbers[1] is not None:
            return _truth(order(*numbers))
        return _truth(order(shown("", one), shown("", other)))

    return compare


def _computed(symbol: str, left: Expression, right: Expression) -> Expression:
    def compute(row: Row) -> Value:
        one, other = numeric(left(row)), numeric(right(row))
        if one is None or other is None or (symbol in "/%" and other == 0):
            return None
        return _ARITHMETIC[symbol](one, other)

    return compute


def _both(left: Expression, right: Expression) -> Expression:
    return lambda row: _truth(truthy(left(row)) and truthy(right(row)))


def _either(left: Expression, right: Expression) -> Expression:
    return lambda row: _truth(truthy(left(row)) or truthy(right(row)))


def _number(function: Callable[[float], float], value: Value) -> Value:
    found = numeric(value)
    return None if found is None else float(function(found))


def _truth(value: bool) -> Value:
    return 1.0 if value else 0.0
