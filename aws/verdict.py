"""From an episode to a `Finding`: whose figures to quote, and since when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from aws.conditions import MINUTE_S, Frame
from aws.hysteresis import Episode
from aws.model import Finding, Phase, Severity
from aws.services.base import Reading


class Words(NamedTuple):
    """What a rule says about one minute: the "now" column, a sentence with the exact figures, the main figure."""

    text: str
    evidence: str
    value: float


def verdict(
    reading: Reading,
    rule: str,
    frame: Frame,
    episode: Episode | None,
    *,
    metric: str,
    unit: str,
    figure: Sequence[float],
    words: Callable[[int], Words],
    newest: int,
    severity: Severity | None = None,
) -> Finding | None:
    """The finding of an episode, or None where there is none.

    ``figure`` is what the rule measures in each minute: a recovered finding quotes its worst minute, an open one
    the ``newest``, unless that is quiet already.
    """
    if episode is None:
        return None
    span = range(episode.since, max(episode.since, min(episode.last, newest)) + 1)
    worst = max(span, key=lambda minute: (figure[minute] == figure[minute], figure[minute]))
    quoted = words(worst if episode.phase is Phase.RECOVERED or not figure[newest] > 0 else newest)
    quiet = episode.phase is Phase.OPEN and not figure[newest] > 0
    since_s = 0 if episode.open_ended else episode.since
    coarse = frame.grain_s > MINUTE_S
    return Finding(
        rule=rule,
        severity=severity or episode.severity,
        resource=reading.resource.arn,
        text=f"quiet now, was {quoted.text}" if quiet else quoted.text,
        metric=metric,
        value=quoted.value,
        unit=unit,
        since_s=float(_on_grid(frame, since_s)),
        since_mark=">" if episode.open_ended else "~" if coarse else "",
        evidence=quoted.evidence,
        phase=episode.phase,
        recovered_s=None if episode.recovered is None else float(frame.at_s(episode.recovered)),
        relapses=episode.relapses,
    )


def _on_grid(frame: Frame, minute: int) -> int:
    """A minute's start, or that of the coarse point it lies in: no finer than what was measured."""
    return frame.start_s + minute * MINUTE_S // frame.grain_s * frame.grain_s
