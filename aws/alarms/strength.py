"""Would an alarm notice what the recommended one notices, and as soon? Pure.

Both are held against the same trouble: one that lasts, and is just large enough for the recommended alarm to fire. An
alarm that fires too, and no later than the recommended one may itself take, is as good. Alarms are compared by what
they say of one series; two that measure it differently (a count and a share, a threshold and an anomaly band) have no
order, and either is as good as the other.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Final, NamedTuple

from aws.alarms.inputs import Input
from aws.alarms.insights import Insights
from aws.alarms.wanted import Wanted
from aws.evaluate.alarm import EXTRA_PERIODS
from aws.evaluate.errors import StatisticError
from aws.evaluate.statistics import is_percentile, percent_of
from aws.model import Alarm

# A threshold this much off is the same one: people round.
TOLERANCE: Final = 0.05

_UP: Final = frozenset({"GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "GreaterThanUpperThreshold"})
_DOWN: Final = frozenset({"LessThanThreshold", "LessThanOrEqualToThreshold", "LessThanLowerThreshold"})
_BOTH_WAYS: Final = "LessThanLowerOrGreaterThanUpperThreshold"
_STRICT: Final = frozenset({"GreaterThanThreshold", "LessThanThreshold"})
_COUNTS: Final = frozenset({"Sum", "SampleCount"})
# Where a statistic lies among the samples: a percentile at its own rank, a sum above them all.
_SHOWS: Final = {"SampleCount": -1.0, "Minimum": 0.0, "Average": 0.5, "Maximum": 1.0, "Sum": 2.0}
_IN_WORDS: Final = {_BOTH_WAYS: "outside its band", "GreaterThanUpperThreshold": "above its band"}
_SIGNS: Final = {
    "GreaterThanThreshold": "over",
    "GreaterThanOrEqualToThreshold": "at least",
    "LessThanThreshold": "under",
    "LessThanOrEqualToThreshold": "at most",
}
# Another measure is not held to the second: it is too slow only where it takes this many times as long.
_PATIENCE: Final = 3
_LEAST_PATIENCE_S: Final = 900.0


class Likeness(IntEnum):
    """How alike two alarms on one series are; the lower the closer."""

    AS_GOOD = 0  # the same measure, and at least as strict
    WEAKER = 1  # the same measure
    OTHER = 2  # another measure, which has no order with ours
    OTHER_WEAKER = 3  # another measure, and slower or blind to it


class Strength(NamedTuple):
    """The verdict; ``reason`` says why it is weaker, or in what it differs."""

    likeness: Likeness
    reason: str = ""

    @property
    def weaker(self) -> bool:
        """Whether it fires later than recommended, or not at all."""
        return self.likeness in (Likeness.WEAKER, Likeness.OTHER_WEAKER)


def at_least_as_strong(alarm: Alarm, seen: Input, wanted: Wanted) -> str:
    """Why an alarm that looks at the wanted series, as ``seen``, is weaker than recommended; empty where it is not."""
    found = strength(alarm, seen, wanted)
    return found.reason if found.weaker else ""


def looks_the_same_way(alarm: Alarm, seen: Input, wanted: Wanted) -> bool:
    """Whether the alarm fires on a rise (or a fall) of the series, as the recommended one does."""
    up = wanted.comparison in _UP
    if alarm.comparison == _BOTH_WAYS:
        return True
    if alarm.comparison in _UP:
        return seen.raises if up else seen.lowers
    return alarm.comparison in _DOWN and (seen.lowers if up else seen.raises)


def strength(alarm: Alarm, seen: Input, wanted: Wanted) -> Strength:
    """How the alarm compares. It must look at the wanted series, and the same way."""
    other = _other_measure(alarm, seen, wanted)
    if other:
        patience_s = max(_PATIENCE * wanted.within_s, _LEAST_PATIENCE_S)
        reason = _mixed_up(seen, wanted) or _blind(alarm, seen, wanted) or _too_late(alarm, seen, wanted, patience_s)
        return Strength(Likeness.OTHER_WEAKER, reason) if reason else Strength(Likeness.OTHER, other)
    reason = (
        _statistic(seen, wanted)
        or _threshold(alarm, seen, wanted)
        or _too_late(alarm, seen, wanted, wanted.within_s)
        or _blind(alarm, seen, wanted)
    )
    return Strength(Likeness.WEAKER, reason) if reason else Strength(Likeness.AS_GOOD)


def _other_measure(alarm: Alarm, seen: Input, wanted: Wanted) -> str:
    """In what the alarm measures something else; empty where it can be put in order with the recommended one."""
    if alarm.band_id or alarm.threshold is None:
        return f"{_IN_WORDS.get(alarm.comparison or '', 'outside its band')}, not a threshold"
    if not seen.direct and not (seen.floor and wanted.comparison in _UP):
        return "by metric math"
    if wanted.stat == "Average" and seen.stat == "Sum":
        return "a count, not a share"
    # Single events count 1: what asks for no more than that asks for a share of them, or for any at all.
    if wanted.stat == "Sum" and seen.stat not in _COUNTS and _least(alarm.threshold, alarm.comparison, "Sum") <= 1:
        return f"by its {seen.stat}"
    return ""


def _mixed_up(seen: Input, wanted: Wanted) -> str:
    """Why one resource cannot be seen among the others."""
    query = seen.source
    if query == wanted.metric:
        return ""
    if not (seen.floor or seen.direct) and seen.stat not in _COUNTS:
        return f"takes the {seen.stat} of several resources together"
    if not isinstance(query, Insights):
        return ""
    if query.group_by and query.limit is not None and not query.top_first:
        return f"its query keeps {query.limit} series, and not the highest"
    return ""


def _statistic(seen: Input, wanted: Wanted) -> str:
    """Why the alarm's statistic hides what the recommended one shows."""
    if seen.stat == wanted.stat:
        return ""
    if wanted.stat in _COUNTS:
        return f"{seen.stat} does not show what {wanted.stat} counts"
    theirs, ours = _shows(seen.stat), _shows(wanted.stat)
    hides = theirs < ours if wanted.comparison in _UP else theirs > ours
    return f"{seen.stat} hides what {wanted.stat} shows" if hides else ""


def _threshold(alarm: Alarm, seen: Input, wanted: Wanted) -> str:
    """Why trouble that is just large enough for the recommended alarm does not reach this one's threshold."""
    theirs = _least(alarm.threshold or 0.0, alarm.comparison, seen.stat)
    ours = _least(wanted.threshold, wanted.comparison, wanted.stat)
    counts = wanted.stat in _COUNTS
    if counts:  # what lasts comes to as much more as the period is longer
        ours *= seen.period_s / wanted.period_s
    slack = TOLERANCE * abs(ours)
    up = wanted.comparison in _UP
    if theirs <= ours + slack if up else theirs >= ours - slack:
        return ""
    in_theirs, in_ours = "", ""
    if counts and seen.period_s != wanted.period_s:
        in_theirs, in_ours = f" in {_span(seen.period_s)}", f" in {_span(wanted.period_s)}"
    fires = f"{_sign(alarm.comparison)} {_figure(alarm.threshold or 0.0)}{in_theirs}"
    return f"fires when {fires}, recommended is {_sign(wanted.comparison)} {_figure(wanted.threshold)}{in_ours}"


def _too_late(alarm: Alarm, seen: Input, wanted: Wanted, at_most_s: float) -> str:
    """Why it fires later: more periods, or longer ones, than it may take."""
    needed = alarm.datapoints_to_alarm or alarm.evaluation_periods or 1
    first_s = float(seen.period_s)
    if wanted.stat in _COUNTS and seen.stat == wanted.stat and seen.floor and wanted.comparison in _UP:
        # A period's window slides: it is over the threshold as soon as enough has come together in it.
        per_s = _least(wanted.threshold, wanted.comparison, wanted.stat) / wanted.period_s
        first_s = min(first_s, _least(alarm.threshold or 0.0, alarm.comparison, seen.stat) / per_s)
    takes_s = first_s + (needed - 1) * seen.period_s
    if takes_s <= at_most_s * (1 + TOLERANCE):
        return ""
    return f"fires after {_span(takes_s)}, recommended is {_span(wanted.datapoints * wanted.period_s)}"


def _blind(alarm: Alarm, seen: Input, wanted: Wanted) -> str:
    """Why it never sees the datapoints that matter."""
    back_s = ((alarm.evaluation_periods or 1) + EXTRA_PERIODS) * seen.period_s
    if back_s < wanted.looks_back_s:
        return f"looks back {_span(back_s)}, the longest runs report after {_span(wanted.looks_back_s)}"
    if wanted.treat_missing == "breaching" and alarm.treat_missing != "breaching":
        return "says nothing while there is no data"
    return _mixed_up(seen, wanted)


def _least(threshold: float, comparison: str | None, stat: str) -> float:
    """The least value that breaches: of whole numbers 6 where it must be over 5, else the threshold itself."""
    whole = stat in _COUNTS or stat in ("Maximum", "Minimum")
    if not whole or not math.isfinite(threshold):
        return threshold
    if comparison in _DOWN:
        return math.ceil(threshold) - 1.0 if comparison in _STRICT else float(math.floor(threshold))
    if stat in _COUNTS:
        return max(1.0, math.floor(threshold) + 1.0 if comparison in _STRICT else float(math.ceil(threshold)))
    # A maximum may be a measure, where one more than 0.8 means nothing.
    return threshold + 1.0 if comparison in _STRICT and threshold == int(threshold) else threshold


def _shows(stat: str) -> float:
    """Where a statistic lies among the samples; trimmed and other means count as the middle."""
    if not is_percentile(stat):
        return _SHOWS.get(stat, 0.5)
    try:
        return percent_of(stat) / 100
    except StatisticError:
        return 0.5


def _sign(comparison: str | None) -> str:
    return _SIGNS.get(comparison or "", "beyond")


def _figure(value: float) -> str:
    return f"{value:,.12g}"


def _span(seconds: float) -> str:
    minutes = seconds / 60
    return f"{minutes:.3g} min" if minutes >= 1 else f"{seconds:.3g} s"
