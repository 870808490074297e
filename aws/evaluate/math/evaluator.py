"""Evaluates a parsed expression against the series of a request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aws.evaluate.errors import MathError
from aws.evaluate.math import functions
from aws.evaluate.math.aggregates import AGGREGATES
from aws.evaluate.math.arithmetic import binary, negative
from aws.evaluate.math.conditions import choose
from aws.evaluate.math.syntax import Array, Binary, Function, Id, Negative, Node, Number, Text, Word
from aws.evaluate.math.values import SeriesArray, TimeSeries, Value, Window, over_series


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The request around an expression.

    ``lookup`` gives the value of an Id and raises KeyError for one that is not in the request; ``metrics`` the
    request's metrics in order, without expressions; ``search`` answers SEARCH(query, statistic, period in seconds)
    and is None where searching is not possible (alarms).
    """

    window: Window
    lookup: Callable[[str], Value]
    metrics: Callable[[], SeriesArray]
    search: Callable[[str, str, int], SeriesArray] | None = None


def evaluate(node: Node, context: Context) -> Value:
    """The expression's value. Raises `MathError` with the position of what cannot be evaluated."""
    match node:
        case Number(value):
            return value
        case Id(name, at):
            try:
                return context.lookup(name)
            except KeyError:
                raise MathError(f"there is no metric or expression with the Id {name!r}", at) from None
        case Negative(operand):
            return negative(evaluate(operand, context))
        case Binary(symbol, left, right, at):
            return binary(symbol, evaluate(left, context), evaluate(right, context), at)
        case Array(items, _):
            return _array(items, context)
        case Function(name, _, at):
            evaluator = _FUNCTIONS.get(name)
            if evaluator is None:
                raise MathError(f"the function {name} is not supported", at)
            return evaluator(node, context)
        case Text(_, at) | Word(_, at):
            raise MathError("expected a number, an Id or a function", at)


def _array(items: tuple[Node, ...], context: Context) -> SeriesArray:
    flat: list[TimeSeries] = []
    for item in items:
        value = evaluate(item, context)
        if isinstance(value, float):
            raise MathError("an array holds time series, not scalars", item.at)
        flat += value if isinstance(value, tuple) else (value,)
    return tuple(flat)


class _Arguments:
    """The arguments of one call, checked as they are asked for."""

    def __init__(self, call: Function, context: Context, least: int, most: int) -> None:
        if not least <= len(call.arguments) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise MathError(f"{call.name} takes {wanted} arguments, not {len(call.arguments)}", call.at)
        self._call = call
        self._context = context

    def __len__(self) -> int:
        return len(self._call.arguments)

    def value(self, index: int) -> Value:
        return evaluate(self._call.arguments[index], self._context)

    def series(self, index: int) -> TimeSeries:
        value = self.value(index)
        if not isinstance(value, TimeSeries):
            raise self._wrong(index, "a time series")
        return value

    def any_series(self, index: int) -> TimeSeries | SeriesArray:
        value = self.value(index)
        if isinstance(value, float):
            raise self._wrong(index, "a time series or an array of them")
        return value

    def array(self, index: int) -> SeriesArray:
        value = self.any_series(index)
        return value if isinstance(value, tuple) else (value,)

    def scalar(self, index: int) -> float:
        value = self.value(index)
        if not isinstance(value, float):
            raise self._wrong(index, "a number")
        return value

    def whole(self, index: int) -> int:
        number = self.scalar(index)
        if not number.is_integer():
            raise self._wrong(index, "a whole number")
        return int(number)

    def text(self, index: int) -> str:
        argument = self._call.arguments[index]
        if not isinstance(argument, Text):
            raise self._wrong(index, "a text in quotes")
        return argument.value

    def word(self, index: int) -> str | None:
        argument = self._call.arguments[index]
        return argument.name if isinstance(argument, Word) else None

    def _wrong(self, index: int, wanted: str) -> MathError:
        return MathError(f"{self._call.name} takes {wanted} here", self._call.arguments[index].at)


def _pointwise(call: Function, context: Context) -> Value:
    return functions.pointwise(call.name, _Arguments(call, context, 1, 1).value(0))


def _calendar(call: Function, context: Context) -> Value:
    return functions.calendar(call.name, _Arguments(call, context, 1, 1).series(0), context.window.end_s)


def _aggregate(call: Function, context: Context) -> Value:
    return functions.aggregate(call.name, _Arguments(call, context, 1, 1).value(0), call.at)


def _change(call: Function, context: Context) -> Value:
    return over_series(_Arguments(call, context, 1, 1).any_series(0), functions.CHANGES[call.name])


def _fill(call: Function, context: Context) -> Value:
    arguments = _Arguments(call, context, 2, 2)
    word = arguments.word(1)
    if word is not None and word not in ("REPEAT", "LINEAR"):
        raise MathError("FILL takes a number, a time series, REPEAT or LINEAR", call.arguments[1].at)
    filler = word or arguments.value(1)
    if isinstance(filler, tuple):
        raise MathError("FILL cannot fill with an array", call.arguments[1].at)
    end_s = context.window.end_s
    return over_series(arguments.any_series(0), lambda series: functions.fill(series, filler, end_s))


def _if(call: Function, context: Context) -> Value:
    arguments = _Arguments(call, context, 2, 3)
    otherwise = arguments.value(2) if len(arguments) == 3 else None
    return choose(arguments.value(0), arguments.value(1), otherwise, call.at)


def _first_or_last(call: Function, context: Context) -> Value:
    array = _Arguments(call, context, 1, 1).array(0)
    if not array:
        raise MathError(f"{call.name} of an empty array", call.at)
    return array[0 if call.name == "FIRST" else -1]


def _metrics(call: Function, context: Context) -> Value:
    arguments = _Arguments(call, context, 0, 1)
    part = arguments.text(0) if len(arguments) else ""
    return tuple(series for series in context.metrics() if part in series.id)


def _metric_count(call: Function, context: Context) -> Value:
    return float(len(_Arguments(call, context, 1, 1).array(0)))


def _period(call: Function, context: Context) -> Value:
    return float(_Arguments(call, context, 1, 1).series(0).period_s)


def _remove_empty(call: Function, context: Context) -> Value:
    return tuple(series for series in _Arguments(call, context, 1, 1).array(0) if series.points)


def _search(call: Function, context: Context) -> Value:
    arguments = _Arguments(call, context, 2, 3)
    if context.search is None:
        raise MathError("SEARCH is not possible here", call.at)
    period_s = arguments.whole(2) if len(arguments) == 3 else context.window.period_s
    return context.search(arguments.text(0), arguments.text(1), period_s)


def _slice(call: Function, context: Context) -> Value:
    arguments = _Arguments(call, context, 2, 3)
    return functions.cut(arguments.array(0), [arguments.whole(index) for index in range(1, len(arguments))], call.at)


def _sort(call: Function, context: Context) -> Value:
    arguments = _Arguments(call, context, 3, 4)
    limit = arguments.whole(3) if len(arguments) == 4 else None
    return functions.sort(arguments.array(0), arguments.word(1) or "", arguments.word(2) or "", limit, call.at)


def _time_series(call: Function, context: Context) -> Value:
    window = context.window
    return functions.constant(
        _Arguments(call, context, 1, 1).scalar(0), range(window.start_s, window.end_s, window.period_s)
    )


_FUNCTIONS: dict[str, Callable[[Function, Context], Value]] = {
    **dict.fromkeys(functions.POINTWISE, _pointwise),
    **dict.fromkeys(functions.CALENDAR, _calendar),
    **dict.fromkeys(AGGREGATES, _aggregate),
    **dict.fromkeys(functions.CHANGES, _change),
    "FILL": _fill,
    "FIRST": _first_or_last,
    "IF": _if,
    "LAST": _first_or_last,
    "METRICS": _metrics,
    "METRIC_COUNT": _metric_count,
    "PERIOD": _period,
    "REMOVE_EMPTY": _remove_empty,
    "SEARCH": _search,
    "SLICE": _slice,
    "SORT": _sort,
    "TIME_SERIES": _time_series,
}
