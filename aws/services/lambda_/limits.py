"""When a function or its account comes close to a limit: the timeout, the pool of concurrency."""

from __future__ import annotations

import math
from collections.abc import Mapping
from heapq import nlargest

from aws.conditions import Values, above, at_least, both, either, frame_of, idle, m_of_n, peak, recently, rolling
from aws.figures import exact, percent, short, span_ms
from aws.hysteresis import Level, replay
from aws.model import Finding, Severity
from aws.services.base import Reading
from aws.verdict import Words, verdict

RUNAWAYS = 5
RUNAWAY_WINDOW_S = 300  # up to the minute that is quoted
LOW_MINUTES = 10

DURATION = {
    "warning_share": 0.80,  # p99 of the timeout, in three minutes of five
    "critical_share": 0.99,  # maximum of the timeout, in three minutes of five, and errors
    "p99_calls": 100.0,  # in fifteen minutes; below that p90
    "p90_calls": 20.0,  # in fifteen minutes; below that nothing is said
    "closes_at": 0.5,
}
ACCOUNT_CONCURRENCY = {
    "warning_share": 0.80,  # of the pool, in three minutes of five
    "critical_share": 0.95,  # in two minutes of five
    "critical_share_throttled": 0.90,  # while calls are throttled
    "closes_below": 0.70,
}
WHO_HOLDS_IT_SHARE = 0.70  # of the pool: from here on it is read which functions hold it


def duration(reading: Reading) -> Finding | None:
    """Close to the timeout. CloudWatch's Duration leaves the cold start out."""
    timeout_s = reading.resource.number("timeout_s")
    if not timeout_s or idle(called := reading.series("invocations", "Sum")):
        return None
    p99, p90, longest = (reading.series("duration", stat) for stat in ("p99", "p90", "Maximum"))
    limit_ms, limit = _limit(reading, timeout_s)
    t = reading.thresholds
    # The quick way out for all that are far from their limits, which most always are.
    if not (peak(p99) >= limit_ms * t["warning_share"] or peak(longest) >= timeout_s * 1000 * t["critical_share"]):
        return None
    failed = reading.series("errors", "Sum")
    if (frame := frame_of(p99, p90, longest, called, failed, now_s=reading.now_s)) is None:
        return None
    slow = _guarded(frame.gauges(p99), frame.gauges(p90), rolling(frame.counts(called), 15), t)
    errors5 = rolling(frame.counts(failed), 5)
    maxima = frame.gauges(longest)
    near, out = at_least(slow, limit_ms * t["warning_share"]), at_least(maxima, timeout_s * 1000 * t["critical_share"])
    half = t["closes_at"]
    warning = Level(
        severity=Severity.WARNING,
        opens=m_of_n(near, 3, 5),
        stays=recently(at_least(slow, limit_ms * t["warning_share"] * half)),
        onset=near,
    )
    critical = Level(
        severity=Severity.CRITICAL,
        opens=both(m_of_n(out, 3, 5), above(errors5, 0.0)),
        stays=both(recently(at_least(maxima, timeout_s * 1000 * t["critical_share"] * half)), above(errors5, 0.0)),
        onset=out,
    )
    calls15 = rolling(frame.counts(called), 15)

    def words(minute: int) -> Words:
        if maxima[minute] >= timeout_s * 1000 * t["critical_share"]:
            text = f"runs into its {span_ms(timeout_s * 1000)} timeout, {short(errors5[minute])} errors in 5m"
            return Words(
                text, f"Duration maximum {exact(maxima[minute])} ms of {exact(timeout_s * 1000)} ms.", maxima[minute]
            )
        name, value = ("p99" if calls15[minute] >= t["p99_calls"] else "p90"), _last(slow, minute)
        text = f"{name} {span_ms(value)}, {percent(value / limit_ms)} of {limit}"
        return Words(text, f"Duration {name} {exact(value)} ms; the limit is {exact(limit_ms)} ms ({limit}).", value)

    return verdict(
        reading,
        "lambda.duration",
        frame,
        replay(frame, (critical, warning)),
        metric="Duration",
        unit="Milliseconds",
        figure=[_last(slow, minute) for minute in range(frame.length)],
        words=words,
        newest=max(frame.settled - 1, 0),
    )


def _limit(reading: Reading, timeout_s: float) -> tuple[float, str]:
    """What ends a call first, in milliseconds: the function's timeout, or the patience of an API that waits for it."""
    patience = [stage.number("integration_timeout_min_ms") for stage in reading.effects()]
    shortest = min((ms for ms in patience if ms), default=math.inf)
    if shortest < timeout_s * 1000:
        return shortest, f"the API's {span_ms(shortest)} limit"
    return timeout_s * 1000, f"{span_ms(timeout_s * 1000)} timeout"


def _guarded(p99: Values, p90: Values, calls15: Values, t: Mapping[str, float]) -> Values:
    """The percentile that so many calls can carry, minute by minute; NaN where they carry none."""
    return [
        high if calls >= t["p99_calls"] else low if calls >= t["p90_calls"] else math.nan
        for high, low, calls in zip(p99, p90, calls15, strict=True)
    ]


def _last(values: Values, minute: int) -> float:
    """The newest value of the last five minutes; NaN where there is none."""
    recent = (value for value in reversed(values[max(0, minute - 4) : minute + 1]) if value == value)
    return next(recent, math.nan)


def account_concurrency(reading: Reading) -> Finding | None:
    """How much of the account's pool runs at once: what is left, and not claimed by reserves.

    pool = limit - (ClaimedAccountConcurrency - UnreservedConcurrentExecutions). *Claimed* counts reserves that nobody
    uses, so that its own share of the limit is permanently high where much is reserved.
    """
    limit = reading.resource.number("concurrency_limit")
    free, claimed = (
        reading.series("unreserved_concurrency", "Maximum"),
        reading.series("claimed_concurrency", "Maximum"),
    )
    refused = reading.series("throttles", "Sum")
    t = reading.thresholds
    if limit is None or idle(free) or (frame := frame_of(free, claimed, refused, now_s=reading.now_s)) is None:
        return None
    used = frame.gauges(free)
    pools = _pools(used, frame.gauges(claimed), limit, reading.resource.number("unreserved_limit"))
    use = [running / pool for running, pool in zip(used, pools, strict=True)]
    throttled = [count > 0 for count in rolling(frame.counts(refused), 5)]
    near, full = at_least(use, t["warning_share"]), at_least(use, t["critical_share"])
    tight = both(at_least(use, t["critical_share_throttled"]), throttled)
    closes = t["closes_below"]
    critical = Level(
        severity=Severity.CRITICAL,
        opens=either(m_of_n(full, 2, 5), tight),
        stays=recently(at_least(use, t["critical_share"] * closes / t["warning_share"])),
        onset=either(full, tight),
    )
    warning = Level(
        severity=Severity.WARNING, opens=m_of_n(near, 3, 5), stays=recently(at_least(use, closes)), onset=near
    )

    def words(minute: int) -> Words:
        running, pool = used[minute], pools[minute]
        text = f"concurrency {percent(use[minute])} of pool, {exact(running)} of {exact(pool)}"
        evidence = f"UnreservedConcurrentExecutions {exact(running)} of a pool of {exact(pool)} (limit {exact(limit)})."
        return Words(text, f"{evidence}{_runaways(reading, frame.at_s(minute + 1))}", use[minute] * 100)

    return verdict(
        reading,
        "lambda.account_concurrency",
        frame,
        replay(frame, (critical, warning)),
        metric="UnreservedConcurrentExecutions",
        unit="Percent",
        figure=use,
        words=words,
        newest=min(frame.newest(free), max(frame.settled - 1, 0)),
    )


def pool_runs_low(reading: Reading) -> bool:
    """Whether so much of the pool was in use within the last ten minutes that it matters who holds it."""
    limit = reading.resource.number("concurrency_limit")
    free = reading.series("unreserved_concurrency", "Maximum")
    claimed = reading.series("claimed_concurrency", "Maximum")
    if limit is None or idle(free) or (frame := frame_of(free, claimed, now_s=reading.now_s)) is None:
        return False
    used = frame.gauges(free)
    pools = _pools(used, frame.gauges(claimed), limit, reading.resource.number("unreserved_limit"))
    recent = zip(used[-LOW_MINUTES:], pools[-LOW_MINUTES:], strict=True)
    return any(running / pool >= WHO_HOLDS_IT_SHARE for running, pool in recent)


def _pools(used: Values, claimed: Values, limit: float, unreserved: float | None) -> Values:
    """The pool's size in every minute; where *claimed* has no datapoint, the limit less the reserves."""
    fallback = limit if unreserved is None else unreserved
    return [
        max(1.0, limit - max(0.0, taken - running) if taken == taken and running == running else fallback)
        for running, taken in zip(used, claimed, strict=True)
    ]


def _runaways(reading: Reading, until_s: float) -> str:
    """The functions on the pool that ran most just then: a runaway neither errs nor alarms by itself."""
    running = reading.peaks("function", "concurrency", "Maximum", until_s - RUNAWAY_WINDOW_S, until_s)
    # What has a reserve does not draw on the pool.
    pooled = ((most, function.name) for most, function in running if function.number("reserved_concurrency") is None)
    named = ", ".join(f"{name} {exact(most)}" for most, name in nlargest(RUNAWAYS, pooled))
    return f" Most at once: {named}." if named else ""
