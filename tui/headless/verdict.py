"""A snapshot as one word, and as the exit status of a monitoring plugin."""

from __future__ import annotations

from collections import Counter

from aws.model import Health, Phase, Resource, Severity, Snapshot

EXIT = {Health.OK: 0, Health.WARNING: 1, Health.CRITICAL: 2, Health.UNKNOWN: 3}


def counts(snapshot: Snapshot) -> dict[str, int]:
    """Resources by health, every health named: ``{"critical": 0, "warning": 0, "ok": 0, "unknown": 0}``."""
    found = Counter(snapshot.health.get(arn, Health.UNKNOWN) for arn in snapshot.resources)
    return {health.value: found[health] for health in (Health.CRITICAL, Health.WARNING, Health.OK, Health.UNKNOWN)}


def verdict(snapshot: Snapshot, *, allow_gaps: bool = False) -> Health:
    """The worst that was seen: critical > warning > unknown > ok.

    Findings on what is no known resource count too (an alarm that fires and watches nothing we list). Never ok while
    something could not be read that health depends on, unless ``allow_gaps``; and never ok where nothing at all was
    read.
    """
    worst = {
        finding.severity
        for findings in snapshot.findings.values()
        for finding in findings
        if finding.phase is Phase.OPEN
    }
    healths = set(snapshot.health.values())
    if Severity.CRITICAL in worst or Health.CRITICAL in healths:
        return Health.CRITICAL
    if Severity.WARNING in worst or Health.WARNING in healths:
        return Health.WARNING
    if nothing_read(snapshot):
        return Health.UNKNOWN
    unsure = not all(gap.only_coverage for gap in snapshot.gaps) or not snapshot.complete or Health.UNKNOWN in healths
    # Allowed gaps are gaps beside something that is well, not in its place.
    allowed = allow_gaps and (Health.OK in healths or not healths)
    return Health.UNKNOWN if unsure and not allowed else Health.OK


def nothing_read(snapshot: Snapshot) -> bool:
    """Whether not one answer was complete: no resource, no alarm, and not because the account is empty."""
    seen = bool(snapshot.alarms) or any(map(_told_of, snapshot.resources.values()))
    return not snapshot.scopes or (not all(gap.only_coverage for gap in snapshot.gaps) and not seen)


def _told_of(resource: Resource) -> bool:
    """Whether an answer spoke of it. An account's pool exists whoever answers; all its facts are then None."""
    return not resource.facts or any(fact is not None for fact in resource.facts.values())
