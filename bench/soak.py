"""A simulated day of polling, time-compressed: what is held on to, and what is left behind.

python -m bench soak --hours 24 --functions 300

An account in the process, on a clock that is turned by hand: functions come and go, alarms change their state, and now
and then nothing answers. The first quarter fills windows and caches; after it memory must be flat, no task may be left
over, and no file or socket, over the wire either. Prints what was measured; exits 1 where anything of that failed.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from aws.errors import Throttled, Unreachable
from aws.model import Interest, Snapshot
from tests.poller_world import FakeAws, a_poller
from tests.scenarios.stage import ENVIRONMENT, on_stage
from tests.virtual_clock import VirtualClock

HOUR_S = 3_600.0
MOST_GROWN_BYTES = 300_000
_SETTLED_POLLS = 5
_OPERATIONS = ("ListGadgets", "ListUsers", "DescribeAlarms", "GetMetricData", "GetResources", "GetTopicAttributes")


@dataclass(frozen=True, slots=True)
class Hour:
    """What there was after one hour: bytes that Python holds, and what it waits for."""

    traced: int
    resident: int
    tasks: int
    files: int


class Day:
    """The account through a day. ``hours`` is what was seen of the poller after each."""

    def __init__(self, functions: int, seed: int) -> None:
        self._random = Random(seed)
        self._clock = VirtualClock()
        self._aws = FakeAws(self._clock, page=50)
        self._aws.add(*(f"g{number:04d}" for number in range(functions)))
        for number in range(functions):
            self._aws.alarm(f"a{number:04d}", f"g{number:04d}", "OK")
        self._made = functions
        self._newest: Snapshot | None = None
        self.hours: list[Hour] = []
        self.looks = 0

    async def run(self, hours: int) -> None:
        """Let it pass."""
        async with a_poller(self._aws) as poller:
            reader = asyncio.create_task(self._read(poller))
            for _ in range(hours):
                for _ in range(12):
                    self._happen()
                    poller.attend(Interest(visible=frozenset(self._random.sample(self._arns(), 40))))
                    await self._clock.advance(300.0)
                    self._aws.asked.clear()
                self.hours.append(_hour())
            reader.cancel()

    async def _read(self, poller: object) -> None:
        async for snapshot in poller:  # type: ignore[attr-defined]
            self._newest = snapshot
            self.looks += 1

    def _arns(self) -> list[str]:
        return [self._aws.arn(name) for name in self._aws.gadgets]

    def _happen(self) -> None:
        """Five minutes' worth of life."""
        random, aws = self._random, self._aws
        for gadget in aws.gadgets.values():
            gadget.errors = {at: count for at, count in gadget.errors.items() if at > self._clock.now() - 4 * HOUR_S}
        for name in random.sample(sorted(aws.gadgets), 5):
            aws.err(name, random.randint(1, 50), ago_min=random.randint(1, 4))
        gone = random.choice(sorted(aws.gadgets))
        del aws.gadgets[gone]
        self._made += 1
        aws.add(f"g{self._made:04d}")
        for alarm in random.sample(sorted(aws.alarms), 10):
            aws.alarm(alarm, aws.alarms[alarm]["Dimensions"][0]["Value"], random.choice(("OK", "ALARM")))
        aws.fates.clear()
        if random.random() < 0.2:
            broken = random.choice(_OPERATIONS)
            error = random.choice((Throttled, Unreachable))
            aws.fates[broken] = error("cloudwatch", broken, "now and then")


def _hour() -> Hour:
    gc.collect()
    fds = Path("/proc/self/fd")
    return Hour(
        traced=tracemalloc.get_traced_memory()[0],
        resident=_resident(),
        tasks=len(asyncio.all_tasks()),
        files=len(os.listdir(fds)) if fds.exists() else 0,
    )


def _resident() -> int:
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if status.exists() else 0


def _wrong(early: list[Hour], late: list[Hour], left: int) -> Iterator[str]:
    grown = min(hour.traced for hour in late) - min(hour.traced for hour in early)
    if grown > MOST_GROWN_BYTES:
        yield f"memory grew by {grown / 1e6:.2f} MB"
    if max(hour.tasks for hour in late) > max(hour.tasks for hour in early):
        yield "tasks pile up"
    if max(hour.files for hour in late) > max(hour.files for hour in early):
        yield "files or sockets pile up"
    if left:
        yield f"{left} tasks outlived the poller"


async def _over_the_wire(polls: int, seed: int) -> tuple[int, int]:
    """Files and sockets that are open after the first polls of a simulated account over loopback, and after all."""
    os.environ.update(ENVIRONMENT)
    async with on_stage("calm", seed=seed, start_s=1_800_000_000.0) as stage:
        for _ in range(_SETTLED_POLLS):
            await stage.next_poll()
        early = _hour().files
        for _ in range(polls - _SETTLED_POLLS):
            await stage.next_poll()
        return early, _hour().files


async def _main(hours: int, functions: int, seed: int, wire_polls: int) -> int:
    tracemalloc.start()
    before = asyncio.all_tasks()
    day = Day(functions, seed)
    await day.run(hours)
    await asyncio.sleep(0)
    left = len(asyncio.all_tasks() - before)
    tracemalloc.stop()
    quarter = max(1, hours // 4)
    early, late = day.hours[quarter : 2 * quarter], day.hours[-quarter:]
    for name, hour in (("after the first quarter", early[0]), ("at the end", day.hours[-1])):
        sys.stdout.write(
            f"{name:<26}{hour.traced / 1e6:.2f} MB of objects, {hour.resident / 1e6:.0f} MB resident,"
            f" {hour.tasks} tasks, {hour.files} files\n"
        )
    sys.stdout.write(f"{'looks':<26}{day.looks}\n")
    wrong = list(_wrong(early, late, left))
    if wire_polls > _SETTLED_POLLS:
        first, last = await _over_the_wire(wire_polls, seed)
        sys.stdout.write(
            f"{'over the wire':<26}{first} files after {_SETTLED_POLLS} polls, {last} after {wire_polls}\n"
        )
        wrong += ["sockets pile up"] * (last > first)
    sys.stdout.writelines(f"{each}\n" for each in wrong)
    return int(bool(wrong))


def main(arguments: list[str]) -> int:
    """Run it. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench soak", description=__doc__)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--functions", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wire-polls", type=int, default=60, help="of a simulated account over loopback; 0: none")
    chosen = parser.parse_args(arguments)
    return asyncio.run(_main(max(4, chosen.hours), chosen.functions, chosen.seed, chosen.wire_polls))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
