"""What could not be reached at the start is tried again: other regions beside those that answer, or all of them."""

from __future__ import annotations

import asyncio
from typing import Any

from aws.errors import AwsError, ExpiredCredentials, Unreachable
from aws.model import Gap, Scope
from tests.virtual_clock import VirtualClock
from tui.connect import Reached, reconnect

AWAY = Unreachable("sts", "GetCallerIdentity", "no route").gap(Scope("", "us-east-1", "far"), service="account of far")


class Recorder:
    """What a poller is told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def join(self, source: Any, settles: Gap) -> None:
        self.told.append(("join", source, settles.error))

    def unreached(self, before: Gap, now: Gap | None) -> None:
        self.told.append((before.error, now.error if now else None, now.credentials if now else None))


async def test_it_is_tried_ever_more_seldom_and_joins_in_the_end() -> None:
    clock, poller = VirtualClock(), Recorder()
    tried_s: list[float] = []
    ends: list[AwsError | str] = [
        Unreachable("sts", "GetCallerIdentity", "no route"),
        ExpiredCredentials("sts", "GetCallerIdentity", "over", hint="sign in"),
        ExpiredCredentials("sts", "GetCallerIdentity", "over", hint="sign in"),
        "the source",
    ]

    async def again(gap: Gap) -> Any:
        tried_s.append(clock.monotonic())
        end = ends.pop(0)
        if isinstance(end, AwsError):
            raise end
        return end

    task = asyncio.ensure_future(reconnect(Reached((), (AWAY,), again), AWAY, poller, clock))  # type: ignore[arg-type]
    start_s = clock.monotonic()
    for _ in range(12):
        await clock.advance(10)
    await task
    assert [at_s - start_s for at_s in tried_s] == [10, 30, 40, 50]  # without a sign-in nothing is sent: no back-off
    assert poller.told[1][1:] == ("ExpiredCredentials: over", True)
    assert poller.told[-1] == ("join", "the source", "ExpiredCredentials: over")
