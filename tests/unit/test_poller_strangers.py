"""What was deployed since the last walk: errors of nobody who is known send somebody to look who is there."""

from __future__ import annotations

import pytest

from aws.model import Finding, Snapshot
from aws.settings import PollSettings
from tests.fleet import MINUTE, PUBLISHED_S, Fleet, a_poller
from tests.poller_world import newest
from tests.virtual_clock import VirtualClock

SETTINGS = PollSettings(mode="economy", inventory_every_s=1_500)
SETTLED_S = 20 + 6 * MINUTE


def found(snapshot: Snapshot, rule: str) -> list[Finding]:
    return [one for findings in snapshot.findings.values() for one in findings if one.rule == rule]


@pytest.mark.parametrize("functions", [60, 61, 10], ids=["busy", "idle", "of a small account"])
async def test_a_function_deployed_between_two_walks_is_named_within_five_minutes(functions: int) -> None:
    fleet = Fleet(VirtualClock(), functions=functions)
    async with a_poller(fleet, SETTINGS) as poller:
        await fleet.clock.advance(SETTLED_S)
        name = f"fn-{functions:05d}"
        fleet.functions += 1
        minute = fleet.happen("Errors", name, 8)
        fleet.happen("Invocations", name, 8)
        seen_s = traced_s = 0.0
        while not traced_s and fleet.clock.now() < minute + 12 * MINUTE:
            await fleet.clock.advance(10)
            seen = await newest(poller)
            if not seen_s and found(seen, "lambda.unattributed_errors"):
                seen_s = fleet.clock.now()
            if found(seen, "lambda.errors"):
                traced_s = fleet.clock.now()
        seen_s = seen_s or minute + MINUTE + PUBLISHED_S
        assert 0 < traced_s <= seen_s + 300
        assert [one.resource for one in found(seen, "lambda.errors")] == [fleet.arn(name)]
        assert fleet.walks == 2


async def test_nobody_is_sent_for_what_was_counted_before_the_walk_began() -> None:
    fleet = Fleet(VirtualClock(), functions=60, walk_s=100.0)
    fleet.happen("Errors", "fn-09999", 8, ago_min=20)  # deleted since
    async with a_poller(fleet, SETTINGS) as poller:
        await fleet.clock.advance(15 * MINUTE)
        assert (await newest(poller)).complete
        assert fleet.walks == 1, "who errs there would have been found"


async def test_errors_of_nobody_do_not_send_anybody_twice() -> None:
    fleet = Fleet(VirtualClock(), functions=60)
    async with a_poller(fleet, SETTINGS) as poller:
        await fleet.clock.advance(SETTLED_S)
        fleet.happen("Errors", "fn-09999", 8)  # deleted since
        await fleet.clock.advance(15 * MINUTE)
        assert (await newest(poller)).health
        assert fleet.walks == 2
