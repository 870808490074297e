"""Would an alarm have told anybody? The word for it, from the alarms that watch a resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from aws.model import Alarm, AlarmState, Delivery, Scope, Snapshot
from tui.present import styles
from tui.present.kept import Newest

if TYPE_CHECKING:
    from aws.alarms.silence import Silence


class Cover(StrEnum):
    """What the alarms on a resource would do about its trouble."""

    FIRED = "FIRED"  # one is in ALARM and its actions run
    ARMED = "ARMED"  # one would
    FIRED_UNSURE = "FIRED?"  # it fires, but it cannot be told whether anybody hears it
    ARMED_UNSURE = "ARMED?"
    SILENT = "SILENT"  # those that watch it do nothing when they fire
    DEAD = "DEAD"  # those that watch it can never fire
    NONE = "NONE"
    UNKNOWN = "?"  # the alarms could not be read, or not yet


# What fires, then what nobody would hear of, then what is well.
_IN_ORDER = (Cover.FIRED, Cover.FIRED_UNSURE, Cover.NONE, Cover.DEAD, Cover.SILENT, Cover.UNKNOWN)
COVER_RANK = {cover: rank for rank, cover in enumerate((*_IN_ORDER, Cover.ARMED_UNSURE, Cover.ARMED))}
COVER_STYLE = {
    Cover.FIRED: styles.STRONG,
    Cover.ARMED: styles.GOOD,
    Cover.FIRED_UNSURE: styles.UNKNOWN,
    Cover.ARMED_UNSURE: styles.UNKNOWN,
    Cover.SILENT: styles.WARNING,
    Cover.DEAD: styles.WARNING,
    Cover.NONE: styles.WARNING,
    Cover.UNKNOWN: styles.UNKNOWN,
}


def alarms_unread(snapshot: Snapshot, scope: Scope | None = None) -> bool:
    """Whether alarms may exist that we have not seen, in one account and region or in any."""
    if _recalled(snapshot):
        return True
    gaps = [gap for gap in snapshot.gaps if gap.action.endswith("DescribeAlarms")]
    denied = any(scope is None or (gap.account, gap.region) == (scope.account, scope.region) for gap in gaps)
    return denied or (not snapshot.complete and not snapshot.alarms)


def _recalled(snapshot: Snapshot) -> bool:
    return snapshot.recalled is not None and snapshot.recalled.alarms


def _watching(alarm_targets: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The ARNs of the alarms that watch each resource, by the resource's ARN.

    Alarms change their states far more often than what they watch, and to compare is quicker than to turn.
    """
    global _turned_last
    before, turned = _turned_last  # looked at once: a thread may ask about another snapshot
    if before is not alarm_targets and before != alarm_targets:
        turned = _turned(alarm_targets)
    _turned_last = alarm_targets, turned
    return turned


def _turned(alarm_targets: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    watching: dict[str, list[str]] = {}
    for arn, targets in alarm_targets.items():
        for target in targets:
            if target in watching:
                watching[target].append(arn)
            else:
                watching[target] = [arn]
    return watching


_turned_last: tuple[Mapping[str, tuple[str, ...]], dict[str, list[str]]] = ({}, {})


@dataclass(frozen=True, slots=True)
class Coverage:
    """The alarms of one snapshot, ready to be asked about resources. ``watching`` are their ARNs by what they watch."""

    watching: Mapping[str, list[str]]
    known: Mapping[str, Alarm]
    dead: frozenset[str]
    unread: bool
    silence: Silence
    recalled: bool = False  # the alarms are as an earlier run saw them: what they would do today is not known
    _said: dict[str, Cover] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, snapshot: Snapshot) -> Coverage:
        """A snapshot's alarms by what they watch. The newest is kept: every list and every cursor move asks for it."""
        alarms, targets = snapshot.alarms, snapshot.alarm_targets
        # Until all is listed, an alarm may not have been matched yet with what it watches.
        unread, recalled = alarms_unread(snapshot) or snapshot.progress is not None, _recalled(snapshot)
        return _newest.of(alarms, targets, snapshot.delivery, snapshot.dead_alarms, unread, recalled)

    def alarms(self, arn: str) -> list[Alarm]:
        """Those that watch the resource."""
        return [alarm for each in self.watching.get(arn, ()) if (alarm := self.known.get(each))]

    def says(self, arn: str, metric_names: frozenset[str] = frozenset()) -> Cover:
        """The word for the resource. With ``metric_names``, CloudWatch's own, only alarms that watch one of them
        count as armed: an alarm on throttles tells nobody about errors. An alarm that fires counts in any case.
        """
        if self.recalled:
            return Cover.UNKNOWN
        if metric_names:
            return self._says(arn, metric_names)
        if (said := self._said.get(arn)) is None:
            said = self._said[arn] = self._says(arn, metric_names)
        return said

    def _says(self, arn: str, metric_names: frozenset[str]) -> Cover:
        firing = perhaps_told = watching = alive = armed = perhaps_armed = False
        for alarm in self.alarms(arn):
            fires = alarm.state is AlarmState.ALARM
            if fires and not self.silence.own(alarm):
                if not self.silence.doubt(alarm):
                    return Cover.FIRED
                perhaps_told = True
            firing |= fires
            if _watches(alarm, metric_names):
                watching = True
                if alarm.arn not in self.dead:
                    alive = True
                    heard = self.silence.heard(alarm)
                    armed |= not (heard.silent or heard.unsure)
                    perhaps_armed |= bool(heard.unsure)
        if perhaps_told:
            return Cover.FIRED_UNSURE
        if armed:
            return Cover.ARMED
        if self.unread:
            return Cover.UNKNOWN
        if perhaps_armed:
            return Cover.ARMED_UNSURE
        if alive or firing:
            return Cover.SILENT
        return Cover.DEAD if watching else Cover.NONE


def _coverage(
    alarms: Mapping[str, Alarm],
    targets: Mapping[str, tuple[str, ...]],
    delivery: Delivery,
    dead: frozenset[str],
    unread: bool,
    recalled: bool,
) -> Coverage:
    from aws.alarms.silence import Silence  # there is something to show: the first frame is long painted

    return Coverage(_watching(targets), alarms, dead, unread, Silence(alarms.values(), delivery), recalled)


_newest = Newest(_coverage)


def _watches(alarm: Alarm, metric_names: frozenset[str]) -> bool:
    """Composite and expression alarms cannot be told by a metric's name: they count."""
    return not metric_names or not alarm.watches or any(w.metric.name in metric_names for w in alarm.watches)
