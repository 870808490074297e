"""A planned alarm to the last key that AWS gets, and how it differs from one that has its name. Pure."""

from __future__ import annotations

import json
from typing import Any

from aws.alarms.definition import Conflict, Planned
from tui.present import styles
from widgets.cells import Cell
from widgets.lines import Line


def lines(planned: Planned) -> list[Line]:
    """PutMetricAlarm's parameters as JSON, those of PutMetricFilter before them where it needs one."""
    found: list[Line] = []
    if planned.definition.filter is not None:
        found += [(Cell("PutMetricFilter, first", styles.STRONG),), *_json(planned.definition.filter.parameters())]
        found.append((Cell(""),))
    return [*found, (Cell("PutMetricAlarm", styles.STRONG),), *_json(planned.definition.parameters())]


def differences(conflict: Conflict) -> list[Line]:
    """Key by key, theirs and ours."""
    found: list[Line] = [(Cell(conflict.reason, styles.WARNING),), (Cell(""),)]
    for key, (theirs, ours) in conflict.differences.items():
        found.append((Cell(key, styles.STRONG),))
        found.append((Cell("  theirs  ", styles.QUIET), Cell(_value(theirs))))
        found.append((Cell("  ours    ", styles.QUIET), Cell(_value(ours))))
    told = "It stays as it is, unless you name it with the space bar; then ours replaces it, its actions too."
    return [*found, (Cell(""),), (Cell(told, styles.QUIET),)]


def _json(parameters: dict[str, Any]) -> list[Line]:
    return [(Cell(line),) for line in json.dumps(parameters, indent=2, ensure_ascii=False).splitlines()]


def _value(value: Any) -> str:
    return "(none)" if value is None else json.dumps(value, ensure_ascii=False, default=str)
