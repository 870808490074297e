"""Proof instead of reads: where an account's sum is what its known parts add up to, all other parts are zero. Pure.

AWS publishes some metrics of a whole account besides those of each resource. One such series, read every minute,
vouches for ten thousand others. Minutes count as proven once they are old enough for both to be complete; younger
ones show early that something is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from aws.model import Series

# Lambda's datapoints are complete after so long: measured by Netflix, and what its own errors are stamped with.
SETTLED_S = 300
_MINUTE_S = 60
_TOLERANCE = 0.5  # counts are whole
# In younger minutes the parts may lag behind the sum: a rest smaller than this share of what is known says nothing.
_EARLY_SHARE = 0.5


class Rest(NamedTuple):
    """What the known parts do not explain, by minute (epoch seconds): ``settled`` for certain, ``early`` at a glance.

    ``total`` is whether the account's series can be trusted at all: it is denied, stale or smaller than its parts
    where it is not the sum of them.
    """

    total: bool
    settled: Mapping[int, float]
    early: Mapping[int, float]

    @property
    def nothing(self) -> bool:
        """Whether everything is explained."""
        return self.total and not self.settled and not self.early


def count(part: Series, from_s: int, into: dict[int, float]) -> None:
    """Add what a part counts to a sum by minute (epoch seconds), from ``from_s`` on."""
    if not part.state.has_value:
        return
    values = part.between(from_s, part.end_s)
    minute = part.end_s - len(values) * part.period_s
    for value in values:
        if value > 0:
            into[minute] = into.get(minute, 0.0) + value
        minute += part.period_s


def rest(total: Series | None, counted: Mapping[int, float], *, from_s: int, now_s: float) -> Rest:
    """What of ``total`` its parts leave unexplained, in minutes from ``from_s`` on; ``counted`` is what they add up to
    in each."""
    if total is None or not total.state.known or total.read_at_s is None:
        return Rest(False, {}, {})
    start_s = max(from_s, total.start_s) // _MINUTE_S * _MINUTE_S
    settled_to_s = int(min(now_s, total.read_at_s) - SETTLED_S) // _MINUTE_S * _MINUTE_S
    settled: dict[int, float] = {}
    early: dict[int, float] = {}
    for minute in range(start_s, total.end_s, total.period_s):
        said = total.value_at(minute)
        said = said if said == said else 0.0
        summed = counted.get(minute, 0.0)
        left = said - summed
        if minute < settled_to_s:
            if left < -_TOLERANCE:
                return Rest(False, {}, {})
            if left > _TOLERANCE:
                settled[minute] = left
        elif left > max(_TOLERANCE, summed * _EARLY_SHARE):
            early[minute] = left
    return Rest(True, settled, early)
