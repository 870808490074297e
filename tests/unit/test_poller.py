"""The poller, as somebody who watches its snapshots sees it, on good days and bad ones."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

import pytest

from aws.call import Answer
from aws.errors import AccessDenied, Throttled, UsageError
from aws.model import Finding, Health, Interest, ReadState, Severity, Snapshot
from aws.poller import Poller
from aws.services.base import Reading, Rule
from aws.settings import PollSettings
from tests.poller_world import ELSEWHERE, GADGETS, FakeAws, FakeSource, a_poller, health, names, newest, texts
from tests.virtual_clock import VirtualClock

DENIED = AccessDenied("gadget", "ListGadgets", "not you")
METRICS_FAIL = Throttled("cloudwatch", "GetMetricData", "slow down")
TURN_S = 65  # from the first poll to the next: slots lie on the minute's fifth second


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def aws(clock: VirtualClock) -> FakeAws:
    account = FakeAws(clock)
    account.add("a", "b", "c")
    return account


def state(snapshot: Snapshot, name: str) -> ReadState:
    """The state of a gadget's error count in the first scope."""
    resource = next(r for r in snapshot.resources.values() if r.name == name and r.scope == snapshot.scopes[0])
    metric, key = GADGETS.metrics_of(resource)[0]
    return snapshot.reading(resource, key, metric.shown).state


def gap_texts(snapshot: Snapshot) -> list[str]:
    return [f"{gap.service} {gap.action}: {gap.error}" for gap in snapshot.gaps]


async def test_one_poll_shows_everything(clock: VirtualClock, aws: FakeAws) -> None:
    aws.err("a", 7)
    async with a_poller(aws) as poller:
        await clock.advance(1)
        seen = await newest(poller)
    assert seen.complete
    assert seen.progress is None
    assert names(seen) == ["a", "b", "c"]
    assert texts(seen) == ["a: 7 errors"]
    assert [health(seen, name) for name in "abc"] == [Health.CRITICAL, Health.OK, Health.OK]
    assert [state(seen, name) for name in "abc"] == [ReadState.VALUE, ReadState.NO_DATA, ReadState.NO_DATA]
    assert len(seen.links) == 3, "users were linked with the gadgets whose walk they waited for"
    assert seen.gaps == ()
    assert seen.data_at_s == 1_800_000_000
    assert seen.next_poll_s == 1_800_000_000 + TURN_S
    assert seen.api.usd_per_hour == pytest.approx(4 * 1e-5 * 60), "three counts, and the reason of one finding"
    assert set(seen.credentials) == {aws.scope}


async def test_resources_appear_while_the_walk_goes_on_and_none_is_called_ok_before_it_was_read(
    clock: VirtualClock, aws: FakeAws
) -> None:
    aws.fates["ListGadgets#2"] = gate = asyncio.Event()
    async with a_poller(aws) as poller:
        await clock.advance(0.5)
        early = await newest(poller)
        assert names(early) == ["a", "b"]
        assert set(early.health.values()) == {Health.UNKNOWN}
        assert early.progress is not None
        assert (early.progress.text, early.progress.done, early.progress.total) == ("gadgets", 2, None)
        poller.attend(Interest(visible=frozenset({aws.arn("b")})))
        await clock.advance(0.3)
        looked_at = await newest(poller)
        assert not looked_at.complete
        assert [health(looked_at, name) for name in "ab"] == [Health.UNKNOWN, Health.OK], (
            "what is on screen comes first"
        )
        await clock.advance(1)
        assert health(await newest(poller), "a") is Health.OK, "and the rest does not wait for a slow walk"
        gate.set()
        await clock.advance(1)
        assert (await newest(poller)).complete


async def test_new_errors_are_found_with_the_next_minute(clock: VirtualClock, aws: FakeAws) -> None:
    async with a_poller(aws) as poller:
        await clock.advance(1)
        aws.err("b", 9)
        await clock.advance(TURN_S)
        seen = await newest(poller)
        assert texts(seen) == ["b: 9 errors"]
        assert health(seen, "b") is Health.CRITICAL
        await clock.advance(600)
        assert texts(await newest(poller)) == [], "and gone when they are old"


async def test_quiet_resources_keep_their_readings_object_and_cost_nothing_to_judge(
    clock: VirtualClock, aws: FakeAws
) -> None:
    async with a_poller(aws) as poller:
        await clock.advance(1)
        before = await newest(poller)
        await clock.advance(TURN_S)
        after = await newest(poller)
    assert after.resources[aws.arn("a")] is before.resources[aws.arn("a")]


async def test_denied_inventory_is_a_gap_that_closes_with_the_permission(clock: VirtualClock, aws: FakeAws) -> None:
    aws.fates["ListGadgets"] = DENIED
    async with a_poller(aws) as poller:
        await clock.advance(1)
        denied = await newest(poller)
        assert denied.complete
        assert names(denied) == []
        assert gap_texts(denied) == ["gadget gadget:ListGadgets: AccessDenied: not you"]
        assert len(denied.resources) == 3, "users are listed all the same"
        del aws.fates["ListGadgets"]
        await clock.advance(2 * TURN_S)
        allowed = await newest(poller)
    assert names(allowed) == ["a", "b", "c"]
    assert allowed.gaps == ()
    assert len(allowed.links) == 3


async def test_half_a_walk_keeps_what_was_known_and_calls_it_unknown(clock: VirtualClock, aws: FakeAws) -> None:
    settings = PollSettings(inventory_every_s=60)
    async with a_poller(aws, settings=settings) as poller:
        await clock.advance(1)
        aws.fates["ListGadgets#2"] = Throttled("gadget", "ListGadgets", "slow down")
        await clock.advance(TURN_S)
        half = await newest(poller)
        assert names(half) == ["a", "b", "c"]
        assert [health(half, name) for name in "abc"] == [Health.OK, Health.OK, Health.UNKNOWN]
        assert gap_texts(half) == ["gadget gadget:ListGadgets: Throttled: slow down"]
        since_s = half.gaps[0].since_s
        await clock.advance(TURN_S)
        assert (await newest(poller)).gaps[0].since_s == since_s, "the same gap, still"
        aws.fates.clear()
        await clock.advance(2 * TURN_S)
        whole = await newest(poller)
    assert health(whole, "c") is Health.OK
    assert whole.gaps == ()


async def test_deleted_resources_vanish_with_their_findings(clock: VirtualClock, aws: FakeAws) -> None:
    aws.err("b", 9)
    async with a_poller(aws, settings=PollSettings(inventory_every_s=60)) as poller:
        await clock.advance(1)
        assert texts(await newest(poller)) == ["b: 9 errors"]
        del aws.gadgets["b"]
        await clock.advance(2 * TURN_S)
        seen = await newest(poller)
    assert names(seen) == ["a", "c"]
    assert texts(seen) == []
    assert not [key for key in seen.series[aws.scope] if ("Gadget", "b") in key.metric.dimensions]


async def test_denied_metrics_make_every_status_unknown_never_ok(clock: VirtualClock, aws: FakeAws) -> None:
    aws.fates["GetMetricData"] = AccessDenied("cloudwatch", "GetMetricData", "not you")
    async with a_poller(aws) as poller:
        await clock.advance(1)
        seen = await newest(poller)
    assert seen.complete
    assert {health(seen, name) for name in "abc"} == {Health.UNKNOWN}
    assert {state(seen, name) for name in "abc"} == {ReadState.DENIED}
    assert gap_texts(seen) == ["gadget cloudwatch:GetMetricData: AccessDenied: not you (3 readings)"]


async def test_a_partial_answer_is_unknown_until_it_is_whole(clock: VirtualClock, aws: FakeAws) -> None:
    aws.gadgets["a"].status = "PartialData"
    async with a_poller(aws) as poller:
        await clock.advance(1)
        partial = await newest(poller)
        assert (state(partial, "a"), health(partial, "a")) == (ReadState.PARTIAL, Health.UNKNOWN)
        assert health(partial, "b") is Health.OK
        aws.gadgets["a"].status = "Complete"
        await clock.advance(TURN_S)
        whole = await newest(poller)
    assert (state(whole, "a"), health(whole, "a")) == (ReadState.NO_DATA, Health.OK)


async def test_after_a_failure_old_values_are_stale_and_the_hole_is_filled_later(
    clock: VirtualClock, aws: FakeAws
) -> None:
    async with a_poller(aws) as poller:
        await clock.advance(1)
        aws.fates["GetMetricData"] = METRICS_FAIL
        aws.err("a", 4, ago_min=1)
        await clock.advance(20 * 60)
        stale = await newest(poller)
        assert {state(stale, name) for name in "abc"} == {ReadState.STALE}
        assert {health(stale, name) for name in "abc"} == {Health.UNKNOWN}
        assert stale.data_at_s == 1_800_000_000, "and the age of the data goes on growing"
        aws.fates.clear()
        await clock.advance(TURN_S)
        recovered = await newest(poller)
    resource = recovered.resources[aws.arn("a")]
    _, key = GADGETS.metrics_of(resource)[0]
    assert recovered.reading(resource, key, "Sum").value_at(1_800_000_000 - 60) == 4
    assert health(recovered, "a") is Health.OK
    assert recovered.gaps == ()


async def test_reasons_are_read_only_while_a_finding_asks_for_them(clock: VirtualClock, aws: FakeAws) -> None:
    aws.err("a", 7)
    async with a_poller(aws) as poller:
        await clock.advance(1)
        seen = await newest(poller)
        (reason,) = [key for key in seen.series[aws.scope] if key.metric.name != "Errors"]
        assert reason.metric.name == "Reasons"
        assert ("Gadget", "a") in reason.metric.dimensions
        await clock.advance(900)
        later = await newest(poller)
    assert not [key for key in later.series[aws.scope] if key.metric.name == "Reasons"]


async def test_a_rule_that_breaks_leaves_one_resource_unknown_and_says_so(clock: VirtualClock, aws: FakeAws) -> None:
    aws.err("a", 7)
    aws.gadgets["b"].errors[1_800_000_000 - 180] = 666  # the made-up rule cannot count to this
    async with a_poller(aws) as poller:
        await clock.advance(1)
        seen = await newest(poller)
    assert [health(seen, name) for name in "abc"] == [Health.CRITICAL, Health.UNKNOWN, Health.OK]
    assert any("a health rule failed" in text for text in gap_texts(seen))


async def test_scopes_with_the_same_names_are_kept_apart_and_fail_alone(clock: VirtualClock, aws: FakeAws) -> None:
    other = FakeAws(clock, scope=ELSEWHERE)
    other.add("a", "z")
    other.err("a", 3)
    aws.fates["ListGadgets#2"] = asyncio.Event()  # never answers
    async with a_poller(aws, other) as poller:
        await clock.advance(1)
        seen = await newest(poller)
        assert seen.scopes == (aws.scope, other.scope)
        assert seen.health[other.arn("a")] is Health.CRITICAL
        assert seen.health[aws.arn("a")] is not Health.CRITICAL
        assert seen.health[other.arn("z")] is Health.OK
        await clock.advance(TURN_S)
        assert (await newest(poller)).health[aws.arn("a")] is Health.OK, (
            "a walk that hangs holds up no metrics for good"
        )


async def test_paused_means_that_nothing_is_sent_and_resuming_polls_at_once(clock: VirtualClock, aws: FakeAws) -> None:
    async with a_poller(aws) as poller:
        await clock.advance(1)
        poller.attend(Interest(paused=True))
        asked = len(aws.asked)
        await clock.advance(3_600)
        paused = await newest(poller)
        assert len(aws.asked) == asked
        assert (paused.paused, paused.next_poll_s) == (True, None)
        assert health(paused, "a") is Health.UNKNOWN, "what was ok an hour ago may not be so now"
        aws.err("a", 2)
        poller.attend(Interest())
        await clock.advance(1)
        resumed = await newest(poller)
    assert not resumed.paused
    assert texts(resumed) == ["a: 2 errors"]
    assert aws.count("GetMetricData") <= asked + 4, "once, not once for every turn that was missed"


async def test_refresh_polls_at_once_and_mashing_the_key_does_not_overlap(clock: VirtualClock, aws: FakeAws) -> None:
    async with a_poller(aws) as poller:
        await clock.advance(1)
        before = aws.count("GetMetricData")
        aws.fates["GetMetricData"] = gate = asyncio.Event()
        for _ in range(5):
            poller.refresh()
            await clock.advance(0.1)
        assert aws.count("GetMetricData") == before + 1
        aws.fates.clear()
        gate.set()
        await clock.advance(1)
        assert aws.count("GetMetricData") == before + 2, "one more for all that asked meanwhile"


async def test_the_interval_can_be_changed_while_waiting(clock: VirtualClock, aws: FakeAws) -> None:
    async with a_poller(aws, settings=PollSettings(interval_s=600)) as poller:
        await clock.advance(1)
        before = aws.count("GetMetricData")
        await clock.advance(200)
        assert aws.count("GetMetricData") == before
        poller.set_interval(30)
        await clock.advance(90)
        assert aws.count("GetMetricData") == before + 3, "at once, because it was due, then every thirty seconds"
        with pytest.raises(ValueError, match="more than 0"):
            poller.set_interval(0)


async def test_a_slow_reader_gets_the_newest_only_and_holds_nothing_up(clock: VirtualClock, aws: FakeAws) -> None:
    async with a_poller(aws) as poller:
        reader = aiter(poller)
        first = await anext(reader)
        await clock.advance(600)
        second = await anext(reader)
        assert second.sequence > first.sequence + 5
        assert second.at_s > first.at_s + 500
    assert len([snapshot async for snapshot in reader]) <= 1, "and the iteration ends with the polling"


async def test_a_clock_that_was_set_back_does_not_stop_the_polling(clock: VirtualClock, aws: FakeAws) -> None:
    async with a_poller(aws):
        await clock.advance(1)
        before = aws.count("GetMetricData")
        clock.jump(-7_200)
        await clock.advance(3 * 60)
        assert aws.count("GetMetricData") > before + 1


async def test_unknown_services_are_refused_by_name(aws: FakeAws) -> None:
    with pytest.raises(UsageError, match="widgets"):
        a_poller(aws, settings=PollSettings(services=("widgets",)))


async def test_only_selected_services_are_read(clock: VirtualClock, aws: FakeAws) -> None:
    async with a_poller(aws, settings=PollSettings(services=("user",))) as poller:
        await clock.advance(1)
        seen = await newest(poller)
    assert seen.complete
    assert aws.count("ListGadgets") == 0
    assert len(seen.resources) == 3


async def test_a_bug_ends_the_iteration_with_its_error(clock: VirtualClock, aws: FakeAws) -> None:
    aws.fates["ListUsers"] = OSError("a bug")

    async def watch() -> None:
        async with a_poller(aws) as poller:
            async for _ in poller:
                await clock.advance(1)

    with pytest.raises(ExceptionGroup):
        await watch()


@dataclass
class OneFirst(FakeAws):
    """Gives the metrics of gadget "a" at once, those of all others when ``rest`` is set."""

    rest: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, service: str, operation: str, /, **params: Any) -> Answer:
        if operation == "GetMetricData" and "'a'" not in str(params["MetricDataQueries"]):
            await self.rest.wait()
        return await super().__call__(service, operation, **params)


async def test_a_rule_sees_its_siblings_although_they_are_read_later(clock: VirtualClock) -> None:
    aws = OneFirst(clock)
    aws.add("a", "b", "c")
    for name, count in (("a", 1), ("b", 5), ("c", 3)):
        aws.err(name, count)

    def most_of_all(reading: Reading) -> Finding | None:
        if reading.resource.name != "a":
            return None
        peaks = reading.peaks("gadget", "errors", "Sum", reading.now_s - 600, reading.now_s)
        text = ", ".join(f"{resource.name} {most:g}" for most, resource in sorted(peaks, key=itemgetter(0)))
        return Finding(rule="gadget.most", severity=Severity.WARNING, resource=reading.resource.arn, text=text)

    rule = Rule(id="gadget.most", kind="gadget", needs=(), thresholds={}, judge=most_of_all)
    services = {"gadget": replace(GADGETS, rules=(rule,))}
    async with Poller([FakeSource(aws)], settings=PollSettings(), clock=clock, services=services) as poller:
        poller.attend(Interest(visible=frozenset({aws.arn("a")})))
        await clock.advance(2)
        assert texts(await newest(poller)) == ["a: a 1"]
        aws.rest.set()
        await clock.advance(2)
        assert texts(await newest(poller)) == ["a: a 1, c 3, b 5"]


async def test_an_account_seen_through_two_profiles_is_watched_once(clock: VirtualClock) -> None:
    first, second = (FakeAws(clock, scope=replace(ELSEWHERE, profile=profile)) for profile in ("ops", "dev"))
    first.add("a")
    second.add("a")
    async with a_poller(first, second) as poller:
        await clock.advance(1)
        seen = await newest(poller)
    assert [scope.profile for scope in seen.scopes] == ["ops"]
    assert names(seen) == ["a"]
    assert second.asked == []
