"""What all three languages share: the pattern as a protocol, comparisons, wildcards, regular expressions."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

Extracted: TypeAlias = Mapping[str, str]

# The user guide's list; parentheses are refused there, which also keeps a pattern from taking exponential time.
_REGEX = re.compile(r"[A-Za-z0-9:_#=@/;, \-\^$?\[\]{}|\\*+.]*")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_ORDERINGS: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
OPERATORS = ("!=", ">=", "<=", "=", ">", "<")


class PatternError(ValueError):
    """The text is no filter pattern."""


class Pattern(Protocol):
    """A parsed filter pattern."""

    def match(self, message: str) -> Extracted | None:
        """None where the event does not match, else the columns it was split into (empty for the other languages)."""
        ...

    def value(self, message: str, reference: str) -> str | None:
        """What ``$.field`` or ``$column`` stands for in a matching event, as text; None where it is not there."""
        ...


def regex(text: str) -> re.Pattern[str]:
    """The expression between ``%`` signs, held to what CloudWatch Logs supports. Raises `PatternError`."""
    if not _REGEX.fullmatch(text):
        raise PatternError(f"a regular expression may not contain these characters: %{text}%")
    try:
        return re.compile(text)
    except re.error as error:
        raise PatternError(f"not a regular expression: %{text}%: {error}") from error


def comparison(op: str, operand: str, *, quoted: bool) -> Callable[[str], bool]:
    """A test of one value's text against ``operand``: numeric where both are numbers, with ``*`` as a wildcard in text.

    Raises `PatternError` where the two do not go together.
    """
    if op in _ORDERINGS:
        if quoted or not _NUMBER.fullmatch(operand):
            raise PatternError(f"{op} compares with a number, not with {operand!r}")
        return _ordering(_ORDERINGS[op], float(operand))
    equal = _equal(operand, quoted=quoted)
    return equal if op == "=" else lambda text: not equal(text)


def number(text: str) -> float | None:
    """The text as a number, or None."""
    return float(text) if _NUMBER.fullmatch(text.strip()) else None


def _ordering(order: Callable[[float, float], bool], bound: float) -> Callable[[str], bool]:
    def test(text: str) -> bool:
        value = number(text)
        return value is not None and order(value, bound)

    return test


def _equal(operand: str, *, quoted: bool) -> Callable[[str], bool]:
    if not quoted and operand.startswith("%") and operand.endswith("%") and len(operand) > 1:
        expression = regex(operand[1:-1])
        return lambda text: expression.search(text) is not None
    if not quoted and (wanted := number(operand)) is not None:
        return lambda text: number(text) == wanted
    if "*" in operand:
        glob = re.compile(".*".join(map(re.escape, operand.split("*"))), re.DOTALL)
        return lambda text: glob.fullmatch(text) is not None
    return lambda text: text == operand
