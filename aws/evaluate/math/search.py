"""SEARCH's query: which metrics does it mean?

``{Namespace,Dim1,Dim2} term term …``: the schema in braces asks for exactly these dimension names. A bare term is found
anywhere in the metric's namespace, name, dimension names and values, without regard to case; a quoted term must equal
one of them; ``Property=term`` looks at the namespace, the metric name (``MetricName``) or one dimension only. AND (also
implied), OR, NOT and parentheses combine terms. Source: CloudWatch User Guide, "Search expression syntax".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from aws.evaluate.errors import MathError
from aws.model import MetricKey

Predicate: TypeAlias = Callable[[MetricKey], bool]

MAX_DEPTH = 50

_SCHEMA = re.compile(r"\s*\{([^}]*)\}")
_SCHEMA_PART = re.compile(r'\s*(?:"([^"]*)"|([^,"]*))\s*(?:,|$)')
_TOKEN = re.compile(r'\s*(?:(?P<symbol>[()=])|"(?P<exact>[^"]*)"|(?P<term>[^\s()="]+))')


def parse_search(query: str) -> Predicate:
    """What the query means, as a test of a metric. Raises `MathError` with the position in the query."""
    schema = _SCHEMA.match(query)
    parser = _Parser(query, schema.end() if schema else 0)
    terms = parser.query()
    if schema is None:
        return terms
    namespace, *dimensions = _schema(schema[1])
    wanted = sorted(dimensions)

    def matches(metric: MetricKey) -> bool:
        return (
            metric.namespace == namespace and sorted(name for name, _ in metric.dimensions) == wanted and terms(metric)
        )

    return matches


def _schema(text: str) -> list[str]:
    return [quoted or bare.strip() for quoted, bare in _SCHEMA_PART.findall(text) if quoted or bare.strip()] or [""]


class _Parser:
    """Recursive descent over the query after its schema."""

    def __init__(self, query: str, at: int) -> None:
        self._tokens: list[tuple[str, str, int]] = []
        self._next = 0
        self._depth = 0
        end = len(query.rstrip())
        while at < end:
            found = _TOKEN.match(query, at)
            if found is None:
                raise MathError(f"unexpected {query[at : at + 10]!r} in the search", at)
            kind = str(found.lastgroup)
            text = found[kind]
            is_operator = kind == "term" and text in ("AND", "OR", "NOT")
            self._tokens.append(("symbol" if is_operator else kind, text, at))
            at = found.end()
        self._tokens.append(("end", "", end))

    def query(self) -> Predicate:
        if self._peek()[0] == "end":
            return lambda _: True
        predicate = self._alternatives()
        if self._peek()[0] != "end":
            raise self._unexpected()
        return predicate

    def _alternatives(self) -> Predicate:
        parts = [self._conjunction()]
        while self._take("OR"):
            parts.append(self._conjunction())
        return parts[0] if len(parts) == 1 else lambda metric: any(part(metric) for part in parts)

    def _conjunction(self) -> Predicate:
        parts = [self._negation()]
        while self._take("AND") or not (self._peek()[0] == "end" or self._at(")") or self._at("OR")):
            parts.append(self._negation())
        return parts[0] if len(parts) == 1 else lambda metric: all(part(metric) for part in parts)

    def _negation(self) -> Predicate:
        if self._take("NOT"):
            inner = self._negation()
            return lambda metric: not inner(metric)
        return self._primary()

    def _primary(self) -> Predicate:
        if self._take("("):
            return self._group(self._alternatives)
        kind, text, _ = self._peek()
        if kind not in ("exact", "term"):
            raise self._unexpected()
        self._next += 1
        if self._take("="):
            return self._property(text)
        return _anywhere(text, exact=kind == "exact")

    def _property(self, name: str) -> Predicate:
        if self._take("("):
            return self._group(lambda: self._values(name))
        kind, text, _ = self._peek()
        if kind not in ("exact", "term"):
            raise self._unexpected()
        self._next += 1
        return _within(name, text, exact=kind == "exact")

    def _values(self, name: str) -> Predicate:
        """``Property=(a OR b)``."""
        parts = [self._property(name)]
        while self._take("OR") or not self._at(")"):
            parts.append(self._property(name))
        return lambda metric: any(part(metric) for part in parts)

    def _group(self, inside: Callable[[], Predicate]) -> Predicate:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise MathError("the search is nested too deeply", self._peek()[2])
        inner = inside()
        if not self._take(")"):
            raise self._unexpected()
        self._depth -= 1
        return inner

    def _peek(self) -> tuple[str, str, int]:
        return self._tokens[self._next]

    def _at(self, symbol: str) -> bool:
        return self._peek()[:2] == ("symbol", symbol)

    def _take(self, symbol: str) -> bool:
        taken = self._at(symbol)
        self._next += taken
        return taken

    def _unexpected(self) -> MathError:
        kind, text, at = self._peek()
        return MathError("the search ends too early" if kind == "end" else f"unexpected {text!r} in the search", at)


def _anywhere(text: str, *, exact: bool) -> Predicate:
    wanted = text.casefold()

    def matches(metric: MetricKey) -> bool:
        words = (metric.namespace, metric.name, *(word for pair in metric.dimensions for word in pair))
        return any(word == text if exact else wanted in word.casefold() for word in words)

    return matches


def _within(name: str, text: str, *, exact: bool) -> Predicate:
    wanted = text.casefold()

    def matches(metric: MetricKey) -> bool:
        properties = {**dict(metric.dimensions), "Namespace": metric.namespace, "MetricName": metric.name}
        word = properties.get(name)
        return word is not None and (word == text if exact else wanted in word.casefold())

    return matches
