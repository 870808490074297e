"""What happened to an alarm, as DescribeAlarmHistory tells it.

The words, which repeat whole definitions, are made when somebody reads them: of ten thousand alarms, nobody does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from aws.evaluate.reasons import timestamp
from aws.model import AlarmState

_MAX_DATA: Final = 4095
_MAX_SUMMARY: Final = 255

Told: TypeAlias = tuple[str, Mapping[str, Any]]
"""HistorySummary, and HistoryData before it is written as JSON."""


class HistoryItem(NamedTuple):
    """``tell`` makes the words out of ``parts``; ``at_s`` is UTC epoch seconds."""

    at_s: float
    kind: str
    tell: Callable[..., Told]
    parts: tuple[Any, ...]


def configured(at_s: float, verb: str, name: str, definition: Mapping[str, Any]) -> HistoryItem:
    """An alarm was "created" or "updated"."""
    return HistoryItem(at_s, "ConfigurationUpdate", _configured, (verb, name, definition))


def deleted(at_s: float, name: str) -> HistoryItem:
    """An alarm was deleted."""
    return HistoryItem(at_s, "ConfigurationUpdate", _deleted, (name,))


def changed(at_s: float, old: tuple[AlarmState, str], new: tuple[AlarmState, str], data: str) -> HistoryItem:
    """An alarm took another state; states come with their reasons, the new one with its StateReasonData."""
    return HistoryItem(at_s, "StateUpdate", _changed, (old, new, data))


def acted(at_s: float, action: str) -> HistoryItem:
    """An action ran."""
    return HistoryItem(at_s, "Action", _acted, (action, at_s))


def item_structure(name: str, item: HistoryItem, *, composite: bool) -> dict[str, Any]:
    """An AlarmHistoryItem."""
    summary, data = item.tell(*item.parts)
    text = json.dumps(data, separators=(",", ":"))
    return {
        "AlarmName": name,
        "AlarmType": "CompositeAlarm" if composite else "MetricAlarm",
        "Timestamp": item.at_s,
        "HistoryItemType": item.kind,
        "HistorySummary": summary[:_MAX_SUMMARY],
        "HistoryData": text if len(text) <= _MAX_DATA else json.dumps({"version": "1.0"}),
    }


def _configured(verb: str, name: str, definition: Mapping[str, Any]) -> Told:
    kind = "Create" if verb == "created" else "Update"
    return f'Alarm "{name}" {verb}', {"version": "1.0", "type": kind, f"{verb}Alarm": definition}


def _deleted(name: str) -> Told:
    return f'Alarm "{name}" deleted', {"version": "1.0", "type": "Delete"}


def _changed(old: tuple[AlarmState, str], new: tuple[AlarmState, str], data: str) -> Told:
    states = [{"stateValue": state.value, "stateReason": reason} for state, reason in (old, new)]
    if data:
        states[1]["stateReasonData"] = data
    summary = f"Alarm updated from {old[0].value} to {new[0].value}"
    return summary, {"version": "1.0", "oldState": states[0], "newState": states[1]}


def _acted(action: str, at_s: float) -> Told:
    return f"Successfully executed action {action}", {
        "version": "1.0",
        "actionState": "Succeeded",
        "notificationResource": action,
        "stateUpdateTimestamp": timestamp(at_s),
    }
