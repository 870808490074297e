"""Tags in the snapshots: they choose the figures of coverage, and one failed read does not take them away."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from aws.errors import AccessDenied, InvalidRequest, Throttled
from aws.model import Cover, Resource, Snapshot
from aws.poller import Poller
from aws.settings import PollSettings
from tests.alarm_builders import a_recommendation
from tests.poller_world import GADGETS, FakeAws, FakeSource, newest
from tests.virtual_clock import VirtualClock
from tui.headless.verdict import verdict

POLL_S = 61
WALK_S = 601
FIFTY = {"cwtop:errors.threshold": "50"}
REFUSED = AccessDenied("resourcegroupstaggingapi", "GetResources", "not you")


@pytest.fixture
def aws() -> FakeAws:
    account = FakeAws(VirtualClock())
    account.add("a", "b")
    for name in ("a", "b"):
        account.alarm(name, name, state="OK")
    return account


def a_poller(aws: FakeAws) -> Poller:
    wanted = replace(
        a_recommendation(),
        id="gadget.errors",
        kind="gadget",
        period_s=60,
        metrics=lambda resource: tuple(key for metric, key in GADGETS.metrics_of(resource) if metric.id == "errors"),
        looks_back_s=_none,
    )
    services = {"gadget": replace(GADGETS, recommendations=(wanted,))}
    return Poller([FakeSource(aws)], settings=PollSettings(), clock=aws.clock, services=services)


def _none(_: Resource) -> float:
    return 0.0


def covers(snapshot: Snapshot) -> dict[str, Cover]:
    assert snapshot.coverage is not None
    return {arn.rpartition(":")[2]: each.cover for arn, covered in snapshot.coverage.items() for each in covered}


async def test_a_figure_in_a_tag_governs_coverage_from_the_next_walk_on(aws: FakeAws) -> None:
    aws.tags = {aws.arn("a"): {"team": "shop"}, aws.arn("b"): {"cwtop:errors.threshold": "1"}}
    async with a_poller(aws) as poller:
        seen = await poller.look(45)
        assert covers(seen) == {"a": Cover.PRESENT, "b": Cover.WEAKER}
        assert seen.resources[aws.arn("a")].tags == {"team": "shop"}
        assert seen.tags[aws.scope].of(aws.arn("b")) == {"cwtop:errors.threshold": "1"}
        aws.tags = {aws.arn("b"): FIFTY}
        await aws.clock.advance(WALK_S)
        seen = await newest(poller)
        assert covers(seen) == {"a": Cover.PRESENT, "b": Cover.PRESENT}
        assert seen.resources[aws.arn("a")].tags == {}
    types = [params["ResourceTypeFilters"] for operation, params in aws.asked if operation == "GetResources"]
    assert types == [["gadget", "cloudwatch:alarm"]] * 2


async def test_refused_tags_are_a_gap_that_leaves_nobody_s_health_open(aws: FakeAws) -> None:
    aws.fates["GetResources"] = REFUSED
    seen = await a_poller(aws).look(45)
    assert covers(seen) == {"a": Cover.PRESENT, "b": Cover.PRESENT}
    assert [(gap.service, gap.action) for gap in seen.gaps] == [("tags", "resourcegroupstaggingapi:GetResources")]
    assert seen.tags == {}
    assert verdict(seen).value == "ok"


async def test_half_a_read_adds_tags_and_takes_none_away(aws: FakeAws) -> None:
    weaker = {"cwtop:errors.threshold": "1"}
    aws.tags = {aws.arn("a"): weaker, aws.arn("b"): weaker, aws.arn("c"): {}}
    async with a_poller(aws) as poller:
        await poller.look(45)
        aws.tags = {aws.arn("a"): FIFTY, aws.arn("c"): {}, aws.arn("d"): {}}
        aws.fates["GetResources#2"] = Throttled("resourcegroupstaggingapi", "GetResources", "slow down")
        await aws.clock.advance(WALK_S)
        seen = await newest(poller)
        assert covers(seen) == {"a": Cover.PRESENT, "b": Cover.WEAKER}
        assert [gap.service for gap in seen.gaps] == ["tags"]


async def test_a_page_that_came_too_late_is_no_refusal_the_next_poll_begins_at_the_first(aws: FakeAws) -> None:
    aws.tags = {aws.arn(name): {} for name in "abc"}
    late = InvalidRequest("resourcegroupstaggingapi", "GetResources", "", code="PaginationTokenExpiredException")
    aws.fates["GetResources#2"] = late
    async with a_poller(aws) as poller:
        seen = await poller.look(45)
        assert [gap.error for gap in seen.gaps] == ["PaginationTokenExpiredException"]
        del aws.fates["GetResources#2"]
        await aws.clock.advance(POLL_S)
        assert (await newest(poller)).gaps == ()
        aws.fates["GetResources"] = late
        await aws.clock.advance(WALK_S)
        del aws.fates["GetResources"]
        await aws.clock.advance(POLL_S)
        assert [gap.service for gap in (await newest(poller)).gaps] == ["tags"], "the first page was refused as it is"


async def test_resources_are_shown_while_the_tags_are_still_on_their_way(aws: FakeAws) -> None:
    slow = asyncio.Event()
    aws.fates["GetResources"] = slow
    async with a_poller(aws) as poller:
        await aws.clock.advance(1)
        seen = await newest(poller)
        assert (len(seen.resources), seen.complete, seen.gaps) == (2, True, ())
        late = asyncio.ensure_future(poller.look(45))
        await aws.clock.advance(11)
        assert [gap.service for gap in (await late).gaps] == ["tags"]
        slow.set()
        await aws.clock.advance(5)
        assert aws.scope in (await newest(poller)).tags
