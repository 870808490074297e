"""What a storm has shown, and what that says of each claim. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws.model import Health, SeriesId, Snapshot
from aws.model.readings import Series

POLL_S = 10.0
MOST_BLOCKED_S = 0.1
# The poll itself ends within its turn; then a snapshot of it is made, one a second at most.
SNAPSHOT_S = 1.5
_SETTLED_S = 300.0  # younger points may still change, at AWS as in the simulated account
_SHOWN = 20


@dataclass
class Found:
    """What the storm has shown so far. Times in seconds."""

    pairs: int = 0
    pressed: int = 0
    looks: int = 0
    points: int = 0
    worst_late_s: float = 0.0
    late: int = 0
    worst_blocked_s: float = 0.0
    after_end_s: list[float] = field(default_factory=list)
    after_begin_s: list[float] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    unhealed: list[str] = field(default_factory=list)

    def ticked(self, late_s: float, blocked_s: float, when: str) -> None:
        """The event loop was so late, and so much of that at work for the dashboard."""
        self.worst_late_s = max(self.worst_late_s, late_s)
        self.late += late_s > MOST_BLOCKED_S
        self.worst_blocked_s = max(self.worst_blocked_s, blocked_s)
        if blocked_s > MOST_BLOCKED_S:
            self.blocked.append(f"{1000 * blocked_s:.0f} ms {when}")

    def healed(
        self, end_s: float, begin_s: float | None, right_s: float, when: str, lacking: Sequence[str] = ()
    ) -> None:
        """All was right again at ``right_s``; the fault ended at ``end_s``, and the first poll after that began at
        ``begin_s`` (None: it was right before there was one). ``lacking`` is what came last."""
        self.after_end_s.append(right_s - end_s)
        took_s = 0.0 if begin_s is None else max(0.0, right_s - begin_s)
        self.after_begin_s.append(took_s)
        if took_s > POLL_S + SNAPSHOT_S:
            self.unhealed.append(f"{when}: right {took_s:.1f} s after the first poll began, {list(lacking[:3])} last")

    @property
    def failed(self) -> bool:
        """Whether a claim does not hold."""
        return bool(self.dead or self.blocked or self.false or self.unhealed or not self.pairs)


def lines(found: Found) -> Iterator[str]:
    """The report: one line for each claim, then what contradicts it."""
    ends, begins = sorted(found.after_end_s) or [0.0], sorted(found.after_begin_s) or [0.0]
    yield f"{found.pairs} pairs of faults, {found.pressed} keys pressed, {found.looks} looks compared"
    claims: Mapping[str, tuple[list[str], str]] = {
        "never ended, no defect in the log": (found.dead, f"{len(found.dead)} of them"),
        f"no key blocked for {1000 * MOST_BLOCKED_S:.0f} ms": (
            found.blocked,
            f"by its own work {1000 * found.worst_blocked_s:.0f} ms at worst; with the machine's load"
            f" {1000 * found.worst_late_s:.0f} ms, {found.late} times too long",
        ),
        "no false value, no false ok": (found.false, f"{len(found.false)} among {found.points:,} points and all looks"),
        "right within one poll": (
            found.unhealed,
            f"{begins[-1]:.1f} s at worst after the beginning of the first poll since the fault's end (allowed:"
            f" {POLL_S:g} s of its turn and {SNAPSHOT_S:g} s to the snapshot); {ends[len(ends) // 2]:.1f} s (median)"
            f" and {ends[-1]:.1f} s (worst) after that end",
        ),
    }
    for claim, (against, measured) in claims.items():
        yield f"{'FAIL' if against else 'pass'}  {claim:<34}{measured}"
    for against, _ in claims.values():
        yield from (f"      {each}" for each in sorted(set(against))[:_SHOWN])


class Pair:
    """What was seen while one pair of faults was in force."""

    def __init__(self, before: Snapshot, kinds: str) -> None:
        self._before, self._kinds = before, kinds
        self._seen: list[Snapshot] = []
        self._read: dict[int, tuple[Any, SeriesId, Series, float]] = {}

    def take(self, seen: Snapshot) -> None:
        """One look more."""
        if self._seen and seen is self._seen[-1]:
            return
        self._seen.append(seen)

    def compare(self, after: Snapshot) -> tuple[int, list[str]]:
        """How many points were compared with what is known ``after``, and what was not so."""
        wrong = [f"{self._kinds}: {each}" for seen in self._seen for each in self._shown(seen, after)]
        lost = sorted(self._before.resources.keys() - after.resources.keys())
        if lost:
            wrong.append(f"{self._kinds}: never came back: {lost[:3]} and {len(lost)} in all")
        points, values = self._values(after)
        return points, wrong + [f"{self._kinds}: {each}" for each in values]

    def _shown(self, seen: Snapshot, after: Snapshot) -> Iterator[str]:
        before = self._before
        ill = {arn for arn in _ill(before) & _ill(after) if arn in after.resources}
        both = before.resources.keys() & after.resources.keys()
        healed = sorted(arn for arn in ill if seen.health.get(arn) is Health.OK)
        lost = sorted(both - seen.resources.keys())
        alarms = sorted((before.alarms.keys() & after.alarms.keys()) - seen.alarms.keys())
        for what, arns in (("was ok for a while", healed), ("was gone for a while", lost), ("was gone", alarms)):
            if arns:
                yield f"{what}: {arns[:3]} and {len(arns)} in all"

    def _values(self, after: Snapshot) -> tuple[int, list[str]]:
        """Settled points that were shown, against the same minutes as they were read when all was well."""
        compared, wrong, known = 0, [], set()
        for seen in self._seen:
            for scope, view in seen.series.items():
                for series_id, series in view.items():
                    if id(series) in known or not series.state.has_value:
                        continue
                    known.add(id(series))
                    truth = after.series[scope].get(series_id)
                    if truth is None or not truth.state.known or truth.period_s != series.period_s:
                        continue
                    from_s = max(series.start_s, truth.start_s)
                    to_s = min(series.end_s, truth.end_s, seen.at_s - _SETTLED_S)
                    shown, so = series.between(from_s, to_s), truth.between(from_s, to_s)
                    compared += len(shown)
                    if shown.tobytes() != so.tobytes() and any(
                        a == a and a != b for a, b in zip(shown, so, strict=False)
                    ):
                        wrong.append(f"{series_id.metric.name} {series_id.stat}: {list(shown)} was {list(so)}")
        return compared, wrong


def _ill(snapshot: Snapshot) -> set[str]:
    return {arn for arn, health in snapshot.health.items() if health in (Health.CRITICAL, Health.WARNING)}
