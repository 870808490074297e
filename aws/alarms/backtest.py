"""How often a planned alarm would have fired: the M-of-N evaluator, slid over its metric's past. Pure.

An evaluation depends only on which datapoints of its range are missing, breach, or neither. So the past is written
down as one byte a period, and each different range of bytes is evaluated once; most of the past holds no breach at
all and is stepped over.
"""

from __future__ import annotations

from array import array
from itertools import accumulate, pairwise
from math import inf, nan
from operator import sub
from typing import Final, NamedTuple

from aws.alarms.definition import Definition
from aws.evaluate.alarm import COMPARISONS, AlarmTest, Point, evaluate
from aws.evaluate.statistics import is_percentile
from aws.model import AlarmState, Series

MINUTE_S: Final = 60
HOUR_S: Final = 3600
# Statistics of a longer period that follow from those of its minutes: CloudWatch slides such a period by the minute.
_ADDED: Final = frozenset({"Sum", "SampleCount"})
_MERGED: Final = frozenset({"Maximum", "Minimum"})

_BREACH, _MISSING = 1, 2  # 0: a datapoint that does not breach


class Replayed(NamedTuple):
    """``fires``: how often it went into ALARM; ``fires_now``: whether it would be in ALARM at the end."""

    fires: int
    fires_now: bool


QUIET: Final = Replayed(0, False)


def grain_s(definition: Definition) -> int:
    """The period in which its history is read: minutes where its own period can be put together from them."""
    return MINUTE_S if definition.stat in _ADDED | _MERGED else definition.period_s


def screen_stat(definition: Definition) -> str | None:
    """The statistic of whole hours that bounds the alarm's own; None where none does.

    It bounds from above, so it helps alarms on values that are too high, with missing data left in peace; AWS's
    counts are never negative.
    """
    if not definition.comparison.startswith("Greater") or definition.treat_missing == "breaching":
        return None
    if definition.period_s > HOUR_S or definition.threshold < 0:
        return None
    if definition.stat in ("Sum", "Maximum"):
        return definition.stat
    return "Maximum" if definition.stat == "Average" or is_percentile(definition.stat) else None


def first_suspect_s(definition: Definition, hours: Series) -> float | None:
    """The start of the first hour of `screen_stat` in which the alarm may have seen a breach; None: there is none."""
    test = _test(definition)
    values = [0.0 if value != value else value for value in hours.values]
    if definition.stat == "Sum" and definition.period_s > MINUTE_S:  # a period may reach over the full hour
        values = [*map(sum, pairwise(values)), *values[-1:]]
    found = next((at for at, value in enumerate(values) if test.breaches(value)), None)
    return None if found is None else float(hours.start_s + found * HOUR_S)


def reach_s(definition: Definition) -> int:
    """How far back one evaluation looks."""
    return _test(definition).range_periods * definition.period_s


def replay(definition: Definition, history: Series) -> Replayed:
    """Evaluate the alarm at the end of every period of `grain_s` in its history."""
    values, step = history.values, 1
    if definition.period_s > history.period_s:
        step = definition.period_s // history.period_s
        values = _merged(definition.stat, values, step)
    return _slide(_test(definition), values, step, history.start_s, history.period_s)


def first_seen_s(series: Series) -> float | None:
    """When the oldest datapoint was; None where there is none."""
    for index, value in enumerate(series.values):
        if value == value:
            return float(series.start_s + index * series.period_s)
    return None


def _slide(test: AlarmTest, values: array[float], step: int, start_s: int, period_s: int) -> Replayed:
    breaches, threshold = COMPARISONS[test.comparison], test.threshold
    marks = bytes([_MISSING if value != value else breaches(value, threshold) for value in values])
    span = (test.range_periods - 1) * step  # how far before a period its evaluation range begins
    padded = bytes([_MISSING]) * span + marks
    alarming = bytes([_BREACH, _MISSING]) if test.treat_missing == "breaching" else bytes([_BREACH])
    known: dict[tuple[bytes, AlarmState], AlarmState] = {}
    end = len(marks)
    # Before its first datapoint there was nothing to watch, whatever missing data means afterwards.
    at = len(marks) - len(marks.lstrip(bytes([_MISSING])))
    state, fires = AlarmState.INSUFFICIENT_DATA, 0
    while at < end:
        if state is not AlarmState.ALARM:
            # Nothing can set it off before the next period that breaches.
            quiet_until = _next(padded, alarming, at)
            if quiet_until >= len(padded):
                break
            at = max(at, quiet_until - span)
        window = padded[at : at + span + 1 : step]
        found = known.get((window, state))
        if found is None:
            found = known[window, state] = _evaluated(test, values, at, step, state, start_s, period_s)
        if found is AlarmState.ALARM and state is not AlarmState.ALARM:
            fires += 1
        state = found
        at += 1
    return Replayed(fires, state is AlarmState.ALARM)


def _evaluated(
    test: AlarmTest, values: array[float], at: int, step: int, state: AlarmState, start_s: int, period_s: int
) -> AlarmState:
    span = (test.range_periods - 1) * step
    points = [
        Point(start_s + index * period_s, values[index]) if index >= 0 else Point(start_s + index * period_s)
        for index in range(at - span, at + 1, step)
    ]
    return evaluate(test, points, state).state


def _next(marks: bytes, wanted: bytes, start: int) -> int:
    """Where the next of the wanted marks is; the length where there is none."""
    found = [at for mark in wanted if (at := marks.find(mark, start)) >= 0]
    return min(found, default=len(marks))


def _merged(stat: str, values: array[float], width: int) -> array[float]:
    """The statistic over the ``width`` periods that end with each, missing where all of them are."""
    if stat not in _ADDED:
        return array("d", _extremes(stat, values, width))
    totals = list(accumulate(0.0 if value != value else value for value in values))
    counts = list(accumulate(value == value for value in values))
    rolled = totals[:width] + list(map(sub, totals[width:], totals))
    present = counts[:width] + list(map(sub, counts[width:], counts))
    return array("d", (total if some else nan for total, some in zip(rolled, present, strict=True)))


def _extremes(stat: str, values: array[float], width: int) -> list[float]:
    pick, absent = (max, -inf) if stat == "Maximum" else (min, inf)
    known = [absent] * (width - 1) + [absent if value != value else value for value in values]
    shifted = [known[at : at + len(values)] for at in range(width)]
    return [nan if value == absent else value for value in map(pick, *shifted)]


def _test(definition: Definition) -> AlarmTest:
    # Series hold 32-bit floats: a value that equals the threshold must go on doing so.
    return AlarmTest(
        comparison=definition.comparison,
        threshold=array("f", [definition.threshold])[0],
        evaluation_periods=definition.evaluation_periods,
        datapoints_to_alarm=definition.datapoints_to_alarm,
        treat_missing=definition.treat_missing,
    )
