"""Would anybody be told when an alarm fires? Pure.

An alarm without actions of its own may still be heard: through a composite alarm whose rule accuses it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple, TypeAlias

from aws.alarms.firing import tells_nobody
from aws.evaluate.composite import Rule, accused, holds, parse_rule
from aws.evaluate.errors import RuleError
from aws.model import Alarm, AlarmKind, AlarmState

_Place: TypeAlias = tuple[str, str, str]  # account, region, name


class Heard(NamedTuple):
    """``silent`` says why nobody is told; ``only_with`` names the composite alarm that tells only if others fire too.

    Both are empty where somebody is told.
    """

    silent: str = ""
    only_with: str = ""


class _Above(NamedTuple):
    """A composite alarm that accuses another one."""

    alarm: Alarm
    alone: bool  # whether it fires when nothing else does


class Silence:
    """The alarms of any scopes, ready to be asked whether each is heard.

    ``undeliverable`` are ARNs of topics from which no message reaches anybody, ``muted`` ARNs of alarms that a mute
    rule keeps quiet.
    """

    def __init__(
        self, alarms: Iterable[Alarm], *, undeliverable: Collection[str] = (), muted: Collection[str] = ()
    ) -> None:
        self._undeliverable = frozenset(undeliverable)
        self._muted = frozenset(muted)
        self._above: dict[_Place, list[_Above]] = {}
        for alarm in alarms:
            if alarm.kind is AlarmKind.COMPOSITE:
                self._take_in(alarm)

    def heard(self, alarm: Alarm) -> Heard:
        """Whether somebody is told, by the alarm itself or by one above it."""
        silent = self.own(alarm)
        if not silent:
            return Heard()
        only_with = ""
        seen: set[tuple[_Place, bool]] = set()  # rules may refer to each other in a circle
        waiting = [_Above(alarm, True)]
        while waiting:
            at, alone = waiting.pop()
            place = _place(at, at.name)
            if (place, alone) in seen:
                continue
            seen.add((place, alone))
            for above in self._above.get(place, ()):
                both = alone and above.alone
                if self.own(above.alarm):
                    waiting.append(_Above(above.alarm, both))
                elif both:
                    return Heard()
                else:
                    only_with = above.alarm.name
        return Heard("", only_with) if only_with else Heard(silent)

    def own(self, alarm: Alarm) -> str:
        """Why the alarm's own actions tell nobody; empty where they do, or nobody can tell."""
        if alarm.arn in self._muted:
            return "muted"
        if not alarm.alarm_actions:
            return "it has no action"
        if not alarm.actions_enabled:
            return "its actions are switched off"
        telling = [action for action in alarm.alarm_actions if not tells_nobody(action)]
        if not telling:
            return "its actions tell nobody"
        if all(action in self._undeliverable for action in telling):
            return f"nobody hears {', '.join(action.rpartition(':')[2] for action in telling)}"
        return ""

    def _take_in(self, composite: Alarm) -> None:
        try:
            rule = parse_rule(composite.rule)
        except RuleError:  # words newer than ours: then we do not know that it tells of anything
            return
        for name in accused(rule):
            self._above.setdefault(_place(composite, name), []).append(_Above(composite, _speaks_alone(rule, name)))


def _speaks_alone(rule: Rule, name: str) -> bool:
    """Whether the rule holds where that one alarm fires and all others are well."""
    return holds(rule, lambda other: AlarmState.ALARM if other == name else AlarmState.OK)


def _place(alarm: Alarm, name: str) -> _Place:
    return alarm.scope.account, alarm.scope.region, name
