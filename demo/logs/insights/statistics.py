"""The ``stats`` command: aggregates of rows, all of them or group by group."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from demo.logs.insights.expressions import Expression, expression
from demo.logs.insights.lexer import QueryError, Tokens
from demo.logs.insights.rows import Row, Value, numeric

_Aggregate: TypeAlias = Callable[[Sequence[Row]], Value]

_NUMERIC: Mapping[str, Callable[[list[float]], float]] = {
    "sum": math.fsum,
    "avg": lambda values: math.fsum(values) / len(values),
    "min": min,
    "max": max,
    "median": lambda values: _percentile(values, 50.0),
    "stddev": lambda values: _deviation(values),
}


@dataclass(frozen=True, slots=True)
class Stats:
    """``aggregates`` and ``by`` are (column, how it is computed)."""

    aggregates: tuple[tuple[str, _Aggregate], ...]
    by: tuple[tuple[str, Expression], ...]

    def apply(self, rows: Sequence[Row]) -> list[Row]:
        """One row for each group that occurs, in the order of its first event; one in all without ``by``."""
        groups: dict[tuple[Value, ...], list[Row]] = {}
        for row in rows:
            groups.setdefault(tuple(compute(row) for _, compute in self.by), []).append(row)
        if not self.by:
            groups.setdefault((), [])
        return [
            dict(zip((name for name, _ in self.by), key, strict=True))
            | {name: aggregate(members) for name, aggregate in self.aggregates}
            for key, members in groups.items()
        ]


def parse_stats(tokens: Tokens) -> Stats:
    """What follows ``stats``. Raises `QueryError`."""
    aggregates = [_aggregate(tokens)]
    while tokens.skip(","):
        aggregates.append(_aggregate(tokens))
    by: list[tuple[str, Expression]] = []
    if tokens.skip("by"):
        by.append(named(tokens))
        while tokens.skip(","):
            by.append(named(tokens))
    return Stats(tuple(aggregates), tuple(by))


def named(tokens: Tokens) -> tuple[str, Expression]:
    """An expression and what its column is called: its alias, or its own text."""
    first = tokens.peek()
    compute = expression(tokens)
    text = tokens.since(first).strip("`")
    return (tokens.name() if tokens.skip("as") else text), compute


def _aggregate(tokens: Tokens) -> tuple[str, _Aggregate]:
    first = tokens.peek()
    function = tokens.name().lower()
    tokens.expect("(")
    if function == "count" and (tokens.skip("*") or tokens.peek().text == ")"):
        tokens.expect(")")
        compute: _Aggregate = lambda rows: float(len(rows))  # noqa: E731
    else:
        argument = expression(tokens)
        extra = float(tokens.take().text) if tokens.skip(",") and tokens.peek().kind == "number" else None
        tokens.expect(")")
        compute = _over(function, argument, extra)
    text = tokens.since(first)
    return (tokens.name() if tokens.skip("as") else text), compute


def _over(function: str, argument: Expression, extra: float | None) -> _Aggregate:
    if function == "count":
        return lambda rows: float(sum(argument(row) is not None for row in rows))
    if function == "count_distinct":
        return lambda rows: float(len({value for row in rows if (value := argument(row)) is not None}))
    if function in ("earliest", "latest"):
        return lambda rows: _by_time(rows, argument, last=function == "latest")
    if function == "pct" and extra is not None:
        reduce: Callable[[list[float]], float] = lambda values: _percentile(values, extra)  # noqa: E731
    elif function in _NUMERIC:
        reduce = _NUMERIC[function]
    else:
        raise QueryError(f"the aggregate {function}() is not known here, or lacks an argument")

    def aggregate(rows: Sequence[Row]) -> Value:
        values = [found for row in rows if (found := numeric(argument(row))) is not None]
        return reduce(values) if values else None

    return aggregate


def _by_time(rows: Sequence[Row], argument: Expression, *, last: bool) -> Value:
    present = [row for row in rows if argument(row) is not None]
    if not present:
        return None
    ordered = sorted(present, key=lambda row: numeric(row.get("@timestamp")) or 0.0)
    return argument(ordered[-1 if last else 0])


def _percentile(values: list[float], percent: float) -> float:
    ordered = sorted(values)
    rank = percent / 100 * (len(ordered) - 1)
    low = min(math.floor(rank), len(ordered) - 2) if len(ordered) > 1 else 0
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (rank - low)


def _deviation(values: list[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
