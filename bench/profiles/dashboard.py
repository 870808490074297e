"""The whole dashboard, headless, on a large account: how long each key and each new look holds the event loop.

python -m bench.profiles.dashboard [WORDS]: prints, for each step whose name contains WORDS, the CPU that it took, and
the worst stall in it, both in milliseconds of the application's thread. With PROFILE in the environment, the name of
a column of `pstats`, each step is profiled, and its twenty costliest functions by that column are printed.
"""

from __future__ import annotations

import asyncio
import cProfile
import gc
import os
import pstats
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from aws.errors import UsageError
from aws.model import Interest, Scope, Snapshot
from bench.accounts.snapshots import MadeUpAccount
from bench.profiles.stall_loop import StallLoop
from tui.app import CwtopApp
from tui.config import Config

SIZE = (160, 50)
_TOP = 20
_QUIET_S = 0.35  # longer than the dashboard waits after scrolling


class Looks:
    """A feed of what it is given."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Snapshot] = asyncio.Queue()

    @asynccontextmanager
    async def open(self, _: Callable[[str], None]) -> AsyncIterator[Looks]:
        yield self

    def give(self, snapshot: Snapshot) -> None:
        self._queue.put_nowait(snapshot)

    async def __aiter__(self) -> AsyncIterator[Snapshot]:
        while True:
            yield await self._queue.get()

    def attend(self, interest: Interest) -> None:
        pass

    def refresh(self) -> None:
        pass

    def set_interval(self, seconds: float) -> None:
        pass

    def set_mode(self, mode: str) -> None:
        pass

    def roles(self, _: Scope) -> Any:
        raise UsageError("no roles are read here")


class Bench:
    """One run of the dashboard."""

    def __init__(self, loop: StallLoop, only: str) -> None:
        self._loop, self._only = loop, only
        self.account, self.feed = MadeUpAccount(), Looks()
        self._profiled = bool(os.environ.get("PROFILE"))

    async def run(self) -> None:
        """Every step, in an order in which a session may take them."""
        app = CwtopApp(self.feed.open, Config(), title="acme-prod")  # type: ignore[arg-type]
        async with app.run_test(size=SIZE) as pilot:

            async def keys(*names: str) -> None:
                for name in names:
                    await pilot.press(name)

            async def look() -> None:
                self.account.pass_minute()
                snapshot = self.account.look()
                await self.step(f"  a new look, in {app.situation().view or 'a panel'}", lambda: self._give(snapshot))

            await look()
            gc.collect()
            for view, name in (("1", "problems"), ("2", "functions"), ("7", "alarms"), ("8", "coverage")):
                await self.step(f"{name}: first opened", partial(keys, view))
                for key in ("j", "ctrl+f", "space", "G", "g", "less_than_sign", "greater_than_sign", "S", "f", "f"):
                    await self.step(f"{name}: {key}", partial(keys, key))
                await look()
                await look()
                await self._sorts(app, name, keys)
                await self.step(f"{name}: /", lambda: keys("slash"))
                for letter in "0012":
                    await self.step(f"{name}: / {letter}", partial(keys, letter))
                await self.step(f"{name}: / enter", lambda: keys("enter"))
                await self.step(f"{name}: n", lambda: keys("n"))
                await look()
                await self.step(f"{name}: esc", lambda: keys("escape"))
            for view in "1278":
                await self.step(f"view {view} again", partial(keys, view))
            await self.step("!", lambda: keys("exclamation_mark"))
            await look()
            await self.step("! esc", lambda: keys("escape"))

    async def _sorts(self, app: CwtopApp, name: str, keys: Callable[..., Awaitable[None]]) -> None:
        for _ in range(len(app.main.listing.sorts) if app.main.listing else 0):
            sort = app.main.listing.sort if app.main.listing else ""
            await self.step(f"{name}: > from {sort}", lambda: keys("greater_than_sign"))

    async def _give(self, snapshot: Snapshot) -> None:
        self.feed.give(snapshot)

    async def step(self, name: str, do: Callable[[], Awaitable[None]]) -> None:
        """Do it, wait until all that follows from it has happened, and print what it cost."""
        chosen = self._only in name
        await asyncio.sleep(_QUIET_S)
        gc.disable()  # the dashboard freezes what lives long; the rest is a matter of milliseconds
        self._loop.worst_s = self._loop.busy_s = 0.0
        profile = cProfile.Profile(time.thread_time) if self._profiled and chosen else None
        if profile:
            profile.enable()
        await do()
        await asyncio.sleep(_QUIET_S)
        if profile:
            profile.disable()
        worst_s, busy_s = self._loop.worst_s, self._loop.busy_s
        gc.enable()
        if chosen:
            mark = "  <<<" if worst_s > 0.05 else "  <" if worst_s > 0.025 else ""
            print(f"{name:<44} cpu {1000 * busy_s:7.1f}  worst {1000 * worst_s:7.1f}{mark}", flush=True)
        if profile:
            pstats.Stats(profile).sort_stats(os.environ["PROFILE"]).print_stats(_TOP)


if __name__ == "__main__":
    loop = StallLoop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(Bench(loop, " ".join(sys.argv[1:])).run())
