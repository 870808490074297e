"""The door, with a made-up account behind it of which one operation meets a fault: for what is done at the desks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from random import Random
from typing import Any

from aws.call import Call
from aws.cost import Meter
from aws.door import Door, is_write
from aws.pacing import Pacer
from demo.faults.plan import Kind
from tests.faults.outcomes import Recorded, alike, outcome
from tests.virtual_clock import VirtualClock

# AWS says of these that it did nothing.
REFUSALS = frozenset({Kind.THROTTLE, Kind.DENIED, Kind.WRONG_CLOCK, Kind.EXPIRED_TOKEN})
# Of these an answer is left, so that something was done.
ANSWERED = frozenset({Kind.SLOW, Kind.TOKEN_LOOP, Kind.PARTIAL_DATA, Kind.INTERNAL_ERROR})


class Hasty(VirtualClock):
    """Time that has passed as soon as somebody waits for it."""

    async def sleep(self, seconds: float) -> None:
        self._pass(max(0.0, seconds))
        await asyncio.sleep(0)


class Behind:
    """Fulfils `aws.door.Clients`. ``carried_out``: what is hit was done all the same, and the answer was lost."""

    endpoint = "in-process"

    def __init__(self, account: Call, clock: VirtualClock, recorded: Recorded) -> None:
        self._account, self._clock, self._recorded = account, clock, recorded
        self.asked: list[str] = []
        self.hit, self.kind, self.carried_out = "", Kind.THROTTLE, False
        self.hits = 0
        self.call = Door(
            account.scope,
            self,
            clock=clock,
            pacer=Pacer(clock),
            meter=Meter(clock),
            read_only=False,
            timeout_s=30.0,
            random=Random(1),
        )

    async def renew(self) -> bool:
        """There are no newer credentials."""
        return False

    async def offers(self, service: str) -> bool:
        """Every service is everywhere."""
        return True

    async def request(self, service: str, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Answer, or let the fault happen."""
        action = f"{service}:{operation}"
        self.asked.append(action)
        hit = action == self.hit
        self.hits += hit
        answer: dict[str, Any] = {}
        if not hit or self.carried_out:
            answer = dict(await self._account(service, operation, **params))
        if not hit:
            return {**answer, "ResponseMetadata": {"RequestId": "r", "HTTPStatusCode": 200}}
        return await outcome(self.kind, self._recorded)(service, operation, params, lambda _: answer, self._clock)


def faults_of(action: str, number: int, recorded: Recorded) -> list[tuple[Kind, bool]]:
    """One fault of each group that can hit an operation, and whether it is carried out all the same; writes that are
    lost may have been, or not. ``number`` chooses among those that are alike."""
    found = []
    for group in alike(recorded):
        kind = group[number % len(group)]
        if kind in (Kind.PARTIAL_DATA, Kind.INTERNAL_ERROR) and action != "cloudwatch:GetMetricData":
            continue
        lost = kind not in REFUSALS | ANSWERED and is_write(*action.split(":"))
        found += [(kind, False), (kind, True)] if lost else [(kind, kind in ANSWERED)]
    return found
