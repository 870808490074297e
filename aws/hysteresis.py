"""From "was the level reached in this minute?" to one verdict with a beginning: a pure function of the series.

The whole window is replayed at every look, so that a restart, `check` and the dashboard agree, and nothing has to be
remembered. The rules of the replay:

- a level is reached on provisional minutes only where the rule says so (counts grow; ratios and percentiles do not
  hold still until they are settled);
- nothing closes, and nothing becomes milder, on a minute that is not settled;
- what worsens does so at once;
- what closes is shown as recovered for fifteen minutes, and a return within them is a relapse, not a new trouble.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from aws.conditions import MINUTE_S, SETTLE_S, Frame
from aws.model import Phase, Severity

QUIET_MINUTES = 5  # this long below the closing level closes; runs with shorter gaps are one run
RECOVERED_MINUTES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One severity of a rule, minute by minute.

    ``opens`` says where the level is reached, ``stays`` where it is not yet low enough for long enough to close
    (it looks back over ``quiet`` minutes by itself). ``onset`` marks minutes that reach the level for themselves,
    where ``opens`` needs several of them within ``window`` minutes: the run began with the first.
    """

    severity: Severity
    opens: Sequence[bool]
    stays: Sequence[bool]
    provisional: bool = False
    onset: Sequence[bool] | None = None
    window: int = 5
    quiet: int = QUIET_MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One stretch of trouble. Minutes are indexes into the frame; ``last`` is where it closed, or the newest.

    ``open_ended`` is True where it may have begun before the frame.
    """

    severity: Severity
    phase: Phase
    since: int
    last: int
    open_ended: bool
    relapses: int
    recovered: int | None = None


def replay(frame: Frame, levels: Sequence[Level]) -> Episode | None:
    """What a rule has to say at the end of the frame. ``levels`` are its severities, the worst first."""
    first = min((index for level in levels if (index := _first(frame, level)) is not None), default=None)
    if first is None:
        return None
    state = _Replay(levels)
    for minute in range(first, frame.length):
        state.step(minute, settled=minute < frame.settled)
    return state.outcome(frame)


def _first(frame: Frame, level: Level) -> int | None:
    end = frame.length if level.provisional else frame.settled
    try:
        index = level.opens.index(True)
    except ValueError:
        return None
    return index if index < end else None


class _Replay:
    """The state while minutes go by: closed, open at a level, or closed a while ago."""

    __slots__ = ("_closed", "_current", "_levels", "_relapses", "_since", "_worst")

    def __init__(self, levels: Sequence[Level]) -> None:
        self._levels = levels
        self._current: int | None = None
        self._worst = len(levels) - 1
        self._since = 0
        self._relapses = 0
        self._closed: int | None = None

    def step(self, minute: int, *, settled: bool) -> None:
        reached = self._reached(minute, settled)
        if self._current is None:
            if reached is not None:
                self._open(reached, minute)
        elif reached is not None and reached <= self._current:
            self._current = reached
        elif settled:
            self._ease(minute, self._current)
        if self._current is not None:
            self._worst = min(self._worst, self._current)

    def _reached(self, minute: int, settled: bool) -> int | None:
        for index, level in enumerate(self._levels):
            if level.opens[minute] and (settled or level.provisional):
                return index
        return None

    def _open(self, reached: int, minute: int) -> None:
        if self._closed is not None and minute - self._closed <= RECOVERED_MINUTES:
            # Back in the very next minute: a gap that was just long enough to close is bridged all the same.
            self._relapses += minute - self._closed > 1
        else:
            self._relapses = 0
            self._since = min(_onset(level, minute) for level in self._levels if level.opens[minute])
            self._worst = reached
        self._current, self._closed = reached, None

    def _ease(self, minute: int, current: int) -> None:
        for index in range(current, len(self._levels)):
            level = self._levels[index]
            if level.opens[minute] or level.stays[minute]:
                self._current = index
                return
        self._current, self._closed = None, minute

    def outcome(self, frame: Frame) -> Episode | None:
        recovered = None
        if self._current is None:
            if self._closed is None or not _fresh(frame, self._closed):
                return None
            recovered = max(self._since, self._ended(self._closed))
        blind = max(QUIET_MINUTES, max(level.window for level in self._levels))
        return Episode(
            severity=self._levels[self._worst if self._current is None else self._current].severity,
            phase=Phase.RECOVERED if self._current is None else Phase.OPEN,
            since=self._since,
            last=frame.length - 1 if self._closed is None else self._closed,
            open_ended=self._since < blind,
            relapses=self._relapses,
            recovered=recovered,
        )

    def _ended(self, closed: int) -> int:
        """The first minute without trouble: what kept the finding open looks back over ``quiet`` minutes."""
        ends = [0]
        for level in self._levels:
            held = (minute for minute in range(closed, self._since - 1, -1) if level.stays[minute])
            ends.extend(minute + 2 - level.quiet for minute in islice(held, 1))
        return max(ends)


def _onset(level: Level, minute: int) -> int:
    if level.onset is None:
        return minute
    earliest = max(0, minute + 1 - level.window)
    return next((index for index in range(earliest, minute + 1) if level.onset[index]), minute)


def _fresh(frame: Frame, closed: int) -> bool:
    """Whether a recovery is still shown: for fifteen minutes from when it could first be known."""
    known_s = frame.at_s(closed + 1) + SETTLE_S
    return frame.now_s < known_s + RECOVERED_MINUTES * MINUTE_S
