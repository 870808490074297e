"""The judgement on one resource: what its readings say, and whether they say enough to call it healthy. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from aws.model import Finding, Health, Phase, Resource, Series, SeriesId, Severity
from aws.services.base import Metric, Pressure, Reading, Rule, Service

_NOTHING = Series(start_s=0, period_s=60)
_NO_SERVICES: Mapping[str, Service] = MappingProxyType({})
_NO_OVERRIDES: Mapping[str, Mapping[str, float]] = MappingProxyType({})


def _alone(_: str) -> tuple[Resource, ...]:
    return ()


def judge(
    resource: Resource,
    service: Service,
    series: Mapping[SeriesId, Series],
    *,
    thresholds: Mapping[str, Mapping[str, float]] = _NO_OVERRIDES,
    now_s: float,
    causes: Sequence[Resource] = (),
    effects: Sequence[Resource] = (),
    siblings: Callable[[str], Iterable[Resource]] = _alone,
    services: Mapping[str, Service] = _NO_SERVICES,
    unexplained: Callable[[str], Mapping[int, float]] = lambda _: {},
) -> tuple[Finding, ...]:
    """Every rule's finding on a resource, worst first.

    ``series`` are the readings of the resource's scope; ``thresholds`` maps a rule id to the figures that differ from
    its defaults. ``causes`` and ``effects`` are the resources linked with this one, whose readings some rules look
    at by their ``services``; ``siblings(kind)`` are all resources of a kind of its service in its scope;
    ``unexplained(metric_id)`` is what a sum counts and none of its parts does. Depends on its arguments alone: a
    restart and another process say the same.
    """
    declared = _declared(service, resource.kind)
    look = _Look(declared.metrics, resource, series)
    if look.empty:  # no rule says anything about a resource without a single datapoint: most are idle
        return ()

    def series_of(other: Resource, metric_id: str, stat: str) -> Series:
        owner = service if other.service == service.name else services.get(other.service)
        metric = None if owner is None else _declared(owner, other.kind).metrics.get(metric_id)
        key = None if metric is None else metric.key(other)
        return _NOTHING if key is None else series.get(SeriesId(key, stat), _NOTHING)

    def peaks(kind: str, metric_id: str, stat: str, from_s: float, to_s: float) -> list[tuple[float, Resource]]:
        metric = _declared(service, kind).metrics[metric_id]
        return list(_peaks(siblings(kind), metric, stat, series, from_s, to_s))

    findings: list[Finding] = []
    for rule in declared.rules:
        if not rule.applies(resource):
            continue
        finding = rule.judge(
            Reading(
                resource=resource,
                series=look,
                thresholds={**rule.thresholds, **thresholds[rule.id]} if rule.id in thresholds else rule.thresholds,
                now_s=now_s,
                causes=lambda: causes,
                series_of=series_of,
                effects=lambda: effects,
                peaks=peaks,
                unexplained=unexplained,
            )
        )
        if finding is not None:
            findings.append(finding)
    return tuple(sorted(findings, key=_worst_first))


def presses(
    pressure: Pressure, resource: Resource, service: Service, series: Mapping[SeriesId, Series], *, now_s: float
) -> bool:
    """Whether what resources share runs out at ``resource``, so that it matters who uses it."""
    look = _Look(_declared(service, resource.kind).metrics, resource, series)
    return pressure.holds(Reading(resource=resource, series=look, thresholds={}, now_s=now_s))


def status(
    resource: Resource, service: Service, series: Mapping[SeriesId, Series], findings: Sequence[Finding]
) -> Health:
    """A resource's status: critical > warning > unknown > ok.

    It is unknown where a rule lacks a reading or a fact that it needs; `NO_DATA` after a complete read lacks nothing.
    Recovered findings and those for information do not degrade it.
    """
    severities = {finding.severity for finding in findings if finding.phase is Phase.OPEN}
    if Severity.CRITICAL in severities:
        return Health.CRITICAL
    if Severity.WARNING in severities:
        return Health.WARNING
    return Health.OK if _told(resource, service, series) else Health.UNKNOWN


def _told(resource: Resource, service: Service, series: Mapping[SeriesId, Series]) -> bool:
    declared = _declared(service, resource.kind)
    needed: set[str] = set()
    for rule in declared.rules:
        if rule.applies(resource):
            if any(resource.facts.get(fact) is None for fact in rule.needs_facts):
                return False
            needed.update(rule.needs)
    for metric_id in needed:
        metric = declared.metrics.get(metric_id)
        key = None if metric is None else metric.key(resource)
        if metric is None or key is None:  # this resource publishes no such thing
            continue
        for stat in metric.stats:
            if not series.get(SeriesId(key, stat), _NOTHING).state.known:
                return False
    return True


def _peaks(
    resources: Iterable[Resource],
    metric: Metric,
    stat: str,
    series: Mapping[SeriesId, Series],
    from_s: float,
    to_s: float,
) -> Iterator[tuple[float, Resource]]:
    """Ten thousand in one go, while a finding is open: the most common way out, a quiet series, comes first."""
    kept = _kept_ids(metric, stat)
    for resource in resources:
        arn = resource.arn
        entry = kept.get(arn)
        if entry is None or entry[0] is not resource:
            key = metric.key(resource)
            entry = kept[arn] = resource, None if key is None else SeriesId(key, stat)
        known = None if entry[1] is None else series.get(entry[1])
        if known is None or not known.state.has_value:
            continue
        points = known.between(from_s, to_s)
        most = max(points, default=0.0)
        if most != most:  # a gap came first, with which nothing compares
            most = max((point for point in points if point == point), default=0.0)
        if most > 0:
            yield most, resource


def _worst_first(finding: Finding) -> tuple[bool, int, float, str]:
    since_s = finding.since_s if finding.since_s is not None else 0.0
    return finding.phase is Phase.RECOVERED, finding.severity.rank, since_s, finding.rule


# By metric and statistic: the series of each resource by its ARN. Making ten thousand of them takes 40 ms.
_IDS: dict[tuple[int, str], tuple[Metric, dict[str, tuple[Resource, SeriesId | None]]]] = {}
_MOST_IDS = 100_000


def _kept_ids(metric: Metric, stat: str) -> dict[str, tuple[Resource, SeriesId | None]]:
    """The series made before. Now and then all are dropped, and with them those of resources that are gone."""
    found = _IDS.get((id(metric), stat))
    if found is None or len(found[1]) > _MOST_IDS:
        found = _IDS[id(metric), stat] = metric, {}  # the metric is kept, so that no other one takes its identity
    return found[1]


class _Declared(NamedTuple):
    """What a service declares for one kind, ready to be looked up."""

    service: Service  # kept, so that no other one can take its identity
    rules: tuple[Rule, ...]
    metrics: Mapping[str, Metric]


_DECLARED: dict[tuple[int, str], _Declared] = {}


def _declared(service: Service, kind: str) -> _Declared:
    found = _DECLARED.get((id(service), kind))
    if found is None:
        found = _DECLARED[id(service), kind] = _Declared(
            service=service,
            rules=tuple(rule for rule in service.rules if rule.kind == kind),
            metrics={metric.id: metric for metric in service.metrics if metric.kind == kind},
        )
    return found


class _Look:
    """Looks up a resource's series by metric id and statistic."""

    __slots__ = ("_keys", "_series")

    def __init__(self, metrics: Mapping[str, Metric], resource: Resource, series: Mapping[SeriesId, Series]) -> None:
        self._keys = {metric_id: (metric, metric.key(resource)) for metric_id, metric in metrics.items()}
        self._series = series

    def __call__(self, metric_id: str, stat: str) -> Series:
        _, key = self._keys.get(metric_id, (None, None))
        return _NOTHING if key is None else self._series.get(SeriesId(key, stat), _NOTHING)

    @property
    def empty(self) -> bool:
        """Whether no series of the resource has a datapoint."""
        for metric, key in self._keys.values():
            if key is not None:
                for stat in metric.stats:
                    if self._series.get(SeriesId(key, stat), _NOTHING).state.has_value:
                        return False
        return True
