"""Which resources an alarm watches, and whether it can ever fire. Pure.

An alarm names a metric, its dimensions and perhaps a unit, and CloudWatch accepts any of them: one that no service
publishes stays green for ever. That is told by shape alone, because a well-formed metric without data may get some
tomorrow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeAlias

from aws.evaluate.composite import accused, parse_rule
from aws.evaluate.errors import RuleError
from aws.model import Alarm, AlarmKind, AlarmState, MetricKey, Resource, Scope, Watched
from aws.model.logs import LogGroups
from aws.services.base import Dimensions, Service

_Place: TypeAlias = tuple[str, str, str]  # account, region, namespace
_Names: TypeAlias = frozenset[str]
_Values: TypeAlias = Dimensions  # sorted: a third of what a frozenset takes, ten thousand times


class AlarmIndex:
    """Resources by the dimensions that they publish with.

    ``complete`` holds (scope, service name) for every service whose resources are all known: only there a resource
    that is not found does not exist. ``groups`` are a scope's log groups, whose metric filters count the lines
    of those that log there.
    """

    def __init__(
        self,
        resources: Iterable[Resource],
        services: Mapping[str, Service],
        *,
        complete: Collection[tuple[Scope, str]] = (),
        groups: LogGroups | None = None,
    ) -> None:
        self._shapes = _shapes(services.values())
        self._owners = _owners(services.values())
        self._units = _units(services.values())
        self._complete = {(scope.account, scope.region, name) for scope, name in complete}
        self._found: dict[_Place, dict[_Names, dict[_Values, tuple[str, ...]]]] = {}
        self._filters = {} if groups is None else groups.filters
        self._counting: dict[tuple[str, str, MetricKey], set[str]] = {}
        self._ways = {name: _ways(service) for name, service in services.items()}
        for resource in resources:
            self.add(resource)

    def add(self, resource: Resource) -> None:
        """Take in one resource more."""
        for namespace, dimensions in self._ways.get(resource.service, {}).get(resource.kind, ()):
            self._add(resource, namespace, dimensions(resource))
        for found in self._filters.get(resource.text("log_group") or "", ()):
            for metric in found.metrics:
                place = (resource.scope.account, resource.scope.region, metric)
                self._counting.setdefault(place, set()).add(resource.arn)

    def targets(self, alarm: Alarm) -> tuple[str, ...]:
        """ARNs of the resources whose metrics an alarm looks at, in its order; of a composite alarm see `targets_of`.

        A narrower metric than a resource's own (one alias, one operation) points at the resource, a wider one (an
        API's name without a stage) at all that it covers.
        """
        found = (arn for watched in alarm.watches for arn in self._resolve(alarm.scope, watched.metric) or ())
        return tuple(dict.fromkeys(found))

    def targets_of(self, alarms: Mapping[str, Alarm]) -> dict[str, tuple[str, ...]]:
        """The targets of every alarm by the alarm's ARN.

        A composite alarm has those of the alarms that its rule accuses; while it fires, of those among them that do
        not say OK, or it would be shown on resources that are well.
        """
        direct = {arn: self.targets(alarm) for arn, alarm in alarms.items()}
        by_name = {(alarm.scope.account, alarm.scope.region, alarm.name): alarm for alarm in alarms.values()}
        below = {arn: _blamed(alarm, by_name) for arn, alarm in alarms.items() if alarm.kind is AlarmKind.COMPOSITE}
        return {arn: _gathered(arn, direct, below) if arn in below else own for arn, own in direct.items()}

    def dead(self, alarm: Alarm) -> bool | None:
        """Whether an alarm can never fire; None where that cannot be told.

        True where everything that it looks at is published by nobody: dimensions that the service does not publish
        this metric with, a unit that it never has, or a resource that does not exist.
        """
        verdicts = {self._dead(alarm.scope, watched) for watched in alarm.watches}
        return verdicts.pop() if len(verdicts) == 1 else None

    def _dead(self, scope: Scope, watched: Watched) -> bool | None:
        metric = watched.metric
        units = self._units.get((metric.namespace, metric.name))
        if watched.unit and units and watched.unit not in units:
            return True  # CloudWatch converts no units: such an alarm stays in INSUFFICIENT_DATA, or green
        by_metric = self._shapes.get(metric.namespace)
        sets = None if by_metric is None else by_metric.get(metric.name, by_metric.get("*"))
        if sets is None:
            return None
        names = frozenset(name for name, _ in metric.dimensions)
        if names not in sets:
            return True
        if not names:
            return False
        found = self._resolve(scope, metric)
        if found:
            return False
        owners = self._owners.get(metric.namespace, ())
        known = all((scope.account, scope.region, owner) in self._complete for owner in owners)
        return True if owners and known and found is not None else None

    def _add(self, resource: Resource, namespace: str, dimensions: Dimensions | None) -> None:
        if dimensions is None:
            return
        place = (resource.scope.account, resource.scope.region, namespace)
        names, values = frozenset(name for name, _ in dimensions), tuple(sorted(dimensions))
        alike = self._found.setdefault(place, {}).setdefault(names, {})
        alike[values] = (*alike.get(values, ()), resource.arn)

    def _resolve(self, scope: Scope, metric: MetricKey) -> tuple[str, ...] | None:
        """The resources that a metric is about; None where its dimensions name none of a kind that we know."""
        counted = self._counting.get((scope.account, scope.region, metric), ())
        if len(counted) == 1:  # counted for several together, it does not tell whose lines they are
            return tuple(counted)
        by_names = self._found.get((scope.account, scope.region, metric.namespace), {})
        names = frozenset(name for name, _ in metric.dimensions)
        if names in by_names:
            return by_names[names].get(tuple(sorted(metric.dimensions)), ())
        narrower = [kind for kind in self._kinds(metric.namespace, by_names) if kind and kind <= names]
        if narrower:
            kind = max(narrower, key=len)
            part = tuple(sorted(pair for pair in metric.dimensions if pair[0] in kind))
            return by_names.get(kind, {}).get(part, ())
        wider = [kind for kind in self._kinds(metric.namespace, by_names) if names < kind] if names else []
        if not wider:
            return None
        wanted = set(metric.dimensions)
        everyone = [each for kind in wider for each in by_names.get(kind, {}).items()]
        return tuple(arn for values, arns in everyone if wanted.issubset(values) for arn in arns)

    def _kinds(self, namespace: str, by_names: Mapping[_Names, object]) -> set[_Names]:
        """The sets of dimension names that identify a kind: as declared, and as seen."""
        declared = {frozenset(names) for owner in self._owners.get(namespace, {}).values() for names in owner}
        return declared | set(by_names)


def _shapes(services: Iterable[Service]) -> dict[str, dict[str, set[_Names]]]:
    found: dict[str, dict[str, set[_Names]]] = {}
    for service in services:
        for namespace, by_metric in service.shapes.items():
            into = found.setdefault(namespace, {})
            for metric, sets in by_metric.items():
                into.setdefault(metric, set()).update(map(frozenset, sets))
    return found


def _units(services: Iterable[Service]) -> dict[tuple[str, str], set[str]]:
    """(namespace, metric name) -> the units that it is published in, as declared."""
    found: dict[tuple[str, str], set[str]] = {}
    for service in services:
        for metric in service.metrics:
            found.setdefault((metric.namespace, metric.name), set()).add(metric.unit)
    return found


def _owners(services: Iterable[Service]) -> dict[str, dict[str, list[tuple[str, ...]]]]:
    """Namespace -> the services that publish to it -> the dimension names that identify each of their kinds."""
    found: dict[str, dict[str, list[tuple[str, ...]]]] = {}
    for service in services:
        identities = {kind.name: kind.dimensions for kind in service.kinds if kind.dimensions}
        for metric in service.metrics:
            into = found.setdefault(metric.namespace, {}).setdefault(service.name, [])
            if metric.kind in identities and identities[metric.kind] not in into:
                into.append(identities[metric.kind])
    return found


def _ways(service: Service) -> dict[str, list[tuple[str, Callable[[Resource], Dimensions | None]]]]:
    """Kind -> the different (namespace, dimensions) that its metrics are published with."""
    found: dict[str, dict[tuple[str, Callable[[Resource], Dimensions | None]], None]] = {}
    for metric in service.metrics:
        found.setdefault(metric.kind, {})[metric.namespace, metric.dimensions] = None
    return {kind: list(ways) for kind, ways in found.items()}


def _blamed(alarm: Alarm, by_name: Mapping[tuple[str, str, str], Alarm]) -> list[str]:
    """The ARNs of the alarms below a composite one that explain it, as far as they are known."""
    try:
        names = accused(parse_rule(alarm.rule))
    except RuleError:  # a rule in words newer than ours: then it has no targets that we know, and says so itself
        return []
    places = ((alarm.scope.account, alarm.scope.region, name) for name in names)
    known = [by_name[place] for place in places if place in by_name]
    if alarm.state is AlarmState.ALARM:
        known = [child for child in known if child.state is not AlarmState.OK] or known
    return [child.arn for child in known]


def _gathered(arn: str, direct: Mapping[str, tuple[str, ...]], below: Mapping[str, list[str]]) -> tuple[str, ...]:
    """The targets of all alarms under a composite one; rules may refer to each other in a circle."""
    seen: dict[str, None] = {}
    waiting = [arn]
    while waiting:
        at = waiting.pop()
        if at not in seen:
            seen[at] = None
            waiting.extend(reversed(below.get(at, ())))
    return tuple(dict.fromkeys(target for at in seen for target in direct.get(at, ())))
