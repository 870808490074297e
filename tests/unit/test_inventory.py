"""What exists, walk after walk: nothing is lost to a failure, nothing deleted stays, nobody waits in vain."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace

import pytest

from aws.errors import AccessDenied, AwsError, Throttled
from aws.model import Gap, Link, LinkKind, Resource
from aws.poller.inventory import Inventory
from aws.services.base import Discovered, Discovery, Milestone, Service
from tests.fakes import SCOPE, FakeCall
from tests.poller_world import GADGETS
from tests.virtual_clock import VirtualClock

Found = list[Discovered | Exception | asyncio.Event]  # an event: what follows waits for it


def thing(name: str, **facts: int) -> Resource:
    return Resource(SCOPE, "things", "thing", name, f"arn:aws:things:::{name}", facts)


def gap(text: str, action: str = "things:DescribeThing") -> Gap:
    return Gap("things", action, text, "")


class Shelf:
    """A service whose walk finds what the test has put there; exceptions are raised where they stand."""

    def __init__(self, name: str = "things", after: tuple[str, ...] = ()) -> None:
        self.found: Found = []
        self.names: dict[str, Mapping[str, str]] = {}
        self.service: Service = replace(GADGETS, name=name, discover=self.discover, after=after)

    async def discover(self, discovery: Discovery) -> AsyncIterator[Discovered]:
        for other in self.service.after:
            self.names[other] = await discovery.names_of(other)
        for item in self.found:
            if isinstance(item, Exception):
                raise item
            if isinstance(item, asyncio.Event):
                await item.wait()
                continue
            yield item


class Told:
    """Keeps what the inventory tells."""

    def __init__(self) -> None:
        self.arrived: list[str] = []
        self.gone: set[str] = set()


def an_inventory(
    *shelves: Shelf,
    told: Told | None = None,
    clock: VirtualClock | None = None,
    named: Callable[[], None] = lambda: None,
) -> Inventory:
    told = told or Told()
    arrived: Callable[[Resource], None] = lambda resource: told.arrived.append(resource.name)  # noqa: E731
    return Inventory(
        FakeCall({}),
        {shelf.service.name: shelf.service for shelf in shelves},
        clock or VirtualClock(),
        arrived=arrived,
        gone=told.gone.update,
        named=named,
    )


def names(inventory: Inventory) -> set[str]:
    return {resource.name for resource in inventory.resources()}


async def test_only_what_is_new_or_changed_is_told_and_the_rest_keeps_its_object() -> None:
    shelf, told = Shelf(), Told()
    inventory = an_inventory(shelf, told=told)
    shelf.found = [thing("a"), thing("b")]
    await inventory.walk()
    before = {resource.name: resource for resource in inventory.resources()}
    told.arrived.clear()
    shelf.found = [thing("a"), thing("b", timeout_s=3), thing("c")]
    await inventory.walk()
    after = {resource.name: resource for resource in inventory.resources()}
    assert told.arrived == ["c", "b"], "what is new at once, what has changed when the walk has ended"
    assert after["a"] is before["a"]
    assert after["b"].facts == {"timeout_s": 3}


async def test_what_a_service_tells_in_two_steps_does_not_come_and_go_with_every_walk() -> None:
    shelf, told = Shelf(), Told()
    inventory = an_inventory(shelf, told=told)
    shelf.found = [thing("a"), thing("a", reserve=5)]
    await inventory.walk()
    assert told.arrived == ["a", "a"], "the first time, half is better than nothing"
    told.arrived.clear()
    await inventory.walk()
    assert told.arrived == []
    assert [resource.facts for resource in inventory.resources()] == [{"reserve": 5}]


@pytest.mark.parametrize(
    "failure",
    [
        Throttled("things", "ListThings", "slow down"),
        KeyError("Name"),
        TypeError("'NoneType' object is not subscriptable"),
    ],
)
async def test_a_walk_that_fails_half_way_adds_and_takes_nothing_away(failure: Exception) -> None:
    shelf, told = Shelf(), Told()
    link = Link("arn:aws:things:::a", "arn:aws:things:::b", LinkKind.ENVIRONMENT, "names it")
    inventory = an_inventory(shelf, told=told)
    shelf.found = [thing("a"), thing("b"), link]
    await inventory.walk()
    shelf.found = [thing("a"), thing("new"), failure]
    await inventory.walk()
    assert names(inventory) == {"a", "b", "new"}
    assert list(inventory.links()) == [link]
    assert inventory.unseen == {"arn:aws:things:::b"}
    assert inventory.failing() == {"things"}
    (left_open,) = inventory.gaps()
    assert left_open.service == "things"
    shelf.found = [thing("a")]
    await inventory.walk({"things"})
    assert names(inventory) == {"a"}
    assert (inventory.unseen, inventory.failing(), list(inventory.gaps())) == (set(), set(), [])
    assert told.gone == {"arn:aws:things:::b", "arn:aws:things:::new"}


async def test_under_a_gap_that_is_new_missing_things_may_still_exist() -> None:
    shelf = Shelf()
    inventory = an_inventory(shelf)
    shelf.found = [thing("a"), thing("b")]
    await inventory.walk()
    shelf.found = [thing("a"), gap("Throttled: b")]
    await inventory.walk()
    assert names(inventory) == {"a", "b"}
    assert inventory.unseen == {"arn:aws:things:::b"}
    assert inventory.failing() == set(), "it went to its end: no reason to walk again at once"


async def test_under_a_lasting_gap_deleted_things_vanish_all_the_same() -> None:
    shelf = Shelf()
    inventory = an_inventory(shelf)
    denied = gap("AccessDenied: not you", "things:GetThingSettings")
    shelf.found = [thing("a"), thing("b"), denied]
    await inventory.walk()
    shelf.found = [thing("a"), denied]
    await inventory.walk()
    assert names(inventory) == {"a"}


async def test_what_a_fault_hides_that_hits_now_one_thing_and_now_another_is_kept() -> None:
    shelf = Shelf()
    inventory = an_inventory(shelf)
    shelf.found = [thing("a-index"), thing("b-index")]
    await inventory.walk()
    for seen in ("a-index", "b-index"):
        shelf.found = [thing(seen), replace(gap("no route"), passes=True)]
        await inventory.walk()
        assert names(inventory) == {"a-index", "b-index"}
    shelf.found = [thing("b-index")]
    await inventory.walk()
    assert names(inventory) == {"b-index"}


async def test_a_gap_keeps_the_time_since_which_it_is_there() -> None:
    shelf, clock = Shelf(), VirtualClock()
    inventory = an_inventory(shelf, clock=clock)
    began_s = clock.now()
    shelf.found = [AccessDenied("things", "ListThings", "not you")]
    await inventory.walk()
    await clock.advance(600)
    await inventory.walk()
    assert [found.since_s for found in inventory.gaps()] == [began_s]


@pytest.mark.parametrize("failure", [None, Throttled("x", "y", "z")])
async def test_who_waits_for_another_service_gets_its_names_even_if_that_walk_failed(failure: AwsError | None) -> None:
    things, users = Shelf("things"), Shelf("users", after=("things", "unselected"))
    inventory = an_inventory(users, things)
    things.found = [thing("a"), *([failure] if failure else [])]
    await inventory.walk()
    assert users.names["things"] == {"a": "arn:aws:things:::a", "arn:aws:things:::a": "arn:aws:things:::a"}
    assert users.names["unselected"] == {}
    assert inventory.tried


async def test_what_builds_on_a_failed_walk_is_walked_again_with_it() -> None:
    things, users, others = Shelf("things"), Shelf("users", after=("things",)), Shelf("others")
    inventory = an_inventory(things, users, others)
    things.found = [AccessDenied("things", "ListThings", "not you")]
    await inventory.walk()
    assert inventory.failing() == {"things", "users"}


def test_services_that_wait_for_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="cycle"):
        an_inventory(Shelf("a", after=("b",)), Shelf("b", after=("a",)))


async def test_everything_is_named_before_it_is_explained() -> None:
    told: list[bool] = []
    explained = asyncio.Event()
    shelf, other = Shelf(), Shelf("others")
    shelf.found = [thing("a"), Milestone.NAMED, explained, thing("a", timeout_s=3)]
    clock = VirtualClock()
    inventory = an_inventory(shelf, other, clock=clock, named=lambda: told.append(inventory.tried))
    walk = asyncio.create_task(inventory.walk())
    await clock.rest()
    assert (inventory.explained, inventory.whole(), inventory.seen()) == (False, {"others"}, None)
    assert told[-1], "whoever waits is told"
    explained.set()
    await walk
    assert inventory.explained
    assert [resource.facts for resource in inventory.resources()] == [{"timeout_s": 3}]


async def test_what_fails_has_named_what_it_could() -> None:
    shelf = Shelf()
    shelf.found = [AccessDenied("things", "ListThings", "no")]
    inventory = an_inventory(shelf)
    await inventory.walk()
    assert (inventory.tried, inventory.explained) == (True, True)
