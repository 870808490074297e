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
    latest = series.latest()
    if latest is None or latest[0] < series.end_s - within_s:
        return Figure(None, series.state)
    return Figure(latest[1], series.state)


def total(series: Series, *, within_s: int = RECENT_S) -> Figure:
    """The sum of the last five minutes of the grid; None where none of them has a datapoint."""
    points = [p for p in series.between(series.end_s - within_s, series.end_s) if p == p]  # not NaN
    return Figure(sum(points) if points else None, series.state)
