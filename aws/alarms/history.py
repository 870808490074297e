"""What happened to an alarm, in words; and whether its action ran."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from aws.call import Call, items
from aws.model import AlarmKind

_TYPES: Final = {
    AlarmKind.METRIC: "MetricAlarm",
    AlarmKind.COMPOSITE: "CompositeAlarm",
    AlarmKind.LOG: "LogAlarm",
}
_A_PAGE: Final = 100
_FAILED: Final = "Failed to execute action"


class Acted(NamedTuple):
    """One action that an alarm took, or tried to."""

    at_s: float
    alarm: str
    target: str
    failure: str  # empty where it ran


async def read_history(call: Call, name: str, kind: AlarmKind, *, most: int) -> tuple[tuple[float, str], ...]:
    """What happened to an alarm, newest first, at most so many: (UTC epoch seconds, words). Raises `AwsError`."""
    found = []
    async for item in walk_history(call, AlarmName=name, AlarmTypes=[_TYPES[kind]]):
        found.append((_at_s(item), _words(item)))
        if len(found) >= most:
            break
    return tuple(found)


async def walk_history(call: Call, **selection: Any) -> AsyncIterator[Mapping[str, Any]]:
    """DescribeAlarmHistory's items, newest first. Raises `AwsError`."""
    token = ("NextToken", "NextToken")
    params = {"MaxRecords": _A_PAGE, "ScanBy": "TimestampDescending", **selection}
    async for item in items(
        call, "cloudwatch", "DescribeAlarmHistory", result="AlarmHistoryItems", token=token, **params
    ):
        yield item


def acted(item: Mapping[str, Any]) -> Acted:
    """A history item of the type Action as what was done, to whom, and what went wrong."""
    summary, data = str(item.get("HistorySummary") or ""), _data(item)
    target = str(data.get("notificationResource") or "") or next(
        (w for w in summary.split() if w.startswith("arn:")), ""
    )
    failed = data.get("actionState") == "Failed" or summary.startswith(_FAILED)
    failure = ""
    if failed:
        # CloudWatch: Failed to execute action <arn>. Received error: "<why>"
        failure = str(data.get("error") or summary.partition("Received error: ")[2].strip('" ') or "no reason given")
    return Acted(_at_s(item), str(item.get("AlarmName") or ""), target.rstrip("."), failure)


def _words(item: Mapping[str, Any]) -> str:
    kind, data = item.get("HistoryItemType"), _data(item)
    summary = str(item.get("HistorySummary") or "")
    if kind == "Action":
        done = acted(item)
        name = done.target.rpartition(":")[2] or "its action"
        return f"could not notify {name}: {done.failure}" if done.failure else f"notified {name}"
    if kind == "StateUpdate":
        old, new = data.get("oldState") or {}, data.get("newState") or {}
        if new.get("stateValue"):
            change = f"{old.get('stateValue', '?')} to {new['stateValue']}"
            return f"{change}: {new['stateReason']}" if new.get("stateReason") else change
    if kind == "ConfigurationUpdate" and data.get("type") in ("Create", "Update", "Delete"):
        return {"Create": "created", "Update": "changed", "Delete": "deleted"}[data["type"]]
    return summary


def _data(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """HistoryData as an object; empty where it was cut short, as CloudWatch does at 4,095 characters."""
    try:
        data = json.loads(item.get("HistoryData") or "{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _at_s(item: Mapping[str, Any]) -> float:
    at = item.get("Timestamp")
    return at.timestamp() if isinstance(at, datetime) else datetime.fromtimestamp(0, UTC).timestamp()
