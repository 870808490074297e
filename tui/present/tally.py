"""How many resources and alarms stand where: many parts of the screen ask, and ten thousand are counted once."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

from aws.model import Alarm, AlarmState, Health, Snapshot
from tui.present.kept import Newest


def by_health(snapshot: Snapshot) -> Mapping[Health, int]:
    """The number of resources of each health."""
    return _by_health.of(snapshot.health)


def firing(snapshot: Snapshot) -> int:
    """The number of alarms in state ALARM."""
    return _firing.of(snapshot.alarms)


def _healths(health: Mapping[str, Health]) -> dict[Health, int]:
    values = list(health.values())
    return {each: values.count(each) for each in Health}


def _in_alarm(alarms: Mapping[str, Alarm]) -> int:
    return list(map(_state, alarms.values())).count(AlarmState.ALARM)


_state = attrgetter("state")
_by_health = Newest(_healths)
_firing = Newest(_in_alarm)
