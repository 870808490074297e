"""PutAlarmMuteRule, GetAlarmMuteRule, ListAlarmMuteRules, DeleteAlarmMuteRule: alarms that act on nothing meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aws.model import AlarmState
from demo.cloudwatch.alarm_records import AlarmBook
from demo.cloudwatch.fields import Params, epoch_s, one_of, required, structure, text, texts, whole
from demo.cloudwatch.paging import Page, page_of, token_for
from demo.cloudwatch.schedules import Schedule, schedule
from demo.cloudwatch.tags import Tags
from demo.errors import ServiceError

_STATUSES: Final = ("SCHEDULED", "ACTIVE", "EXPIRED")
_MOST_TARGETS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """One rule. ``given`` are PutAlarmMuteRule's own keys, but for the tags."""

    name: str
    arn: str
    given: Mapping[str, Any]
    schedule: Schedule
    targets: frozenset[str]
    start_s: float | None
    expire_s: float | None
    updated_s: float

    def status(self, at_s: float) -> str:
        if (self.expire_s is not None and at_s >= self.expire_s) or self.schedule.over_at(at_s):
            return "EXPIRED"
        began = self.start_s is None or at_s >= self.start_s
        return "ACTIVE" if began and self.schedule.open_at(at_s) else "SCHEDULED"

    def summary(self, at_s: float) -> dict[str, Any]:
        return {
            "AlarmMuteRuleArn": self.arn,
            "Status": self.status(at_s),
            "MuteType": "RECURRING" if self.schedule.at is None else "ONE_TIME",
            "LastUpdatedTimestamp": self.updated_s,
            **({"ExpireDate": self.expire_s} if self.expire_s is not None else {}),
        }


class MuteRules:
    """The mute rules of an account, by name."""

    def __init__(self, book: AlarmBook, tags: Tags, arn_prefix: str) -> None:
        self._book = book
        self._tags = tags
        self._arn_prefix = arn_prefix
        self._rules: dict[str, _Rule] = {}

    def quiet(self, alarm: str, at_s: float) -> bool:
        """Whether an active rule keeps the alarm from acting at that time."""
        return any(alarm in rule.targets and rule.status(at_s) == "ACTIVE" for rule in self._rules.values())

    def put(self, params: Params, now_s: float) -> dict[str, Any]:
        """Create, or overwrite; tags count with the creation only."""
        name = required(params, "Name") and text(params, "Name", longest=255)
        targets = structure(params, "MuteTargets") if params.get("MuteTargets") is not None else {}
        rule = _Rule(
            name=name,
            arn=f"{self._arn_prefix}{name}",
            given={key: params[key] for key in ("Description", "Rule", "MuteTargets") if params.get(key) is not None},
            schedule=schedule(structure(structure(params, "Rule"), "Schedule")),
            targets=frozenset(texts(targets, "AlarmNames", most=_MOST_TARGETS)),
            start_s=_date_s(params, "StartDate"),
            expire_s=_date_s(params, "ExpireDate"),
            updated_s=now_s,
        )
        if name not in self._rules:
            self._tags.put(rule.arn, params)
        self._rules[name] = rule
        return {}

    def get(self, params: Params, now_s: float) -> dict[str, Any]:
        """One rule, whole."""
        name = required(params, "AlarmMuteRuleName")
        rule = self._rules.get(name)
        if rule is None:
            raise ServiceError("ResourceNotFoundException", f"There is no alarm mute rule {name}.", 404)
        start = {"StartDate": rule.start_s} if rule.start_s is not None else {}
        return {"Name": rule.name, **rule.given, **start, **rule.summary(now_s)}

    def list(self, params: Params, now_s: float) -> dict[str, Any]:
        """The rules by name, a page at a time."""
        wanted = texts(params, "Statuses")
        for status in wanted:
            one_of({"Statuses": status}, "Statuses", _STATUSES)
        target = text(params, "AlarmName", longest=255) if params.get("AlarmName") is not None else ""
        chosen = [
            rule
            for _, rule in sorted(self._rules.items())
            if (not target or target in rule.targets) and (not wanted or rule.status(now_s) in wanted)
        ]
        page, size = page_of("ListAlarmMuteRules", params, now_s), whole(params, "MaxRecords", 50, most=100)
        end = page.position + size
        found = {"AlarmMuteRuleSummaries": [rule.summary(now_s) for rule in chosen[page.position : end]]}
        if end >= len(chosen):
            return found
        return found | {"NextToken": token_for("ListAlarmMuteRules", params, Page(end, page.now_s))}

    def delete(self, params: Params, now_s: float) -> dict[str, Any]:
        """Delete, if it is there; what it muted and is in ALARM acts now."""
        rule = self._rules.get(required(params, "AlarmMuteRuleName"))
        if rule is None:
            return {}
        muted = [name for name in sorted(rule.targets) if self.quiet(name, now_s)]
        del self._rules[rule.name]
        self._tags.drop(rule.arn)
        for name in muted:
            record = self._book.get(name)
            if record is not None and record.state is AlarmState.ALARM:
                record.act(now_s)
        return {}


def _date_s(params: Params, name: str) -> float | None:
    return epoch_s(params, name) if params.get(name) is not None else None
