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
_LARGEST = 3.4028234e38  # of a 32-bit float


class WrongShape(Exception):
    """A result that is not what CloudWatch documents; its text says how."""


class Collected:
    """What the pages of one request have said about one query so far. A later page's status replaces an earlier one's:
    ``PartialData`` means that more is to come on the next page.
    """

    __slots__ = ("_window", "messages", "status", "values")

    def __init__(self, window: Window) -> None:
        self._window = window
        self.values = array("f", [MISSING]) * window.points
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
        start, period = self._window.start_s, self._window.period_s
        any_value = any(value == value for value in self.values)  # NaN is not equal to itself
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
        if not _NUMBERS.issuperset(map(type, values)):
            raise WrongShape("a value that is not a number")
        # Not a NaN and not past what a grid's 32-bit float holds: either would be shown as something it is not.
        if sum(values) != sum(values) or not -_LARGEST <= min(values) <= max(values) <= _LARGEST:
            raise WrongShape("a value beyond any measurement")
        if not _NUMBERS.issuperset(map(type, times)):
            times = [_epoch_s(time) for time in times]
        start, end, period = self._window
        first, count = times[0], len(times)
        # A run without holes on our grid, which is what a busy metric gives: compared and copied in C.
        if first >= start and (first - start) % period == 0 and first + count * period <= end:
            whole = int(first)
            if list(times) == list(range(whole, whole + count * period, period)):
                at = (whole - start) // period
                self.values[at : at + count] = array("f", values)
                return
        for time, value in zip(times, values, strict=True):
            if start <= time < end:  # CloudWatch may round our start down for old data
                self.values[int((time - start) // period)] = value


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
