"""When a queue is trouble: messages that wait too long, and messages that were given up."""

from __future__ import annotations

from aws.conditions import (
    MINUTE_S,
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
)
from aws.figures import exact, percent, short, span_ms
from aws.hysteresis import Level, replay
from aws.model import Finding, Resource, Severity
from aws.services.base import Reading
from aws.verdict import Words, verdict

AGE = {
    "warning_floor_s": 300.0,  # or warning_visibility times the visibility timeout, if that is longer; five of five
    "warning_visibility": 2.0,
    "critical_floor_s": 1_800.0,  # or critical_retention of the retention, if that is longer; rising, ten of fifteen
    "critical_retention": 0.25,
    "lost_retention": 0.80,  # of the retention: messages are about to be lost
    "closes_at": 0.5,
}
DEAD_LETTERS = {
    "warning_hours": 24.0,  # it grew that recently; what has not changed since is for information
    "critical_count": 10.0,  # more within fifteen minutes
    "closes_at": 0.5,
}
# A look at the messages hides them for a while: what comes back below the highest level of so many minutes is not new.
_HIDDEN_MINUTES = 15
_MINUTES_A_DAY = 1_440


def age_limit_s(queue: Resource, floor_s: float, visibility: float) -> float | None:
    """How long a message may wait: some attempts long, each of which hides it for the visibility timeout."""
    visibility_s = queue.number("visibility_timeout_s")
    return None if visibility_s is None else max(floor_s, visibility * visibility_s)


def takes_dead_letters(queue: Resource) -> bool:
    """Whether what queues or functions could not get rid of ends in it, as far as is known."""
    return bool(queue.facts.get("dead_letter_for"))


def age(reading: Reading) -> Finding | None:
    """The oldest message waits too long. Poison messages are left out by CloudWatch after three receives."""
    queue, t = reading.resource, reading.thresholds
    series = reading.series("age", "Maximum")
    retention_s = queue.number("retention_s")
    late_s = age_limit_s(queue, t["warning_floor_s"], t["warning_visibility"])
    if retention_s is None or late_s is None or queue.facts.get("dead_letter_for") != ():
        return None
    old_s, lost_s = max(t["critical_floor_s"], retention_s * t["critical_retention"]), retention_s * t["lost_retention"]
    if not peak(series) > min(late_s, old_s, lost_s) or (frame := frame_of(series, now_s=reading.now_s)) is None:
        return None
    ages = frame.gauges(series)
    before = [ages[max(0, minute - 1)] for minute in range(frame.length)]
    start = [ages[max(0, minute - 4)] for minute in range(frame.length)]
    rising = [now > then for now, then in zip(ages, before, strict=True)]
    not_falling = [now >= then for now, then in zip(ages, start, strict=True)]
    late, old, lost = above(ages, late_s), above(ages, old_s), above(ages, lost_s)
    critical = Level(
        severity=Severity.CRITICAL,
        opens=either(m_of_n(both(old, rising), 10, 15), lost),
        stays=recently(above(ages, min(old_s, lost_s) * t["closes_at"])),
        onset=either(old, lost),
        window=15,
    )
    warning = Level(
        severity=Severity.WARNING,
        opens=both(m_of_n(late, 5, 5), not_falling),
        stays=recently(above(ages, late_s * t["closes_at"])),
        onset=late,
    )

    def words(minute: int) -> Words:
        value = next((ages[at] for at in range(minute, -1, -1) if ages[at] == ages[at]), 0.0)
        text = f"oldest waits {_span(value)}" + (", rising" if rising[minute] else "")
        share = f", {percent(value / retention_s)} of its retention" if value > lost_s else ""
        evidence = (
            f"ApproximateAgeOfOldestMessage {exact(value)} s{share}; messages should wait {_span(late_s)} at most."
        )
        return Words(text + share, evidence, value)

    return verdict(
        reading,
        "sqs.age",
        frame,
        replay(frame, (critical, warning)),
        metric="ApproximateAgeOfOldestMessage",
        unit="Seconds",
        figure=ages,
        words=words,
        newest=max(frame.settled - 1, 0),
    )


def dead_letters(reading: Reading) -> Finding | None:
    """Messages that were given up. A level: what has lain there for days is no news, what comes is."""
    if not takes_dead_letters(reading.resource) or idle(visible := reading.series("visible", "Maximum")):
        return None
    ages = reading.series("age", "Maximum")
    if (frame := frame_of(visible, ages, now_s=reading.now_s)) is None:
        return None
    t = reading.thresholds
    held = _carried(frame.gauges(visible))
    grew = _grown(frame.gauges(visible))
    day = int(t["warning_hours"] * 60)
    # The oldest came within a day: then all of them did, however little of that day can be seen.
    fresh = [value <= day * MINUTE_S for value in frame.gauges(ages)]
    grew15, waiting = rolling(grew, 15), above(held, 0.0)
    many = at_least(grew15, t["critical_count"])
    critical = Level(
        severity=Severity.CRITICAL,
        opens=both(many, waiting),
        stays=both(recently(at_least(grew15, t["critical_count"] * t["closes_at"])), recently(waiting)),
        provisional=True,
        onset=above(grew, 0.0),
        window=15,
    )
    recent = either(above(rolling(grew, day), 0.0), fresh)
    warning = Level(
        severity=Severity.WARNING, opens=both(recent, waiting), stays=both(recent, recently(waiting)), provisional=True
    )
    info = Level(severity=Severity.INFO, opens=waiting, stays=recently(waiting), provisional=True)

    def words(minute: int) -> Words:
        count, more = held[minute], grew15[minute]
        span = "15m"
        if not more:
            more, span = sum(grew[: minute + 1]), _span(min(minute + 1, day) * MINUTE_S)
        growth = f", +{short(more)} in {span}" if more else ""
        text = f"{short(count)} waiting{growth}"
        evidence = f"ApproximateNumberOfMessagesVisible {exact(count)}{growth}. {_whose(reading)}"
        return Words(text, evidence.strip(), count)

    return verdict(
        reading,
        "sqs.dlq",
        frame,
        # What lay there before is not when the trouble began: growth is looked for on its own first.
        replay(frame, (critical, warning)) or replay(frame, (info,)),
        metric="ApproximateNumberOfMessagesVisible",
        unit="Count",
        figure=held,
        words=words,
        newest=frame.newest(visible),
    )


def _carried(gauges: Values) -> Values:
    """Each minute's value, or the last known one where there is none; zero before the first."""
    known, last = [], 0.0
    for value in gauges:
        last = value if value == value else last
        known.append(last)
    return known


def _grown(gauges: Values) -> Values:
    """By how much each minute exceeds all of the minutes before it in which a look may have hidden messages."""
    grown: Values = []
    for minute, value in enumerate(gauges):
        before = [one for one in gauges[max(0, minute - _HIDDEN_MINUTES) : minute] if one == one]
        grown.append(max(0.0, value - max(before)) if before and value == value else 0.0)
    return grown


def _whose(reading: Reading) -> str:
    """Where the messages come from, by the last part of each ARN."""
    sources = reading.resource.facts.get("dead_letter_for")
    names = [arn.rsplit(":", 1)[-1] for arn in sources] if isinstance(sources, tuple) else []
    return f"They come from {', '.join(names)}." if names else ""


def _span(seconds: float) -> str:
    """A waiting time: 45s, 12m, 3h, 4d."""
    minutes = round(seconds / 60)
    if minutes < 100:
        return span_ms(seconds * 1000) if seconds < 100 else f"{minutes}m"
    return f"{round(minutes / 60)}h" if minutes < 2 * _MINUTES_A_DAY else f"{round(minutes / _MINUTES_A_DAY)}d"
