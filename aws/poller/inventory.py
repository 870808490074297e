"""What exists in one scope: each service's walk, kept apart from every other's."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from graphlib import TopologicalSorter

from aws.call import Call
from aws.clock import Clock
from aws.errors import AwsError, BadAnswer
from aws.model import Gap, Link, LinkKind, Resource
from aws.poller.gate import Noted
from aws.services.base import Discovered, Discovery, Milestone, Service
from aws.slices import Slices

# What reading an answer of an unexpected shape raises: a proxy's page, a field that is missing or of another type.
MALFORMED = (LookupError, TypeError, ValueError, AttributeError)


@dataclass(slots=True)
class Walk:
    """What one walk of one service found."""

    resources: dict[str, Resource] = field(default_factory=dict)
    links: dict[tuple[str, str, LinkKind], Link] = field(default_factory=dict)
    gaps: dict[tuple[str, str], Gap] = field(default_factory=dict)
    failed: bool = False  # raised, or was cut off: what it did not find may exist all the same

    def add(self, item: Discovered) -> None:
        """Take in what `Service.discover` yielded; a milestone is none of it."""
        match item:
            case Resource():
                self.resources[item.arn] = item
            case Link():
                self.links[item.cause, item.effect, item.kind] = item
            case Gap():
                self.gaps[item.action, item.error] = item


class Inventory:
    """The resources, links and gaps of the selected services in one scope.

    ``arrived`` is told of each resource that is new or has changed, as it is found; ``gone`` of ARNs that exist no
    more; ``named`` is called whenever a service's walk has named all that it found. A walk that fails keeps what was
    known before; one that completes replaces it.
    Raises ValueError if services wait for each other in a circle.
    """

    def __init__(
        self,
        call: Call,
        services: Mapping[str, Service],
        clock: Clock,
        *,
        arrived: Callable[[Resource], None],
        gone: Callable[[Collection[str]], None],
        named: Callable[[], None] = lambda: None,
    ) -> None:
        TopologicalSorter({name: service.after for name, service in services.items()}).prepare()
        self._call = call
        self._services = services
        self._clock = clock
        self._arrived = arrived
        self._gone = gone
        self._all_named = named
        self._known: dict[str, Walk] = {name: Walk() for name in services}
        self.failed_s = 0.0  # when an answer that may be there now was missing, last; UTC epoch seconds
        self._seen_under: dict[str, frozenset[tuple[str, str]]] = {}
        self._ended: dict[str, asyncio.Event] = {}
        self._asking: dict[str, list[str]] = {}  # service -> actions that its walk waits for
        self._awaited: dict[str, str] = {}  # service -> the one whose walk it waits for
        self.walking: dict[str, int] = {}  # service -> resources found so far
        self.named: set[str] = set()  # services of which everything that exists was named once, or could not be
        self.walked: set[str] = set()  # services whose walk was tried to the end at least once
        self._recalled: set[str] = set()  # ARNs that an earlier run saw, and this one not yet
        self.unseen: set[str] = set()  # ARNs kept although the last walk did not find them

    @property
    def tried(self) -> bool:
        """Whether every service has named what exists at least once, or failed to."""
        return self.named >= self._services.keys()

    @property
    def explained(self) -> bool:
        """Whether every service was walked to an end at least once, good or bad."""
        return self.walked >= self._services.keys()

    def resources(self) -> Iterable[Resource]:
        """All that is known to exist."""
        return (resource for walk in self._known.values() for resource in walk.resources.values())

    def links(self) -> Iterable[Link]:
        """All known links."""
        return (link for walk in self._known.values() for link in walk.links.values())

    def gaps(self) -> Iterable[Gap]:
        """What could not be read, as of each service's last walk."""
        return (gap for walk in self._known.values() for gap in walk.gaps.values())

    @property
    def recalling(self) -> bool:
        """Whether anything is known from an earlier run only."""
        return bool(self._recalled)

    async def recall(self, resources: Iterable[Resource], links: Iterable[Link]) -> None:
        """Take over what an earlier run saw, before the first walk. Each is unseen until a walk has found it; a walk
        that ends without failing drops those that it did not find.
        """
        slices = Slices(self._clock)
        services: dict[str, str] = {}
        for resource in resources:
            if resource.service in self._known:
                services[resource.arn] = resource.service
                self._recalled.add(resource.arn)
                self.unseen.add(resource.arn)
                self._known[resource.service].resources[resource.arn] = resource
                self._arrived(resource)
                await slices.breathe()
        for link in links:
            if link.effect in services and link.cause in services:
                self._known[services[link.effect]].add(link)

    def seen(self) -> tuple[list[Resource], list[Link]] | None:
        """What this run found; None while something that did not come whole hides what was known before."""
        if not self.tried or self.walking or any(walk.failed and walk.resources for walk in self._known.values()):
            return None
        found = [resource for resource in self.resources() if resource.arn not in self.unseen]
        return found, list(self.links())

    def whole(self) -> set[str]:
        """Services whose last walk found everything: what it did not find does not exist."""
        return {name for name, walk in self._known.items() if name in self.walked and not walk.gaps}

    def failing(self, *, refused: bool = False) -> set[str]:
        """Services whose last walk failed, or had no answer somewhere that may be there now, or were ``refused`` one;
        with those that build on them."""
        failing = {
            name
            for name, walk in self._known.items()
            if walk.failed or any(refused or gap.passes for gap in walk.gaps.values())
        }
        if not failing:
            return failing
        for name in TopologicalSorter({n: s.after for n, s in self._services.items()}).static_order():
            if name in self._services and failing.intersection(self._services[name].after):
                failing.add(name)
        return failing

    def lacking(self, *, refused: bool = False) -> list[str]:
        """The ARNs of `failing` services that were walked to the end, but for single answers."""
        failing = self.failing(refused=refused)
        walks = (walk for name, walk in self._known.items() if name in failing and not walk.failed)
        return [arn for walk in walks for arn in walk.resources]

    def asks(self, name: str) -> str:
        """The action that a service's walk waits for, be it that of a service it builds on."""
        while not (asking := self._asking.get(name)) and name in self._awaited:
            name = self._awaited[name]
        return asking[0] if asking else next(iter(self._services[name].permissions), name)

    async def walk(self, only: Collection[str] | None = None) -> None:
        """Walk all services at once, or ``only`` some of them. Never raises for what AWS does."""
        names = [name for name in self._services if only is None or name in only]
        self._ended = {name: asyncio.Event() for name in names}
        self.walking = dict.fromkeys(names, 0)
        try:
            async with asyncio.TaskGroup() as group:
                for name in names:
                    group.create_task(self._walk_one(self._services[name]))
        finally:
            self.walking = {}
            self._ended = {}

    async def _walk_one(self, service: Service) -> None:
        found = Walk()
        known = self._known[service.name]
        before = frozenset(known.resources)
        try:
            await self._follow(service, found, known, before)
        except AwsError as error:
            self._fail(found, error.gap(self._call.scope, service=service.name))
        except MALFORMED as error:
            action = next(iter(service.permissions), service.name)
            text = f"{type(error).__name__}: {error}"
            bad = BadAnswer(service.name, action, f"the answer could not be understood ({text})")
            self._fail(found, replace(bad.gap(self._call.scope), action=action))
        finally:
            self._ended[service.name].set()
            self.walking.pop(service.name, None)
        self._settle(service.name, known, found, before)

    async def _follow(self, service: Service, found: Walk, known: Walk, before: Collection[str]) -> None:
        slices = Slices(self._clock)
        asking = self._asking[service.name] = []
        discovery = Discovery(Noted(self._call, asking), functools.partial(self._names_of, service))
        items = service.discover(discovery)
        try:
            async for item in items:
                if item is Milestone.NAMED:
                    self._name(service.name)
                    continue
                found.add(item)
                if isinstance(item, Gap) and item.passes:
                    self.failed_s = self._clock.now()
                if isinstance(item, Resource):
                    self.walking[service.name] = len(found.resources)
                    self._take(item, found, before, known)
                await slices.breathe()
        finally:
            if isinstance(items, AsyncGenerator):  # left half-way, it would outlive us
                await items.aclose()

    def _take(self, resource: Resource, found: Walk, before: Collection[str], known: Walk) -> None:
        """Show what is new as soon as it is found; what is as it was stays the same object.

        What was known already is shown anew once the walk has ended: a service may yield a thing twice, bare at
        first and complete later, and what we knew of it must not come and go with every walk.
        """
        old = known.resources.get(resource.arn)
        if old is not None and old == resource:
            found.resources[resource.arn] = old
        elif resource.arn not in before:
            known.resources[resource.arn] = resource
            self._arrived(resource)

    def _name(self, service: str) -> None:
        self.named.add(service)
        self._all_named()

    def _fail(self, found: Walk, gap: Gap) -> None:
        found.failed, self.failed_s = True, self._clock.now()
        found.add(gap)

    def _settle(self, name: str, known: Walk, found: Walk, before: Set[str]) -> None:
        """Replace what was known, less what this walk's failure or gaps may have hidden."""
        reasons = frozenset(found.gaps)
        missing = known.resources.keys() - found.resources.keys()
        # A refusal that was there already when a resource was last seen does not explain why it is missing now; one of
        # those faults that hit here and there may have hit another thing then.
        hidden = found.failed or any(gap.passes for gap in found.gaps.values())
        kept = {arn for arn in missing if hidden or not reasons <= self._seen_under.get(arn, frozenset())}
        if not found.failed:
            kept -= self._recalled
        self._seen_under.update(dict.fromkeys(found.resources, reasons))
        for arn in before - missing:
            if found.failed:
                found.resources[arn] = known.resources[arn]
            elif found.resources[arn] is not known.resources[arn]:
                self._arrived(found.resources[arn])
        found.resources.update((arn, known.resources[arn]) for arn in kept)
        if reasons:
            found.links = {**known.links, **found.links}
        self._date(found, known)
        self._known[name] = found
        self.walked.add(name)
        self._name(name)
        gone = missing - kept
        for arn in gone:
            self._seen_under.pop(arn, None)
        self._recalled -= (found.resources.keys() - kept) | gone
        self.unseen = (self.unseen - found.resources.keys() - gone) | kept
        self._gone(gone)

    def _date(self, found: Walk, known: Walk) -> None:
        """Gaps that were there before keep the time since which they are."""
        now_s = self._clock.now()
        for key, gap in found.gaps.items():
            before = known.gaps.get(key)
            found.gaps[key] = replace(gap, since_s=(before and before.since_s) or gap.since_s or now_s)

    async def _names_of(self, asking: Service, name: str) -> Mapping[str, str]:
        if name not in asking.after:
            raise RuntimeError(f"service {asking.name!r} asks for {name!r} without declaring it in `after`")
        if name not in self._services:
            return {}
        ended = self._ended.get(name)
        if ended is not None:
            self._awaited[asking.name] = name
            await ended.wait()
            self._awaited.pop(asking.name, None)
        resources = self._known[name].resources.values()
        urls = {url: r.arn for r in resources if (url := r.text("url"))}
        return {r.name: r.arn for r in resources} | {r.arn: r.arn for r in resources} | urls
