"""A day in the life of an account, while the dashboard watches it: what happens, and what there is after each hour."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from textual.pilot import Pilot

from aws.call import Call
from aws.errors import AwsError
from bench.memory import resident_bytes
from bench.trials.held_clock import TurnedClock
from bench.trials.pressing import looking_keys
from bench.trials.surroundings import play
from demo.faults.plan import Kind
from tui.app import CwtopApp

# As `+` makes it: at a poll a minute the day would take a quarter of an hour of CPU.
POLL_S = 300.0
_POLLS_AN_HOUR = 12
_FUNCTIONS_A_TURN = 3
# Time stands still while an answer is waited for: one that never comes is no fault for this clock.
_NEVER_ANSWERS = frozenset({Kind.HANG, Kind.SLOW})
_ON = ("cloudwatch:*", "cloudwatch:GetMetricData", "lambda:*", "dynamodb:*", "apigateway:*", "sqs:*", "tag:*", "*")
# Through every list and into what it opens, in the first hours: what is loaded only when somebody looks is no growth.
_TOUR = tuple(
    key
    for view in "0123456789"
    for key in (
        view,
        "enter",
        "escape",
        view,
        "i",
        "escape",
        view,
        "l",
        "escape",
        view,
        "H",
        "escape",
        view,
        "t",
        "escape",
    )
)
_TOUR_AT_ONCE = 6
_SCREENS = 4  # that may cover each other
# For all of the day: what is said of it must not be said with every poll.
_LASTING = '[[fault]]\nkind = "access-denied"\non = ["sns:*", "logs:DescribeMetricFilters"]\n'


_CACHED = type(lru_cache(lambda: None))


@dataclass(frozen=True, slots=True)
class Hour:
    """What there was after one hour: blocks that Python holds, bytes in memory; what is open, and what is written."""

    blocks: int
    resident: int
    tasks: int
    sockets: int
    files: int
    log: int
    cache: int


@dataclass
class Done:
    """What happened so far."""

    polls: int = 0
    keys: int = 0
    faults: int = 0
    refused: int = 0
    created: int = 0
    deleted: int = 0
    switched: int = 0
    hours: list[Hour] = field(default_factory=list)


class Day:
    """Lets the day pass. ``home`` is where log and cache are written, ``call`` the door of whoever deploys."""

    def __init__(
        self, app: CwtopApp, pilot: Pilot[None], clock: TurnedClock, call: Call, home: Path, random: Random
    ) -> None:
        self._app, self._pilot, self._clock = app, pilot, clock
        self._call, self._home, self._random = call, home, random
        self._names: list[str] = []
        self._keys = looking_keys()
        self._tour = iter(_TOUR)
        self._role = ""
        self.done = Done()

    async def run(self, hours: int, endpoint_url: str, after_each: Callable[[Hour], None]) -> None:
        """Let so many hours pass; ``endpoint_url`` is where the account is, and plays faults."""
        for _ in range(hours):
            for poll in range(_POLLS_AN_HOUR):
                if poll % 2:
                    await self._live()
                await play(endpoint_url, _LASTING + (self._fault() if poll % 6 == 4 else ""))
                await self._clock.advance(POLL_S)
                self.done.polls += 1
                await self._press()
            # What happens to be open is no growth.
            await self._pilot.press(*["escape"] * _SCREENS, "1")
            self.done.hours.append(look(self._home))
            after_each(self.done.hours[-1])

    async def _live(self) -> None:
        """Functions are deployed and deleted, alarms change their state."""
        random, done = self._random, self.done
        snapshot = self._app.snapshot
        if snapshot is None or not snapshot.complete:
            return
        if not self._role:
            self._role = next(str(r.facts["role"]) for r in snapshot.resources.values() if "role" in r.facts)
        for _ in range(_FUNCTIONS_A_TURN):
            name = f"soaked-{done.created:05d}"
            await self._write("lambda", "CreateFunction", FunctionName=name, Role=self._role, Runtime="python3.13",
                              Handler="app.handler", Code={"ZipFile": b"PK"}, Timeout=30)  # fmt: skip
            self._names.append(name)
            done.created += 1
        while len(self._names) > 4 * _FUNCTIONS_A_TURN:
            gone = self._names.pop(random.randrange(len(self._names)))
            await self._write("lambda", "DeleteFunction", FunctionName=gone)
            done.deleted += 1
        for alarm in random.sample(sorted(alarm.name for alarm in snapshot.alarms.values()), 5):
            state = random.choice(("OK", "ALARM", "INSUFFICIENT_DATA"))
            await self._write("cloudwatch", "SetAlarmState", AlarmName=alarm, StateValue=state, StateReason="soak")
            done.switched += 1

    async def _write(self, service: str, operation: str, **params: Any) -> None:
        """Beside the clock, which turns while the request waits for its turn."""
        writing = asyncio.ensure_future(self._call(service, operation, **params))
        while not writing.done():
            await self._clock.advance(0.2)
        try:
            writing.result()
        except AwsError:
            self.done.refused += 1

    def _fault(self) -> str:
        random = self._random
        kind = random.choice([kind for kind in Kind if kind not in _NEVER_ANSWERS])
        self.done.faults += 1
        return (
            f'[[fault]]\nkind = "{kind}"\non = "{random.choice(_ON)}"\n'
            f"probability = {random.choice((0.3, 0.7, 1.0))}\nseconds = 400\n"
        )

    async def _press(self) -> None:
        for key in tuple(islice(self._tour, _TOUR_AT_ONCE)) or (self._random.choice(self._keys),):
            await self._pilot.press(key)
            self.done.keys += 1


def look(home: Path) -> Hour:
    """What there is now; ``home`` is where log and cache are written.

    Caches that have a limit are emptied before: those of Rich and Textual take half a day to reach theirs.
    """
    for each in gc.get_objects():
        if isinstance(each, _CACHED) and each.cache_info().maxsize is not None:
            each.cache_clear()
    gc.collect()
    descriptors = _descriptors()
    return Hour(
        blocks=sys.getallocatedblocks(),
        resident=resident_bytes(),
        tasks=len(asyncio.all_tasks()),
        sockets=sum(each.startswith("socket:") for each in descriptors),
        files=len(descriptors),
        log=sum(file.stat().st_size for file in home.rglob("cwtop.log*")),
        cache=sum(file.stat().st_size for file in home.rglob("inventory-*")),
    )


def _descriptors() -> list[str]:
    """What the open files of this process are; empty where the system does not say."""
    found = []
    for each in Path("/proc/self/fd").iterdir() if Path("/proc/self/fd").exists() else ():
        try:
            found.append(os.readlink(each))
        except FileNotFoundError:  # the one that lists the folder
            continue
    return found
