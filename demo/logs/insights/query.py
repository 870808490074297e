"""A whole query: commands between pipes, each turning rows into rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from demo.logs.insights.expressions import expression, truthy
from demo.logs.insights.lexer import QueryError, Tokens, unquoted
from demo.logs.insights.rows import Row, Value, numeric, shown
from demo.logs.insights.statistics import named, parse_stats

_Step: TypeAlias = Callable[[list[Row]], list[Row]]
_DEFAULT_COLUMNS = ("@timestamp", "@message")


@dataclass(frozen=True, slots=True)
class Query:
    """``columns`` are what is shown, or None after ``stats``: all that it made."""

    steps: tuple[_Step, ...]
    columns: tuple[str, ...] | None

    def run(self, rows: Sequence[Row], limit: int) -> list[dict[str, str]]:
        """At most ``limit`` rows of shown values, absent ones left out; ``rows`` are the events in order of time."""
        found = list(rows)
        for step in self.steps:
            found = step(found)
        return [
            {name: shown(name, row[name]) for name in self.columns or row if row.get(name) is not None}
            for row in found[:limit]
        ]


def parse_query(text: str) -> Query:
    """Raises `QueryError`."""
    tokens = Tokens(text)
    steps: list[_Step] = []
    columns: list[str] = []
    displayed: list[str] | None = None
    aggregated = ordered = False
    while True:
        command = tokens.name().lower()
        match command:
            case "fields":
                chosen = _list(tokens)
                steps.append(_fields(chosen))
                columns += [name for name, _ in chosen if name not in columns]
            case "display":
                displayed = [name for name, _ in _list(tokens)]
            case "filter" | "where":
                steps.append(_filter(tokens))
            case "parse":
                steps.append(_parse(tokens))
            case "stats":
                steps.append(_stats(tokens))
                aggregated, columns, displayed = True, [], None
            case "sort" | "order":
                steps.append(_sort(tokens))
                ordered = True
            case "limit" | "head":
                if not (ordered or aggregated):
                    steps.append(_newest_first)
                    ordered = True
                steps.append(_limit(tokens))
            case "dedup":
                steps.append(_dedup(tokens))
            case _:
                raise QueryError(f"the command {command!r} is not known here")
        if tokens.peek().kind == "end":
            break
        tokens.expect("|")
    if not (ordered or aggregated):
        steps.append(_newest_first)
    shown_columns = displayed or columns or (None if aggregated else list(_DEFAULT_COLUMNS))
    return Query(tuple(steps), None if shown_columns is None else tuple(shown_columns))


def _list(tokens: Tokens) -> list[tuple[str, Callable[[Row], Value]]]:
    found = [named(tokens)]
    while tokens.skip(","):
        found.append(named(tokens))
    return found


def _fields(chosen: Sequence[tuple[str, Callable[[Row], Value]]]) -> _Step:
    return lambda rows: [row | {name: compute(row) for name, compute in chosen} for row in rows]


def _filter(tokens: Tokens) -> _Step:
    condition = expression(tokens)
    return lambda rows: [row for row in rows if truthy(condition(row))]


def _stats(tokens: Tokens) -> _Step:
    stats = parse_stats(tokens)
    return stats.apply


def _parse(tokens: Tokens) -> _Step:
    source = tokens.name() if tokens.peek().kind == "name" else "@message"
    token = tokens.take()
    if token.kind == "regex":
        try:
            pattern = re.compile(re.sub(r"\(\?<(\w+)>", r"(?P<\1>", token.text[1:].rpartition("/")[0]))
        except re.error as error:
            raise QueryError(f"not a regular expression: {token.text}: {error}") from error
        names = list(pattern.groupindex)
    elif token.kind == "string":
        parts = unquoted(token.text).split("*")
        pattern = re.compile("(.*?)".join(map(re.escape, parts)) + ("$" if parts[-1] == "" else ""), re.DOTALL)
        tokens.expect("as")
        names = [tokens.name()]
        while tokens.skip(","):
            names.append(tokens.name())
        if len(names) != len(parts) - 1:
            raise QueryError(f"parse has {len(parts) - 1} wildcards and {len(names)} names")
    else:
        raise QueryError(f"parse needs a string or /a regular expression/, not {token.text!r}")

    def step(rows: list[Row]) -> list[Row]:
        found = ((row, pattern.search(shown(source, row.get(source)))) for row in rows)
        return [row | dict(zip(names, match.groups(), strict=False)) if match else row for row, match in found]

    return step


def _sort(tokens: Tokens) -> _Step:
    tokens.skip("by")
    keys: list[tuple[Callable[[Row], Value], bool]] = []
    while True:
        compute = _sort_key(tokens)
        down = tokens.skip("desc")
        if not down:
            tokens.skip("asc")
        keys.append((compute, down))
        if not tokens.skip(","):
            break

    def step(rows: list[Row]) -> list[Row]:
        for compute, down in reversed(keys):
            rows = sorted(rows, key=lambda row, compute=compute: _order(compute(row)), reverse=down)  # type: ignore[misc]
        return rows

    return step


def _sort_key(tokens: Tokens) -> Callable[[Row], Value]:
    """A column that an earlier command made under its own text, such as ``count(*)``, or an expression."""
    text = re.match(r"[a-z_]+\([^()]*\)", tokens.query[tokens.peek().at :])
    if text is None:
        return expression(tokens)
    end = tokens.peek().at + text.end()
    while tokens.peek().kind != "end" and tokens.peek().at < end:
        tokens.take()
    name = text[0]
    return lambda row: row.get(name)


def _limit(tokens: Tokens) -> _Step:
    token = tokens.take()
    if not token.text.isdecimal():
        raise QueryError(f"limit needs a number, not {token.text!r}")
    count = int(token.text)
    return lambda rows: rows[:count]


def _dedup(tokens: Tokens) -> _Step:
    keys = [compute for _, compute in _list(tokens)]

    def step(rows: list[Row]) -> list[Row]:
        seen: dict[tuple[Value, ...], Row] = {}
        for row in rows:
            seen.setdefault(tuple(compute(row) for compute in keys), row)
        return list(seen.values())

    return step


def _newest_first(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: numeric(row.get("@timestamp")) or 0.0, reverse=True)


def _order(value: Value) -> tuple[int, float, str]:
    """Absent first, then numbers, then text."""
    if value is None:
        return 0, 0.0, ""
    found = numeric(value)
    return (1, found, "") if found is not None else (2, 0.0, str(value))
