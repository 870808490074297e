"""How a new answer meets what is already known of a series. Pure."""

from __future__ import annotations

import math
from array import array
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from aws.model import ReadState, Series


class Span(NamedTuple):
    """The range that an answer covers, UTC epoch seconds, aligned to the period; the end is exclusive."""

    start_s: int
    end_s: int


def merge(old: Series | None, new: Series, span: Span, *, window_s: int) -> Series:
    """The series after ``new`` was answered for ``span``: ``old`` itself wherever the answer taught us nothing.

    A complete answer replaces every point of its span, datapoints that have vanished included. A partial one adds
    what it has. Any other keeps the last good values, which are then STALE.
    """
    if old is not None and old.period_s != new.period_s:
        old = None
    if new.state.known:
        return _complete(old, new, span, window_s)
    if new.state is ReadState.PARTIAL:
        return _partial(old, new, span, window_s)
    return rested(old, new.detail) if old is not None and _ever_read(old) else _unread(old, new)


def rested(old: Series, detail: str) -> Series:
    """A series that was read once, after the newest attempt gave nothing, or after no attempt was made for long."""
    state = ReadState.STALE if old.read_at_s is not None else ReadState.PARTIAL
    return old if (old.state, old.detail) == (state, detail) else replace(old, state=state, detail=detail)


def teaches(old: Series | None, new: Series) -> bool:
    """Whether ``new`` says anything that ``old`` did not: another state, or another value at any time of its grid.

    The mere passing of minutes without a datapoint says nothing.
    """
    if old is new:
        return False
    if old is None or old.state is not new.state or old.period_s != new.period_s:
        return True
    if old.values is new.values or new.state is ReadState.NO_DATA:
        return False
    return on_grid(old, new.start_s, new.end_s).tobytes() != new.values.tobytes()


def on_grid(series: Series, start_s: int, end_s: int) -> array[float]:
    """The points of a series on another grid of the same period; NaN where it has none."""
    count = max(0, (end_s - start_s) // series.period_s)
    lead = (series.start_s - start_s) // series.period_s
    if lead == 0 and len(series.values) == count:
        return series.values
    values = nothing(min(lead, count)) + series.values if lead > 0 else series.values[-lead:]
    return values[:count] + nothing(count - len(values))


@lru_cache(maxsize=1024)
def nothing(count: int) -> array[float]:
    """A grid without a datapoint. Shared: quiet series, which most are, cost no memory."""
    return array("f", [math.nan]) * max(0, count)


def _complete(old: Series | None, new: Series, span: Span, window_s: int) -> Series:
    start_s = span.start_s if old is None else min(span.start_s, span.end_s - window_s)
    count = (span.end_s - start_s) // new.period_s
    before = nothing(0)
    if old is not None and span.start_s > start_s:
        before = on_grid(old, start_s, span.start_s)
    if new.state is ReadState.NO_DATA and _empty(before):
        return Series(start_s, new.period_s, nothing(count), ReadState.NO_DATA, new.read_at_s, new.detail)
    values = before + on_grid(new, span.start_s, span.end_s)
    return Series(start_s, new.period_s, values, ReadState.VALUE, new.read_at_s, new.detail)


def _partial(old: Series | None, new: Series, span: Span, window_s: int) -> Series:
    if old is None or not _ever_read(old):
        return Series(span.start_s, new.period_s, on_grid(new, *span), ReadState.PARTIAL, None, new.detail)
    start_s = span.end_s - window_s
    values = array("f", on_grid(old, start_s, span.end_s))
    for index, value in enumerate(on_grid(new, start_s, span.end_s)):
        if not math.isnan(value):
            values[index] = value
    return Series(start_s, new.period_s, values, ReadState.PARTIAL, old.read_at_s, new.detail)


def _unread(old: Series | None, new: Series) -> Series:
    """Neither was ever read: the newest reason counts, but "not asked" does not hide an earlier refusal."""
    if old is None or (new.state is not ReadState.NOT_FETCHED and (old.state, old.detail) != (new.state, new.detail)):
        return Series(new.start_s, new.period_s, nothing(0), new.state, None, new.detail)
    return old


def _ever_read(series: Series) -> bool:
    return series.read_at_s is not None or series.state is ReadState.PARTIAL


def _empty(values: array[float]) -> bool:
    return values.tobytes() == nothing(len(values)).tobytes() or all(math.isnan(value) for value in values)
