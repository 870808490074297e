"""GetMetricData's pages put together, straight onto the grid. Pure, and the hottest code of a poll."""

from __future__ import annotations

import math
from array import array
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aws.model import ReadState, Series
from aws.model.readings import MISSING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws.metrics.plan import Window

COMPLETE, PARTIAL, INTERNAL, FORBIDDEN = "Complete", "PartialData", "InternalError", "Forbidden"
_STATUSES = frozenset({COMPLETE, PARTIAL, INTERNAL, FORBIDDEN})
_NUMBERS = frozenset({int, float})


class WrongShape(Exception):
    """A result that is not what CloudWatch documents; its text says how."""


class Grid:
    """A window's periods, worked out once for all series of a look."""

    def __init__(self, window: Window) -> None:
        self.start_s, self.end_s, self.period_s = window
        self.blank = array("f", [MISSING]) * window.points
        self._ticks = list(range(*window))
        self._ticks_as_floats = [float(tick) for tick in self._ticks]

    def index(self, time_s: float) -> int:
        """Which period covers that moment; it may lie outside."""
        return int((time_s - self.start_s) // self.period_s)

    def is_run(self, first: int, times: Sequence[Any]) -> bool:
        """Whether ``times`` are the starts of consecutive periods from number ``first`` on. Compared in C."""
        ticks = self._ticks_as_floats if type(times[0]) is float else self._ticks
        return ticks[first : first + len(times)] == times


class Collected:
    """What the pages of one request have said about one query so far. A later page's status replaces an earlier one's:
    ``PartialData`` means that more is to come on the next page.
    """

    __slots__ = ("_any_value", "_grid", "messages", "status", "values")

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._any_value = False
        self.values = grid.blank[:]
        self.status = ""
        self.messages: list[str] = []

    def add(self, result: Mapping[str, Any]) -> None:
        """Take one element of MetricDataResults. Raises `WrongShape`."""
        status = result.get("StatusCode", COMPLETE)
        if status not in _STATUSES:
            raise WrongShape(f"an unknown status {str(status)[:40]!r}")
        self.status = status
        self.messages += texts(result.get("Messages", ()))
        times, values = result.get("Timestamps", ()), result.get("Values", ())
        if not isinstance(times, list | tuple) or not isinstance(values, list | tuple):
            raise WrongShape("timestamps or values that are no list")
        if len(times) != len(values):
            raise WrongShape(f"{len(times)} timestamps for {len(values)} values")
        if values:
            self._place(times, values)

    def series(self, read_at_s: float) -> Series:
        """The reading as a whole, once there are no more pages."""
        start, period, any_value = self._grid.start_s, self._grid.period_s, self._any_value
        detail = "; ".join(dict.fromkeys(self.messages))
        if self.status == COMPLETE:
            state = ReadState.VALUE if any_value else ReadState.NO_DATA
            return Series(start, period, self.values, state, read_at_s, detail)
        if self.status == FORBIDDEN:
            return Series(start, period, state=ReadState.DENIED, detail=detail or "CloudWatch answered Forbidden")
        detail = detail or f"CloudWatch answered {self.status or 'nothing for this metric'}"
        if any_value:
            return Series(start, period, self.values, ReadState.PARTIAL, detail=detail)
        empty = ReadState.PARTIAL if self.status == PARTIAL else ReadState.FAILED
        return Series(start, period, state=empty, detail=detail)

    def _place(self, times: Sequence[Any], values: Sequence[Any]) -> None:
        points = _points(values)
        grid = self._grid
        if not _NUMBERS.issuperset(map(type, times)):
            times = [_epoch_s(time) for time in times]
        first = grid.index(times[0]) if math.isfinite(times[0]) else -1
        if first >= 0 and grid.is_run(first, times):  # without holes, as a busy metric is
            self.values[first : first + len(points)] = points
            self._any_value = True
            return
        start, end, period = grid.start_s, grid.end_s, grid.period_s
        placed = self.values
        for time, value in zip(times, points, strict=True):
            if start <= time < end:  # CloudWatch may round our start down for old data
                placed[int((time - start) // period)] = value
                self._any_value = True


def _points(values: Sequence[Any]) -> array[float]:
    if not _NUMBERS.issuperset(map(type, values)):
        raise WrongShape("a value that is not a number")
    try:
        points = array("f", values)
    except OverflowError as error:
        raise WrongShape("a value beyond any measurement") from error
    # A NaN, or past what a 32-bit float holds: either would be shown as something that it is not.
    if not math.isfinite(sum(points)):
        raise WrongShape("a value beyond any measurement")
    return points


def texts(messages: object) -> list[str]:
    """CloudWatch's Messages as text; whatever else stands there is left out."""
    if not isinstance(messages, list | tuple):
        return []
    found = []
    for message in messages:
        if isinstance(message, dict):
            parts = (str(message.get(key, "")) for key in ("Code", "Value"))
            found.append(" ".join(": ".join(part for part in parts if part).split())[:200])
    return [text for text in found if text]


def _epoch_s(time: object) -> float:
    if isinstance(time, datetime) and time.tzinfo is not None:
        return time.timestamp()
    if isinstance(time, int | float) and not isinstance(time, bool) and math.isfinite(time):
        return time
    raise WrongShape("a timestamp that is none")
