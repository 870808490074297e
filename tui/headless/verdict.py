"""A snapshot as one word, and as the exit status of a monitoring plugin."""

from __future__ import annotations

from collections import Counter

from aws.model import Health, Phase, Severity, Snapshot

EXIT = {Health.OK: 0, Health.WARNING: 1, Health.CRITICAL: 2, Health.UNKNOWN: 3}


def counts(snapshot: Snapshot) -> dict[str, int]:
    """Resources by health, every health named: ``{"critical": 0, "warning": 0, "ok": 0, "unknown": 0}``."""
    found = Counter(snapshot.health.get(arn, Health.UNKNOWN) for arn in snapshot.resources)
    return {health.value: found[health] for health in (Health.CRITICAL, Health.WARNING, Health.OK, Health.UNKNOWN)}


def verdict(snapshot: Snapshot, *, allow_gaps: bool = False) -> Health:
    """The worst that was seen: critical > warning > unknown > ok.

    Findings on what is no known resource count too (an alarm that fires and watches nothing we list). Never ok while
    something could not be read, unless ``allow_gaps``; and never ok where nothing at all was read.
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
    unsure = snapshot.gaps or not snapshot.complete or Health.UNKNOWN in healths
    return Health.UNKNOWN if unsure and not allow_gaps else Health.OK


def nothing_read(snapshot: Snapshot) -> bool:
    """Whether not one answer was complete: no resource, no alarm, and not because the account is empty."""
    return not snapshot.scopes or (not snapshot.resources and not snapshot.alarms and bool(snapshot.gaps))
