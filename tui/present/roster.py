"""The resources of one view, prepared for filtering and sorting: ten thousand of them must not hold up a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from aws.model import Finding, Health, Phase, Resource, Series, SeriesId, Snapshot
from aws.model.snapshot import NOT_FETCHED
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
        self._seen: tuple[Resource, ...] = ()
        self._members = Members(())
        self._ranks = Newest(_ranks)
        self._kept_texts = Kept(_text)
        self._texts: tuple[Snapshot | None, dict[str, str]] = (None, {})

    def members(self, snapshot: Snapshot) -> Members:
        """The resources; sorted anew only where the inventory has changed."""
        inventory = snapshot.resources
        if len(inventory) != len(self._seen) or not same(self._seen, inventory.values()):
            self._seen = tuple(inventory.values())
            self._members = Members.of(filter(self._mine, self._seen))
            self._kept_texts.forget_all_but(self._members.place)
        return self._members

    def ranks(self, snapshot: Snapshot) -> dict[str, int]:
        """What sorts the worst first, then by name."""
        return self._ranks.of(self.members(snapshot), snapshot.health)

    def texts(self, snapshot: Snapshot) -> dict[str, str]:
        """What a filter looks at, by ARN: name, health, and what is wrong, in lower case."""
        if self._texts[0] is not snapshot:
            health, findings, kept = snapshot.health, snapshot.findings, self._kept_texts
            unknown, none = Health.UNKNOWN, ()
            self._texts = (
                snapshot,
                {
                    resource.arn: kept.of(
                        resource.arn, resource, health.get(resource.arn, unknown), findings.get(resource.arn, none)
                    )
                    for resource in self.members(snapshot).resources
                },
            )
        return self._texts[1]


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


class ColumnFigures:
    """The figure of one metric column for each resource, reckoned anew only where its series is another object."""

    def __init__(
        self, series_id: Callable[[Resource], SeriesId | None], figure: Callable[[Resource, Series], float | None]
    ) -> None:
        self._series_id, self._figure = series_id, figure
        self._ids: dict[str, tuple[Resource, SeriesId | None]] = {}
        self._figures: dict[str, tuple[Series, float | None]] = {}
        self._newest: tuple[Snapshot | None, dict[str, float | None]] = (None, {})

    def of(self, snapshot: Snapshot, resources: Iterable[Resource]) -> Mapping[str, float | None]:
        """The figures by ARN; None where there is none."""
        if self._newest[0] is not snapshot:
            self._newest = snapshot, self._read(snapshot, resources)
        return self._newest[1]

    def _read(self, snapshot: Snapshot, resources: Iterable[Resource]) -> dict[str, float | None]:
        """One plain loop: with a call for each step the rows of a big account would hold up the keyboard."""
        ids: dict[str, tuple[Resource, SeriesId | None]] = {}
        figures: dict[str, tuple[Series, float | None]] = {}
        found: dict[str, float | None] = {}
        scope, of_scope = None, EMPTY
        for resource in resources:
            arn = resource.arn
            known = self._ids.get(arn)
            if known is None or known[0] is not resource:
                known = resource, self._series_id(resource)
            ids[arn] = known
            if resource.scope is not scope:  # hashing a scope for every row would show
                scope = resource.scope
                of_scope = snapshot.series.get(scope, EMPTY)
            series = of_scope.get(known[1], NOT_FETCHED) if known[1] else NOT_FETCHED
            held = self._figures.get(arn)
            if held is None or held[0] is not series:
                held = series, self._figure(resource, series)
            figures[arn] = held
            found[arn] = held[1]
        self._ids, self._figures = ids, figures
        return found
