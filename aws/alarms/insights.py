"""Metrics Insights queries, as far as an alarm needs them: which metrics does one look at, and how?

Grammar (the CloudWatch User Guide, "Query components and syntax in CloudWatch Metrics Insights"):
SELECT FUNCTION(metric) FROM namespace | SCHEMA(namespace, labels) [WHERE condition] [GROUP BY labels]
[ORDER BY FUNCTION() [ASC | DESC]] [LIMIT n]. Keywords in any case; identifiers bare or in double quotes, values in
single quotes, a quote inside doubled. A condition compares labels with = and !=, joined by AND; the other operators of
SQL are understood too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, NoReturn, TypeAlias

from aws.evaluate.errors import ParseError

MAX_DEPTH = 50
STATISTICS: Final = {"AVG": "Average", "COUNT": "SampleCount", "MAX": "Maximum", "MIN": "Minimum", "SUM": "Sum"}

_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>\d+)"
    r"|(?P<name>[A-Za-z_]\w*)"
    r'|(?P<quoted>"(?:[^"]|"")*")'
    r"|(?P<value>'(?:[^']|'')*')"
    r"|(?P<symbol>!=|<>|[(),.=])"
)
_QUERY = re.compile(r"\s*SELECT\b", re.IGNORECASE)

# Gives a label's value: a dimension's name, "AWS.AccountId" or "tag.key"; "" where there is none, None where unknown.
LabelOf: TypeAlias = Callable[[str], str | None]


class InsightsError(ParseError):
    """The text is not a Metrics Insights query as documented."""


@dataclass(frozen=True, slots=True)
class Compared:
    """``label = value``, or any of several."""

    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    operand: Condition


@dataclass(frozen=True, slots=True)
class All:
    """Whether all hold."""

    operands: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Whether any holds."""

    operands: tuple[Condition, ...]


Condition: TypeAlias = Compared | Not | All | Some
EVERYTHING: Final = All(())


@dataclass(frozen=True, slots=True)
class Insights:
    """One query. ``labels`` are the exact dimension names that SCHEMA asks for; None: any.

    ``top_first`` is whether ORDER BY puts the highest first, None where there is no ORDER BY.
    """

    stat: str
    metric: str
    namespace: str
    labels: frozenset[str] | None = None
    where: Condition = EVERYTHING
    group_by: frozenset[str] = frozenset()
    top_first: bool | None = None
    limit: int | None = None

    def pins(self, labels: frozenset[str]) -> bool:
        """Whether every series of the result is of one metric alone: each label is grouped by or has one value."""
        top = self.where.operands if isinstance(self.where, All) else (self.where,)
        single = {each.label for each in top if isinstance(each, Compared) and len(each.values) == 1}
        return self.labels == labels and labels <= self.group_by | single


def is_query(expression: str) -> bool:
    """Whether the expression is a Metrics Insights query rather than metric math."""
    return _QUERY.match(expression) is not None


def parse_insights(text: str) -> Insights:
    """The query. Raises `InsightsError` with the position of the first fault."""
    return _Parser(text).query()


def holds(condition: Condition, label: LabelOf) -> bool | None:
    """Whether a metric with these labels is meant; None where that depends on a label that nobody knows."""
    match condition:
        case Compared(name, values):
            value = label(name)
            return None if value is None else value in values
        case Not(operand):
            verdict = holds(operand, label)
            return None if verdict is None else not verdict
        case All(operands):
            return _strictest({holds(operand, label) for operand in operands}, decisive=False)
        case Some(operands):
            return _strictest({holds(operand, label) for operand in operands}, decisive=True)


def _strictest(verdicts: set[bool | None], *, decisive: bool) -> bool | None:
    if decisive in verdicts:
        return decisive
    return None if None in verdicts else not decisive


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise InsightsError(f"unexpected {text[at]!r}", at)
        kind, word = str(found.lastgroup), found[0]
        if kind in ("quoted", "value"):
            word = word[1:-1].replace(word[0] * 2, word[0])
        if kind != "space":
            yield _Token(kind, word, at)
        at = found.end()
    yield _Token("end", "", at)


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._next = 0
        self._depth = 0

    def query(self) -> Insights:
        self._expect("SELECT")
        stat = self._function()
        self._expect("(")
        metric = self._identifier("a metric's name")
        self._expect(")")
        self._expect("FROM")
        namespace, labels = self._source()
        where = self._condition() if self._take("WHERE") else EVERYTHING
        group_by: frozenset[str] = frozenset()
        if self._take("GROUP"):
            self._expect("BY")
            group_by = frozenset(self._labels())
        query = Insights(stat, metric, namespace, labels, where, group_by, self._order(), self._limit())
        if self._peek().kind != "end":
            self._fail("the end")
        return query

    def _source(self) -> tuple[str, frozenset[str] | None]:
        if not self._take("SCHEMA"):
            return self._identifier("a namespace"), None
        self._expect("(")
        namespace = self._identifier("a namespace")
        labels = self._labels() if self._take(",") else ()
        self._expect(")")
        return namespace, frozenset(labels)

    def _condition(self) -> Condition:
        operands = [self._conjunction()]
        while self._take("OR"):
            operands.append(self._conjunction())
        return operands[0] if len(operands) == 1 else Some(tuple(operands))

    def _conjunction(self) -> Condition:
        operands = [self._comparison()]
        while self._take("AND"):
            operands.append(self._comparison())
        return operands[0] if len(operands) == 1 else All(tuple(operands))

    def _comparison(self) -> Condition:
        negated = self._take("NOT")
        if self._take("("):
            self._depth += 1
            if self._depth > MAX_DEPTH:
                self._fail("fewer parentheses")
            found = self._condition()
            self._expect(")")
            self._depth -= 1
            return Not(found) if negated else found
        label = self._label()
        if self._take("!=") or self._take("<>"):
            negated = not negated
        elif not self._take("="):
            negated ^= self._take("NOT")
            self._expect("IN")
            self._expect("(")
            values = [self._value()]
            while self._take(","):
                values.append(self._value())
            self._expect(")")
            return Not(Compared(label, tuple(values))) if negated else Compared(label, tuple(values))
        compared = Compared(label, (self._value(),))
        return Not(compared) if negated else compared

    def _order(self) -> bool | None:
        if not self._take("ORDER"):
            return None
        self._expect("BY")
        self._function()
        self._expect("(")
        self._expect(")")
        descending = self._take("DESC")
        if not descending:
            self._take("ASC")
        return descending

    def _limit(self) -> int | None:
        if not self._take("LIMIT"):
            return None
        if self._peek().kind != "number":
            self._fail("a number")
        return int(self._advance().text)

    def _function(self) -> str:
        word = self._peek()
        if word.kind != "name" or word.text.upper() not in STATISTICS:
            self._fail(f"one of {', '.join(STATISTICS)}")
        return STATISTICS[self._advance().text.upper()]

    def _labels(self) -> tuple[str, ...]:
        labels = [self._label()]
        while self._take(","):
            labels.append(self._label())
        return tuple(labels)

    def _label(self) -> str:
        parts = [self._identifier("a label")]
        while self._take("."):
            parts.append(self._identifier("a label"))
        return ".".join(parts)

    def _identifier(self, what: str) -> str:
        if self._peek().kind not in ("name", "quoted"):
            self._fail(what)
        return self._advance().text

    def _value(self) -> str:
        if self._peek().kind not in ("value", "number"):
            self._fail("a value in single quotes")
        return self._advance().text

    def _expect(self, word: str) -> None:
        if not self._take(word):
            self._fail(word)

    def _take(self, word: str) -> bool:
        token = self._peek()
        if token.kind not in ("name", "symbol") or token.text.upper() != word:
            return False
        self._next += 1
        return True

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _advance(self) -> _Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _fail(self, expected: str) -> NoReturn:
        token = self._peek()
        raise InsightsError(f"expected {expected}, found {token.text[:20]!r}", token.at)
