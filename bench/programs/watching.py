"""The poller of the dashboard without its screen, watching an account as the screen makes it: prints what it cost.

python -m bench.programs.watching MODE STEADY_S ALONE_S: from the start until the first complete snapshot and half a
minute more, then STEADY_S seconds in which dollars are taken, for the first ALONE_S of them stalls, and for the others
CPU: to look out for stalls every 5 ms costs more of it than the polling. Where the account is comes from the
environment. Prints a line "steady" when these seconds begin, and a JSON object when they are over.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections import Counter
from typing import Any

from aws.clock import SystemClock
from aws.model import Interest, Snapshot
from aws.poller import Poller
from bench.memory import resident_bytes
from tui.config import load
from tui.connect import opened
from tui.options import Options

VISIBLE_ROWS = 40  # of a terminal of 50 lines
_SETTLE_S = 30.0
_PATIENCE_S = 300.0  # for the first complete snapshot: then the rest is measured without, and said to be so
_TICK_S = 0.005


class Stalls:
    """How long the loop lets nobody else in: the worst delay of a task that wants to run every 5 ms."""

    def __init__(self) -> None:
        self.worst_s = 0.0

    async def watch(self) -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_TICK_S)
            self.worst_s = max(self.worst_s, time.perf_counter() - began - _TICK_S)


async def _main(mode: str, steady_s: float, alone_s: float) -> dict[str, Any]:
    began = time.perf_counter()
    stalls = Stalls()
    watching = asyncio.create_task(stalls.watch())
    config = load(None, {"poll.mode": (mode, "bench")})
    async with opened(Options(), config, SystemClock(), lambda _: None) as poller:
        found = {"mode": mode, **await _first(poller, began)}
        reader = asyncio.create_task(_read(poller))
        await asyncio.sleep(_SETTLE_S)
        found["worst_stall_start_ms"], stalls.worst_s = 1000 * stalls.worst_s, 0.0
        print("steady", flush=True)
        await asyncio.sleep(alone_s)
        found["worst_stall_ms"] = 1000 * stalls.worst_s
        watching.cancel()
        cpu = time.process_time()
        await asyncio.sleep(steady_s - alone_s)
        found["cpu_s_per_min"] = (time.process_time() - cpu) / (steady_s - alone_s) * 60
        found["resident_mb"] = resident_bytes() / 2**20
        found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        reader.cancel()
    return found


async def _first(poller: Poller, began: float) -> dict[str, Any]:
    """Read until everything was tried once; meanwhile look at the first functions, as the screen would."""
    looking = False
    async for snapshot in poller:
        if not looking and (visible := first_functions(snapshot)):
            looking = len(visible) == VISIBLE_ROWS
            poller.attend(Interest(visible=visible))
        took_s = time.perf_counter() - began
        if snapshot.complete or took_s > _PATIENCE_S:
            return {
                "complete": snapshot.complete,
                "first_complete_s": took_s,
                **seen_in(snapshot),
                "gaps": sorted(f"{gap.action}: {gap.error}" for gap in snapshot.gaps),
                "cpu_first_s": time.process_time(),
            }
    raise RuntimeError("the polling ended")


def seen_in(snapshot: Snapshot) -> dict[str, Any]:
    """How much of the account is in it, by kind, and how much of that is known to be well or not."""
    kinds = Counter(resource.kind for resource in snapshot.resources.values())
    return {
        "seen": {**kinds, "alarm": len(snapshot.alarms)},
        "health": Counter(health.value for health in snapshot.health.values()),
    }


def first_functions(snapshot: Snapshot) -> frozenset[str]:
    """The functions that fill a screen."""
    arns = (arn for arn, each in snapshot.resources.items() if each.kind == "function")
    return frozenset(arn for arn, _ in zip(arns, range(VISIBLE_ROWS), strict=False))


async def _read(poller: Poller) -> None:
    async for _ in poller:
        pass


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3])))), flush=True)
