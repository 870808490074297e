"""Which alarms a resource should have, and which it has."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Cover(StrEnum):
    """What stands between one recommended alarm and nobody being told."""

    PRESENT = "present"
    MISSING = "missing"
    SILENT = "silent"  # watched, but no action runs, or none reaches anybody
    DEAD = "dead"  # watched by an alarm that can never fire
    WEAKER = "weaker"  # watched, but the alarm fires later than recommended
    NOT_APPLICABLE = "not applicable"
    UNKNOWN = "unknown"  # the alarms could not be read


@dataclass(frozen=True, slots=True)
class Covered:
    """One recommended alarm of one resource, and what the account's alarms make of it.

    ``rule`` is the recommendation's id; ``alarms`` the ARNs of the alarms that led to the verdict, the best first;
    ``detail`` says in a clause why it is silent, dead, weaker or not applicable. ``superseded`` are ARNs of alarms of
    ours that another alarm, not ours, does as well: they may go.
    """

    resource: str
    rule: str
    cover: Cover
    alarms: tuple[str, ...] = ()
    detail: str = ""
    superseded: tuple[str, ...] = ()
