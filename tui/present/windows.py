"""Figures out of a series: the newest, the last five minutes, and how far they may be trusted."""

from __future__ import annotations

import math
from array import array
from typing import NamedTuple

from aws.model import ReadState, Series

RECENT_S = 300
UNPUBLISHED = 3  # CloudWatch's newest minutes come late


class Figure(NamedTuple):
    """A number with the state it was read in; ``value`` is None where there is no datapoint in reach."""

    value: float | None
    state: ReadState


def recent(series: Series, width: int) -> array[float]:
    """The newest ``width`` points. Minutes at the end that are not published yet are no gap, and left out."""
    end = len(series.values)
    while end > max(0, len(series.values) - UNPUBLISHED) and math.isnan(series.values[end - 1]):
        end -= 1
    return series.values[max(0, end - width) : end]


def newest(series: Series, *, within_s: int = RECENT_S) -> Figure:
    """The newest datapoint of the last five minutes of the grid."""
    if series.state is not ReadState.NO_DATA:  # of thousands of rows most are quiet
        in_reach = max(0, len(series.values) - within_s // series.period_s)
        for value in reversed(series.values[in_reach:]):
            if value == value:  # not NaN
                return Figure(value, series.state)
    return Figure(None, series.state)


def total(series: Series, *, within_s: int = RECENT_S) -> Figure:
    """The sum of the last five minutes of the grid; None where none of them has a datapoint."""
    if series.state is ReadState.NO_DATA:
        return Figure(None, series.state)
    points = [p for p in series.between(series.end_s - within_s, series.end_s) if p == p]  # not NaN
    return Figure(sum(points) if points else None, series.state)
