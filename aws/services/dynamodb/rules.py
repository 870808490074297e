"""When a table or an index is trouble: requests that are turned away, and capacity that runs out."""

from __future__ import annotations

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
    recently,
    rolling,
)
from aws.figures import exact, percent, short
from aws.hysteresis import Level, replay
from aws.model import Finding, Severity
from aws.services.base import Reading
from aws.verdict import Words, verdict

THROTTLES = {
    "warning_count": 1.0,  # in each of two minutes of five: SDK retries hide single ones
    "critical_count": 50.0,  # in five minutes, and in three of them some
    "dependant_errors": 5.0,  # or a function that depends on it has had more than so many errors in five minutes
}
CAPACITY = {
    "warning_share": 0.80,  # of the capacity (of its maximum where it scales), in ten minutes of fifteen
    "critical_share": 0.95,  # likewise, with throttles
    "closes_at": 0.5,
}

# Metric id -> what its throttles mean.
REASONS = {
    "key_range": ("KeyRangeThroughputThrottleEvents", "hot key", "hot key, not capacity"),
    "provisioned": ("ProvisionedThroughputThrottleEvents", "capacity", "provisioned capacity is used up"),
    "max_on_demand": ("MaxOnDemandThroughputThrottleEvents", "on-demand maximum", "its on-demand maximum is reached"),
    "account_limit": ("AccountLimitThrottleEvents", "account limit", "the account's limit for a table is reached"),
}
_SIDES = (("read", "Read", "RCU"), ("write", "Write", "WCU"))


def throttles(reading: Reading) -> Finding | None:
    """Reads or writes that were turned away. Counts: provisional points may open it; it closes at zero."""
    series = [reading.series(f"{side}_throttles", "Sum") for side, _, _ in _SIDES]
    if idle(*series) or (frame := frame_of(*series, now_s=reading.now_s)) is None:
        return None
    t = reading.thresholds
    lost = {side: frame.counts(one) for (side, _, _), one in zip(_SIDES, series, strict=True)}
    total = [a + b for a, b in zip(lost["read"], lost["write"], strict=True)]
    total5, some = rolling(total, 5), above(total, 0.0)
    hit = at_least(total, t["warning_count"])
    opens = m_of_n(hit, 2, 5)
    if not any(opens):
        return None
    many = both(at_least(total5, t["critical_count"]), m_of_n(some, 3, 5))
    failing, who = _failing_dependant(reading, frame)
    stays = recently(some)
    critical = Level(
        severity=Severity.CRITICAL, opens=either(many, both(opens, failing)), stays=stays, provisional=True, onset=hit
    )
    warning = Level(severity=Severity.WARNING, opens=opens, stays=stays, provisional=True, onset=hit)

    def words(minute: int) -> Words:
        return _words(reading, frame, lost, minute, who if failing[minute] else "")

    return verdict(
        reading,
        "dynamodb.throttles",
        frame,
        replay(frame, (critical, warning)),
        metric="WriteThrottleEvents" if sum(lost["write"]) >= sum(lost["read"]) else "ReadThrottleEvents",
        unit="Count",
        figure=total5,
        words=words,
        newest=frame.newest(*series),
    )


def _failing_dependant(reading: Reading, frame: Frame) -> tuple[Flags, str]:
    """Where a function that depends on this errs more than allowed, and which."""
    if reading.series_of is not None:
        for effect in reading.effects():
            errors = reading.series_of(effect, "errors", "Sum") if effect.kind == "function" else None
            if errors is None or idle(errors):
                continue
            shared = frame_of(errors, now_s=reading.now_s)
            if shared is None:
                continue
            many = above(rolling(shared.counts(errors), 5), reading.thresholds["dependant_errors"])
            if any(many):
                return _moved(many, shared, frame), effect.name
    return [False] * frame.length, ""


def _moved(flags: Flags, of: Frame, onto: Frame) -> Flags:
    """Flags of one frame on another's minutes."""
    shift = (onto.start_s - of.start_s) // 60
    return [0 <= i + shift < of.length and flags[i + shift] for i in range(onto.length)]


def _words(reading: Reading, frame: Frame, lost: dict[str, Values], minute: int, dependant: str) -> Words:
    window = slice(max(0, minute - 4), minute + 1)
    counts = {side: sum(values[window]) for side, values in lost.items()}
    side, title, unit = max(_SIDES, key=lambda one: counts[one[0]])
    text = f"{short(counts[side])} {side} throttles"
    why = _reason(reading, frame, side, minute, counts[side])
    if why:
        metric, brief, clause, count = why
        text += f", {brief}"
        said = [f"{title}{metric} {exact(count)} in 5m; {_use(reading, frame, side, unit, minute)}{clause}."]
    else:
        said = [f"{title}ThrottleEvents {exact(counts[side])} in 5m."]
    if reading.resource.kind == "index" and side == "write":
        said.append(f"Writes to {reading.resource.text('table') or 'its table'} are rejected.")
    if dependant:
        said.append(f"{dependant} depends on it and fails.")
    return Words(text, " ".join(said), counts["read"] + counts["write"])


def _reason(
    reading: Reading, frame: Frame, side: str, minute: int, throttled: float
) -> tuple[str, str, str, float] | None:
    """Which limit turned most of them away; None where it was not read, or is not the greater part."""
    until_s = frame.at_s(minute + 1)
    found: list[tuple[float, str]] = []
    for reason in REASONS:
        points = reading.series(f"{side}_throttles_{reason}", "Sum").between(until_s - 300, until_s)
        found.append((sum(value for value in points if value == value), reason))
    count, reason = max(found)
    return (*REASONS[reason], count) if count > 0 and count >= throttled / 2 else None


def _use(reading: Reading, frame: Frame, side: str, unit: str, minute: int) -> str:
    """How much of a provisioned capacity the same minutes used: what tells a hot key from too little capacity."""
    capacity = reading.resource.number(f"{side}_capacity")
    until_s = frame.at_s(minute + 1)
    points = reading.series(f"consumed_{side}", "Sum").between(until_s - 300, until_s)
    used = [value for value in points if value == value]
    if not capacity or not used:
        return ""
    return f"uses {percent(sum(used) / 300 / capacity)} of its {unit}: "


def capacity(reading: Reading) -> Finding | None:
    """Provisioned capacity that is nearly used up; where it scales by itself, its maximum counts."""
    worst: Finding | None = None
    for side, title, unit in _SIDES:
        finding = _capacity(reading, side, title, unit)
        if finding is not None and (worst is None or finding.severity.rank < worst.severity.rank):
            worst = finding
    return worst


def _capacity(reading: Reading, side: str, title: str, unit: str) -> Finding | None:
    resource, t = reading.resource, reading.thresholds
    ceiling = resource.number(f"{side}_capacity_max")
    units = ceiling or resource.number(f"{side}_capacity")
    if not units or idle(consumed := reading.series(f"consumed_{side}", "Sum")):
        return None
    refused = reading.series(f"{side}_throttles", "Sum")
    if (frame := frame_of(consumed, refused, now_s=reading.now_s)) is None:
        return None
    share = [count / 60 / units for count in frame.counts(consumed)]
    if max(share) < t["warning_share"]:
        return None
    throttled = above(rolling(frame.counts(refused), 5), 0.0)
    full = at_least(share, t["critical_share"])
    near = at_least(share, t["warning_share"])
    critical = Level(
        severity=Severity.CRITICAL,
        opens=both(m_of_n(full, 10, 15), throttled),
        stays=both(recently(at_least(share, t["critical_share"] * t["closes_at"])), throttled),
        onset=full,
        window=15,
    )
    warning = Level(
        severity=Severity.WARNING,
        opens=m_of_n(near, 10, 15),
        stays=recently(at_least(share, t["warning_share"] * t["closes_at"])),
        onset=near,
        window=15,
    )
    of = f"{exact(units)} {unit}" + (" maximum" if ceiling else "")
    mean = [total / min(minute + 1, 5) for minute, total in enumerate(rolling(share, 5))]

    def words(minute: int) -> Words:
        evidence = f"Consumed{title}CapacityUnits {exact(mean[minute] * units)} a second of {of}."
        return Words(f"{percent(mean[minute])} of {of}", evidence, mean[minute] * 100)

    return verdict(
        reading,
        "dynamodb.capacity",
        frame,
        replay(frame, (critical, warning)),
        metric=f"Consumed{title}CapacityUnits",
        unit="Percent",
        figure=mean,
        words=words,
        newest=max(frame.settled - 1, 0),
    )
