"""Which recommended alarms each resource has, by what the account's alarms watch and never by their names. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from aws.alarms.define import LOG_NAMESPACE
from aws.alarms.figures import Figures
from aws.alarms.firing import only_scales
from aws.alarms.log_wanted import LogCatalogue
from aws.alarms.silence import Silence
from aws.alarms.strength import Likeness, looks_the_same_way, strength
from aws.alarms.wanted import Catalogue, Wanted
from aws.alarms.watchers import Watcher, Watchers
from aws.model import Alarm, Cover, Covered, Delivery, MetricKey, Resource
from aws.model.logs import LogGroups
from aws.services.base import Service
from aws.settings import AlarmSettings

_BEST_FIRST = (Cover.PRESENT, Cover.WEAKER, Cover.SILENT)
_NOTHING_AGAINST = Delivery()


class _Candidate(NamedTuple):
    """An alarm that looks at what is wanted."""

    alarm: Alarm
    likeness: Likeness
    cover: Cover
    detail: str
    unsure: bool = False  # whether anybody hears it


class Coverage:
    """The alarms of any scopes, ready to be held against resources one by one.

    ``dead`` are ARNs of alarms that can never fire, as `AlarmIndex` tells; ``ours`` those of alarms that cwtop made,
    besides the ones that are called as its name template begins. ``logs`` None: alarms on log lines are left out.
    ``tags_read``: the tags of all resources are known.
    `add` every alarm first.
    """

    def __init__(
        self,
        services: Mapping[str, Service],
        settings: AlarmSettings,
        silence: Silence,
        *,
        dead: Collection[str] = (),
        ours: Collection[str] = (),
        logs: LogGroups | None = None,
        tags_read: bool = False,
    ) -> None:
        self._catalogue = Catalogue(services, settings)
        self._log_catalogue = LogCatalogue(settings, Figures(settings), logs)
        self._identities = _identities(services.values())
        self._silence = silence
        self._ours = frozenset(ours)
        self._prefix = settings.name_template.partition("{")[0]
        self._watchers = Watchers(dead, tags_read=tags_read)
        self._said: dict[Covered, Covered] = {}  # of what no alarm watches: the same for thousands of resources
        self._whole: dict[tuple[Covered, ...], tuple[Covered, ...]] = {}

    def add(self, alarm: Alarm) -> None:
        """Take an alarm in. Those of automatic scaling are none: nobody would miss their being heard."""
        if not (only_scales(alarm) and self._silence.heard(alarm).silent):
            self._watchers.add(alarm)

    def of(self, resource: Resource, *, unread: str = "") -> tuple[Covered, ...]:
        """Every recommended alarm of the resource. ``unread`` says why alarms may exist that were not seen."""
        asked = [*self._catalogue.of(resource), *self._log_catalogue.of(resource)]
        found = [self._candidates(resource, each, each.metric) if each.metric else [] for each in asked]
        if sum(map(bool, found)) > 1:
            found = _closest(asked, found)
        covered = tuple(
            [
                self._covered(resource, each, each.metric, candidates, unread) if each.metric else _without_metric(each)
                for each, candidates in zip(asked, found, strict=True)
            ]
        )
        return self._shared(covered)

    def _shared(self, covered: tuple[Covered, ...]) -> tuple[Covered, ...]:
        """The same, with what other resources have in common with this one kept once."""
        if not any(each.alarms for each in covered):
            return self._whole.setdefault(covered, covered)
        return tuple([each if each.alarms else self._said.setdefault(each, each) for each in covered])

    def _candidates(self, resource: Resource, each: Wanted, metric: MetricKey) -> list[_Candidate]:
        if each.unfed:
            return []
        watching = [on for one in (metric, *each.others) for on in self._watchers.of(resource, one)]
        if len(metric.dimensions) > 1:
            watching += self._wider(resource, metric)
        return [self._candidate(on, each) for on in watching if looks_the_same_way(on.alarm, on.seen, each)]

    def _wider(self, resource: Resource, metric: MetricKey) -> list[Watcher]:
        """Alarms on fewer dimensions, unless these name something else: an API's are about all its stages, a table's
        leave out its indexes."""
        names = self._identities.get(metric.namespace, frozenset())
        return [on for on in self._watchers.wider(resource.scope, metric) if on.names not in names]

    def _candidate(self, watcher: Watcher, each: Wanted) -> _Candidate:
        likeness, reason = strength(watcher.alarm, watcher.seen, each)
        silent, only_with, unsure = self._silence.heard(watcher.alarm)
        weaker = likeness in (Likeness.WEAKER, Likeness.OTHER_WEAKER)
        if silent:
            detail = f"{silent}; {reason}" if weaker else silent
            return _Candidate(watcher.alarm, likeness, Cover.SILENT, detail)
        if only_with:
            together = f"heard only when others fire too, through {only_with}"
            return _Candidate(watcher.alarm, likeness, Cover.WEAKER, f"{reason}; {together}" if weaker else together)
        cover = Cover.WEAKER if weaker else Cover.PRESENT
        return _Candidate(watcher.alarm, likeness, cover, "; ".join(filter(None, (reason, unsure))), bool(unsure))

    def _covered(
        self, resource: Resource, each: Wanted, metric: MetricKey, candidates: list[_Candidate], unread: str
    ) -> Covered:
        if not candidates:
            return _named(each, self._uncovered(resource, each, metric, unread))
        candidates.sort(
            key=lambda candidate: (_BEST_FIRST.index(candidate.cover), candidate.unsure, candidate.likeness)
        )
        best = candidates[0]
        alarms = tuple(dict.fromkeys(candidate.alarm.arn for candidate in candidates))
        superseded = self._superseded(candidates)
        return _named(each, Covered(each.rule, best.cover, alarms, best.detail, superseded, best.unsure))

    def _uncovered(self, resource: Resource, each: Wanted, metric: MetricKey, unread: str) -> Covered:
        rule = each.rule
        if unread:
            return Covered(rule, Cover.UNKNOWN, detail=unread)
        if each.unfed and (starved := self._watchers.of(resource, metric)):
            return Covered(rule, Cover.DEAD, tuple(on.alarm.arn for on in starved), each.unfed)
        if not self._watchers.more(resource.scope, metric):
            return Covered(rule, Cover.MISSING)
        if perhaps := self._watchers.perhaps(resource, metric):
            alarms = tuple(alarm.arn for alarm in perhaps)
            return Covered(rule, Cover.UNKNOWN, alarms, "a query may mean it, by tags that were not read")
        if dead := self._watchers.dead(resource.scope, metric):
            alarms = tuple(alarm.arn for alarm in dead)
            return Covered(rule, Cover.DEAD, alarms, "nobody publishes what it watches")
        if narrower := self._watchers.narrower(resource.scope, metric):
            alarms = tuple(dict.fromkeys(alarm.arn for alarm, _ in narrower))
            part = ", ".join(f"{name}={value}" for name, value in narrower[0][1])
            return Covered(rule, Cover.MISSING, alarms, f"{narrower[0][0].name} watches only {part}")
        return Covered(rule, Cover.MISSING)

    def _superseded(self, candidates: list[_Candidate]) -> tuple[str, ...]:
        """Ours, where somebody else's does as well: the same measure, as strict, and heard."""
        as_good = (
            c for c in candidates if c.cover is Cover.PRESENT and not c.unsure and c.likeness is Likeness.AS_GOOD
        )
        if all(self._is_ours(candidate.alarm) for candidate in as_good):
            return ()
        return tuple(dict.fromkeys(c.alarm.arn for c in candidates if self._is_ours(c.alarm)))

    def _is_ours(self, alarm: Alarm) -> bool:
        return alarm.arn in self._ours or (bool(self._prefix) and alarm.name.startswith(self._prefix))


def _without_metric(each: Wanted) -> Covered:
    cover = Cover.UNKNOWN if each.unread else Cover.NOT_APPLICABLE
    return Covered(each.rule, cover, detail=each.unread or each.why_not)


def _named(each: Wanted, covered: Covered) -> Covered:
    """The same, saying what it cannot be told from the rule alone."""
    ours = each.metric is not None and each.metric.namespace == LOG_NAMESPACE
    if not (each.several or ours):
        return covered
    return covered._replace(metric=each.metric if each.several else None, custom_metric=ours)


def _identities(services: Iterable[Service]) -> dict[str, frozenset[frozenset[str]]]:
    """Namespace -> the sets of dimension names that say which resource a metric is about."""
    found: dict[str, set[frozenset[str]]] = {}
    for service in services:
        kinds = {kind.name: frozenset(kind.dimensions) for kind in service.kinds}
        for metric in service.metrics:
            found.setdefault(metric.namespace, set()).add(kinds.get(metric.kind, frozenset()))
    return {namespace: frozenset(names) for namespace, names in found.items()}


def _closest(asked: list[Wanted], found: list[list[_Candidate]]) -> list[list[_Candidate]]:
    """Each alarm for what it is most like: where several are recommended on one metric, it stands for one of them."""
    likest: dict[tuple[MetricKey | None, str], Likeness] = {}
    for each, candidates in zip(asked, found, strict=True):
        for candidate in candidates:
            key = (each.metric, candidate.alarm.arn)
            likest[key] = min(candidate.likeness, likest.get(key, candidate.likeness))
    return [
        [each for each in candidates if each.likeness == likest[wanted.metric, each.alarm.arn]]
        for wanted, candidates in zip(asked, found, strict=True)
    ]


def coverage(
    resources: Iterable[Resource],
    services: Mapping[str, Service],
    alarms: Mapping[str, Alarm],
    *,
    settings: AlarmSettings,
    dead: Collection[str] = (),
    delivery: Delivery = _NOTHING_AGAINST,
    ours: Collection[str] = (),
    logs: LogGroups | None = None,
    tags_read: bool = False,
    unread: Callable[[Resource], str] = lambda _: "",
) -> dict[str, tuple[Covered, ...]]:
    """Every resource's recommended alarms, by its ARN; for the arguments see `Coverage` and `Silence`."""
    silence = Silence(alarms.values(), delivery)
    held = Coverage(services, settings, silence, dead=dead, ours=ours, logs=logs, tags_read=tags_read)
    for alarm in alarms.values():
        held.add(alarm)
    found = {resource.arn: held.of(resource, unread=unread(resource)) for resource in resources}
    return {arn: covered for arn, covered in found.items() if covered}
