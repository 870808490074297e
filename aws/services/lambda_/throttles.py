"""When a function is turned away: throttles, and reserves that are used up."""

from __future__ import annotations

from aws.conditions import above, at_least, both, frame_of, idle, m_of_n, recently, rolling, shares
from aws.figures import exact, percent, short
from aws.hysteresis import Level, replay
from aws.model import Finding, Resource, Severity
from aws.services.base import Reading
from aws.verdict import Words, verdict

THROTTLES = {
    "warning_count": 1.0,  # in each of two minutes of five
    "critical_count": 10.0,  # in each of three minutes of five
    "critical_rate": 0.01,  # of attempts; throttled calls are not invocations
}
RESERVED_CONCURRENCY = {"share": 1.0}  # of the reserve, in three minutes of five


def throttles(reading: Reading) -> Finding | None:
    """Calls that Lambda turned away. Throttled calls are neither invocations nor errors."""
    if idle(refused := reading.series("throttles", "Sum")):
        return None
    called = reading.series("invocations", "Sum")
    if (frame := frame_of(refused, called, now_s=reading.now_s)) is None:
        return None
    t = reading.thresholds
    lost, calls = frame.counts(refused), frame.counts(called)
    attempts = [a + b for a, b in zip(lost, calls, strict=True)]
    hit = at_least(lost, t["warning_count"])
    hard = both(at_least(lost, t["critical_count"]), at_least(shares(lost, attempts), t["critical_rate"]))
    any5 = recently(above(lost, 0.0))
    critical = Level(severity=Severity.CRITICAL, opens=m_of_n(hard, 3, 5), stays=any5, provisional=True, onset=hard)
    warning = Level(severity=Severity.WARNING, opens=m_of_n(hit, 2, 5), stays=any5, provisional=True, onset=hit)
    severity, why = _throttle_reason(reading)
    levels = (critical, warning) if severity is None else (warning,)
    lost5, attempts5 = rolling(lost, 5), rolling(attempts, 5)

    def words(minute: int) -> Words:
        count, of = lost5[minute], attempts5[minute]
        if severity is Severity.INFO:
            text = f"switched off, {short(count)} calls refused in 5m"
        else:
            text = f"{short(count)} throttles, {percent(count / of if of else 0.0)} of attempts in 5m"
        return Words(text, f"Throttles {exact(count)} of {exact(of)} attempts in 5m. {why}".strip(), count)

    return verdict(
        reading,
        "lambda.throttles",
        frame,
        replay(frame, levels),
        metric="Throttles",
        unit="Count",
        figure=lost5,
        words=words,
        newest=frame.newest(refused, called),
        severity=severity,
    )


def _throttle_reason(reading: Reading) -> tuple[Severity | None, str]:
    """A severity that the circumstances fix (None: the figures decide), and why."""
    reserve = reading.resource.number("reserved_concurrency")
    if reserve == 0:
        return Severity.INFO, "Its reserved concurrency is 0: switched off on purpose."
    sources = reading.resource.facts.get("event_sources")
    queues = [arn for arn in sources if ":sqs:" in arn] if isinstance(sources, tuple) else []
    if reserve is None or not queues:
        return None, "" if reserve is None else f"Its own reserve of {exact(reserve)} is the limit."
    if any(_ages(reading, cause) for cause in reading.causes() if cause.arn in queues):
        return None, f"A queue consumer at its own reserve of {exact(reserve)}, and the queue's age rises."
    return Severity.WARNING, f"A queue consumer at its own reserve of {exact(reserve)}: the queue holds the work."


def _ages(reading: Reading, queue: Resource) -> bool:
    """Whether a queue's oldest message has grown older over the last minutes."""
    if reading.series_of is None:
        return False
    values = [value for value in reading.series_of(queue, "age", "Maximum").values[-10:] if value == value]
    return len(values) >= 3 and values[-1] > values[0]


def reserved_concurrency(reading: Reading) -> Finding | None:
    """A function at its own cap that loses nothing: works as designed, but good to know."""
    reserve = reading.resource.number("reserved_concurrency")
    if not reserve or idle(used := reading.series("concurrency", "Maximum")):
        return None
    refused = reading.series("throttles", "Sum")
    if (frame := frame_of(used, refused, now_s=reading.now_s)) is None:
        return None
    level = reserve * reading.thresholds["share"]
    running = frame.gauges(used)
    free = [count == 0 for count in rolling(frame.counts(refused), 5)]
    full = at_least(running, level)
    at_cap = both(m_of_n(full, 3, 5), free)
    info = Level(severity=Severity.INFO, opens=at_cap, stays=both(recently(full), free), onset=full)

    def words(minute: int) -> Words:
        text = f"at its reserve of {exact(reserve)}, no throttles"
        return Words(
            text, f"ConcurrentExecutions {exact(running[minute])} of {exact(reserve)} reserved.", running[minute]
        )

    return verdict(
        reading,
        "lambda.reserved_concurrency",
        frame,
        replay(frame, (info,)),
        metric="ConcurrentExecutions",
        unit="Count",
        figure=[value if value == value else 0.0 for value in running],
        words=words,
        newest=max(frame.settled - 1, 0),
    )
