"""Which alarms a resource should have, and which it has."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from aws.model.readings import MetricKey


class Cover(StrEnum):
    """What stands between one recommended alarm and nobody being told."""

    PRESENT = "present"
    MISSING = "missing"
    SILENT = "silent"  # watched, but no action runs, or none reaches anybody
    DEAD = "dead"  # watched by an alarm that can never fire
    WEAKER = "weaker"  # watched, but the alarm fires later than recommended
    NOT_APPLICABLE = "not applicable"
    UNKNOWN = "unknown"  # the alarms could not be read, or it cannot be told whether one watches it


class Covered(NamedTuple):
    """One recommended alarm of one resource, and what the account's alarms make of it.

    ``rule`` is the recommendation's id, ``metric`` what that alarm watches (None where it is not applicable): a
    recommendation for several metrics of one resource is several of these, with the same rule. ``alarms`` are the ARNs
    of the alarms that led to the verdict, the best first;
    ``detail`` says in a clause why it is silent, dead, weaker or not applicable. ``superseded`` are ARNs of alarms of
    ours that another alarm, not ours, does as well: they may go. ``unsure``: an alarm watches, but whether anybody
    hears it cannot be told; ``detail`` says why.
    """

    resource: str
    rule: str
    cover: Cover
    metric: MetricKey | None = None
    alarms: tuple[str, ...] = ()
    detail: str = ""
    superseded: tuple[str, ...] = ()
    unsure: bool = False
