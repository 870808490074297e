"""What CloudWatch writes about a state: StateReason for people, StateReasonData for programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from aws.evaluate.alarm import AlarmTest, Point, Verdict
from aws.model import AlarmState

INITIAL = "Unchecked: Initial alarm creation"
MAX_REASON = 1023
MAX_REASON_DATA = 4000

_WORDS = {
    "GreaterThanThreshold": "greater than",
    "GreaterThanOrEqualToThreshold": "greater than or equal to",
    "LessThanThreshold": "less than",
    "LessThanOrEqualToThreshold": "less than or equal to",
}
_TREATED_AS = {"breaching": "Breaching", "notBreaching": "NonBreaching", "missing": "Missing", "ignore": "Ignore"}


def reason(test: AlarmTest, verdict: Verdict) -> str:
    """StateReason in CloudWatch's own wording; the newest datapoint comes first."""
    if verdict.state is AlarmState.INSUFFICIENT_DATA:
        periods = test.evaluation_periods
        return f"Insufficient Data: {_count(periods, 'datapoint')} {_was(periods)} unknown."
    alarm = verdict.state is AlarmState.ALARM
    shown = [point for point in verdict.evaluated if test.breaches(point.value) == alarm]
    treated = ""
    if verdict.filled:
        word = _TREATED_AS[test.treat_missing]
        treated = f" and {_count(verdict.filled, 'missing datapoint')} {_was(verdict.filled)} treated as [{word}]"
    if not shown:
        received = _received(len(verdict.evaluated))
        return f"Threshold Crossed: {received} for {_count(test.evaluation_periods, 'period')}{treated}."[:MAX_REASON]
    of_last = test.datapoints_to_alarm is not None
    counted = f"{len(shown)} out of the last {test.evaluation_periods} datapoints" if of_last else ""
    listed = ", ".join(f"{point.value} ({_day_first(point.at_s)})" for point in shown)
    crossed = f"{_was(len(shown))}{'' if alarm else ' not'} {_WORDS[test.comparison]} the threshold ({test.threshold})"
    text = f"Threshold Crossed: {counted or _count(len(shown), 'datapoint')} [{listed}] {crossed}{treated}"
    return f"{text}{_minimum(test, verdict.state) if of_last else ''}."[:MAX_REASON]


def reason_data(
    test: AlarmTest, verdict: Verdict, *, now_s: float, period_s: int, statistic: str = "", unit: str = ""
) -> str:
    """StateReasonData: JSON with the datapoints that counted, oldest first where it says ``recentDatapoints``."""
    oldest_first = verdict.evaluated[::-1]
    data: dict[str, Any] = {"version": "1.0", "queryDate": timestamp(now_s)}
    if oldest_first:
        data["startDate"] = timestamp(oldest_first[0].at_s)
    data |= {name: value for name, value in (("unit", unit), ("statistic", statistic)) if value}
    data |= {
        "period": period_s,
        "recentDatapoints": [point.value for point in oldest_first],
        "threshold": test.threshold,
        "evaluatedDatapoints": [_evaluated(point) for point in verdict.evaluated],
    }
    text = json.dumps(data, separators=(",", ":"))
    while len(text) > MAX_REASON_DATA and data["evaluatedDatapoints"]:
        # An alarm with many periods: leave the oldest out rather than hand out broken JSON.
        data["evaluatedDatapoints"] = data["evaluatedDatapoints"][: len(data["evaluatedDatapoints"]) // 2]
        text = json.dumps(data, separators=(",", ":"))
    return text if len(text) <= MAX_REASON_DATA else json.dumps(data | {"recentDatapoints": []})


def timestamp(at_s: float) -> str:
    """CloudWatch's timestamp inside texts: 2026-11-21T03:05:00.000+0000."""
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{int(at_s * 1000) % 1000:03d}+0000"


def long_date(at_s: float) -> str:
    """CloudWatch's date in composite alarms' reasons: Sunday 30 October, 2022 20:47:35 UTC."""
    return datetime.fromtimestamp(at_s, UTC).strftime("%A %d %B, %Y %H:%M:%S UTC")


def _evaluated(point: Point) -> dict[str, Any]:
    samples = {"sampleCount": point.samples} if point.samples == point.samples else {}
    return {"timestamp": timestamp(point.at_s)} | samples | {"value": point.value}


def _minimum(test: AlarmTest, state: AlarmState) -> str:
    alarm = state is AlarmState.ALARM
    count = test.needed if alarm else test.evaluation_periods - test.needed + 1
    return f" (minimum {_count(count, 'datapoint')} for {'OK -> ALARM' if alarm else 'ALARM -> OK'} transition)"


def _received(count: int) -> str:
    return f"{'no datapoints' if count == 0 else _count(count, 'datapoint')} {'were' if count != 1 else 'was'} received"


def _day_first(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%d/%m/%y %H:%M:%S")


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
