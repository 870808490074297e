"""The simulated account of a soak, in a process of its own, so that only the dashboard's memory is measured.

python -m bench.programs.soak_account FILE FUNCTIONS SEED PARENT: serves on loopback until its parent has gone, on the
time that the parent writes into FILE. Prints where it listens. Faults are played through /_cwtop/faults.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bench.trials.held_clock import ReadClock
from demo.build import make_world
from demo.faults.link import Faults
from demo.front.account import account_handler
from demo.front.chain import Middleware
from demo.front.controls import controls
from demo.front.server import Front
from demo.lifetime import end_with_parent


async def _main(held: Path, functions: int, seed: int) -> None:
    clock = ReadClock(held)
    world = make_world("black-friday", seed, functions, clock.now())
    faults = Faults(clock)
    first: list[Middleware] = [controls({"faults": faults.control}), faults]
    async with account_handler(world, clock, first) as handler, Front(handler) as front:
        await asyncio.to_thread(world.seed, front.endpoint_url)
        print(front.endpoint_url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    end_with_parent(int(sys.argv[4]))
    asyncio.run(_main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
