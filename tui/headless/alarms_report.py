"""``cwtop alarms … --output json``: plain data. Keys are a contract: more may come, none is renamed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aws.alarms.definition import Plan, Planned
from aws.alarms.desk import Outcome, Result
from aws.alarms.silence import Silence
from aws.model import Alarm, Gap, Snapshot
from tui.headless.report import gap_told, iso

_DONE = frozenset({Result.CREATED, Result.REPLACED, Result.DELETED, Result.CHANGED, Result.PROVED})
_NOT_DONE = frozenset({Result.FAILED, Result.UNKNOWN})


def plan_report(plans: Sequence[Plan], gaps: Iterable[Gap] = ()) -> dict[str, Any]:
    """The plans of all scopes as one; every item names its resource, whose ARN names account and region."""
    return {
        "version": 1,
        "scopes": [{"account": plan.account, "region": plan.region, "at": iso(plan.at_s)} for plan in plans],
        "create": [_planned(plan, planned) for plan in plans for planned in plan.create],
        "present": [
            {"name": name, "resource_arn": resource, "rule": rule}
            for plan in plans
            for resource, rule, name in plan.present
        ],
        "attention": [
            {"name": each.name, "resource_arn": each.resource, "problem": each.problem}
            for plan in plans
            for each in plan.attention
        ],
        "conflicts": [
            {
                "name": each.planned.definition.name,
                "reason": each.reason,
                "resource_arn": each.planned.resource,
                "rule": each.planned.rule,
                "differences": {
                    key: {"theirs": theirs, "ours": ours} for key, (theirs, ours) in each.differences.items()
                },
            }
            for plan in plans
            for each in plan.conflicts
        ],
        "usd_per_month": _usd(sum(plan.usd_per_month for plan in plans)),
        "gaps": _gaps(plans, gaps),
    }


def applied_report(outcomes: Sequence[tuple[Planned | None, Outcome]], runs: Sequence[str]) -> dict[str, Any]:
    """What became of each item. An outcome that nobody knows counts as failed: it is there, or it is not."""
    return {
        "version": 1,
        "runs": list(runs),
        "created": [_outcome(planned, each) for planned, each in outcomes if each.result in _DONE],
        "skipped": [_outcome(planned, each) | {"reason": each.text} for planned, each in outcomes if _is_skipped(each)],
        "failed": [_failed(planned, each) for planned, each in outcomes if each.result in _NOT_DONE],
    }


def undone_report(outcomes: Sequence[Outcome], runs: Sequence[str]) -> dict[str, Any]:
    """What became of each item of a run that was taken back."""
    return {
        "version": 1,
        "runs": list(runs),
        "deleted": [{"name": each.name} for each in outcomes if each.result in _DONE],
        "skipped": [{"name": each.name, "reason": each.text} for each in outcomes if _is_skipped(each)],
        "failed": [_failed(None, each) for each in outcomes if each.result in _NOT_DONE],
    }


def list_report(snapshot: Snapshot, alarms: Sequence[Alarm]) -> dict[str, Any]:
    """Every alarm, with what it watches and which recommendations it is taken to cover."""
    covers = covers_by_alarm(snapshot)
    silence = Silence(snapshot.alarms.values(), snapshot.delivery)
    heard = {alarm.arn: silence.heard(alarm) for alarm in alarms}
    return {
        "version": 1,
        "at": iso(snapshot.at_s),
        "alarms": [
            {
                "name": alarm.name,
                "arn": alarm.arn,
                "kind": alarm.kind.value,
                "state": alarm.state.value,
                "since": iso(alarm.since_s),
                "resource_arn": next(iter(snapshot.alarm_targets.get(alarm.arn, ())), None),
                "resources": list(snapshot.alarm_targets.get(alarm.arn, ())),
                "silent": bool(heard[alarm.arn].silent),
                "unheard_because": heard[alarm.arn].silent or None,
                "unsure_because": heard[alarm.arn].unsure or None,
                "dead": dead(snapshot, alarm),
                "actions_enabled": alarm.actions_enabled,
                "actions": list(alarm.alarm_actions),
                "covers": [
                    {"resource_arn": resource, "rule": rule, "cover": cover}
                    for resource, rule, cover in covers.get(alarm.arn, ())
                ],
            }
            for alarm in alarms
        ],
        "gaps": _gaps((), snapshot.gaps),
    }


def any_failed(outcomes: Iterable[Outcome]) -> bool:
    """Whether something did not come out, or nobody knows."""
    return any(each.result in _NOT_DONE for each in outcomes)


def dead(snapshot: Snapshot, alarm: Alarm) -> bool | None:
    """Whether it can never fire; None where nobody can tell: it watches nothing that we know."""
    if alarm.arn in snapshot.dead_alarms:
        return True
    return False if snapshot.alarm_targets.get(alarm.arn) else None


def covers_by_alarm(snapshot: Snapshot) -> Mapping[str, list[tuple[str, str, str]]]:
    """Alarm ARN -> (resource ARN, rule, cover) of each recommendation that it was weighed for."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for arn, covers in (snapshot.coverage or {}).items():
        for covered in covers:
            for alarm in covered.alarms:
                found.setdefault(alarm, []).append((arn, covered.rule, covered.cover.value))
    return found


def _planned(plan: Plan, planned: Planned) -> dict[str, Any]:
    metric_filter = planned.definition.filter
    return {
        "name": planned.definition.name,
        "resource_arn": planned.resource,
        "service": planned.service,
        "rule": planned.rule,
        "severity": planned.severity.value,
        "account": plan.account,
        "region": plan.region,
        "definition": planned.definition.parameters(),
        "metric_filter": metric_filter.parameters() if metric_filter is not None else None,
        "usd_per_month": _usd(planned.usd_per_month),
        "would_have_fired": planned.would_have_fired,
        "history_days": round(planned.history_days, 2),
        "fires_now": planned.fires_now,
        "noisy": planned.noisy,
        "owner_stack": planned.owner_stack,
        "filter_only": planned.filter_only,
    }


def _outcome(planned: Planned | None, outcome: Outcome) -> dict[str, Any]:
    known = {} if planned is None else {"resource_arn": planned.resource, "rule": planned.rule}
    return {"name": outcome.name, **known, "result": outcome.result.value, "text": outcome.text}


def _failed(planned: Planned | None, outcome: Outcome) -> dict[str, Any]:
    return _outcome(planned, outcome) | {"error": outcome.text or outcome.result.value}


def _is_skipped(outcome: Outcome) -> bool:
    return outcome.result is Result.SKIPPED


def _gaps(plans: Iterable[Plan], gaps: Iterable[Gap]) -> list[dict[str, str]]:
    unique = dict.fromkeys([*gaps, *(gap for plan in plans for gap in plan.gaps)])
    return [gap_told(gap) for gap in unique]


def _usd(value: float) -> float:
    return round(value, 6)
