"""What a service file declares. One `Service` value a file; the dashboard, `check` and the rest pick it up.

A service file imports no aiobotocore: its ``discover`` gets the one door to AWS in a `Discovery` and yields what
it finds as it finds it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import TypeAlias

from aws.call import Call
from aws.model import Finding, Gap, Link, MetricKey, Resource, Scope, Series
from aws.services.recommendation import Recommendation

Dimensions: TypeAlias = tuple[tuple[str, str], ...]


class Milestone(Enum):
    """How far a walk has come."""

    NAMED = "named"
    """All that exists was yielded: what follows explains it, or adds facts whose lack leaves a resource unknown.

    A first look need not wait for that. A walk that says nothing has named everything when it ends."""


Discovered: TypeAlias = Resource | Link | Gap | Milestone


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a service's ``discover`` is given.

    ``names_of(service)`` waits until that service's walk in this scope has ended and gives what it found, by name,
    by ARN and by its fact ``url`` (all map to the ARN); at once and empty where the service is not selected. Only
    services that are declared in `Service.after` may be asked for, which keeps the waiting free of circles.
    """

    call: Call
    names_of: Callable[[str], Awaitable[Mapping[str, str]]]

    @property
    def scope(self) -> Scope:
        """Where we look."""
        return self.call.scope


class Pace(StrEnum):
    """How soon a metric must be read again where an account is too large for all of them with every poll."""

    NEEDED = "needed"  # trouble shows in it, and nowhere else
    TRAFFIC = "traffic"  # how busy something is: trouble shows elsewhere
    SLOW = "slow"  # changes seldom, or matters only to who looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric that a kind of resource publishes.

    ``id`` is our name of it ("errors"), ``namespace`` and ``name`` CloudWatch's. All ``stats`` are read in one
    request, which CloudWatch counts once. ``dimensions`` gives a resource's own dimensions, or None where the
    resource does not publish it. ``sparse``: no datapoint after a complete read means zero (throttles, errors of an
    idle function), not unknown. ``shown`` is the statistic for `check` and grids. ``on_demand_for``: the rules whose
    findings it explains (a throttle's reason): it is read only where one of them is open, and no rule may need it.

    ``pace`` says how often it is read in large accounts. ``summed_in``: the metric (kind, id) of the same service
    whose Sum is the sum over all resources of this kind, so that nothing happened where the two agree.
    ``sign_of_life``: a resource that is in use publishes one of these; one that publishes none is idle.
    """

    id: str
    kind: str
    namespace: str
    name: str
    stats: tuple[str, ...]
    unit: str
    dimensions: Callable[[Resource], Dimensions | None]
    sparse: bool = True
    on_demand_for: tuple[str, ...] = ()
    pace: Pace = Pace.NEEDED
    summed_in: tuple[str, str] | None = None
    sign_of_life: bool = False

    @property
    def shown(self) -> str:
        """The statistic that stands for the metric."""
        return self.stats[0]

    @property
    def on_demand(self) -> bool:
        """Whether it is read only where a finding asks for it."""
        return bool(self.on_demand_for)

    def key(self, resource: Resource) -> MetricKey | None:
        """The metric of this resource, or None where it publishes none."""
        dimensions = self.dimensions(resource)
        return None if dimensions is None else MetricKey(self.namespace, self.name, tuple(sorted(dimensions)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a rule sees of the world: one resource, its series, its figures, the time."""

    resource: Resource
    series: Callable[[str, str], Series]  # (metric id, stat) -> its Series; NOT_FETCHED where never read
    thresholds: Mapping[str, float]
    now_s: float
    causes: Callable[[], Sequence[Resource]] = field(default=lambda: ())  # resources linked as causes of this one
    series_of: Callable[[Resource, str, str], Series] | None = None  # the same for one of those
    effects: Callable[[], Sequence[Resource]] = field(default=lambda: ())  # resources that suffer from this one
    # metric id of this resource that sums those of others -> by minute (epoch s): what none of theirs explains
    unexplained: Callable[[str], Mapping[int, float]] = field(default=lambda _: {})
    # (kind, metric id, stat, from_s, to_s): all resources of a kind of this service in this scope, each with its
    # greatest point in that time, where that is above zero
    peaks: Callable[[str, str, str, float, float], Sequence[tuple[float, Resource]]] = field(default=lambda *_: ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One health rule. ``thresholds`` are its figures with their defaults; the source stands in the service file.

    ``needs`` are the metric ids without which the rule cannot tell: a resource whose needed readings are not known
    is *unknown*, never ok; so is one that lacks a fact of ``needs_facts`` (absent or None: not read). ``judge`` is
    pure. ``of_rest``: it is about what a sum counts and none of its parts does, which is being looked for.
    ``applies`` leaves out resources that the rule says nothing about (capacity of an on-demand table).
    """

    id: str
    kind: str
    needs: tuple[str, ...]
    thresholds: Mapping[str, float]
    judge: Callable[[Reading], Finding | None]
    title: str = ""
    needs_facts: tuple[str, ...] = ()
    of_rest: bool = False
    applies: Callable[[Resource], bool] = field(default=lambda _: True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """While ``holds`` of a resource of kind ``on`` (pure), ``metric`` is read of every ``kind`` in use: who?"""

    on: str
    kind: str
    metric: str
    holds: Callable[[Reading], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a resource grid: a metric (``metric`` and ``stat``) or a fact.

    ``form`` is one of: text, number (as it is), count (per minute), sum_5m, ms, s, percent, bytes, spark. ``min_width``
    is the terminal width from which on it is shown.
    """

    title: str
    width: int
    form: str = "text"
    metric: str | None = None
    stat: str | None = None
    fact: str | None = None
    min_width: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of resource. ``short`` is its word in a narrow column ("fn"); ``plural`` in headings.

    ``short_for`` gives a resource that is something special a word of its own ("dlq"), or None.
    ``dimensions`` are the names of the dimensions that say which one of its kind a metric is about: with them, an
    alarm on one that does not exist is told from one on a metric that is merely narrower.
    """

    name: str
    short: str
    plural: str
    view: str | None = None  # the view that lists it: functions, tables, apis, messaging, workflows
    columns: tuple[Column, ...] = ()
    user_facing: bool = False  # sorts first among equals: users feel it
    dimensions: tuple[str, ...] = ()
    short_for: Callable[[Resource], str | None] = field(default=lambda _: None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything cwtop knows about one AWS service.

    ``permissions`` are the IAM actions that reading it needs. ``console_path`` gives a resource's address below the
    console's host. ``after`` names services whose walk must end before `Discovery.names_of` is asked for them.
    ``shapes`` says, by namespace and metric name ("*" for those not named), with which sets of dimension names the
    service publishes; an alarm on any other set can never fire. A namespace that is not in it cannot be told.
    ``pressures`` say what is read of thousands of resources only while something that they share runs out.
    ``recommendations`` are the alarms that its resources should have. ``arn_name`` is what ARNs, and with them the
    tagging API, call the service, where that is not its name.
    """

    name: str
    title: str
    kinds: tuple[Kind, ...]
    discover: Callable[[Discovery], AsyncIterator[Discovered]]
    metrics: tuple[Metric, ...]
    rules: tuple[Rule, ...]
    permissions: tuple[str, ...]
    console_path: Callable[[Resource], str]
    after: tuple[str, ...] = ()
    shapes: Mapping[str, Mapping[str, tuple[tuple[str, ...], ...]]] = field(default_factory=dict)
    recommendations: tuple[Recommendation, ...] = ()
    pressures: tuple[Pressure, ...] = ()
    arn_name: str = ""

    @property
    def tag_type(self) -> str:
        """What the tagging API calls its resources, all kinds together."""
        return self.arn_name or self.name

    def kind(self, name: str) -> Kind:
        """The kind of that name. Raises KeyError."""
        for kind in self.kinds:
            if kind.name == name:
                return kind
        raise KeyError(name)

    def metrics_of(self, resource: Resource) -> list[tuple[Metric, MetricKey]]:
        """The metrics that this resource publishes, with their keys."""
        # Most metrics of a kind have the same dimensions: one tuple for all saves megabytes in a big account.
        keys: dict[Callable[[Resource], Dimensions | None], MetricKey | None] = {}
        found = []
        for metric in self.metrics:
            if metric.kind != resource.kind:
                continue
            if metric.dimensions not in keys:
                keys[metric.dimensions] = metric.key(resource)
            if (first := keys[metric.dimensions]) is not None:
                found.append((metric, MetricKey(metric.namespace, metric.name, first.dimensions)))
        return found
