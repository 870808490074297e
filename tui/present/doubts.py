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
    topics = sorted(delivery.unsure.items())
    for arn, why in topics[:_MOST_TOPICS]:
        told.append(Cell(f"perhaps nobody hears {arn.rpartition(':')[2]}: {why}", styles.UNKNOWN))
    if len(topics) > _MOST_TOPICS:
        told.append(Cell(f"and {len(topics) - _MOST_TOPICS} topics more", styles.UNKNOWN))
    return told
