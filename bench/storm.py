"""A storm: pairs of faults at random against the whole dashboard, while keys are pressed all the time.

python -m bench storm --minutes 10 --seed 1

The dashboard runs headless on a simulated account whose front plays a plan of faults for a while, then none. It must
live, never hold a key up for 100 ms of its own work, show nothing ok that is not, lose nothing that exists, and be
right again within a poll of the end of each pair. Prints what was measured; exits 1 where anything of that failed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from textual.pilot import Pilot

from aws.clock import SystemClock
from aws.health import status
from aws.model import Health, Snapshot
from aws.services import registry
from bench.programs.early_keys import Errors, keys
from demo.faults.plan import Kind
from tui.app import CwtopApp
from tui.child import demo_account
from tui.config import load
from tui.connect import feed_of
from tui.options import Options

POLL_S = 10.0
MOST_BLOCKED_S = 0.1
_FAULTY_S = (12.0, 20.0)
_TICK_S = 0.005
_PATIENCE_S = 90.0
# Pausing and longer intervals are no faults of ours; writing alarms would change what there is.
_NOT_PRESSED = frozenset({"p", "plus", "minus", "P", "R", "a", "A", "r"})
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


@dataclass
class Found:
    """What the storm has shown so far. Times in seconds."""

    pairs: int = 0
    pressed: int = 0
    looks: int = 0
    worst_delay_s: float = 0.0
    worst_blocked_s: float = 0.0
    recovered_s: list[float] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Storm:
    """One dashboard in the weather."""

    def __init__(self, app: CwtopApp, pilot: Pilot[None], endpoint_url: str, random: Random) -> None:
        self._app, self._pilot, self._random = app, pilot, random
        self._control = f"{endpoint_url}/_cwtop/faults"
        self._services = registry()
        self._began, self._last = asyncio.get_running_loop().time(), ""
        self.found = Found()

    async def run(self, until: float) -> None:
        """Pair after pair, until that time of the loop's clock."""
        beside = [asyncio.create_task(self._watch_loop()), asyncio.create_task(self._press())]
        try:
            calm = await self._calm("at the start")
            while asyncio.get_running_loop().time() < until and self._app.is_running:
                calm = await self._pair(calm)
        finally:
            for task in beside:
                task.cancel()
            for result in await asyncio.gather(*beside, return_exceptions=True):
                if isinstance(result, Exception):
                    self.found.wrong.append(f"{type(result).__name__}: {result}")

    async def _pair(self, before: Snapshot) -> Snapshot:
        kinds = [self._random.choice(list(Kind)) for _ in range(2)]
        plan = "\n".join(
            f'[[fault]]\nkind = "{kind}"\non = {self._random.choice(_ON)}\n'
            f"probability = {self._random.choice((0.3, 0.7, 1.0))}\nseconds = {self._random.choice((2, 8, 400))}"
            for kind in kinds
        )
        await self._play(plan)
        self._app.feed.refresh()
        ends = asyncio.get_running_loop().time() + self._random.uniform(*_FAULTY_S)
        during: list[Snapshot] = []
        while asyncio.get_running_loop().time() < ends:
            await asyncio.sleep(0.5)
            during.append(self._look())
        await self._play("")
        if Kind.DENIED in kinds:
            self._app.feed.refresh()
        after = await self._calm(f"after {' and '.join(kinds)}")
        self.found.pairs += 1
        self._compare(before, during, after, " and ".join(kinds))
        return after

    async def _play(self, plan: str) -> None:
        request = urllib.request.Request(self._control, plan.encode(), method="POST")
        await asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=30).close())

    async def _calm(self, when: str) -> Snapshot:
        """Wait until nothing is missing; how long that took after a poll was due is what recovery is measured in."""
        began, since_s = asyncio.get_running_loop().time(), time.time()
        while asyncio.get_running_loop().time() - began < _PATIENCE_S:
            await asyncio.sleep(0.1)
            seen = self._look()
            if seen.complete and not seen.gaps and not _unknown(seen) and seen.at_s >= since_s:
                self.found.recovered_s.append(asyncio.get_running_loop().time() - began)
                return seen
        gaps = [f"{gap.action}: {gap.error}" for gap in self._look().gaps] + _unknown(self._look())
        self.found.wrong.append(f"{when}: not right again after {_PATIENCE_S:g} s: {gaps[:5]}")
        return self._look()

    def _look(self) -> Snapshot:
        """What the dashboard shows now; whether that can be told from what was read."""
        seen = self._app.snapshot or Snapshot(at_s=0.0)
        self.found.looks += 1
        for arn, health in seen.health.items():
            resource = seen.resources.get(arn)
            if health is Health.OK and resource is not None:
                series = seen.series[resource.scope]
                told = status(resource, self._services[resource.service], series, seen.findings.get(arn, ()))
                if told is not Health.OK:
                    self.found.wrong.append(f"{arn} is ok, and its readings say {told}")
        return seen

    def _compare(self, before: Snapshot, during: list[Snapshot], after: Snapshot, kinds: str) -> None:
        ill = {arn for arn in _ill(before) & _ill(after) if arn in after.resources}
        both = before.resources.keys() & after.resources.keys()
        for seen in during:
            healed = sorted(arn for arn in ill if seen.health.get(arn) is Health.OK)
            lost = sorted(both - seen.resources.keys())
            alarms = sorted((before.alarms.keys() & after.alarms.keys()) - seen.alarms.keys())
            for what, arns in (("was ok for a while", healed), ("was gone for a while", lost), ("was gone", alarms)):
                if arns:
                    self.found.wrong.append(f"{kinds}: {what}: {arns[:3]} and {len(arns)} in all")
                    return

    async def _press(self) -> None:
        known = [key for key in keys() if key not in _NOT_PRESSED]
        while True:
            self._last = self._random.choice(known)
            await self._pilot.press(self._last)
            self.found.pressed += 1
            await asyncio.sleep(self._random.choice((0.02, 0.1, 0.3)))

    async def _watch_loop(self) -> None:
        """A task that wants to run every 5 ms: how late it is, and how much of that the loop itself was at work."""
        while True:
            began, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(_TICK_S)
            late_s = time.perf_counter() - began - _TICK_S
            self.found.worst_delay_s = max(self.found.worst_delay_s, late_s)
            blocked_s = min(late_s, time.thread_time() - worked)
            self.found.worst_blocked_s = max(self.found.worst_blocked_s, blocked_s)
            if blocked_s > MOST_BLOCKED_S:
                screen = type(self._app.screen).__name__
                at_s = asyncio.get_running_loop().time() - self._began
                self.found.slow.append(f"{1000 * blocked_s:.0f} ms {at_s:.0f} s on, after {self._last} on {screen}")


def _unknown(snapshot: Snapshot) -> list[str]:
    return [arn for arn, health in snapshot.health.items() if health is Health.UNKNOWN]


def _ill(snapshot: Snapshot) -> set[str]:
    return {arn for arn, health in snapshot.health.items() if health in (Health.CRITICAL, Health.WARNING)}


async def _main(minutes: float, seed: int) -> int:
    errors = Errors()
    logging.getLogger().addHandler(errors)
    settings = {"poll.interval_s": (POLL_S, "storm"), "cache.enabled": (False, "storm")}
    async with demo_account(scenario="black-friday", seed=seed) as account:
        os.environ.update(account.environment)
        config = load(None, settings)
        app = CwtopApp(feed_of(Options(), config), config, clock=SystemClock())
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            storm = Storm(app, pilot, account.endpoint_url, Random(seed))
            await storm.run(asyncio.get_running_loop().time() + 60.0 * minutes)
            found = storm.found
            if app._exit:
                found.wrong.append("the dashboard ended")
    found.wrong += [f"logged: {each}" for each in errors.said]
    slow = found.worst_blocked_s > MOST_BLOCKED_S
    for line in _lines(found):
        sys.stdout.write(f"{line}\n")
    return int(bool(found.wrong) or slow)


def _lines(found: Found) -> Iterator[str]:
    recovered = sorted(found.recovered_s[1:]) or [0.0]
    measured: Mapping[str, object] = {
        "pairs of faults": found.pairs,
        "keys pressed": found.pressed,
        "looks compared": found.looks,
        "worst delay of the loop": f"{1000 * found.worst_delay_s:.0f} ms, the machine's load included",
        "worst of its own work": f"{1000 * found.worst_blocked_s:.0f} ms (at most {1000 * MOST_BLOCKED_S:.0f})",
        "right again after": f"median {recovered[len(recovered) // 2]:.1f} s, worst {recovered[-1]:.1f} s, polled every"
        f" {POLL_S:g} s",
        "wrong": len(found.wrong),
    }
    yield from (f"{name:<26}{value}" for name, value in measured.items())
    yield from [*found.slow[:30], *sorted(set(found.wrong))[:30]]


def main(arguments: list[str]) -> int:
    """Run it. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench storm", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as home, contextlib.chdir(home):
        for name in [each for each in os.environ if each.startswith(("XDG_", "AWS_", "CWTOP_"))]:
            del os.environ[name]
        os.environ.update(HOME=home, SSH_CONNECTION="a b c d", AWS_EC2_METADATA_DISABLED="true")
        return asyncio.run(_main(chosen.minutes, chosen.seed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
