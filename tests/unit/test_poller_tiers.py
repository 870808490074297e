"""A large account, read by tiers: cheap misses nothing, and nothing is called healthy that was not seen to be."""

from __future__ import annotations

from collections import Counter

import pytest

from aws.errors import AccessDenied
from aws.model import Finding, Health, Interest, Snapshot
from aws.poller import Poller
from aws.settings import PollSettings
from tests.fleet import MINUTE, PUBLISHED_S, Fleet, a_poller
from tests.poller_world import newest
from tests.virtual_clock import VirtualClock

FUNCTIONS = 400
FIRST_LOOK_S = 20
ERRORS = "lambda.errors"
UNATTRIBUTED = "lambda.unattributed_errors"


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def fleet(clock: VirtualClock) -> Fleet:
    return Fleet(clock, functions=FUNCTIONS)


def found(snapshot: Snapshot, rule: str) -> list[Finding]:
    return [finding for findings in snapshot.findings.values() for finding in findings if finding.rule == rule]


def statuses(snapshot: Snapshot) -> dict[Health, int]:
    return dict(Counter(snapshot.health.values()))


async def minutes(clock: VirtualClock, poller: Poller, count: int) -> Snapshot:
    await clock.advance(count * MINUTE)
    return await newest(poller)


@pytest.mark.parametrize(("mode", "functions"), [("economy", 100), ("standard", FUNCTIONS), ("thorough", 60)])
async def test_an_error_anywhere_is_seen_with_the_next_poll_and_traced_within_five_minutes(
    clock: VirtualClock, mode: str, functions: int
) -> None:
    fleet = Fleet(clock, functions=functions)
    async with a_poller(fleet, PollSettings(mode=mode)) as poller:
        await clock.advance(FIRST_LOOK_S + 6 * MINUTE)
        assert statuses(await newest(poller)) == {Health.OK: functions + 1}
        minute = fleet.happen("Errors", "fn-00007", 8)  # a function that was idle for hours
        fleet.happen("Invocations", "fn-00007", 8)
        published_s = minute + MINUTE + PUBLISHED_S
        seen_s = traced_s = 0.0
        while not traced_s and clock.now() < published_s + 12 * MINUTE:
            await clock.advance(5)
            seen = await newest(poller)
            now_s = clock.now()
            if not seen_s and (found(seen, UNATTRIBUTED) or found(seen, ERRORS)):
                seen_s = now_s
            if found(seen, ERRORS):
                traced_s = now_s
        assert 0 < seen_s <= published_s + MINUTE + 10, "one poll, and a moment for the answer"
        assert seen_s <= traced_s <= seen_s + 300
        assert [finding.resource for finding in found(seen, ERRORS)] == [fleet.arn("fn-00007")]


async def test_quiet_functions_are_vouched_for_and_cost_nothing(clock: VirtualClock, fleet: Fleet) -> None:
    async with a_poller(fleet) as poller:
        await clock.advance(FIRST_LOOK_S)
        before = Counter(fleet.metrics)
        seen = await minutes(clock, poller, 20)
        spent = fleet.metrics - before
        assert statuses(seen) == {Health.OK: FUNCTIONS + 1}, "twenty minutes on, everybody is known to be well"
        assert (spent["Errors"], spent["Throttles"]) == (0, 0)
        assert spent["account"] == 20 * 7
        assert spent["Invocations"] <= 20 * FUNCTIONS // fleet.busy_every
        assert fleet.at_once <= 100
        assert seen.polling.read_at_s.keys() == {"lambda"}
        assert seen.api.usd_per_hour == pytest.approx(sum(spent.values()) * 3e-5, rel=0.1)


async def test_a_large_account_is_read_while_it_is_listed(clock: VirtualClock) -> None:
    fleet = Fleet(clock, functions=160, walk_s=60.0)
    fleet.happen("Errors", "fn-00150", 8, ago_min=3)  # of which the account tells at once, the listing at its end
    async with a_poller(fleet, PollSettings(mode="economy")) as poller:
        await clock.advance(55)
        before = Counter(fleet.metrics)
        assert not (await newest(poller)).complete
        assert before["Invocations"] >= 0.9 * 160 / fleet.busy_every - 1, "what is in use"
        assert before["Errors"] <= 40, "nobody is searched before everybody is known"
        await clock.advance(10)
        seen = await newest(poller)
        assert seen.complete
        assert statuses(seen)[Health.OK] >= 160, "idle ones that were found after the list of what is in use too"
        assert [one.resource for one in found(seen, ERRORS)] == [fleet.arn("fn-00150")]


@pytest.mark.parametrize("why", ["denied", "too small"])
async def test_a_sum_that_proves_nothing_is_not_trusted(clock: VirtualClock, fleet: Fleet, why: str) -> None:
    async with a_poller(fleet) as poller:
        await clock.advance(FIRST_LOOK_S)
        if why == "denied":
            fleet.refused["Errors"] = AccessDenied("cloudwatch", "GetMetricData", "not you")
        else:
            fleet.sums_lie = True
            for ago_min in range(3, 12):
                fleet.happen("Errors", "fn-00010", 9, ago_min=ago_min)
            poller.attend(Interest(visible=frozenset({fleet.arn("fn-00010")})))
        before = Counter(fleet.metrics)
        await minutes(clock, poller, 12)
        asked = (fleet.metrics - before)["Errors"]
        assert asked >= FUNCTIONS // fleet.busy_every, "what nothing vouches for is read"


async def test_while_nobody_looks_the_account_is_watched_and_a_critical_wakes_all(
    clock: VirtualClock, fleet: Fleet
) -> None:
    row = fleet.arn("fn-00005")  # idle: nothing but the eye asks for it
    async with a_poller(fleet) as poller:
        poller.attend(Interest(visible=frozenset({row})))
        await clock.advance(FIRST_LOOK_S + 2 * MINUTE)
        poller.attend(Interest(visible=frozenset({row}), focused=False))
        await minutes(clock, poller, 1)
        before = Counter(fleet.metrics)
        seen = await minutes(clock, poller, 5)
        assert seen.polling.resting == "unfocused"
        assert (fleet.metrics - before)["account"] == 5 * 7
        assert (fleet.metrics - before)["Errors"] == 0
        fleet.happen("Errors", "fn-00007", 40)
        fleet.happen("Invocations", "fn-00007", 40)
        seen = await minutes(clock, poller, 6)
        assert seen.polling.resting == ""
        assert [finding.resource for finding in found(seen, ERRORS)] == [fleet.arn("fn-00007")]


async def test_rows_are_read_as_they_come_into_view(clock: VirtualClock, fleet: Fleet) -> None:
    async with a_poller(fleet) as poller:
        await clock.advance(FIRST_LOOK_S)
        before = Counter(fleet.metrics)
        poller.attend(Interest(visible=frozenset(fleet.arn(f"fn-{number:05d}") for number in range(1, 9))))
        await clock.advance(2)
        assert (fleet.metrics - before)["Errors"] == 8, "before the next turn"
        poller.attend(Interest(visible=frozenset({fleet.arn("fn-00001")})))
        await clock.advance(2)
        assert (fleet.metrics - before)["Errors"] == 8, "what was just read is not read again"


async def test_nothing_is_called_idle_by_a_listing_that_was_refused(clock: VirtualClock, fleet: Fleet) -> None:
    fleet.refused["ListMetrics"] = AccessDenied("cloudwatch", "ListMetrics", "not you")
    async with a_poller(fleet) as poller:
        await clock.advance(FIRST_LOOK_S)
        seen = await newest(poller)
        assert fleet.metrics["Invocations"] >= FUNCTIONS
        assert [gap.action for gap in seen.gaps] == ["cloudwatch:ListMetrics"]
        assert statuses(seen) == {Health.OK: FUNCTIONS + 1}


async def test_what_rests_for_lack_of_money_is_unknown_and_named(clock: VirtualClock, fleet: Fleet) -> None:
    async with a_poller(fleet, PollSettings(max_usd_per_hour=0.01)) as poller:
        await clock.advance(FIRST_LOOK_S)
        before = sum(fleet.metrics.values())
        for page in range(30):  # whoever scrolls all the time spends no more
            poller.attend(Interest(visible=frozenset(map(fleet.arn, fleet.names()[page * 10 : page * 10 + 10]))))
            await clock.advance(MINUTE)
        seen = await newest(poller)
        assert (sum(fleet.metrics.values()) - before) * 2e-5 <= 0.01
        assert {"traffic", "slow figures"} <= set(seen.polling.savings)
        assert seen.health[fleet.arn("fn-00390")] is Health.UNKNOWN, "nobody has read how long its calls take"


async def test_while_the_pool_runs_low_it_is_read_who_holds_it(clock: VirtualClock, fleet: Fleet) -> None:
    fleet.limit = 1000
    async with a_poller(fleet) as poller:
        await clock.advance(FIRST_LOOK_S)
        for ahead_min in range(12):
            fleet.happen("UnreservedConcurrentExecutions", "", 900, ago_min=-ahead_min)
            fleet.happen("ConcurrentExecutions", "fn-00040", 850, ago_min=-ahead_min)
        before = Counter(fleet.metrics)
        seen = await minutes(clock, poller, 9)
        (finding,) = found(seen, "lambda.account_concurrency")
        assert "Most at once: fn-00040 850" in finding.evidence
        asked = (fleet.metrics - before)["ConcurrentExecutions"] / (FUNCTIONS // fleet.busy_every)
        assert asked <= 9 + 5, "in its turn, and every two minutes besides"


async def test_functions_that_are_found_again_keep_what_is_known_of_them(clock: VirtualClock) -> None:
    fleet = Fleet(clock, functions=20)
    fleet.happen("Errors", "fn-00007", 2, ago_min=9)
    fleet.happen("Invocations", "fn-00007", 200, ago_min=9)
    async with a_poller(fleet, PollSettings(inventory_every_s=30)) as poller:
        await clock.advance(FIRST_LOOK_S)
        fleet.timeout_s = 4.0
        await clock.advance(MINUTE)
        seen = await newest(poller)
        assert seen.resources[fleet.arn("fn-00007")].number("timeout_s") == 4.0
        assert found(seen, UNATTRIBUTED) == [], "its errors explain the account's as they did before"
