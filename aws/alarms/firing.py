"""Alarms that fire, as findings on what they watch. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from aws.model import Alarm, AlarmState, Finding, Severity

RULE = "alarm.firing"
OLD_S = 86_400  # what has fired for a day is known, or nobody minds

# Actions that change capacity or a machine, and tell nobody.
_MECHANICAL = (":autoscaling:", ":application-autoscaling:", ":automate:", ":swf:")


def reaches_somebody(alarm: Alarm, undeliverable: Collection[str] = (), muted: Collection[str] = ()) -> bool | None:
    """Whether its actions tell anybody, as far as the alarm itself shows; None where that cannot be told.

    ``undeliverable`` are ARNs of topics that reach nobody, ``muted`` of alarms that a mute rule keeps quiet.
    """
    if alarm.silent or alarm.arn in muted:
        return False
    if all(tells_nobody(action) or action in undeliverable for action in alarm.alarm_actions):
        return False
    return None


def firing(
    alarms: Iterable[Alarm],
    targets: Mapping[str, tuple[str, ...]],
    now_s: float,
    *,
    reaches: Callable[[Alarm], bool | None] = reaches_somebody,
) -> dict[str, tuple[Finding, ...]]:
    """The findings of alarms in ALARM, by the ARN that each is shown on, the longest-standing first.

    That is every resource of ``targets`` (ARN of the alarm -> ARNs), or the alarm itself where it has none. Critical
    if ``reaches`` says that its actions reach somebody or that this cannot be told, else a warning; for information
    once it has fired for a day, and where it only steers automatic scaling, which is what that alarm is for.
    """
    found: dict[str, list[Finding]] = {}
    for alarm in alarms:
        if alarm.state is AlarmState.ALARM:
            for arn in targets.get(alarm.arn) or (alarm.arn,):
                found.setdefault(arn, []).append(_finding(alarm, arn, now_s, reaches(alarm)))
    return {
        arn: tuple(sorted(findings, key=lambda one: (one.severity.rank, one.since_s or now_s, one.text)))
        for arn, findings in found.items()
    }


def _finding(alarm: Alarm, arn: str, now_s: float, reached: bool | None) -> Finding:
    severity = Severity.WARNING if reached is False else Severity.CRITICAL
    if only_scales(alarm) or (alarm.since_s is not None and now_s - alarm.since_s >= OLD_S):
        severity = Severity.INFO
    if only_scales(alarm):
        told = "It steers automatic scaling."
    elif reached is False:
        told = "Its actions tell nobody."
    else:
        told = f"It notifies {', '.join(action.rpartition(':')[2] for action in alarm.alarm_actions)}."
    reason = alarm.reason if not alarm.reason or alarm.reason.endswith(".") else f"{alarm.reason}."
    return Finding(
        rule=RULE,
        severity=severity,
        resource=arn,
        text=f"alarm {alarm.name} fires",
        metric=alarm.watches[0].metric.name if alarm.watches else "",
        value=None,
        since_s=alarm.since_s,
        evidence=" ".join(part for part in (reason, told) if part),
    )


def only_scales(alarm: Alarm) -> bool:
    """Whether the alarm is a part of automatic scaling, and none for people."""
    actions = alarm.alarm_actions
    return alarm.actions_enabled and bool(actions) and all("autoscaling:" in action for action in actions)


def tells_nobody(action: str) -> bool:
    """Whether an action only changes capacity or a machine."""
    return any(part in action for part in _MECHANICAL)
