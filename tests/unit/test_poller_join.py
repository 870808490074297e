"""Accounts and regions that answer late: a gap until then, watched from then on, without a restart."""

from __future__ import annotations

from aws.model import Gap, Interest
from aws.poller import Poller
from aws.settings import PollSettings
from tests.poller_world import ELSEWHERE, SERVICES, FakeAws, FakeSource, names, newest
from tests.virtual_clock import VirtualClock

AWAY = Gap("account of far", "sts:GetCallerIdentity", "Unreachable: no route", "check the VPN", region="us-east-1")


async def test_one_that_answers_late_takes_the_place_of_its_gap() -> None:
    clock = VirtualClock()
    near, far = FakeAws(clock), FakeAws(clock, scope=ELSEWHERE)
    near.add("a")
    far.add("b")
    poller = Poller(
        [FakeSource(near)], settings=PollSettings(), clock=clock, unreached=(AWAY,), services=SERVICES
    )  # fmt: skip
    async with poller:
        await clock.advance(5)
        before = await newest(poller)
        assert (names(before), [gap.service for gap in before.gaps]) == (["a"], ["account of far"])

        other = Gap("account of far", "sts:GetCallerIdentity", "TimedOut: late", "check the VPN", region="us-east-1")
        poller.unreached(AWAY, other)
        poller.attend(Interest(visible=frozenset({far.arn("b")})))
        await clock.advance(5)
        told = (await newest(poller)).gaps
        assert [(gap.error, gap.since_s) for gap in told] == [("TimedOut: late", before.gaps[0].since_s)]

        poller.join(FakeSource(far), settles=other)
        poller.join(FakeSource(far), settles=other)  # the same account and region is watched once
        await clock.advance(10)
        after = await newest(poller)
        assert (names(after), after.gaps, len(after.scopes)) == (["a", "b"], (), 2)
        assert after.complete
    asked = len(far.asked)
    await clock.advance(600)
    assert len(far.asked) == asked  # it ended with the others
