"""The resources of one view, prepared for filtering and sorting: ten thousand of them must not hold up a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from aws.model import Finding, Health, Phase, ReadState, Resource, Scope, Series, SeriesId, Snapshot
from aws.model.snapshot import NOT_FETCHED
from aws.services.base import Metric
from tui.present import styles
from tui.present.kept import Kept, Newest, same

EMPTY: Mapping[SeriesId, Series] = {}


@dataclass(frozen=True, slots=True)
class Members:
    """The resources in the order of their names; ``place`` is each one's position in it, by ARN."""

    resources: tuple[Resource, ...]
    place: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, resources: Iterable[Resource]) -> Members:
        """In the order of their names, whatever their case."""
        ordered = tuple(sorted(resources, key=lambda resource: resource.name.lower()))
        return cls(ordered, {resource.arn: index for index, resource in enumerate(ordered)})


class Roster:
    """The newest snapshot's resources for which ``mine`` holds."""

    def __init__(self, mine: Callable[[Resource], bool]) -> None:
        self._mine = mine
        self._seen: tuple[Mapping[str, Resource], tuple[Resource, ...], Members] = ({}, (), Members(()))
        self._ranks = Newest(_ranks)
        self._kept_texts = Kept(_text)
        self._texts = Newest(self._made_texts)

    def members(self, snapshot: Snapshot) -> Members:
        """The resources; sorted anew only where the inventory has changed."""
        inventory = snapshot.resources
        before, seen, members = self._seen  # in one go: a thread may be asking about another look
        if inventory is before:
            return members
        if len(inventory) != len(seen) or not same(seen, inventory.values()):
            seen = tuple(inventory.values())
            members = Members.of(filter(self._mine, seen))
            self._kept_texts.forget_all_but(members.place)
        self._seen = inventory, seen, members
        return members

    def ranks(self, snapshot: Snapshot) -> dict[str, int]:
        """What sorts the worst first, then by name."""
        return self._ranks.of(self.members(snapshot), snapshot.health)

    def texts(self, snapshot: Snapshot, members: Members) -> dict[str, str]:
        """What a filter looks at, by ARN: name, health, and what is wrong, in lower case. May run in a thread."""
        return self._texts.of(members, snapshot.health, snapshot.findings)

    def _made_texts(
        self, members: Members, health: Mapping[str, Health], findings: Mapping[str, tuple[Finding, ...]]
    ) -> dict[str, str]:
        texts, unknown = self._kept_texts.of, Health.UNKNOWN
        return {
            resource.arn: texts(
                resource.arn, resource, health.get(resource.arn, unknown), findings.get(resource.arn, ())
            )
            for resource in members.resources
        }


def _ranks(members: Members, health: Mapping[str, Health]) -> dict[str, int]:
    """Hashing a health for every row would show: nearly all of them are well."""
    number, of, well, unknown = len(members.place), health.get, Health.OK, Health.UNKNOWN
    best = well.rank * number
    return {
        arn: (best if (found := of(arn, unknown)) is well else found.rank * number) + place
        for arn, place in members.place.items()
    }


def _text(resource: Resource, health: Health, findings: tuple[Finding, ...]) -> str:
    said = " ".join(finding.text for finding in findings if finding.phase is Phase.OPEN)
    return f"{resource.name} {styles.HEALTH_WORD[health]} {said}".lower()


class Source(NamedTuple):
    """Where a column has its figures from, for the resources of one kind."""

    metric: Metric
    stat: str
    figure: Callable[[Series], float | None]


class _Read(NamedTuple):
    """A figure, and what it was made from."""

    resource: Resource
    series_id: SeriesId | None
    series: Series
    figure: float | None


class ColumnFigures:
    """The figure of one metric column for each resource, reckoned anew only where its series is another object.

    ``sources`` are by service and kind.
    """

    def __init__(self, sources: Mapping[tuple[str, str], Source]) -> None:
        self._sources = sources
        self._reads: dict[str, _Read] = {}
        self._newest = Newest(self._read)

    def has(self, snapshot: Snapshot, members: Members) -> bool:
        """Whether they are at hand."""
        return self._newest.has(snapshot.series, members)

    def of(self, snapshot: Snapshot, members: Members) -> Mapping[str, float | None]:
        """The figures by ARN; None where there is none."""
        return self._newest.of(snapshot.series, members)

    def _read(self, readings: Mapping[Scope, Mapping[SeriesId, Series]], members: Members) -> dict[str, float | None]:
        """One plain loop: with a call for each step the rows of a big account would hold up the keyboard."""
        before, reads, found = self._reads, {}, {}
        quiet = ReadState.NO_DATA  # of thousands of rows most are
        scope, of_scope = None, EMPTY
        for resource in members.resources:
            arn = resource.arn
            if resource.scope is not scope:  # hashing a scope for every row would show
                scope = resource.scope
                of_scope = readings.get(scope, EMPTY)
            known = before.get(arn)
            series_id = known.series_id if known and known.resource is resource else self._series_id(resource)
            series = of_scope.get(series_id, NOT_FETCHED) if series_id else NOT_FETCHED
            if known is None or known.series is not series or known.resource is not resource:
                figure = None if series.state is quiet or series_id is None else self._figure(resource, series)
                known = _Read(resource, series_id, series, figure)
            reads[arn] = known
            found[arn] = known.figure
        self._reads = reads
        return found

    def _series_id(self, resource: Resource) -> SeriesId | None:
        source = self._sources.get((resource.service, resource.kind))
        key = source.metric.key(resource) if source else None
        return SeriesId(key, source.stat) if source and key else None

    def _figure(self, resource: Resource, series: Series) -> float | None:
        return self._sources[resource.service, resource.kind].figure(series)
