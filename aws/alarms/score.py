"""Coverage in figures: apart from how it is judged, which the first frame need not wait for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from aws.model import Cover, Covered


class Score(NamedTuple):
    """How many alarms are recommended, and what became of each; those that do not apply are not among them.

    ``unsure`` are those of the present ones of which it cannot be told whether anybody hears them.
    """

    recommended: int = 0
    present: int = 0
    missing: int = 0
    silent: int = 0
    dead: int = 0
    weaker: int = 0
    unknown: int = 0
    unsure: int = 0

    @property
    def known(self) -> int:
        """Those of which it can be told what became of them."""
        return self.recommended - self.unknown

    @property
    def share(self) -> float | None:
        """From 0 to 1, how many of the known ones are present; None where nothing can be told."""
        return self.present / self.known if self.known else None

    @property
    def percent(self) -> int | None:
        """The share rounded down: 100 only where all are present. None where nothing can be told."""
        return 100 * self.present // self.known if self.known else None

    @property
    def whole(self) -> bool:
        """Whether nothing is missing, as far as is known for certain."""
        return self.present == self.recommended and not self.unsure


def score(covered: Iterable[Covered]) -> Score:
    """The figures of any recommended alarms: those of a resource, or of all."""
    counts = dict.fromkeys(Cover, 0)
    unsure = 0
    for each in covered:
        counts[each.cover] += 1
        unsure += each.unsure and each.cover is Cover.PRESENT
    return Score(
        recommended=sum(counts.values()) - counts[Cover.NOT_APPLICABLE],
        present=counts[Cover.PRESENT],
        missing=counts[Cover.MISSING],
        silent=counts[Cover.SILENT],
        dead=counts[Cover.DEAD],
        weaker=counts[Cover.WEAKER],
        unknown=counts[Cover.UNKNOWN],
        unsure=unsure,
    )


def score_of(coverage: Mapping[str, tuple[Covered, ...]] | None) -> Score | None:
    """The figures of a whole `Snapshot.coverage`; None where the alarms were never read."""
    return None if coverage is None else score(each for covered in coverage.values() for each in covered)
