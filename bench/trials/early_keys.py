"""Presses keys at random from the first moment on, while everything is still being loaded, and looks for what breaks.

python -m bench.trials.early_keys RUNS SEED SECONDS: each run is the whole dashboard, headless, on one simulated
account. Prints a line for each run that ended by itself, raised, or left an error in the log, and exits 1 then.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import tempfile
from random import Random

from aws.clock import SystemClock
from tui.actions.registry import actions
from tui.app import CwtopApp
from tui.child import demo_account
from tui.config import load
from tui.connect import feed_of
from tui.options import Options
from tui.present.catalog import Catalog
from tui.present.views import views

_SIZES = ((80, 24), (160, 50), (40, 10), (20, 5))
# What leaves the program on purpose: ":" would lead there by letters.
_LEAVES = frozenset({"q", "ctrl+c", "ctrl+z", "ctrl+q"})
_MORE = ("enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "backspace", "space")


class Errors(logging.Handler):
    """Keeps what was logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, with its traceback."""
        self.said.append(self.format(record))


def keys() -> list[str]:
    """Every key that does anything, without those that leave."""
    known = {key.strip() for each in actions(views(Catalog())) for key in each.key.split(",") if key.strip()}
    return sorted((known | set(_MORE)) - _LEAVES)


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


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home, contextlib.chdir(home):
        for name in [each for each in os.environ if each.startswith(("XDG_", "AWS_", "CWTOP_"))]:
            del os.environ[name]
        os.environ.update(HOME=home, SSH_CONNECTION="a b c d", AWS_EC2_METADATA_DISABLED="true")
        sys.exit(asyncio.run(_main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))))
