"""When a function's errors are trouble. Figures: the default health thresholds; errors are stamped with the start."""

from __future__ import annotations

from aws.conditions import (
    Frame,
    Values,
    above,
    at_least,
    both,
    either,
    frame_of,
    idle,
    rolling,
    shares,
)
from aws.figures import exact, percent, short
from aws.hysteresis import Level, replay
from aws.model import Finding, Severity
from aws.services.base import Reading
from aws.verdict import Words, verdict

ERRORS = {
    "critical_over": 5.0,  # more than so many in five minutes
    "min_rate": 0.005,  # below this share of the calls it is a warning only; 0: the count alone decides
    "warning_count": 3.0,  # at least so many in fifteen minutes
    "warning_rate": 0.01,
    "closes_at": 0.5,  # of the level that opened it
}
ERROR_RATE = {
    "warning_rate": 0.01,
    "warning_calls": 300.0,
    "critical_rate": 0.10,
    "critical_calls": 50.0,
    "closes_at": 0.5,
}
ALL_FAILING = {
    "critical_calls": 3.0,  # all of so many calls in fifteen minutes
    "warning_hours": 26.0,  # for so long a last failed run is held against a function: a day, and some delay
    "rare_calls": 12.0,  # an hour: a busier function's single failure is left to the other rules
}


def errors(reading: Reading) -> Finding | None:
    """More errors than a user would forgive. Counts: provisional points may open it."""
    if idle(failed := reading.series("errors", "Sum")):
        return None
    called = reading.series("invocations", "Sum")
    if (frame := frame_of(failed, called, now_s=reading.now_s)) is None:
        return None
    t, closes_at = reading.thresholds, reading.thresholds["closes_at"]
    bad, calls = frame.counts(failed), frame.counts(called)
    bad5, bad15 = rolling(bad, 5), rolling(bad, 15)
    if max(bad5) <= t["critical_over"] and max(bad15) < t["warning_count"]:
        return None
    counted = called.state.known or called.state.has_value
    rate5 = _guard_rates(bad, calls, frame, 5) if counted else [1.0] * frame.length
    rate15 = _guard_rates(bad, calls, frame, 15) if counted else [1.0] * frame.length
    many = above(bad5, t["critical_over"])
    still_many = above(bad5, t["critical_over"] * closes_at)
    critical = Level(
        severity=Severity.CRITICAL,
        opens=both(many, at_least(rate5, t["min_rate"])),
        stays=both(still_many, at_least(rate5, t["min_rate"] * closes_at)),
        provisional=True,
    )
    some5 = at_least(bad5, t["warning_count"] / 3 * closes_at)  # fifteen minutes' level, in five of them
    warning = Level(
        severity=Severity.WARNING,
        opens=either(many, both(at_least(bad15, t["warning_count"]), at_least(rate15, t["warning_rate"]))),
        stays=either(still_many, both(some5, at_least(rate5, t["warning_rate"] * closes_at))),
        provisional=True,
        window=15,
    )

    def words(minute: int) -> Words:
        minutes = 5 if bad5[minute] > t["critical_over"] * closes_at else 15
        return _words((bad5 if minutes == 5 else bad15)[minute], calls if counted else None, minute, minutes)

    return verdict(
        reading,
        "lambda.errors",
        frame,
        replay(frame, (critical, warning)),
        metric="Errors",
        unit="Count",
        figure=bad5,
        words=words,
        newest=frame.newest(failed, called),
    )


def _guard_rates(bad: Values, calls: Values, frame: Frame, minutes: int) -> Values:
    """Error rates that a guard can rest on before the newest calls are all counted.

    In provisional minutes errors may arrive before the calls they belong to: there the rate is taken of no fewer
    calls than the last settled minutes had.
    """
    total = rolling(calls, minutes)
    if 0 < frame.settled < frame.length:
        floor = total[frame.settled - 1]
        total[frame.settled :] = [max(calls_here, floor) for calls_here in total[frame.settled :]]
    return shares(rolling(bad, minutes), total)


def _words(bad: float, calls: Values | None, minute: int, minutes: int) -> Words:
    if calls is None:
        return Words(f"{short(bad)} errors in {minutes}m", f"Errors {exact(bad)} in {minutes}m; calls not read.", bad)
    total = sum(calls[max(0, minute + 1 - minutes) : minute + 1])
    rate = min(1.0, bad / total) if total else 1.0
    text = f"{percent(rate)} errors, {short(bad)} of {short(total)} in {minutes}m"
    return Words(text, f"Errors {exact(bad)} of {exact(total)} invocations in {minutes}m, {percent(rate)}.", bad)


def error_rate(reading: Reading) -> Finding | None:
    """A share of calls that fails, where there is enough traffic to tell."""
    if idle(failed := reading.series("errors", "Sum")):
        return None
    called = reading.series("invocations", "Sum")
    if idle(called) or (frame := frame_of(failed, called, now_s=reading.now_s)) is None:
        return None
    t = reading.thresholds
    bad, calls = frame.counts(failed), frame.counts(called)
    calls5 = rolling(calls, 5)
    rates = shares(rolling(bad, 5), calls5)
    if max(rates) < min(t["warning_rate"], t["critical_rate"]):
        return None

    def level(severity: Severity) -> Level:
        rate = t[f"{severity.value}_rate"]
        return Level(
            severity=severity,
            opens=both(at_least(rates, rate), at_least(calls5, t[f"{severity.value}_calls"])),
            stays=at_least(rates, rate * t["closes_at"]),
        )

    def words(minute: int) -> Words:
        return _words(sum(bad[max(0, minute - 4) : minute + 1]), calls, minute, 5)._replace(value=rates[minute] * 100)

    return verdict(
        reading,
        "lambda.error_rate",
        frame,
        replay(frame, (level(Severity.CRITICAL), level(Severity.WARNING))),
        metric="Errors",
        unit="Percent",
        figure=rates,
        words=words,
        newest=max(frame.settled - 1, 0),
    )


def all_failing(reading: Reading) -> Finding | None:
    """Nothing works any more: what a count in five minutes never sees of a job that runs once a day."""
    if idle(failed := reading.series("errors", "Sum")):
        return None
    called = reading.series("invocations", "Sum")
    if idle(called) or (frame := frame_of(failed, called, now_s=reading.now_s)) is None:
        return None
    t = reading.thresholds
    bad, calls = frame.counts(failed), frame.counts(called)
    if not any(b >= c > 0 for b, c in zip(bad, calls, strict=True)):
        return None
    bad15, calls15 = rolling(bad, 15), rolling(calls, 15)
    down = [c >= t["critical_calls"] and b >= c for b, c in zip(bad15, calls15, strict=True)]
    runs = _failed_runs(bad, calls, int(t["warning_hours"] * 60))
    hourly = rolling(calls, 60)
    last_failed = [
        run > 0 and (run >= t["critical_calls"] or hour <= t["rare_calls"])
        for run, hour in zip(runs, hourly, strict=True)
    ]
    # Both end with the next success, not with quiet: a job that is not due says nothing about itself.
    critical = Level(severity=Severity.CRITICAL, opens=down, stays=down, window=15, quiet=1)
    warning = Level(severity=Severity.WARNING, opens=last_failed, stays=last_failed, quiet=1)

    def words(minute: int) -> Words:
        if calls15[minute] >= t["critical_calls"] and bad15[minute] >= calls15[minute]:
            count = calls15[minute]
            text = f"all {short(count)} calls failed in 15m"
            return Words(text, f"Errors {exact(bad15[minute])} of {exact(count)} invocations in 15m.", count)
        count = runs[minute]
        text = "last run failed" if count <= 1 else f"last {short(count)} runs failed"
        return Words(text, f"{text.capitalize()}; no successful invocation since.", count)

    return verdict(
        reading,
        "lambda.all_failing",
        frame,
        replay(frame, (critical, warning)),
        metric="Errors",
        unit="Count",
        figure=runs,
        words=words,
        newest=max(frame.settled - 1, 0),
    )


def _failed_runs(bad: Values, calls: Values, longest_minutes: int) -> Values:
    """How many calls in a row have failed up to each minute; 0 after a success, and when that was too long ago."""
    runs: Values = []
    run, last = 0.0, 0
    for minute, (failures, total) in enumerate(zip(bad, calls, strict=True)):
        if total > 0:
            run, last = (run + total if failures >= total else 0.0), minute
        runs.append(run if minute - last <= longest_minutes else 0.0)
    return runs
