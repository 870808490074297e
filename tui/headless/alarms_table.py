"""``cwtop alarms …`` for people: plans, outcomes and alarms as lines. Plain text, nothing foreign alive. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from aws.alarms.definition import Definition, Plan, Planned
from aws.alarms.desk import Outcome, Result
from aws.alarms.silence import Heard, Silence
from aws.model import Alarm, Gap, Snapshot
from tui.headless.alarms_report import covers_by_alarm, dead
from widgets.inert import inert

_SIGNS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": ">=",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "<=",
}
_NAME_WIDTH = 58


def plan_table(plan: Plan, place: str) -> str:
    """What would be created, what it means, and what is in the way."""
    many = f"{len(plan.create)} alarm{'' if len(plan.create) == 1 else 's'}"
    lines = [f"{inert(place)}: {many} to create, ${plan.usd_per_month:.2f} a month; {len(plan.present)} present"]
    lines += [_planned(planned) for planned in plan.create]
    if plan.create:
        lines += _notified(plan.create)
    if plan.conflicts:
        lines += ["", "left alone, because the name is used (--replace NAME overwrites it):"]
        lines += [f"  {inert(each.planned.definition.name)}: {inert(each.reason)}" for each in plan.conflicts]
    if plan.attention:
        lines += ["", "exists, but does less than it seems:"]
        lines += [f"  {inert(each.name or each.resource)}: {inert(each.problem)}" for each in plan.attention]
    lines += _unread(plan.gaps)
    return "\n".join(lines) + "\n"


def outcome_line(outcome: Outcome) -> str:
    """One item as it ends."""
    text = f": {inert(outcome.text)}" if outcome.text else ""
    return f"{outcome.result.value:<9} {inert(outcome.name)}{text}\n"


def outcomes_summary(outcomes: Sequence[Outcome]) -> str:
    """``5 created, 1 skipped``."""
    numbers = Counter(each.result for each in outcomes)
    return ", ".join(f"{numbers[result]} {result.value}" for result in Result if numbers[result]) or "nothing to do"


def list_table(snapshot: Snapshot, alarms: Sequence[Alarm]) -> str:
    """One line an alarm, those that fire first."""
    covers = covers_by_alarm(snapshot)
    silence = Silence(snapshot.alarms.values(), snapshot.delivery)
    lines = [f"{'STATE':<18} {'NOTIFIES':<9} {'NAME':<{_NAME_WIDTH}} COVERS"]
    for alarm in alarms:
        rules = ", ".join(dict.fromkeys(rule for _, rule, _ in covers.get(alarm.arn, ())))
        notes = "can never fire" if dead(snapshot, alarm) else rules
        told = _told(alarm, silence.heard(alarm))
        lines.append(f"{alarm.state.value:<18} {told:<9} {inert(alarm.name):<{_NAME_WIDTH}} {inert(notes)}".rstrip())
    return "\n".join([*lines, *_unread(snapshot.gaps)]) + "\n"


def _told(alarm: Alarm, heard: Heard) -> str:
    """How many it notifies; an alarm without actions may be heard through a composite one above it."""
    if heard.silent:
        return "nobody"
    return f"{len(alarm.alarm_actions) or 'above'}{'?' if heard.unsure else ''}"


def _planned(planned: Planned) -> str:
    notes = ["is there, and lost its metric filter: only that is made"] if planned.filter_only else []
    if planned.fires_now:
        notes.append("FIRES NOW")
    if planned.would_have_fired is None:
        notes.append("no history")
    else:
        noisy = "NOISY, " if planned.noisy else ""
        notes.append(f"{noisy}fired {planned.would_have_fired} times in {_span(planned.history_days)}")
    if planned.owner_stack:
        notes.append(f"beside stack {planned.owner_stack}")
    severity = planned.severity.value[:4].upper()
    name = f"{inert(planned.definition.name):<{_NAME_WIDTH}}"
    return f"  {severity}  {name} {_fires(planned.definition)}  ${planned.usd_per_month:.2f}  {inert('; '.join(notes))}"


def _span(days: float) -> str:
    """Rounded down, so that no history looks longer than it is."""
    return f"{int(days)} days" if days >= 2 else f"{int(days * 24 + 1e-9)} h"


def _fires(definition: Definition) -> str:
    sign = _SIGNS.get(definition.comparison, definition.comparison)
    within = f"{definition.datapoints_to_alarm}/{definition.evaluation_periods}x{definition.period_s}s"
    return f"{definition.metric.name} {definition.stat} {sign} {definition.threshold:.6g} {within}"


def _notified(create: Iterable[Planned]) -> list[str]:
    told = Counter((planned.severity, planned.definition.alarm_actions) for planned in create)
    lines = [""]
    for (severity, actions), number in sorted(told.items(), key=lambda item: (item[0][0].rank, item[0][1])):
        names = ", ".join(action.rpartition(":")[2] for action in actions)
        lines.append(f"{severity.value}: {number} notify {inert(names) or 'NOBODY: these alarms would be silent'}")
    return lines


def _unread(gaps: Iterable[Gap]) -> list[str]:
    lines = [f"  {gap.service}  {gap.action}  {inert(gap.error)}\n    {inert(gap.hint)}" for gap in gaps]
    return ["", "could not be read:", *lines] if lines else []
