"""Presses keys at random from the first moment on, while everything is still being loaded, and looks for what breaks.

python -m bench early_keys --runs 20 --seconds 5

Each run is the whole dashboard, headless, on one simulated account. Prints a line for each run that ended by itself,
raised, or left an error in the log, and exits 1 then.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
from random import Random

from aws.clock import SystemClock
from bench.trials.pressing import keys
from bench.trials.surroundings import Errors, empty_home
from tui.app import CwtopApp
from tui.child import demo_account
from tui.config import load
from tui.connect import feed_of
from tui.options import Options

_SIZES = ((80, 24), (160, 50), (40, 10), (20, 5))


async def _run(seed: int, seconds: float, errors: Errors) -> str:
    """One run; what went wrong, or nothing."""
    random = Random(seed)
    config = load(None, {"cache.enabled": (bool(seed % 2), "test")})
    app = CwtopApp(feed_of(Options(), config, recalls=True), config, clock=SystemClock())
    pressed: list[str] = []
    known = keys()
    errors.said.clear()
    ended = ""
    try:
        async with app.run_test(size=random.choice(_SIZES), notifications=True) as pilot:
            loop = asyncio.get_running_loop()
            until = loop.time() + seconds
            while loop.time() < until:
                pressed.append(random.choice(known))
                await pilot.press(pressed[-1])
                await asyncio.sleep(random.choice((0.0, 0.0, 0.01, 0.1)))
                if not app.is_running or app._exit:
                    ended = "it ended by itself"
                    break
    except Exception as error:
        ended = f"{type(error).__name__}: {error}"
        logging.getLogger(__name__).exception("raised")
    if not ended and errors.said:
        ended = "an error was logged"
    if not ended:
        return ""
    return "\n".join([f"seed {seed}: {ended}; the last keys: {' '.join(pressed[-12:])}", *errors.said])


async def _main(runs: int, seed: int, seconds: float) -> int:
    errors = Errors()
    logging.getLogger().addHandler(errors)
    broken = 0
    async with demo_account(scenario="black-friday", seed=seed) as account:
        os.environ.update(account.environment)
        for number in range(seed, seed + runs):
            if said := await _run(number, seconds, errors):
                broken += 1
                print(said, flush=True)
    print(f"{runs} runs, {broken} broken", flush=True)
    return int(broken > 0)


def main(arguments: list[str]) -> int:
    """Run it. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench early_keys", description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1, help="of the first run; the others follow")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each run")
    chosen = parser.parse_args(arguments)
    with empty_home() as home, contextlib.chdir(home):
        return asyncio.run(_main(chosen.runs, chosen.seed, chosen.seconds))
