"""The door: refuses writes in read-only mode, tries again within reason, never past its deadline."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine, Mapping
from random import Random
from typing import Any, TypeVar

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from aws.cost import Meter
from aws.door import Door, is_write, pause_before_retry_s
from aws.errors import (
    AccessDenied,
    CwtopError,
    ExpiredCredentials,
    NotInRegion,
    ReadOnlyRefused,
    ServerError,
    Throttled,
    TimedOut,
    Unreachable,
)
from aws.pacing import Pacer
from tests.fakes import SCOPE
from tests.virtual_clock import VirtualClock

T = TypeVar("T")


def failure(code: str, status: int = 400) -> ClientError:
    answer: Any = {"Error": {"Code": code, "Message": "m"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Any")


class Wire:
    """Clients that answer what they are told, the last for ever."""

    def __init__(self, *answers: Exception | dict[str, Any], fresh_keys: bool = False, offered: bool = True) -> None:
        self.answers = list(answers)
        self.sent = 0
        self.fresh_keys = fresh_keys
        self.offered = offered

    async def request(self, service: str, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        self.sent += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def renew(self) -> bool:
        return self.fresh_keys

    async def offers(self, service: str) -> bool:
        return self.offered


def door(
    wire: Wire, clock: VirtualClock, *, read_only: bool = True, timeout_s: float = 30, meter: Meter | None = None
) -> Door:
    return Door(
        SCOPE,
        wire,
        clock=clock,
        pacer=Pacer(clock),
        meter=meter or Meter(clock),
        read_only=read_only,
        timeout_s=timeout_s,
        random=Random(1),
    )


async def run(clock: VirtualClock, work: Coroutine[Any, Any, T]) -> T:
    task = asyncio.ensure_future(work)
    while not task.done():
        await clock.advance(0.5)
    return task.result()


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("lambda", "ListFunctions"),
        ("cloudwatch", "GetMetricData"),
        ("cloudwatch", "DescribeAlarms"),
        ("dynamodb", "BatchGetItem"),
        ("logs", "FilterLogEvents"),
        ("logs", "StartQuery"),
        ("cloudtrail", "LookupEvents"),
        ("iam", "SimulatePrincipalPolicy"),
        ("iam", "GenerateServiceLastAccessedDetails"),
        ("iam", "GenerateCredentialReport"),
    ],
)
def test_reads_are_reads(service: str, operation: str) -> None:
    assert not is_write(service, operation)


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("cloudwatch", "PutMetricAlarm"),
        ("cloudwatch", "DeleteAlarms"),
        ("cloudwatch", "SetAlarmState"),
        ("lambda", "Invoke"),
        ("lambda", "UpdateFunctionConfiguration"),
        ("stepfunctions", "StartExecution"),
        ("sqs", "ReceiveMessage"),
        ("any", "FrobnicateNewly"),
    ],
)
def test_what_is_not_known_to_read_is_a_write(service: str, operation: str) -> None:
    assert is_write(service, operation)


async def test_read_only_sends_nothing() -> None:
    wire = Wire({})
    with pytest.raises(ReadOnlyRefused):
        await door(wire, VirtualClock())("cloudwatch", "PutMetricAlarm", AlarmName="a")
    assert wire.sent == 0


async def test_throttled_for_ever_gives_up_within_the_deadline_and_says_throttled() -> None:
    clock = VirtualClock()
    began = clock.monotonic()
    wire = Wire(failure("Throttling"))
    with pytest.raises(Throttled):
        await run(clock, door(wire, clock, timeout_s=10)("lambda", "ListFunctions"))
    assert 2 < wire.sent <= 8
    assert clock.monotonic() - began <= 10 + 5


async def test_whose_turn_comes_too_late_to_try_again_is_told_why_and_sends_nothing_more() -> None:
    clock = VirtualClock()

    class Far(Wire):
        arrived = 0

        async def request(self, service: str, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
            await asyncio.sleep(0)
            self.arrived += 1
            return await super().request(service, operation, params)

    wire, meter = Far(failure("Throttling")), Meter(clock)
    through = door(wire, clock, timeout_s=10, meter=meter)
    # In the line of a lane that has slowed down to one request in four seconds, thirty wait for one another.
    told = await run(
        clock, asyncio.gather(*(through("lambda", "GetPolicy") for _ in range(30)), return_exceptions=True)
    )
    assert {type(each) for each in told} == {Throttled}
    assert meter.use().calls["lambda:GetPolicy"] == wire.arrived


async def test_one_attempt_is_one_attempt() -> None:
    clock = VirtualClock()
    wire = Wire(failure("InternalFailure", 500))
    with pytest.raises(ServerError):
        await run(clock, door(wire, clock)("cloudwatch", "GetMetricData", attempts=1))
    assert wire.sent == 1


async def test_a_hiccup_is_not_noticed() -> None:
    clock = VirtualClock()
    wire = Wire(failure("InternalFailure", 500), EndpointConnectionError(endpoint_url="u"), {"Functions": []})
    answer = await run(clock, door(wire, clock)("lambda", "ListFunctions", require=("Functions",)))
    assert answer == {"Functions": []}


async def test_fresh_keys_are_tried_once_and_only_once() -> None:
    clock = VirtualClock()
    healed = Wire(failure("ExpiredToken"), {"Functions": []}, fresh_keys=True)
    await run(clock, door(healed, clock)("lambda", "ListFunctions"))
    stuck = Wire(failure("ExpiredToken"), fresh_keys=True)
    with pytest.raises(ExpiredCredentials):
        await run(clock, door(stuck, clock)("lambda", "ListFunctions"))
    assert (healed.sent, stuck.sent) == (2, 2)


@pytest.mark.parametrize(("offered", "kind"), [(False, NotInRegion), (True, Unreachable)])
async def test_an_unknown_host_is_a_missing_service_where_the_region_does_not_offer_it(
    offered: bool, kind: type[CwtopError]
) -> None:
    clock = VirtualClock()
    nowhere = EndpointConnectionError(endpoint_url="https://x.eu-west-1.amazonaws.com", error=socket.gaierror(-2, "no"))
    with pytest.raises(kind, match="eu-west-1"):
        await run(clock, door(Wire(nowhere, nowhere, nowhere, offered=offered), clock)("appsync", "ListGraphqlApis"))


@pytest.mark.parametrize("error", [ServerError, TimedOut, Unreachable, AccessDenied])
def test_a_write_whose_fate_is_unknown_is_not_sent_again(error: Any) -> None:
    lost = error("cloudwatch", "PutMetricAlarm", "lost")
    assert pause_before_retry_s(lost, 1, write=True, attempts=None, random=Random(1)) is None


def test_a_throttled_write_was_never_carried_out_and_may_be_sent_again() -> None:
    throttled = Throttled("cloudwatch", "PutMetricAlarm", "slow down")
    pauses = [pause_before_retry_s(throttled, n, write=True, attempts=None, random=Random(1)) for n in range(1, 8)]
    assert all(pause is not None and 0 < pause <= 8 for pause in pauses)
