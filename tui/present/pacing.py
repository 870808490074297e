"""How the requests are spaced below AWS's quotas: which lanes are slowed, and how many are not. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from aws.model import Lane, Snapshot
from tui.present import styles
from tui.present.figures import counted
from widgets.cells import Cell

_NAME = 24  # cells of the first column


def lines(snapshot: Snapshot) -> Iterator[Cell]:
    """A line a lane that something is to be said of, the most throttled first; the others as a number."""
    yield Cell("PACING, requests a second to each quota of AWS", styles.STRONG)
    lanes = snapshot.polling.lanes
    told = sorted((lane for lane in lanes if _noted(lane)), key=lambda lane: (not _slowed(lane), -lane.throttled))
    for lane in told:
        yield Cell(f"  {lane.name:<{_NAME}}  {_state(lane)}", styles.WARNING if _slowed(lane) else "")
        if lane.last_error:
            yield Cell(f"      last refusal: {lane.last_error}", styles.QUIET)
    others = len(lanes) - len(told)
    if not lanes:
        yield Cell("  nothing is known of it yet", styles.QUIET)
    elif others:
        rest = counted(others, "other lanes") if told else counted(others, "lanes")
        yield Cell(f"  {rest} at full rate, never throttled", styles.QUIET)


def _slowed(lane: Lane) -> bool:
    return lane.per_second < lane.ceiling_per_second


def _noted(lane: Lane) -> bool:
    return _slowed(lane) or bool(lane.waiting or lane.throttled or lane.last_error)


def _state(lane: Lane) -> str:
    """``slowed to 1/s of 8/s  3 waiting  4 throttled``."""
    ceiling = f"{lane.ceiling_per_second:.3g}/s"
    words = [f"slowed to {lane.per_second:.3g}/s of {ceiling}" if _slowed(lane) else f"full rate {ceiling}"]
    words += [f"{lane.waiting} waiting"] if lane.waiting else []
    words += [f"{lane.throttled} throttled"] if lane.throttled else []
    return "  ".join(words)
