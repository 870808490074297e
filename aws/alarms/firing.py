"""Alarms that fire, as findings on what they watch. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from aws.alarms.silence import Silence
from aws.model import Alarm, AlarmState, Finding, Severity
from aws.slices import Steps

RULE = "alarm.firing"
OLD_S = 86_400  # what has fired for a day is known, or nobody minds
_OWN = Silence(()).own  # by what the alarm itself shows


def firing(
    alarms: Iterable[Alarm],
    targets: Mapping[str, tuple[str, ...]],
    now_s: float,
    *,
    silent: Callable[[Alarm], str] = _OWN,
) -> Steps[dict[str, tuple[Finding, ...]]]:
    """The findings of alarms in ALARM, by the ARN that each is shown on, the longest-standing first. In steps: when a
    region is in trouble, thousands fire.

    That is every resource of ``targets`` (ARN of the alarm -> ARNs), or the alarm itself where it has none. Critical
    unless ``silent`` says why its actions reach nobody: then a warning; where this cannot be told it is critical. For
    information once it has fired for a day, and where it only steers automatic scaling, which is its purpose.
    """
    found: dict[str, list[Finding]] = {}
    for alarm in alarms:
        if alarm.state is AlarmState.ALARM:
            for arn in targets.get(alarm.arn) or (alarm.arn,):
                found.setdefault(arn, []).append(_finding(alarm, arn, now_s, silent(alarm)))
            yield
    ordered: dict[str, tuple[Finding, ...]] = {}
    for arn, findings in found.items():
        ordered[arn] = tuple(sorted(findings, key=lambda one: (one.severity.rank, one.since_s or now_s, one.text)))
        yield
    return ordered


def _finding(alarm: Alarm, arn: str, now_s: float, silent: str) -> Finding:
    severity = Severity.WARNING if silent else Severity.CRITICAL
    if only_scales(alarm) or (alarm.since_s is not None and now_s - alarm.since_s >= OLD_S):
        severity = Severity.INFO
    if only_scales(alarm):
        told = "It steers automatic scaling."
    elif silent:
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
