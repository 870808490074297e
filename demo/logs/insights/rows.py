"""A log event as a query sees it, and a value as an answer shows it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, TypeAlias

import orjson

Value: TypeAlias = "str | float | None"
Row: TypeAlias = "dict[str, Value]"

TIMES = frozenset({"@timestamp", "@ingestionTime"})
_REQUEST = re.compile(r"RequestId: (\S+)")
# What Insights discovers in Lambda's own REPORT line; bytes and milliseconds as there.
_REPORT = {
    "@duration": (re.compile(r"\bDuration: ([\d.]+) ms"), 1.0),
    "@billedDuration": (re.compile(r"Billed Duration: ([\d.]+) ms"), 1.0),
    "@initDuration": (re.compile(r"Init Duration: ([\d.]+) ms"), 1.0),
    "@memorySize": (re.compile(r"Memory Size: ([\d.]+) MB"), 1e6),
    "@maxMemoryUsed": (re.compile(r"Max Memory Used: ([\d.]+) MB"), 1e6),
}
_TYPES = ("START", "END", "REPORT")


def row_of(group: str, stream: str, message: str, at_ms: int, ingested_ms: int) -> Row:
    """The event's own fields, those of Lambda's lines, and a JSON object's by their dotted names."""
    row: Row = {
        "@timestamp": float(at_ms),
        "@ingestionTime": float(ingested_ms),
        "@message": message,
        "@logStream": stream,
        "@log": group,
    }
    kind = message.split(" ", 1)[0]
    if kind in _TYPES and (request := _REQUEST.search(message)):
        row |= {"@type": kind, "@requestId": request[1]}
    if kind == "REPORT":
        for name, (pattern, scale) in _REPORT.items():
            if found := pattern.search(message.replace("Billed Duration", "") if name == "@duration" else message):
                row[name] = float(found[1]) * scale
    if message.lstrip().startswith("{"):
        _flatten(row, "", _json(message))
    return row


def shown(name: str, value: Value) -> str:
    """A value as Insights prints it: times in UTC, whole numbers without a point."""
    if isinstance(value, float):
        if name in TIMES or name.startswith("bin("):
            return datetime.fromtimestamp(value / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.") + f"{int(value) % 1000:03d}"
        return str(int(value)) if value.is_integer() else f"{value:.4f}".rstrip("0")
    return value or ""


def numeric(value: Value) -> float | None:
    """The value as a number, where it is one."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return value


def _json(message: str) -> Any:
    try:
        return orjson.loads(message)
    except orjson.JSONDecodeError:
        return {}


def _flatten(row: Row, prefix: str, value: Any) -> None:
    match value:
        case dict():
            for name, inner in value.items():
                _flatten(row, f"{prefix}.{name}" if prefix else name, inner)
        case list():
            for index, inner in enumerate(value):
                _flatten(row, f"{prefix}.{index}", inner)
        case bool():
            row[prefix] = "1" if value else "0"
        case int() | float():
            row[prefix] = float(value)
        case str():
            row[prefix] = value
