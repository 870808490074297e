"""CloudWatch and Logs, answered by our own engines; one pair of engines for each region that is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol

from aws.clock import Clock
from demo.cloudwatch.engine import CloudWatch
from demo.errors import ServiceError
from demo.front.answers import json_answer
from demo.front.bodies import params_of
from demo.front.chain import Handler
from demo.front.requests import Protocol as Wire
from demo.front.requests import Request, Response
from demo.front.worlds import Worlds
from demo.logs import Logs


class Engine(Protocol):
    """Answers one service's operations. Raises `ServiceError`."""

    def handle(self, operation: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """``params`` and the answer are as the JSON protocol has them; times are epoch seconds or datetimes."""
        ...


class _Region(NamedTuple):
    cloudwatch: CloudWatch
    logs: Logs


class Engines:
    """A link of the chain for CloudWatch and Logs. Runs on a thread of its own, so that a long answer holds up no
    other; close it after use."""

    def __init__(self, worlds: Worlds, clock: Clock) -> None:
        self._worlds = worlds
        self._clock = clock
        self._regions: dict[str, _Region] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="engines")

    async def __call__(self, request: Request, behind: Handler) -> Response:
        if request.service not in ("cloudwatch", "logs"):
            return await behind(request)
        loop = asyncio.get_running_loop()
        # Alarms are evaluated in slices, so that whoever asks for metrics meanwhile has an answer in between.
        while request.service == "cloudwatch" and not await loop.run_in_executor(self._thread, self._prepare, request):
            pass
        return await loop.run_in_executor(self._thread, self._answer, request)

    async def alarm_tags(self, region: str) -> Mapping[str, Mapping[str, str]]:
        """The tags of a region's alarms, by ARN."""

        def read() -> Mapping[str, Mapping[str, str]]:
            return self._region(region).cloudwatch.alarm_tags()

        return await asyncio.get_running_loop().run_in_executor(self._thread, read)

    def close(self) -> None:
        """The thread ends once the request at hand is answered; those waiting are dropped."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _prepare(self, request: Request) -> bool:
        return self._region(request.region).cloudwatch.prepare(request.operation)

    def _answer(self, request: Request) -> Response:
        if request.protocol is not Wire.JSON:
            raise ServiceError(
                "InvalidAction",
                f"the simulated {request.service} speaks the AWS JSON protocol only, not {request.protocol}: "
                "use a newer SDK or AWS CLI",
            )
        region = self._region(request.region)
        params = params_of(request)
        if request.service == "logs":
            return json_answer(request, region.logs.handle(request.operation, params))
        # Metric filters publish what has come in since somebody last looked, before anybody looks.
        for put in region.logs.metric_data():
            region.cloudwatch.handle("PutMetricData", put)
        return json_answer(request, region.cloudwatch.handle(request.operation, params))

    def _region(self, name: str) -> _Region:
        world = self._worlds.world(name)
        if world.region not in self._regions:
            self._regions[world.region] = _Region(CloudWatch(world, self._clock), Logs(world, self._clock))
        return self._regions[world.region]
