"""A storm: pairs of faults at random against the whole dashboard, while keys are pressed all the time.

python -m bench storm --minutes 10 --seed 1

The dashboard runs headless on a simulated account whose front plays a plan of faults for a while, then none. It must
live, never hold a key up for 100 ms of its own work, show no value and nothing ok that is not so, lose nothing that
exists, and be right again within the first poll that begins after the end of each pair. Prints a line for each of
these claims; exits 1 where one of them fails.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from random import Random

from textual.command import CommandPalette
from textual.pilot import Pilot

from aws.clock import SystemClock
from aws.health import status
from aws.model import Health, Snapshot
from aws.services import registry
from aws.services.base import Service
from bench.trials.pressing import looking_keys
from bench.trials.storm_verdict import POLL_S, Found, Pair, lines
from bench.trials.surroundings import Errors, empty_home, play
from demo.faults.plan import Kind
from tui.app import CwtopApp
from tui.child import demo_account
from tui.config import load
from tui.connect import feed_of
from tui.options import Options

_AT_FIRST = "at the start"
_FAULTY_S = (12.0, 20.0)
_TICK_S = 0.005
_PATIENCE_S = 90.0
_ON = (
    '"*"',
    '"cloudwatch:*"',
    '"cloudwatch:GetMetricData"',
    '"cloudwatch:DescribeAlarms"',
    '"lambda:*"',
    '"lambda:ListFunctions"',
    '"dynamodb:*"',
    '"apigateway:*"',
    '"sqs:*"',
    '["sns:*", "logs:*", "tag:*"]',
)


class Storm:
    """One dashboard in the weather."""

    def __init__(
        self, app: CwtopApp, pilot: Pilot[None], endpoint_url: str, random: Random, kinds: Sequence[Kind]
    ) -> None:
        self._app, self._pilot, self._random, self._kinds = app, pilot, random, kinds
        self._endpoint_url = endpoint_url
        self._services = registry()
        self._began_s, self._pressed = _now_s(), deque[str](["nothing"], maxlen=12)
        self._seen: Snapshot | None = None
        self._own_s = 0.0  # work of ours in the dashboard's thread
        self.found = Found()

    async def run(self, until: float) -> None:
        """Pair after pair, until that time of the loop's clock."""
        beside = [asyncio.create_task(self._watch_loop()), asyncio.create_task(self._press())]
        try:
            calm = await self._calm(_AT_FIRST)
            while _now_s() < until and self._app.is_running:
                calm = await self._pair(calm)
        finally:
            for task in beside:
                task.cancel()
            for result in await asyncio.gather(*beside, return_exceptions=True):
                if isinstance(result, Exception):
                    self.found.dead.append(f"{type(result).__name__}: {result}")

    async def _pair(self, before: Snapshot) -> Snapshot:
        kinds = self._kinds or [self._random.choice(list(Kind)) for _ in range(2)]
        plan = "\n".join(
            f'[[fault]]\nkind = "{kind}"\non = {self._random.choice(_ON)}\n'
            f"probability = {self._random.choice((0.3, 0.7, 1.0))}\nseconds = {self._random.choice((2, 8, 400))}"
            for kind in kinds
        )
        name = " and ".join(kinds)
        await play(self._endpoint_url, plan)
        self._app.feed.refresh()
        ends = _now_s() + self._random.uniform(*_FAULTY_S)
        pair = Pair(before, name)
        while _now_s() < ends:
            await asyncio.sleep(0.5)
            pair.take(self._look())
        await play(self._endpoint_url, "")
        if Kind.DENIED in kinds:  # nobody knocks at a closed door every minute: whoever opened it says so
            self._app.feed.refresh()
        after = await self._calm(f"after {name}")
        points, wrong = await asyncio.to_thread(pair.compare, after)
        self.found.points += points
        self.found.false += wrong
        self.found.pairs += 1
        return after

    async def _calm(self, when: str) -> Snapshot:
        """Wait until nothing is missing: how long that takes from the beginning of the first poll from now on.

        A poll has begun where the time of the next one is another than it was.
        """
        end_s, began_s, since_s = _now_s(), None, time.time()
        due_s = self._look().next_poll_s
        lacking: list[str] = []
        while _now_s() - end_s < _PATIENCE_S:
            await asyncio.sleep(0.1)
            seen = self._look()
            if began_s is None and seen.next_poll_s != due_s:
                began_s = _now_s()
            if not (now_lacking := _lacking(seen)) and seen.at_s >= since_s:
                if self.found.pairs or when != _AT_FIRST:
                    self.found.healed(end_s, began_s, _now_s(), when, lacking)
                return seen
            lacking = now_lacking or lacking
        self.found.unhealed.append(f"{when}: not right after {_PATIENCE_S:g} s: {lacking[:5]}")
        return self._look()

    def _look(self) -> Snapshot:
        """What the dashboard shows now; whether that can be told from what was read."""
        began = time.thread_time()
        seen = self._app.snapshot or Snapshot(at_s=0.0)
        if seen is not self._seen:
            self._seen = seen
            self.found.looks += 1
            self.found.false += _unfounded(seen, self._services)
        self._own_s += time.thread_time() - began
        return seen

    async def _press(self) -> None:
        known = looking_keys()
        while True:
            key = self._random.choice(known)
            if key == "enter" and isinstance(self._app.screen, CommandPalette):
                key = "escape"  # it leads to the way out, too
            self._pressed.append(key)
            await self._pilot.press(self._pressed[-1])
            self.found.pressed += 1
            if self._app._exit:
                self.found.dead.append(f"the dashboard ended: {' '.join(self._pressed)}, {self._app.screen_stack}")
                return
            await asyncio.sleep(self._random.choice((0.02, 0.1, 0.3)))

    async def _watch_loop(self) -> None:
        """A task that wants to run every 5 ms: how late it is, and how much of that the loop itself was at work."""
        while True:
            began, worked, own_s = time.perf_counter(), time.thread_time(), self._own_s
            await asyncio.sleep(_TICK_S)
            late_s = time.perf_counter() - began - _TICK_S
            blocked_s = min(late_s, time.thread_time() - worked - (self._own_s - own_s))
            screen = type(self._app.screen).__name__
            self.found.ticked(
                late_s, blocked_s, f"{_now_s() - self._began_s:.0f} s on, after {self._pressed[-1]} on {screen}"
            )


def _now_s() -> float:
    return asyncio.get_running_loop().time()


def _unfounded(seen: Snapshot, services: Mapping[str, Service]) -> Iterator[str]:
    """What is shown ok although its own readings say otherwise."""
    for arn, health in seen.health.items():
        resource = seen.resources.get(arn)
        if health is Health.OK and resource is not None:
            series = seen.series[resource.scope]
            told = status(resource, services[resource.service], series, seen.findings.get(arn, ()))
            if told is not Health.OK:
                yield f"{arn} is ok, and its readings say {told}"


def _lacking(snapshot: Snapshot) -> list[str]:
    """What is not known of the account."""
    unread = [] if snapshot.complete else ["not read to the end"]
    gaps = [f"{gap.action}: {gap.error}" for gap in snapshot.gaps]
    return unread + gaps + [arn for arn, health in snapshot.health.items() if health is Health.UNKNOWN]


async def _main(minutes: float, seed: int, kinds: Sequence[Kind]) -> int:
    errors = Errors()
    logging.getLogger().addHandler(errors)
    settings = {"poll.interval_s": (POLL_S, "storm"), "cache.enabled": (False, "storm")}
    async with demo_account(scenario="black-friday", seed=seed) as account, AsyncExitStack() as beside:
        os.environ.update(account.environment)
        config = load(None, settings)
        app = CwtopApp(feed_of(Options(), config), config, clock=SystemClock())
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            beside.enter_context(app.collector.at_work())
            storm = Storm(app, pilot, account.endpoint_url, Random(seed), kinds)
            await storm.run(asyncio.get_running_loop().time() + 60.0 * minutes)
            found = storm.found
    found.dead += [f"logged: {each}" for each in errors.said]
    for line in lines(found):
        sys.stdout.write(f"{line}\n")
    return int(found.failed)


def main(arguments: list[str]) -> int:
    """Run it. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench storm", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs=2, type=Kind, default=(), metavar="KIND", help="this pair and no other")
    chosen = parser.parse_args(arguments)
    with empty_home() as home, contextlib.chdir(home):
        return asyncio.run(_main(chosen.minutes, chosen.seed, chosen.kinds))
