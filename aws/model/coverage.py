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
    """One recommended alarm of a resource, and what the account's alarms make of it.

    It does not name the resource: thousands of functions without an alarm have these in common, and each is kept once.

    ``rule`` is the recommendation's id. One for several metrics of a resource is several of these, with the same rule;
    ``metric`` then tells them apart, and is None otherwise. ``alarms`` are the ARNs of the alarms that led to the
    verdict, the best first; ``detail`` says in a clause why it is silent, dead, weaker or not applicable.
    ``superseded`` are ARNs of alarms of ours that another alarm, not ours, does as well: they may go. ``unsure``: an
    alarm watches, but whether anybody hears it cannot be told; ``detail`` says why. ``custom_metric``: what the
    recommended alarm watches is one of ours, which is paid for besides.
    """

    rule: str
    cover: Cover
    alarms: tuple[str, ...] = ()
    detail: str = ""
    superseded: tuple[str, ...] = ()
    unsure: bool = False
    metric: MetricKey | None = None
    custom_metric: bool = False
