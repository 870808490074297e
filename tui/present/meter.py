"""The meter in the header: dollars an hour, what rests, what is saved on. Pure."""

from __future__ import annotations

from aws.model import Polling, Snapshot
from tui.present import styles
from tui.present.figures import usd, usd_per_hour
from widgets.cells import Cell
from widgets.header import KEEP, Part


def marks(polling: Polling) -> list[Part]:
    """What rests and what is saved on: never left out of the header, only shortened."""
    parts = []
    if polling.resting:
        parts.append(_mark("resting", polling.resting))
    if polling.savings:
        parts.append(_mark("saving", ", ".join(polling.savings)))
    return parts


def _mark(word: str, what: str) -> Part:
    return Part((Cell(f"{word}: {what}", styles.NOTE),), KEEP, (Cell(word, styles.NOTE),), right=True, short_priority=4)


def rate(snapshot: Snapshot) -> Part | None:
    """``$0.31/h``; with the mode where it is not the usual one, and with the limit where there is one."""
    polling, spent = snapshot.polling, snapshot.api.usd_per_hour
    if spent is None:
        return None
    head = Cell(usd_per_hour(spent))
    mode = f"{polling.mode} " if polling.mode != "standard" else ""
    limit = f" of {usd(polling.max_usd_per_hour)}" if polling.max_usd_per_hour else ""
    return Part((Cell(mode, styles.QUIET), head, Cell(limit, styles.QUIET)), 2, (head,), right=True, short_priority=6)
