"""The vocabulary of health rules: series laid on one grid of minutes, and what was true in each of them.

A rule asks of every minute of its window "was the level reached here?". Everything in this module answers with a
list that has one entry a minute, oldest first; `aws.hysteresis` turns such lists into one finding. The entry of a
minute looks back from that minute, itself included, so that a list says what was known at the end of each minute.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import sub
from typing import TypeAlias

from aws.model import Series

MINUTE_S = 60
SETTLE_S = 120  # points younger than this are provisional: CloudWatch is still adding to them

Values: TypeAlias = list[float]
Flags: TypeAlias = list[bool]

# The bytes of 0.0 and of the NaN that fills a grid. Floats made of nothing else are zeros, NaNs, negative, or
# beyond any figure that AWS publishes (below 1e-38, above 1e38).
_IDLE_BYTES = b"\x00\xc0\x7f"

# What misses a level by a rounding error alone still reaches it.
_HAIR = 1e-9


def idle(*series: Series) -> bool:
    """Whether no point of these series is above zero. Much quicker than a look at each of them."""
    return not any(one.values and one.values.tobytes().translate(None, _IDLE_BYTES) for one in series)


def peak(series: Series) -> float:
    """The greatest point; NaN where there is none."""
    most = max(series.values, default=math.nan)  # in C; a gap that comes first stays, as nothing compares with it
    return most if most == most else max((value for value in series.values if value == value), default=math.nan)


@dataclass(frozen=True, slots=True)
class Frame:
    """One grid of minutes for several series. Minute ``i`` covers ``[start_s + 60*i, +60)``.

    Minutes below ``settled`` will not change any more. ``grain_s`` is the coarsest period among the series.
    """

    start_s: int
    length: int
    settled: int
    grain_s: int
    now_s: float

    def at_s(self, minute: int) -> int:
        """When a minute begins, UTC epoch seconds."""
        return self.start_s + minute * MINUTE_S

    def gauges(self, series: Series) -> Values:
        """A percentile, average or maximum in every minute; NaN where there is no datapoint."""
        minutes = series.period_s // MINUTE_S
        points = [value for value in series.values for _ in range(minutes)]
        return self._laid(series, points, math.nan)

    def counts(self, series: Series) -> Values:
        """A Sum in every minute; zero where there is no datapoint. A coarser point is spread over its minutes."""
        points = [value if value == value else 0.0 for value in series.values]
        return self._laid(series, _spread(points, series.period_s // MINUTE_S), 0.0)

    def newest(self, *series: Series) -> int:
        """The last minute with a datapoint in any of the series; the last settled one where that is later."""
        found = max(self.settled - 1, 0)
        for one in series:
            latest = one.latest()
            if latest is not None:
                found = max(found, (latest[0] + one.period_s - self.start_s) // MINUTE_S - 1)
        return min(found, self.length - 1)

    def _laid(self, series: Series, points: Values, absent: float) -> Values:
        if not points:  # one that was never read begins anywhere, in 1970 even
            return [absent] * self.length
        lead = (series.start_s - self.start_s) // MINUTE_S
        return [absent] * lead + points + [absent] * (self.length - lead - len(points))


def _spread(points: Values, minutes: int) -> Values:
    """Each point in equal parts over its minutes, which add up to it exactly.

    The parts are multiples of 1/1024, so that sums of them carry no rounding error that could pass for a count.
    """
    if minutes <= 1:
        return points
    parts = [math.floor(point * 1024 / minutes) / 1024 for point in points]
    last = minutes - 1
    return [
        part if minute < last else point - last * part
        for point, part in zip(points, parts, strict=True)
        for minute in range(minutes)
    ]


def frame_of(*series: Series, now_s: float) -> Frame | None:
    """The grid on which these series can be judged together; None where none of them has a single point.

    It ends with the last complete read: minutes in which nothing was published count as quiet, minutes that nobody
    has read do not exist. What is settled is told by the read that is furthest behind.
    """
    filled = [one for one in series if one.values]
    if not filled:
        return None
    read = [one for one in series if one.state.has_value or one.state.known]
    horizon_s = min(
        (min(now_s, one.read_at_s) if one.read_at_s is not None else -math.inf for one in read), default=-math.inf
    )
    start_s = min(one.start_s for one in filled) // MINUTE_S * MINUTE_S
    end_s = max(max(one.end_s for one in filled), _floored(horizon_s, start_s))
    grain_s = max(MINUTE_S, max(one.period_s for one in filled))
    settled_s = min(_settled_s(one, horizon_s) for one in filled) if horizon_s > -math.inf else start_s
    return Frame(
        start_s=start_s,
        length=(end_s - start_s) // MINUTE_S,
        settled=max(0, (int(settled_s) - start_s) // MINUTE_S),
        grain_s=grain_s,
        now_s=now_s,
    )


def _floored(horizon_s: float, start_s: int) -> int:
    return start_s if horizon_s == -math.inf else int(horizon_s) // MINUTE_S * MINUTE_S


def _settled_s(series: Series, horizon_s: float) -> float:
    """Up to where a series' points are old enough; a coarse point counts once all of its minutes do."""
    age_s = horizon_s - SETTLE_S - series.start_s
    return series.start_s + age_s // series.period_s * series.period_s


def rolling(values: Sequence[float], minutes: int) -> Values:
    """The sum over so many minutes up to each."""
    total = list(accumulate(values))
    return total[:minutes] + list(map(sub, total[minutes:], total))


def shares(part: Sequence[float], whole: Sequence[float]) -> Values:
    """What share of the whole each part is; 1 where there is a part but no whole (yet), 0 where there is neither."""
    return [p / w if w > 0 else float(p > 0) for p, w in zip(part, whole, strict=True)]


def at_least(values: Sequence[float], level: float) -> Flags:
    """Where the level is reached. A minute without a datapoint reaches none."""
    bound = level - _HAIR
    return [value >= bound for value in values]


def above(values: Sequence[float], level: float) -> Flags:
    """Where the level is exceeded."""
    bound = level + _HAIR
    return [value > bound for value in values]


def both(*flags: Sequence[bool]) -> Flags:
    """Where all hold."""
    return list(map(all, zip(*flags, strict=True)))


def either(*flags: Sequence[bool]) -> Flags:
    """Where any holds."""
    return list(map(any, zip(*flags, strict=True)))


def m_of_n(flags: Sequence[bool], m: float, n: int) -> Flags:
    """Where at least ``m`` of the last ``n`` minutes hold."""
    return [count >= m for count in rolling(flags, n)]


def recently(flags: Sequence[bool], minutes: int = 5) -> Flags:
    """Where any of the last minutes holds: the opposite of "not for five minutes"."""
    return m_of_n(flags, 1, minutes)
