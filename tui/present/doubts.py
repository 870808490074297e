"""What is in doubt beside the gaps: whom alarms reach, where nobody can tell; what the endpoint has never heard of."""

from __future__ import annotations

from aws.model import Snapshot
from tui.present import styles
from widgets.cells import Cell

_MOST_TOPICS = 5


def lines(snapshot: Snapshot) -> list[Cell]:
    """A line each for the `!` panel; none where nothing is in doubt."""
    delivery = snapshot.delivery
    told = [
        Cell(f"not offered by this endpoint, so nothing was read by it: {action}", styles.UNKNOWN)
        for action in sorted(delivery.not_offered)
    ]
    by_reason: dict[str, list[str]] = {}
    for arn, why in sorted(delivery.unsure.items()):
        by_reason.setdefault(why, []).append(arn.rpartition(":")[2])
    for why, names in by_reason.items():
        more = f" and {len(names) - _MOST_TOPICS} more" if len(names) > _MOST_TOPICS else ""
        told.append(Cell(f"perhaps nobody hears {', '.join(names[:_MOST_TOPICS])}{more}", styles.STRONG))
        told.append(Cell(f"  {why}", styles.UNKNOWN))
    return told
