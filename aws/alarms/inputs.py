"""What an alarm's value is made of: the series that it depends on, and in which direction. Pure.

Metrics count and measure: they are taken to be never below zero, as every metric of the services is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

from aws.alarms.insights import Insights, is_query, parse_insights
from aws.evaluate.errors import EvaluationError, MathError
from aws.evaluate.math import Node, parse
from aws.evaluate.math.syntax import Array, Binary, Function, Id, Negative, Number
from aws.model import Alarm, MetricKey, Query

# Functions whose value rises with their arguments'.
_RISING: Final = frozenset({"AVG", "CEIL", "FLOOR", "LOG", "LOG10", "MAX", "MIN", "REMOVE_EMPTY", "RUNNING_SUM", "SUM"})
# Of several series together these are no less than of any of them.
_NO_LESS_THAN_EACH: Final = frozenset({"Sum", "Maximum", "SampleCount"})
_DEFAULT_PERIOD_S: Final = 60
_MAX_DEPTH: Final = 30


@dataclass(frozen=True, slots=True)
class Input:
    """One series on which an alarm's value depends: a metric, or all metrics that a Metrics Insights query means.

    ``raises`` and ``lowers``: what a rise of the series may do to the value. ``floor``: the value is never below the
    series (a total, the highest of several). ``direct``: the value is the series and nothing else.
    """

    source: MetricKey | Insights
    stat: str
    period_s: int
    raises: bool = True
    lowers: bool = False
    floor: bool = True
    direct: bool = True

    def seen_for(self, metric: MetricKey) -> Input:
        """The same, for one of the metrics that it means: it may look at each alone, or at all of them together."""
        source = self.source
        if isinstance(source, Insights):
            alone = source.pins(frozenset(name for name, _ in metric.dimensions))
        else:
            alone = source == metric
        return self if alone else replace(self, direct=False, floor=self.floor and self.stat in _NO_LESS_THAN_EACH)


_Inputs: TypeAlias = dict[MetricKey | Insights, Input]


class _Value(NamedTuple):
    """Part of an expression: what it depends on, and whether it may be below zero."""

    inputs: _Inputs
    below_zero: bool = False


def inputs(alarm: Alarm) -> tuple[Input, ...]:
    """The series that the alarm's value depends on; none where it is computed in a way that we do not know.

    Of metric math those that the returned expression needs, of an anomaly alarm what its band is laid around.
    """
    if not alarm.queries:
        return tuple(Input(each.metric, each.stat, each.period_s) for each in alarm.watches)
    returned = [query for query in alarm.queries if query.returned and query.id != alarm.band_id]
    if len(returned) != 1:
        return ()
    try:
        value = _Math({query.id: query for query in alarm.queries}).of_query(returned[0])
    except EvaluationError:  # math newer than ours: then nobody knows what it looks at
        return ()
    return tuple(value.inputs.values())


class _Math:
    """Walks the queries of one alarm. Raises `EvaluationError` for what it cannot follow."""

    def __init__(self, by_id: Mapping[str, Query]) -> None:
        self._by_id = by_id
        self._depth = 0

    def of_query(self, query: Query) -> _Value:
        if query.watched is not None:
            metric, stat, period_s, _ = query.watched
            return _Value({metric: Input(metric, stat, period_s)})
        if is_query(query.expression):
            insights = parse_insights(query.expression)
            return _Value({insights: Input(insights, insights.stat, query.period_s or _DEFAULT_PERIOD_S)})
        if not query.expression:
            return _Value({})  # a metric of another account
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise MathError("the expressions refer to each other in a circle", 0)
        found = self._of(parse(query.expression))
        self._depth -= 1
        return found

    def _of(self, node: Node) -> _Value:
        match node:
            case Number(value):
                return _Value({}, value < 0)
            case Id(name, at):
                if name not in self._by_id:
                    raise MathError(f"there is no {name}", at)
                return self.of_query(self._by_id[name])
            case Negative(operand):
                return _Value(_turned(self._of(operand).inputs), True)
            case Array(items):
                return self._joined(map(self._of, items))
            case Binary(symbol, left, right):
                return self._binary(symbol, self._of(left), self._of(right))
            case Function(name, arguments):
                return self._function(name, arguments)
            case _:
                return _Value({})

    def _binary(self, symbol: str, left: _Value, right: _Value) -> _Value:
        below_zero = left.below_zero or right.below_zero
        turned = _Value(_turned(right.inputs), right.below_zero)
        match symbol:
            case "+":  # no less than each of its parts, unless one of them may be negative
                return self._joined((left, right), floor=not below_zero)
            case "-":
                return _Value(self._joined((left, turned), floor=False).inputs, True)
            case "/" | ">" | ">=":
                found = self._joined((left, turned), floor=False)
            case "<" | "<=":
                found = self._joined((_Value(_turned(left.inputs)), right), floor=False)
            case "*" | "AND" | "OR":
                found = self._joined((left, right), floor=False)
            case _:
                return _Value(_loose(self._joined((left, right)).inputs), below_zero)
        return _Value(_loose(found.inputs), True) if below_zero else found

    def _function(self, name: str, arguments: tuple[Node, ...]) -> _Value:
        if name == "METRICS":
            metrics = self._joined(self.of_query(query) for query in self._by_id.values() if query.watched)
            return _Value(_loose(metrics.inputs)) if arguments else metrics
        values = [self._of(each) for each in arguments]
        if name == "FILL" and values:
            return values[0]
        if name == "IF" and len(values) > 1:
            chosen = self._joined(values[1:], floor=False)
            return self._joined((_Value(_loose(values[0].inputs)), chosen), floor=False)
        found = self._joined(values)
        if name in ("SUM", "MAX"):
            return self._joined((found,), floor=not found.below_zero)
        return self._joined((found,), floor=False) if name in _RISING else _Value(_loose(found.inputs), True)

    def _joined(self, parts: Iterable[_Value], *, floor: bool = True) -> _Value:
        """Several together; none of them is the value itself as soon as there are two, or anything was computed."""
        found: _Inputs = {}
        below_zero = False
        for part in parts:
            below_zero |= part.below_zero
            for source, each in part.inputs.items():
                known = found.get(source)
                found[source] = each if known is None else _both(known, each)
        if not floor or len(found) > 1:
            found = {source: replace(each, direct=False, floor=each.floor and floor) for source, each in found.items()}
        return _Value(found, below_zero)


def _both(one: Input, other: Input) -> Input:
    """A series that comes in twice, such as the errors in ``errors / (errors + successes)``."""
    raises, lowers = one.raises or other.raises, one.lowers or other.lowers
    return replace(one, raises=raises, lowers=lowers, floor=one.floor and other.floor, direct=False)


def _turned(found: _Inputs) -> _Inputs:
    return {
        source: replace(each, raises=each.lowers, lowers=each.raises, floor=False, direct=False)
        for source, each in found.items()
    }


def _loose(found: _Inputs) -> _Inputs:
    """Whether it rises with them or falls, nobody knows."""
    return {
        source: replace(each, raises=True, lowers=True, floor=False, direct=False) for source, each in found.items()
    }
