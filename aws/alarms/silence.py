"""Would anybody be told when an alarm fires? Pure.

An alarm without actions of its own may still be heard: through a composite alarm whose rule accuses it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from aws.evaluate.composite import Rule, accused, holds, parse_rule
from aws.evaluate.errors import RuleError
from aws.model import Alarm, AlarmKind, AlarmState, Delivery

_Place: TypeAlias = tuple[str, str, str]  # account, region, name
_NOTHING_AGAINST = Delivery()
# Actions that change capacity or a machine, and tell nobody.
_MECHANICAL = (":autoscaling:", ":application-autoscaling:", ":automate:", ":swf:")


class Heard(NamedTuple):
    """``silent`` says why nobody is told; ``only_with`` names the composite alarm that tells only if others fire too;
    ``unsure`` says why it cannot be told whether anybody hears.

    All are empty where somebody is told.
    """

    silent: str = ""
    only_with: str = ""
    unsure: str = ""


_HEARD = Heard()


class _Above(NamedTuple):
    """A composite alarm that accuses another one."""

    alarm: Alarm
    alone: bool  # whether it fires when nothing else does


class Silence:
    """The alarms of any scopes, ready to be asked whether each is heard; ``delivery`` is what is known of it."""

    def __init__(self, alarms: Iterable[Alarm], delivery: Delivery = _NOTHING_AGAINST) -> None:
        self._delivery = delivery
        self._above: dict[_Place, list[_Above]] = {}
        self._reached: dict[tuple[str, ...], bool] = {}  # by actions: thousands of alarms have the same
        for alarm in alarms:
            if alarm.kind is AlarmKind.COMPOSITE:
                self._take_in(alarm)

    def heard(self, alarm: Alarm) -> Heard:
        """Whether somebody is told, by the alarm itself or by one above it."""
        if self._surely_heard(alarm):
            return _HEARD
        only_with = unsure = ""
        seen: set[tuple[_Place, bool]] = set()  # rules may refer to each other in a circle
        waiting = [_Above(alarm, True)]
        while waiting:
            at, alone = waiting.pop()
            place = _place(at, at.name)
            if (place, alone) in seen:
                continue
            seen.add((place, alone))
            if not self.own(at):
                doubt = self.doubt(at)
                if alone and not doubt:
                    return _HEARD
                if alone:
                    unsure = unsure or doubt
                else:
                    only_with = only_with or at.name
            waiting += [_Above(above.alarm, alone and above.alone) for above in self._above.get(place, ())]
        if unsure or only_with:
            return Heard("", "" if unsure else only_with, unsure)
        return Heard(self.own(alarm))

    def _surely_heard(self, alarm: Alarm) -> bool:
        """Whether there is nothing against its own actions, and no doubt."""
        if not alarm.actions_enabled or self._delivery.mutes_unread or alarm.arn in self._delivery.muted:
            return not self.own(alarm) and not self.doubt(alarm)
        reached = self._reached.get(alarm.alarm_actions)
        if reached is None:
            reached = self._reached[alarm.alarm_actions] = not self.own(alarm) and not self.doubt(alarm)
        return reached

    def own(self, alarm: Alarm) -> str:
        """Why the alarm's own actions tell nobody; empty where they do, or nobody can tell."""
        if alarm.arn in self._delivery.muted:
            return "muted"
        if not alarm.alarm_actions:
            return "it has no action"
        if not alarm.actions_enabled:
            return "its actions are switched off"
        telling = _telling(alarm)
        if not telling:
            return "its actions tell nobody"
        if all(action in self._delivery.undeliverable for action in telling):
            return f"nobody hears {', '.join(action.rpartition(':')[2] for action in telling)}"
        return ""

    def doubt(self, alarm: Alarm) -> str:
        """Why it cannot be told whether the alarm's own actions reach anybody; empty where it can."""
        if why := self._delivery.mutes_unread.get(alarm.scope):
            return f"whether a mute rule keeps it quiet is not known: {why}"
        reasons = [
            self._delivery.unsure.get(action, "")
            for action in _telling(alarm)
            if action not in self._delivery.undeliverable
        ]
        return f"whether anybody is notified is not known: {reasons[0]}" if reasons and all(reasons) else ""

    def _take_in(self, composite: Alarm) -> None:
        try:
            rule = parse_rule(composite.rule)
        except RuleError:  # words newer than ours: then we do not know that it tells of anything
            return
        for name in accused(rule):
            self._above.setdefault(_place(composite, name), []).append(_Above(composite, _speaks_alone(rule, name)))


def _telling(alarm: Alarm) -> list[str]:
    """Its actions, without those that only change capacity or a machine."""
    return [action for action in alarm.alarm_actions if not any(part in action for part in _MECHANICAL)]


def _speaks_alone(rule: Rule, name: str) -> bool:
    """Whether the rule holds where that one alarm fires and all others are well."""
    return holds(rule, lambda other: AlarmState.ALARM if other == name else AlarmState.OK)


def _place(alarm: Alarm, name: str) -> _Place:
    return alarm.scope.account, alarm.scope.region, name
