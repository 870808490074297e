"""When a stage is trouble: what its callers see."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import TypeAlias

from aws.conditions import (
    Flags,
    Frame,
    Values,
    above,
    at_least,
    both,
    either,
    frame_of,
    idle,
    m_of_n,
    peak,
    recently,
    rolling,
    shares,
)
from aws.figures import exact, percent, short, span_ms
from aws.hysteresis import Episode, Level, replay
from aws.model import Finding, Series, Severity
from aws.services.base import Reading
from aws.verdict import Words, verdict

SERVER_ERRORS = {
    "warning_rate": 0.01,
    "warning_count": 5.0,  # in five minutes
    "critical_rate": 0.05,
    "critical_count": 10.0,  # in each of two minutes of three
    "few_requests": 20.0,  # a minute; below that the following two decide, over five minutes
    "few_count": 5.0,
    "few_rate": 0.50,
    "closes_at": 0.5,
}
UNEXPLAINED = {name: figure for name, figure in SERVER_ERRORS.items() if not name.startswith("warning_")}
CLIENT_ERRORS = {
    "warning_rate": 0.25,  # in five minutes of five
    "median_factor": 3.0,  # times the stage's own median
    "min_requests": 100.0,  # in five minutes
    "closes_at": 0.5,
}
LATENCY = {
    "warning_ms": 2_500.0,  # p90 in five minutes of five
    "critical_share": 0.80,  # p90 of the integration limit in three minutes of five
    "min_requests": 50.0,  # in five minutes
    "closes_at": 0.5,
}
_DEFAULT_LIMIT_MS = 29_000.0

# A function's errors reach CloudWatch some minutes after the stage's, and are stamped with the start of the call,
# which may have taken fifteen minutes: only then has nobody else been at fault.
LAG_MINUTES = 5
EARLIER_MINUTES = 15

_Seen: TypeAlias = tuple[Frame, Values, Values]  # the bad answers and all requests, minute by minute


def server_errors(reading: Reading) -> Finding | None:
    """5XX answers. 5XXError's Sum is the count, its Average the rate."""
    if (seen := _seen(reading, "5xx")) is None:
        return None
    frame, bad, calls = seen
    t = reading.thresholds
    bad5, calls5 = rolling(bad, 5), rolling(calls, 5)
    rates = shares(bad5, calls5)
    warning = Level(
        severity=Severity.WARNING,
        opens=both(at_least(rates, t["warning_rate"]), at_least(bad5, t["warning_count"])),
        stays=_still(rates, bad5, t["warning_rate"], t["warning_count"], t["closes_at"]),
    )
    return _errors_verdict(reading, "apigateway.5xx", seen, replay(frame, (_critical(seen, t), warning)), "5xx")


def unexplained(reading: Reading) -> Finding | None:
    """5XX answers while every function behind the stage is fine: the handler says 500 itself, or answers malformed."""
    if (seen := _seen(reading, "5xx")) is None:
        return None
    frame = seen[0]
    critical = _critical(seen, reading.thresholds)
    if not any(critical.opens) or (innocent := _innocent(reading, frame)) is None:
        return None
    sure = [minute + LAG_MINUTES < frame.settled for minute in range(frame.length)]
    level = Level(
        severity=Severity.CRITICAL,
        opens=both(critical.opens, innocent, sure),
        stays=both(critical.stays, innocent),
        onset=critical.onset,
    )
    said = " None of its functions errs or is throttled: a handler returns 500 itself, or an answer is malformed."
    return _errors_verdict(reading, "apigateway.5xx_unexplained", seen, replay(frame, (level,)), "5xx", said=said)


def client_errors(reading: Reading) -> Finding | None:
    """4XX answers beyond what this stage always has: bots and expired tokens are everyday life."""
    if (seen := _seen(reading, "4xx")) is None:
        return None
    frame, bad, calls = seen
    t = reading.thresholds
    rates = shares(bad, calls)
    usual = median([rate for rate, count in zip(rates[: frame.settled], calls, strict=False) if count > 0] or [0.0])
    level = max(t["warning_rate"], t["median_factor"] * usual)
    high = at_least(rates, level)
    warning = Level(
        severity=Severity.WARNING,
        opens=both(m_of_n(high, 5, 5), at_least(rolling(calls, 5), t["min_requests"])),
        stays=at_least(shares(rolling(bad, 5), rolling(calls, 5)), level * t["closes_at"]),
        onset=high,
    )
    said = f" Its usual share is {percent(usual)}."
    return _errors_verdict(reading, "apigateway.4xx", seen, replay(frame, (warning,)), "4xx", said=said)


def latency(reading: Reading) -> Finding | None:
    """Slow for one caller in ten."""
    p90, count = reading.series("latency", "p90"), reading.series("count", "Sum")
    t = reading.thresholds
    limit_ms = reading.resource.number("integration_timeout_ms") or _DEFAULT_LIMIT_MS
    if idle(count) or not peak(p90) >= min(t["warning_ms"], limit_ms * t["critical_share"]):
        return None
    if (frame := frame_of(p90, count, now_s=reading.now_s)) is None:
        return None
    slow = frame.gauges(p90)
    enough = at_least(rolling(frame.counts(count), 5), t["min_requests"])

    def level(severity: Severity, level_ms: float, minutes: int) -> Level:
        reached = at_least(slow, level_ms)
        return Level(
            severity=severity,
            opens=both(m_of_n(reached, minutes, 5), enough),
            stays=recently(at_least(slow, level_ms * t["closes_at"])),
            onset=reached,
        )

    def words(minute: int) -> Words:
        value = slow[minute]
        near = value >= limit_ms * t["critical_share"]
        text = f"p90 {span_ms(value)}" + (f", {percent(value / limit_ms)} of {span_ms(limit_ms)} limit" if near else "")
        return Words(text, f"Latency p90 {exact(value)} ms; integrations are cut off at {exact(limit_ms)} ms.", value)

    levels = (level(Severity.CRITICAL, limit_ms * t["critical_share"], 3), level(Severity.WARNING, t["warning_ms"], 5))
    return verdict(
        reading,
        "apigateway.latency",
        frame,
        replay(frame, levels),
        metric="Latency",
        unit="Milliseconds",
        figure=slow,
        words=words,
        newest=max(frame.settled - 1, 0),
    )


def _seen(reading: Reading, metric_id: str) -> _Seen | None:
    """The frame, the bad answers and all requests; None where there are none."""
    if idle(failed := reading.series(metric_id, "Sum")):
        return None
    count = reading.series("count", "Sum")
    if idle(count) or (frame := frame_of(failed, count, now_s=reading.now_s)) is None:
        return None
    return frame, frame.counts(failed), frame.counts(count)


def _critical(seen: _Seen, t: Mapping[str, float]) -> Level:
    _, bad, calls = seen
    bad5, calls5 = rolling(bad, 5), rolling(calls, 5)
    rates = shares(bad5, calls5)
    high = both(at_least(shares(bad, calls), t["critical_rate"]), at_least(bad, t["critical_count"]))
    quiet_stage = [not busy for busy in recently(at_least(calls, t["few_requests"]))]
    few = both(quiet_stage, at_least(bad5, t["few_count"]), at_least(rates, t["few_rate"]))
    return Level(
        severity=Severity.CRITICAL,
        opens=either(m_of_n(high, 2, 3), few),
        stays=_still(rates, bad5, t["critical_rate"], t["critical_count"], t["closes_at"]),
        onset=either(high, both(few, above(bad, 0.0))),
    )


def _still(rates: Values, counts: Values, rate: float, count: float, closes_at: float) -> Flags:
    """Where neither the rate nor the count of five minutes has fallen below the closing level."""
    return both(at_least(rates, rate * closes_at), at_least(counts, count * closes_at))


def _innocent(reading: Reading, frame: Frame) -> Flags | None:
    """Where no function behind the stage errs or is throttled, shortly before or after.

    None where there is no function, or where that is not known.
    """
    functions = [cause for cause in reading.causes() if cause.kind == "function"]
    if not functions or reading.series_of is None:
        return None
    guilty = [0.0] * frame.length
    for function in functions:
        for metric_id in ("errors", "throttles"):
            series = reading.series_of(function, metric_id, "Sum")
            if not series.state.known:
                return None
            if not idle(series):
                _add(guilty, series, frame)
    around = rolling(guilty, EARLIER_MINUTES + LAG_MINUTES)
    return [around[min(minute + LAG_MINUTES, frame.length - 1)] == 0 for minute in range(frame.length)]


def _add(counts: Values, series: Series, frame: Frame) -> None:
    for minute in range(frame.length):
        value = series.value_at(frame.at_s(minute))
        counts[minute] += value if value == value else 0.0


def _errors_verdict(
    reading: Reading, rule: str, seen: _Seen, episode: Episode | None, name: str, *, said: str = ""
) -> Finding | None:
    frame, bad, calls = seen
    bad5, calls5 = rolling(bad, 5), rolling(calls, 5)
    rates = shares(bad5, calls5)

    def words(minute: int) -> Words:
        failed, total = bad5[minute], max(calls5[minute], bad5[minute])
        text = f"{percent(rates[minute])} {name}, {short(failed)} of {short(total)}"
        p90 = reading.series("latency", "p90").value_at(frame.at_s(minute))
        slow = f"; p90 {span_ms(p90)}" if name == "5xx" and p90 >= 1000 else ""
        evidence = f"{name.upper()}Error {exact(failed)} of {exact(total)} requests in 5m, {percent(rates[minute])}."
        return Words(text + slow, evidence + said + _merged(reading), rates[minute] * 100)

    return verdict(
        reading,
        rule,
        frame,
        episode,
        metric=f"{name.upper()}Error",
        unit="Percent",
        figure=bad5,
        words=words,
        newest=max(frame.settled - 1, 0),
    )


def _merged(reading: Reading) -> str:
    """CloudWatch knows REST APIs by name only."""
    if not reading.resource.facts.get("shared_name"):
        return ""
    return f" Another API is called {reading.resource.text('api_name')} too: CloudWatch adds their figures up."
