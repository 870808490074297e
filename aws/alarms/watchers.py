"""Alarms by what they look at, so that those of one metric are found without going through all. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations
from typing import NamedTuple, TypeAlias

from aws.alarms.inputs import Input, inputs
from aws.alarms.insights import Insights, holds
from aws.model import Alarm, MetricKey, Resource, Scope

_Name: TypeAlias = tuple[str, str, str, str]  # account, region, namespace, metric name
_Pair: TypeAlias = tuple[str, str]  # a dimension's name and value
_MOST_DIMENSIONS = 4  # of a metric whose wider ones are looked up: API Gateway's go no further


class Watcher(NamedTuple):
    """An alarm, and how it looks at the metric asked for."""

    alarm: Alarm
    seen: Input

    @property
    def names(self) -> frozenset[str]:
        """The names of the dimensions that it looks at; none of a query."""
        dimensions = self.seen.source.dimensions if isinstance(self.seen.source, MetricKey) else ()
        return frozenset(name for name, _ in dimensions)


class Watchers:
    """Fill with `add`, then ask. ``dead`` are the ARNs of alarms that can never fire: they watch nothing.

    ``tags_read``: a resource without any tag has none, and is not one whose tags nobody read.
    """

    def __init__(self, dead: Collection[str] = (), *, tags_read: bool = False) -> None:
        self._dead = dead
        self._tags_read = tags_read
        self._on: dict[tuple[str, str, MetricKey], tuple[Watcher, ...]] = {}  # most are alone
        self._queries: dict[_Name, list[tuple[Watcher, Insights]]] = {}
        self._by_pair: dict[tuple[_Name, _Pair], list[Watcher]] = {}
        self._more: set[_Name] = set()
        self._dead_by_value: dict[tuple[_Name, str], list[tuple[Alarm, MetricKey]]] = {}

    def add(self, alarm: Alarm) -> None:
        """Take an alarm in."""
        account, region = alarm.scope.account, alarm.scope.region
        if alarm.arn in self._dead:
            for metric in dict.fromkeys(watched.metric for watched in alarm.watches):
                place = _name(alarm.scope, metric)
                self._more.add(place)
                for _, value in metric.dimensions:
                    self._dead_by_value.setdefault((place, value), []).append((alarm, metric))
            return
        for seen in inputs(alarm):
            watcher = Watcher(alarm, seen)
            source = seen.source
            if isinstance(source, Insights):
                name = (account, region, source.namespace, source.metric)
                self._more.add(name)
                self._queries.setdefault(name, []).append((watcher, source))
                continue
            self._on[account, region, source] = (*self._on.get((account, region, source), ()), watcher)
            if len(source.dimensions) > 1:
                place = _name(alarm.scope, source)
                self._more.add(place)
                for pair in source.dimensions:
                    self._by_pair.setdefault((place, pair), []).append(watcher)

    def of(self, resource: Resource, metric: MetricKey) -> list[Watcher]:
        """The alarms on exactly this metric, by name or by a query that means it."""
        scope = resource.scope
        found = list(self._on.get((scope.account, scope.region, metric), ()))
        if self._queries:
            for watcher, query in self._queries.get(_name(scope, metric), ()):
                if self._means(query, metric, resource):
                    found.append(Watcher(watcher.alarm, watcher.seen.seen_for(metric)))
        return found

    def more(self, scope: Scope, metric: MetricKey) -> bool:
        """Whether `perhaps`, `dead` or `narrower` may have anything to say."""
        return _name(scope, metric) in self._more

    def perhaps(self, resource: Resource, metric: MetricKey) -> list[Alarm]:
        """Alarms whose query may mean the metric: that depends on labels that nobody read, such as tags."""
        queries = self._queries.get(_name(resource.scope, metric), ())
        return [watcher.alarm for watcher, query in queries if self._means(query, metric, resource) is None]

    def wider(self, scope: Scope, metric: MetricKey) -> Iterator[Watcher]:
        """Alarms on the same metric under fewer dimensions, but not under none: an API's, of all its stages."""
        dimensions = metric.dimensions
        for size in range(1, len(dimensions) if len(dimensions) <= _MOST_DIMENSIONS else 0):
            for fewer in combinations(dimensions, size):
                key = metric._replace(dimensions=fewer)
                for watcher in self._on.get((scope.account, scope.region, key), ()):
                    yield Watcher(watcher.alarm, watcher.seen.seen_for(metric))

    def narrower(self, scope: Scope, metric: MetricKey) -> list[tuple[Alarm, tuple[_Pair, ...]]]:
        """Alarms on a part of it, with the dimensions that they have besides: one alias, one operation."""
        name, wanted = _name(scope, metric), frozenset(metric.dimensions)
        lists = [self._by_pair.get((name, pair), []) for pair in metric.dimensions]
        found = []
        for alarm, seen in min(lists, key=len, default=()):
            if isinstance(seen.source, MetricKey) and wanted < frozenset(seen.source.dimensions):
                found.append((alarm, tuple(pair for pair in seen.source.dimensions if pair not in wanted)))
        return found

    def dead(self, scope: Scope, metric: MetricKey) -> list[Alarm]:
        """Dead alarms that were meant for this metric: the same values under other names, or some dimensions of it."""
        name, wanted = _name(scope, metric), frozenset(metric.dimensions)
        values = sorted(value for _, value in metric.dimensions)
        found: dict[str, Alarm] = {}
        for _, value in metric.dimensions:
            for alarm, on in self._dead_by_value.get((name, value), ()):
                if sorted(value for _, value in on.dimensions) == values or frozenset(on.dimensions) < wanted:
                    found[alarm.arn] = alarm
        return list(found.values())

    def _means(self, query: Insights, metric: MetricKey, resource: Resource) -> bool | None:
        """Whether a query with this namespace and name looks at the metric; None where nobody knows."""
        dimensions = dict(metric.dimensions)
        if query.labels is not None and query.labels != dimensions.keys():
            return False
        if query.labels is None and not dimensions:
            return None  # it means all series at once, in which one of the account's own cannot be told

        def label(name: str) -> str | None:
            if name == "AWS.AccountId":
                return resource.scope.account
            if name.startswith("tag."):
                known = resource.tags or self._tags_read
                return resource.tags.get(name.removeprefix("tag."), "") if known else None
            return dimensions.get(name, "")

        return holds(query.where, label)


def _name(scope: Scope, metric: MetricKey) -> _Name:
    return scope.account, scope.region, metric.namespace, metric.name
