"""Figures out of a series: the newest, the last five minutes, and how far they may be trusted."""

from __future__ import annotations

import math
from typing import NamedTuple

from aws.model import ReadState, Series

RECENT_S = 300


class Figure(NamedTuple):
    """A number with the state it was read in; ``value`` is None where there is no datapoint in reach."""

    value: float | None
    state: ReadState


def newest(series: Series, *, within_s: int = RECENT_S) -> Figure:
    """The newest datapoint of the last five minutes of the grid."""
    latest = series.latest()
    if latest is None or latest[0] < series.end_s - within_s:
        return Figure(None, series.state)
    return Figure(latest[1], series.state)


def total(series: Series, *, within_s: int = RECENT_S) -> Figure:
    """The sum of the last five minutes of the grid; None where none of them has a datapoint."""
    points = [p for p in series.between(series.end_s - within_s, series.end_s) if not math.isnan(p)]
    return Figure(sum(points) if points else None, series.state)
