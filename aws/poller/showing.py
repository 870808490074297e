"""What of one scope goes into every snapshot: made anew only where it has changed, so that snapshots share it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Set
from typing import NamedTuple

from aws.model import Finding, Health, Resource
from aws.poller.verdicts import Verdicts


class Shown(NamedTuple):
    """By ARN; mappings that are replaced, never changed."""

    resources: Mapping[str, Resource]
    findings: Mapping[str, tuple[Finding, ...]]
    health: Mapping[str, Health]


class Showing:
    """Remembers what was shown last: of ten thousand statuses few change between two snapshots."""

    def __init__(self) -> None:
        self._shown = Shown({}, {}, {})
        self._resources_of = -1
        self._findings_of = -1
        self._unseen: Set[str] = frozenset()

    def now(self, resources: Mapping[str, Resource], verdicts: Verdicts, *, version: int, unseen: Set[str]) -> Shown:
        """As things are now. ``version`` is that of the resources; ``unseen`` are those that their service's last walk
        lost sight of: they are unknown at best, as is what was not judged yet."""
        shown = self._shown
        moved = verdicts.take_rated()
        if self._resources_of != version:
            self._resources_of, shown = version, shown._replace(resources=dict(resources))
            moved |= resources.keys() ^ shown.health.keys()
        if self._findings_of != verdicts.version:
            self._findings_of, shown = verdicts.version, shown._replace(findings=dict(verdicts.findings))
        if self._unseen != unseen:
            moved |= unseen ^ self._unseen
            self._unseen = frozenset(unseen)
        if moved:
            shown = shown._replace(health=self._rated(shown.health, moved, resources, verdicts.health))
        self._shown = shown
        return shown

    def _rated(
        self,
        before: Mapping[str, Health],
        moved: Iterable[str],
        resources: Container[str],
        judged: Mapping[str, Health],
    ) -> Mapping[str, Health]:
        health = dict(before)
        for arn in moved:
            if arn not in resources:
                health.pop(arn, None)
                continue
            status = judged.get(arn, Health.UNKNOWN)
            health[arn] = Health.UNKNOWN if status is Health.OK and arn in self._unseen else status
        return health
