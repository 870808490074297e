"""The alarms that might be created: what coverage misses, and log alarms, before anybody looks whether the name is
free. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from aws.alarms.define import definitions, log_definition, renamed
from aws.alarms.definition import Attention, Conflict, Definition, Planned
from aws.alarms.desk import Routing
from aws.alarms.figures import Figures
from aws.alarms.log_wanted import counted
from aws.alarms.logs import MOST_FILTERS
from aws.alarms.ownership import Ownership
from aws.cost import usd_per_month
from aws.model import Alarm, Cover, Covered, MetricKey, Resource, Severity
from aws.model.logs import FilterFound
from aws.services.base import Service
from aws.services.recommendation import Recommendation
from aws.settings import AlarmSettings, LogPattern, log_rule

Present = tuple[str, str, str]  # as in `Plan.present`


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What planning goes by, all of one account and region. Keys are ARNs unless said otherwise.

    ``resources`` are those to plan for, with their tags; ``everything`` all that is known, for names that two share;
    ``log_filters`` the metric filters by log group.
    """

    resources: Sequence[Resource]
    everything: Sequence[Resource]
    services: Mapping[str, Service]
    coverage: Mapping[str, tuple[Covered, ...]]
    alarms: Mapping[str, Alarm]
    log_filters: Mapping[str, tuple[FilterFound, ...]]
    ownership: Ownership
    settings: AlarmSettings
    routing: Routing


@dataclass(slots=True)
class Candidates:
    """What was found. ``wanted`` have no history yet, and their names may be taken."""

    wanted: list[Planned] = field(default_factory=list)
    present: list[Present] = field(default_factory=list)
    attention: list[Attention] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


def candidates(world: World) -> Candidates:
    """Missing and dead cover to be created; silent, weaker, superseded and unclear cover to be looked at."""
    found, figures = Candidates(), Figures(world.settings)
    _Covers(world, figures, found).add_all()
    for resource in world.resources:
        found.attention += figures.problems(resource, _recommended(world, resource))
    return found


def _recommended(world: World, resource: Resource) -> list[Recommendation]:
    service = world.services.get(resource.service)
    return [each for each in service.recommendations if each.kind == resource.kind] if service else []


class _Covers:
    """Walks over what coverage says of each resource."""

    def __init__(self, world: World, figures: Figures, found: Candidates) -> None:
        self._world = world
        self._figures = figures
        self._found = found
        self._shared = Counter((resource.service, resource.name) for resource in world.everything)
        self._taken: dict[tuple[MetricKey, str], Resource] = {}
        self._logs = _Logs(world, figures, found)

    def add_all(self) -> None:
        for resource in self._world.resources:
            by_rule = {each.id: each for each in _recommended(self._world, resource)}
            for covered in self._world.coverage.get(resource.arn, ()):
                self._look(resource, by_rule.get(covered.rule), covered)

    def _look(self, resource: Resource, recommendation: Recommendation | None, covered: Covered) -> None:
        alarms = [self._world.alarms[arn] for arn in covered.alarms if arn in self._world.alarms]
        names = [alarm.name for alarm in alarms]
        first = names[0] if names else ""
        if covered.cover is Cover.PRESENT:
            self._found.present.append((resource.arn, covered.rule, first))
        elif covered.cover is not Cover.NOT_APPLICABLE:
            if covered.cover in (Cover.MISSING, Cover.DEAD):
                if recommendation is not None:
                    self._want(resource, recommendation, covered)
                else:
                    dead = alarms[0] if alarms and covered.cover is Cover.DEAD else None
                    self._logs.want(resource, covered.rule, dead)
            if covered.cover is not Cover.MISSING:
                what = "it cannot be told whether this is watched" if covered.cover is Cover.UNKNOWN else covered.cover
                problem = f"{covered.rule}: {what}" + (f": {covered.detail}" if covered.detail else "")
                self._found.attention.append(Attention(first, resource.arn, problem))
        for arn in covered.superseded:
            if arn in self._world.alarms:
                others = ", ".join(name for name in names if name != self._world.alarms[arn].name) or "another alarm"
                problem = f"{covered.rule}: superseded: {others} does the same"
                self._found.attention.append(Attention(self._world.alarms[arn].name, resource.arn, problem))

    def _want(self, resource: Resource, recommendation: Recommendation, covered: Covered) -> None:
        figures = self._figures.of(resource, recommendation)
        if figures is None:
            return
        owner = self._world.ownership.stack_of(resource.arn)
        several = definitions(
            resource,
            recommendation,
            figures,
            self._world.routing,
            template=self._world.settings.name_template,
            owner_stack=owner,
        )
        for definition in several:
            # With several, one that was judged when it was the only one is not known to be any of them.
            if covered.metric != definition.metric and (covered.metric is not None or len(several) > 1):
                continue
            twin = self._taken.setdefault((definition.metric, recommendation.id), resource)
            if twin is not resource:
                problem = f"{recommendation.id}: {twin.arn} has the same metrics: one alarm watches both"
                self._found.attention.append(Attention("", resource.arn, problem))
                continue
            if self._shared[resource.service, resource.name] > 1:
                definition = replace(definition, name=renamed(definition, resource.arn))
            self._found.wanted.append(_planned(resource, recommendation.id, recommendation.severity, definition, owner))


class _Logs:
    """Alarms on log lines, with the metric filters that they need."""

    def __init__(self, world: World, figures: Figures, found: Candidates) -> None:
        self._world = world
        self._figures = figures
        self._found = found
        self._patterns = {log_rule(name): (name, each) for name, each in world.settings.log_patterns.items()}
        self._taken: set[tuple[str, str]] = set()
        self._new: Counter[str] = Counter()

    def want(self, resource: Resource, rule: str, dead: Alarm | None = None) -> None:
        """Plan the alarm of that rule, or the metric filter that a ``dead`` one has lost. Functions may share a log
        group: the first of them stands for it."""
        group = resource.text("log_group") or ""
        filters = self._world.log_filters.get(group)
        if filters is None or rule not in self._patterns or (group, rule) in self._taken:
            return
        name, pattern = self._patterns[rule]
        figures = self._figures.of_log_pattern(resource, name)
        if figures is not None:
            self._taken.add((group, rule))
            self._plan(resource, group, filters, name, pattern, figures["threshold"], dead)

    def _plan(
        self,
        resource: Resource,
        group: str,
        filters: Sequence[FilterFound],
        name: str,
        pattern: LogPattern,
        threshold: float,
        dead: Alarm | None,
    ) -> None:
        rule, metrics = log_rule(name), counted(filters, pattern)
        owner = self._world.ownership.stack_of(resource.arn)
        definition = log_definition(
            resource,
            name,
            pattern,
            threshold,
            self._world.routing,
            template=self._world.settings.name_template,
            log_group=group,
            metric=metrics[0] if metrics else None,
            owner_stack=owner,
        )
        planned = _planned(resource, rule, pattern.severity, definition, owner)
        if dead is not None and definition.filter is not None:
            planned = _fed_again(planned, dead)
        if definition.filter is None:
            self._found.wanted.append(planned)
        elif any(each.name == definition.filter.name for each in filters):
            reason = f"log group {group} has another metric filter called {definition.filter.name}"
            self._found.conflicts.append(Conflict(planned, reason))
        elif len(filters) + self._new[group] >= MOST_FILTERS:
            problem = f"{rule}: its log group has {len(filters)} metric filters, and takes no more than {MOST_FILTERS}"
            self._found.attention.append(Attention("", resource.arn, problem))
        else:
            self._new[group] += 1
            self._found.wanted.append(planned)


def _fed_again(planned: Planned, dead: Alarm) -> Planned:
    """The metric filter alone: the alarm that it counts for is there, and is paid for."""
    as_it_is = replace(
        planned.definition,
        name=dead.name,
        threshold=planned.definition.threshold if dead.threshold is None else dead.threshold,
        alarm_actions=dead.alarm_actions,
        ok_actions=(),
        actions_enabled=dead.actions_enabled,
    )
    return replace(planned, definition=as_it_is, filter_only=True, usd_per_month=usd_per_month(custom_metrics=1))


def by_urgency(wanted: Iterable[Planned]) -> list[Planned]:
    """The order of a plan: worst first, then by resource and rule."""
    return sorted(
        wanted, key=lambda each: (each.severity.rank, each.service, each.resource, each.rule, each.definition.name)
    )


def _planned(resource: Resource, rule: str, severity: Severity, definition: Definition, owner: str | None) -> Planned:
    return Planned(
        definition=definition,
        resource=resource.arn,
        service=resource.service,
        rule=rule,
        severity=severity,
        usd_per_month=usd_per_month(alarm_metrics=1, custom_metrics=int(definition.filter is not None)),
        owner_stack=owner,
    )
