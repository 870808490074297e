"""The meter in the header: dollars an hour, what rests, what is saved on. Pure."""

from __future__ import annotations

from aws.model import Polling, Snapshot
from tui.present import styles
from tui.present.figures import usd, usd_per_hour
from widgets.cells import Cell
from widgets.parts import KEEP, Part


def marks(polling: Polling) -> list[Part]:
    """What rests and what is saved on: never left out of the header, only shortened."""
    parts = []
    if polling.resting:
        parts.append(_mark("resting", polling.resting))
    if polling.savings:
        first, *others = polling.savings  # the meter's panel has them all
        parts.append(_mark("saving", f"{first} +{len(others)}" if len(others) > 1 else ", ".join(polling.savings)))
    return parts


def _mark(word: str, what: str) -> Part:
    return Part((Cell(f"{word}: {what}", styles.NOTE),), KEEP, (Cell(word, styles.NOTE),), right=True, short_priority=4)


def rate(snapshot: Snapshot) -> Part | None:
    """``$0.31/h``, with ~ as long as it is only planned; with the mode and the limit that somebody chose."""
    polling, spent = snapshot.polling, snapshot.api.usd_per_hour
    planned = polling.usd_per_hour_planned
    if spent is None and not planned:
        return None
    head = Cell(usd_per_hour(spent) if spent is not None else f"~{usd_per_hour(planned or 0.0)}")
    mode = f"{polling.mode} " if polling.mode != "standard" else ""
    limit = f" of {usd(polling.max_usd_per_hour)}" if polling.max_usd_per_hour else ""
    return Part((Cell(mode, styles.QUIET), head, Cell(limit, styles.QUIET)), 2, (head,), right=True, short_priority=6)
