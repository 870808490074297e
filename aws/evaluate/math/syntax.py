"""The tree of a metric math expression. ``at`` is a node's position in the text, for errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    """A scalar."""

    value: float
    at: int


@dataclass(frozen=True, slots=True)
class Text:
    """A string: an argument of METRICS or SEARCH."""

    value: str
    at: int


@dataclass(frozen=True, slots=True)
class Id:
    """A metric or another expression, by its Id."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Word:
    """An argument in capitals: REPEAT, LINEAR, ASC, DESC, or a function's name."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Negative:
    """-x."""

    operand: Node
    at: int


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic, comparison, AND, OR."""

    symbol: str
    left: Node
    right: Node
    at: int


@dataclass(frozen=True, slots=True)
class Array:
    """[a, b, …]: an array of time series."""

    items: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Function:
    """NAME(…)."""

    name: str
    arguments: tuple[Node, ...]
    at: int


Node: TypeAlias = Number | Text | Id | Word | Negative | Binary | Array | Function


def references(node: Node) -> frozenset[str]:
    """The Ids that the expression names. METRICS() names none and takes all metrics."""
    return frozenset(each.name for each in _walk(node) if isinstance(each, Id))


def uses(node: Node, function: str) -> bool:
    """Whether the function is called anywhere in it."""
    return any(isinstance(each, Function) and each.name == function for each in _walk(node))


def _walk(node: Node) -> Iterator[Node]:
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        match current:
            case Negative(operand):
                pending.append(operand)
            case Binary(_, left, right):
                pending += (left, right)
            case Array(items) | Function(_, items):
                pending += items
            case Number() | Text() | Id() | Word():
                continue
