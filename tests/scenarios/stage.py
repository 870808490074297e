"""A scenario on stage: the simulated account on loopback, a poller that watches it, and time that both share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aws.call import Answer, Call
from aws.model import ApiUse, Credentials, Lane, Scope, Snapshot
from aws.poller import Poller
from aws.session import Connection, Sessions, Target
from aws.settings import PollSettings
from demo.front.account import account_handler
from demo.front.server import Front
from demo.shop import acme
from demo.story import StoryWorld, scenario
from tests.virtual_clock import VirtualClock

_ANSWER_S = 60.0
AFTER_THE_POLL_S = 30.0  # polls come a few seconds past the minute
WINDOW_S = 4_500  # as much of the past as the stories need: telling and reading three hours would take most of the time


class StoryClock(VirtualClock):
    """Time stands still while requests are on the wire: they take real time, which is none of the story's."""

    def __init__(self, now_s: float) -> None:
        super().__init__(now_s)
        self.source: WireSource | None = None

    async def rest(self) -> None:
        await super().rest()
        while self.source is not None and self.source.on_the_wire():
            await self.source.next_answer()
            await super().rest()


class CallersClock:
    """The story's time for whoever sends requests, counting those of them that sleep. Fulfils `Clock`."""

    def __init__(self, clock: StoryClock) -> None:
        self._clock = clock
        self.asleep = 0

    def now(self) -> float:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        self.asleep += 1
        if self._clock.source is not None:
            self._clock.source.look_again()
        try:
            await self._clock.sleep(seconds)
        finally:
            self.asleep -= 1


class WireSource:
    """A connected scope that knows how many of its calls are on the wire. Fulfils `Source` and `Call`."""

    def __init__(self, connection: Connection, clock: CallersClock) -> None:
        self._connection = connection
        self._clock = clock
        self._under_way = 0
        self._answered = asyncio.Event()

    @property
    def call(self) -> Call:
        return self

    @property
    def scope(self) -> Scope:
        return self._connection.call.scope

    async def __call__(
        self,
        service: str,
        operation: str,
        /,
        *,
        require: Sequence[str] = (),
        attempts: int | None = None,
        **params: Any,
    ) -> Answer:
        self._under_way += 1
        try:
            return await self._connection.call(service, operation, require=require, attempts=attempts, **params)
        finally:
            self._under_way -= 1
            self.look_again()

    def on_the_wire(self) -> int:
        """Calls that wait for an answer, not for their turn or until they may try again: these come with time."""
        in_line = [lane.waiting for lane in self._connection.pacing() if lane.waiting]
        # The first in each line sleeps as well; on a busy machine a call may have timed out, and sleep before a retry.
        before_retry = self._clock.asleep - len(in_line)
        return self._under_way - sum(in_line) - before_retry

    def look_again(self) -> None:
        """A call was answered, or went to sleep."""
        self._answered.set()

    async def next_answer(self) -> None:
        """Until there is less on the wire. Raises TimeoutError where there is not: nothing here takes that long."""
        self._answered.clear()
        async with asyncio.timeout(_ANSWER_S):
            await self._answered.wait()

    @property
    def endpoint(self) -> str:
        return self._connection.endpoint

    def api_use(self) -> ApiUse:
        return self._connection.api_use()

    def pacing(self) -> tuple[Lane, ...]:
        return self._connection.pacing()

    def credentials(self) -> Credentials:
        return self._connection.credentials()


@dataclass
class Stage:
    """What the poller has made of the story so far."""

    world: StoryWorld
    clock: StoryClock
    latest: list[Snapshot]
    poll_s: float

    @property
    def minute(self) -> int:
        """Minutes since the world's start."""
        return int(self.clock.now() // 60) - self.world.start_minute

    async def next_poll(self) -> Snapshot:
        """Let time pass until the next poll is done; gives what it showed."""
        due_s = (self.clock.now() // self.poll_s + 1) * self.poll_s + AFTER_THE_POLL_S
        await self.clock.advance(due_s - self.clock.now())
        return self.latest[-1]


@asynccontextmanager
async def on_stage(
    name: str, *, seed: int, start_s: float, at_minute: int = 0, read_only: bool = True, poll_s: float = 60.0
) -> AsyncIterator[Stage]:
    """That scenario, played from ``at_minute`` of its story on, and polled every ``poll_s``."""
    clock = StoryClock(start_s + at_minute * 60.0)
    world = StoryWorld(acme(), scenario(name), seed, start_s, history_min=WINDOW_S // 60)
    async with (
        account_handler(world, clock) as handler,
        Front(handler) as front,
        Sessions(clock=(callers := CallersClock(clock)), read_only=read_only) as sessions,
    ):
        await asyncio.to_thread(world.seed, front.endpoint_url)
        connection = await sessions.connect(Target(region=world.region, endpoint_url=front.endpoint_url))
        latest: list[Snapshot] = []
        clock.source = WireSource(connection, callers)
        settings = PollSettings(window_s=WINDOW_S, interval_s=poll_s)
        async with Poller([clock.source], settings=settings, clock=clock) as poller:
            reading = asyncio.create_task(_keep(poller, latest))
            try:
                yield Stage(world, clock, latest, poll_s)
            finally:
                reading.cancel()
                await asyncio.wait((reading,))


async def _keep(poller: Poller, latest: list[Snapshot]) -> None:
    async for snapshot in poller:
        latest[:] = [snapshot]


def resource_name(snapshot: Snapshot, arn: str) -> str:
    """An ARN as scenario files name it: service/kind/name."""
    resource = snapshot.resources.get(arn)
    return arn if resource is None else f"{resource.service}/{resource.kind}/{resource.name}"


Environment = Mapping[str, str]

ENVIRONMENT: Environment = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    # moto's own settings, which the simulated account makes: named here so that they end with the test.
    "MOTO_ACCOUNT_ID": "482193019034",
    "MOTO_DISABLE_GLOBAL_CORS": "true",
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
}
