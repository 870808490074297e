"""What of one scope goes into every snapshot: made anew only where it has changed, so that snapshots share it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import NamedTuple

from aws.model import Finding, Health, Resource
from aws.poller.verdicts import Verdicts


class Shown(NamedTuple):
    """By ARN; mappings that are replaced, never changed."""

    resources: Mapping[str, Resource]
    findings: Mapping[str, tuple[Finding, ...]]
    health: Mapping[str, Health]


class Showing:
    """Remembers what was shown last: ten thousand statuses take as long to gather as all else in a snapshot."""

    def __init__(self) -> None:
        self._shown = Shown({}, {}, {})
        self._resources_of = -1
        self._findings_of = -1
        self._health_of: tuple[int, int] = (-1, -1)
        self._unseen: Set[str] = frozenset()

    def now(self, resources: Mapping[str, Resource], verdicts: Verdicts, *, version: int, unseen: Set[str]) -> Shown:
        """As things are now. ``version`` is that of the resources; ``unseen`` are those that their service's last walk
        lost sight of: they are unknown at best, as is what was not judged yet."""
        shown = self._shown
        if self._resources_of != version:
            self._resources_of, shown = version, shown._replace(resources=dict(resources))
        if self._findings_of != verdicts.version:
            self._findings_of, shown = verdicts.version, shown._replace(findings=dict(verdicts.findings))
        health_of = version, verdicts.health_version
        if self._health_of != health_of or self._unseen != unseen:
            self._health_of, self._unseen = health_of, frozenset(unseen)
            shown = shown._replace(health=_health(resources, verdicts.health, self._unseen))
        self._shown = shown
        return shown


def _health(resources: Mapping[str, Resource], judged: Mapping[str, Health], unseen: Set[str]) -> dict[str, Health]:
    health = {arn: judged.get(arn, Health.UNKNOWN) for arn in resources}
    for arn in unseen:
        if health.get(arn) is Health.OK:
            health[arn] = Health.UNKNOWN
    return health
