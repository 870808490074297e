"""No recommended alarm is dead: on a day when everything breaks, each of them has a series to watch.

What the account holds is found as cwtop finds it; whether a series exists is told by the simulated CloudWatch alone.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from aws.model import MetricKey, Resource
from aws.poller.inventory import Inventory
from aws.services import registry
from aws.session import Sessions, Target
from demo.front.account import account_handler
from demo.front.server import Front
from demo.shop import Shop, acme
from demo.shop.model import arn
from demo.story import StoryWorld
from demo.story.scenario import Incident, Scenario
from tests.virtual_clock import VirtualClock

START_S = 1_800_000_000.0


class HurriedClock(VirtualClock):
    """Time that passes as soon as somebody waits for it."""

    async def sleep(self, seconds: float) -> None:
        self._pass(max(0.0, seconds))
        await asyncio.sleep(0)


def everything_breaks(shop: Shop) -> Scenario:
    """Every kind of trouble at once, on all that can have it."""
    indexes = {f"{table.name}#{index.name}" for table in shop.tables for index in table.indexes}
    targets = {
        "under_provisioned": {table.name for table in shop.tables} | indexes,
        "bad_deployment": {function.name for function in shop.functions if function.every_min is None},
        "cron_failing": {function.name for function in shop.functions if function.every_min is not None},
        "dlq_growth": {queue.name for queue in shop.queues if queue.consumer is None},
        "sign_in_storm": {pool.name for pool in shop.pools},
    }
    incidents = tuple(
        Incident(kind=kind, targets=(name,), start=-60, duration=None, strength=0.5)
        for kind, names in targets.items()
        for name in sorted(names)
    )
    return Scenario(name="doom", title="", minutes=1, incidents=incidents, findings=())


async def found_in(world: StoryWorld) -> list[Resource]:
    """What cwtop finds in the account."""
    clock = HurriedClock(START_S)
    async with (
        account_handler(world, clock) as handler,
        Front(handler) as front,
        Sessions(clock=clock) as sessions,
    ):
        await asyncio.to_thread(world.seed, front.endpoint_url)
        connection = await sessions.connect(Target(region=world.region, endpoint_url=front.endpoint_url))
        inventory = Inventory(connection.call, registry(), clock, arrived=lambda _: None, gone=lambda _: None)
        await inventory.walk()
        assert not list(inventory.gaps())
        return list(inventory.resources())


async def test_every_recommended_alarm_has_a_series_to_watch() -> None:
    shop = acme()
    world = StoryWorld(shop, everything_breaks(shop), 1, START_S)
    published = {key for key, _ in world.metrics()}
    resources = [with_dead_letters(shop, resource) for resource in await found_in(world)]
    named = {name for key in published for _, name in key.dimensions}
    # A function that nobody ever calls has no series at all: the first call will make them.
    idle = {function.name for function in shop.functions if not function.per_minute and function.every_min is None}
    idle |= {function.name for function in shop.functions if function.reserved == 0}
    assert idle.isdisjoint(named)
    dead: list[tuple[str, MetricKey]] = []
    watched: set[tuple[str, str]] = set()
    for resource in resources:
        for each in registry()[resource.service].recommendations:
            if each.kind != resource.kind or not each.applies(resource) or resource.name in idle:
                continue
            if each.threshold(resource, each.figures) is None:
                continue
            keys = each.metrics(resource)
            assert keys, (each.id, resource.name)
            watched.add((each.id, each.kind))
            dead += [(each.id, key) for key in keys if key not in published or not well_shaped(resource, key)]
    assert not dead
    never = {(each.id, each.kind) for service in registry().values() for each in service.recommendations} - watched
    assert never == {("lambda.destinations", "function")}  # the shop has none that are configured


def with_dead_letters(shop: Shop, resource: Resource) -> Resource:
    """What moto, which keeps the shop, forgets of a function: its DeadLetterConfig."""
    queues = {f.arn: arn("sqs", f.dead_letter_queue) for f in shop.functions if f.dead_letter_queue}
    if resource.arn not in queues:
        return resource
    return replace(resource, facts={**resource.facts, "dlq": queues[resource.arn]})


def well_shaped(resource: Resource, key: MetricKey) -> bool:
    """Whether the service declares that it publishes this metric with these dimensions."""
    by_metric = registry()[resource.service].shapes[key.namespace]
    names = {name for name, _ in key.dimensions}
    return names in [set(one) for one in by_metric.get(key.name, by_metric.get("*", ()))]
