"""Whether an alarm or a metric filter that exists is the one we mean, key by key. Pure.

CloudWatch fills in what was left out and keeps no order of actions and dimensions: two definitions are compared after
both have been brought into one form.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

# What a metric alarm is, by PutMetricAlarm's keys, with the value that CloudWatch assumes where a key is left out.
_DEFAULTS: Final[Mapping[str, Any]] = {
    "AlarmDescription": "",
    "ActionsEnabled": True,
    "OKActions": (),
    "AlarmActions": (),
    "InsufficientDataActions": (),
    "MetricName": None,
    "Namespace": None,
    "Statistic": None,
    "ExtendedStatistic": None,
    "Dimensions": (),
    "Period": None,
    "Unit": None,
    "EvaluationPeriods": None,
    "DatapointsToAlarm": None,
    "Threshold": None,
    "ComparisonOperator": None,
    "TreatMissingData": "missing",
    "EvaluateLowSampleCountPercentile": None,
    "Metrics": (),
    "ThresholdMetricId": None,
    "AlarmRule": None,
    "EvaluationCriteria": None,
    "EvaluationInterval": None,
    "WarmUpConfiguration": None,
}
_UNORDERED: Final = frozenset({"OKActions", "AlarmActions", "InsufficientDataActions", "Dimensions"})
_NUMBERS: Final = frozenset({"Period", "EvaluationPeriods", "DatapointsToAlarm", "Threshold"})


def normal_form(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """What defines an alarm, of PutMetricAlarm's parameters or DescribeAlarms' answer: no tags, no state."""
    form = {key: _plain(key, alarm.get(key), default) for key, default in _DEFAULTS.items()}
    if form["DatapointsToAlarm"] is None:
        form["DatapointsToAlarm"] = form["EvaluationPeriods"]
    return form


def differences(existing: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """PutMetricAlarm's keys in which they differ, as (theirs, ours); empty where they are the same alarm."""
    theirs, ours = normal_form(existing), normal_form(wanted)
    return {key: (theirs[key], ours[key]) for key in _DEFAULTS if theirs[key] != ours[key]}


def fingerprint(alarm: Mapping[str, Any]) -> str:
    """The same for the same definition, whoever describes it; 16 hexadecimal digits."""
    return _hash(normal_form(alarm))


def filter_form(metric_filter: Mapping[str, Any]) -> dict[str, Any]:
    """What defines a metric filter, of PutMetricFilter's parameters or of DescribeMetricFilters' answer."""
    return {
        "filterPattern": metric_filter.get("filterPattern") or "",
        "applyOnTransformedLogs": bool(metric_filter.get("applyOnTransformedLogs")),
        "metricTransformations": [
            {
                "metricName": each.get("metricName"),
                "metricNamespace": each.get("metricNamespace"),
                "metricValue": str(each.get("metricValue")),
                "defaultValue": None if each.get("defaultValue") is None else float(each["defaultValue"]),
                "dimensions": dict(each.get("dimensions") or {}),
                "unit": each.get("unit") or "None",
            }
            for each in metric_filter.get("metricTransformations") or ()
        ],
    }


def filter_fingerprint(metric_filter: Mapping[str, Any]) -> str:
    """As `fingerprint`, of a metric filter."""
    return _hash(filter_form(metric_filter))


def in_words(found: Mapping[str, tuple[Any, Any]]) -> str:
    """Differences as a clause: "Threshold 10 instead of 5, Period 60 instead of 300"."""
    return ", ".join(f"{key} {_word(theirs)} instead of {_word(ours)}" for key, (theirs, ours) in found.items())


def _plain(key: str, value: Any, default: Any) -> Any:
    if value is None:
        return list(default) if isinstance(default, tuple) else default
    if key == "Dimensions":
        value = [[str(each["Name"]), str(each["Value"])] for each in value]
    if key in _UNORDERED:
        return sorted(value)
    return float(value) if key in _NUMBERS else value


def _hash(form: Mapping[str, Any]) -> str:
    text = json.dumps(form, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _word(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.12g}"
    if value in (None, "", []):
        return "none"
    return value if isinstance(value, str) else json.dumps(value, default=str)
