"""Alarms across polls: what fires, what has left that list, what was deleted, and what an unread list may still say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from aws.call import Answer
from aws.errors import AccessDenied, Throttled
from aws.model import AlarmState, Health, Snapshot
from aws.settings import PollSettings
from tests.poller_world import FakeAws, a_poller, health, newest, texts
from tests.virtual_clock import VirtualClock

TURN_S = 65


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def aws(clock: VirtualClock) -> FakeAws:
    account = FakeAws(clock)
    account.add("a", "b", "c")
    account.alarm("a-errors", "a")
    account.alarm("b-errors", "b", state="OK")
    return account


def states(snapshot: Snapshot) -> dict[str, AlarmState]:
    return {alarm.name: alarm.state for alarm in snapshot.alarms.values()}


async def test_a_firing_alarm_is_a_finding_on_what_it_watches(clock: VirtualClock, aws: FakeAws) -> None:
    async with a_poller(aws) as poller:
        await clock.advance(1)
        seen = await newest(poller)
    assert states(seen) == {"a-errors": AlarmState.ALARM, "b-errors": AlarmState.OK}
    assert [finding.rule for finding in seen.findings[aws.arn("a")]] == ["alarm.firing"]
    assert health(seen, "a") is Health.CRITICAL
    assert health(seen, "b") is Health.OK
    (target,) = [targets for arn, targets in seen.alarm_targets.items() if arn.endswith(":b-errors")]
    assert target == (aws.arn("b"),)
    assert seen.incidents


async def test_an_alarm_on_nothing_that_we_know_is_not_lost(clock: VirtualClock, aws: FakeAws) -> None:
    aws.alarm("elsewhere", "nobody-knows-it")
    async with a_poller(aws) as poller:
        await clock.advance(1)
        seen = await newest(poller)
    rules = [finding.rule for found in seen.findings.values() for finding in found]
    assert rules == ["alarm.firing", "alarm.firing"]


async def test_alarms_that_begin_to_fire_are_seen_with_the_next_poll(clock: VirtualClock, aws: FakeAws) -> None:
    async with a_poller(aws) as poller:
        await clock.advance(1)
        aws.alarm("b-errors", "b")
        await clock.advance(TURN_S)
        assert states(await newest(poller))["b-errors"] is AlarmState.ALARM
        assert health(await newest(poller), "b") is Health.CRITICAL


async def test_an_alarm_that_left_the_firing_list_is_asked_for_by_name(clock: VirtualClock, aws: FakeAws) -> None:
    async with a_poller(aws) as poller:
        await clock.advance(1)
        aws.alarm("a-errors", "a", state="OK")
        await clock.advance(TURN_S)
        seen = await newest(poller)
        assert states(seen)["a-errors"] is AlarmState.OK
        assert texts(seen) == []
        aws.alarm("a-errors", "a")
        await clock.advance(60)
        del aws.alarms["a-errors"]
        await clock.advance(60)
        seen = await newest(poller)
    assert states(seen) == {"b-errors": AlarmState.OK}
    assert health(seen, "a") is Health.OK


async def test_denied_alarms_are_a_gap_and_nothing_else_stops(clock: VirtualClock, aws: FakeAws) -> None:
    aws.fates["DescribeAlarms"] = AccessDenied("cloudwatch", "DescribeAlarms", "not you")
    async with a_poller(aws) as poller:
        await clock.advance(1)
        seen = await newest(poller)
        assert seen.complete
        assert [(gap.service, gap.action) for gap in seen.gaps] == [("cloudwatch", "cloudwatch:DescribeAlarms")]
        assert health(seen, "b") is Health.OK
        aws.fates.clear()
        await clock.advance(TURN_S)
        seen = await newest(poller)
    assert len(seen.alarms) == 2, "the full list is read as soon as it can be, not at its next turn"
    assert seen.gaps == ()


async def test_what_fired_when_it_was_last_read_is_kept_and_marked_by_its_age(
    clock: VirtualClock, aws: FakeAws
) -> None:
    async with a_poller(aws) as poller:
        await clock.advance(1)
        aws.fates["DescribeAlarms"] = Throttled("cloudwatch", "DescribeAlarms", "slow down")
        await clock.advance(12 * 60)
        seen = await newest(poller)
    (finding,) = seen.findings[aws.arn("a")]
    assert "12m ago" in finding.text
    assert health(seen, "a") is Health.CRITICAL
    assert len(seen.gaps) == 1
    assert seen.gaps[0].since_s == pytest.approx(clock.now() - 656, abs=5)


async def test_the_full_list_is_read_seldom(clock: VirtualClock, aws: FakeAws) -> None:
    async with a_poller(aws, settings=PollSettings(alarms_every_s=600)) as poller:
        await clock.advance(20 * 60 - 1)
        full = [asked for asked, how in aws.asked if asked == "DescribeAlarms" and "StateValue" not in how]
        assert len(full) == 2
        assert aws.count("DescribeAlarms") >= 20
        assert (await newest(poller)).complete


async def test_deleted_alarms_that_did_not_fire_go_with_the_next_full_list(clock: VirtualClock, aws: FakeAws) -> None:
    async with a_poller(aws) as poller:
        await clock.advance(1)
        del aws.alarms["b-errors"]
        await clock.advance(11 * 60)
        assert states(await newest(poller)) == {"a-errors": AlarmState.ALARM}


async def test_an_alarm_that_cannot_be_understood_holds_up_no_other(clock: VirtualClock, aws: FakeAws) -> None:
    aws.alarms["odd"] = {"AlarmName": "odd", "StateValue": "ALARM"}
    async with a_poller(aws) as poller:
        await clock.advance(1)
        seen = await newest(poller)
    assert set(states(seen)) == {"a-errors", "b-errors"}
    assert "odd" in seen.gaps[0].error


async def test_an_alarm_that_was_just_written_is_looked_up_until_it_has_found_its_state(
    clock: VirtualClock, aws: FakeAws
) -> None:
    async with a_poller(aws) as poller:
        await clock.advance(1)
        scope = (await newest(poller)).scopes[0]
        aws.alarm("c-errors", "c", state="INSUFFICIENT_DATA")
        poller.follow_alarms(scope, ["c-errors", "never-came"])
        await clock.advance(2)
        assert states(await newest(poller))["c-errors"] is AlarmState.INSUFFICIENT_DATA
        aws.alarm("c-errors", "c", state="OK")
        await clock.advance(TURN_S)
        assert states(await newest(poller))["c-errors"] is AlarmState.OK
        del aws.alarms["c-errors"]
        poller.follow_alarms(scope, ["c-errors"])
        await clock.advance(2)
        assert "c-errors" not in states(await newest(poller))


async def test_alarms_that_say_what_they_said_are_the_same_objects(clock: VirtualClock, aws: FakeAws) -> None:
    async with a_poller(aws, settings=PollSettings(alarms_every_s=60.0)) as poller:
        await clock.advance(1)
        before = (await newest(poller)).alarms
        await clock.advance(3 * TURN_S)
        assert (await newest(poller)).alarms is before
        aws.alarm("b-errors", "b", state="ALARM")
        await clock.advance(2 * TURN_S)
        after = (await newest(poller)).alarms
    a, b = (next(arn for arn in before if arn.endswith(name)) for name in ("a-errors", "b-errors"))
    assert after[a] is before[a]
    assert (before[b].state, after[b].state) == (AlarmState.OK, AlarmState.ALARM)


class Unlisted(FakeAws):
    """Says what fires, and what became of alarms by their names; the full list it never gives."""

    def _describealarms(self, params: Mapping[str, Any]) -> Answer:
        if not params.keys() & {"StateValue", "AlarmNames"}:
            raise Throttled("cloudwatch", "DescribeAlarms", "slow down")
        return super()._describealarms(params)


async def test_what_fires_is_seen_however_the_full_list_fails(clock: VirtualClock) -> None:
    aws = Unlisted(clock)
    aws.add("a", "b")
    aws.alarm("a-errors", "a")
    async with a_poller(aws) as poller:
        await clock.advance(1)
        assert health(await newest(poller), "a") is Health.CRITICAL
        aws.alarm("a-errors", "a", state="OK")
        aws.alarm("b-errors", "b")
        await clock.advance(TURN_S)
        seen = await newest(poller)
    assert states(seen) == {"a-errors": AlarmState.OK, "b-errors": AlarmState.ALARM}
    assert texts(seen) == ["b: b-errors fires"] or "ago" not in texts(seen)[0]
    assert [gap.action for gap in seen.gaps] == ["cloudwatch:DescribeAlarms"]


async def test_an_alarm_that_cannot_be_understood_keeps_no_other_firing(clock: VirtualClock, aws: FakeAws) -> None:
    async with a_poller(aws) as poller:
        await clock.advance(1)
        aws.alarms["odd"] = {"AlarmName": "odd", "StateValue": "ALARM"}
        aws.alarm("a-errors", "a", state="OK")
        await clock.advance(TURN_S)
        seen = await newest(poller)
        assert states(seen)["a-errors"] is AlarmState.OK
        assert "odd" in seen.gaps[0].error, "it fires, and nobody can say for what"
        del aws.alarms["odd"]
        await clock.advance(TURN_S)
        assert (await newest(poller)).gaps == ()


async def test_what_fires_is_followed_while_the_full_list_is_read(clock: VirtualClock) -> None:
    class Slow(FakeAws):
        async def __call__(self, service: str, operation: str, /, **params: Any) -> Answer:
            answer = await super().__call__(service, operation, **params)
            if operation == "DescribeAlarms" and not params.keys() & {"StateValue", "AlarmNames"}:
                await clock.sleep(600)  # on its way, as where a throttled account lists ten thousand
            return answer

    aws = Slow(clock)
    aws.add("a", "b")
    aws.alarm("a-errors", "a")
    aws.alarm("b-errors", "b", state="OK")
    async with a_poller(aws) as poller:
        await clock.advance(TURN_S)
        assert health(await newest(poller), "a") is Health.CRITICAL
        aws.alarm("a-errors", "a", state="OK")
        aws.alarm("b-errors", "b")
        await clock.advance(TURN_S)
        assert states(await newest(poller)) == {"a-errors": AlarmState.OK, "b-errors": AlarmState.ALARM}
        await clock.advance(600 - 2 * TURN_S + 1)
        assert states(await newest(poller)) == {"a-errors": AlarmState.OK, "b-errors": AlarmState.ALARM}
