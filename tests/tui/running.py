"""The application on a fake feed, at a size, with the clock held."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from textual.pilot import Pilot

from aws.clock import Clock
from tests.builders import NOW
from tests.tui.feeds import FakeFeed
from tests.tui.frames import frame
from tui.app import CwtopApp
from tui.config import Config, Ui

SIZES = ((80, 24), (120, 40), (200, 50))


class HeldClock:
    """A minute after the snapshots were taken."""

    at_s = NOW + 60.0

    def now(self) -> float:
        return self.at_s

    def monotonic(self) -> float:
        return self.at_s

    async def sleep(self, seconds: float) -> None:
        """For ever: time is held. Whoever cancels it goes on."""
        await asyncio.Event().wait()


class Running:
    """One application under test, its pilot and its feed."""

    def __init__(self, app: CwtopApp, pilot: Pilot[None], feed: FakeFeed) -> None:
        self.app, self.pilot, self.feed = app, pilot, feed

    @property
    def screen(self) -> str:
        """What is on the screen."""
        return frame(self.app)

    @property
    def rows(self) -> list[str]:
        """The lines of the list, without those that are empty."""
        below = self.screen.splitlines()[4:]
        end = next((index for index, line in enumerate(below) if line.startswith("───")), len(below))
        return [line for line in below[:end] if line]

    async def press(self, *keys: str) -> None:
        """Press, and wait until everything that follows has happened."""
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        """Press the keys of a text."""
        await self.press(*("space" if char == " " else char for char in text))

    async def until(self, words: str) -> None:
        """Wait until the screen shows ``words``."""
        for _ in range(200):
            if words in self.screen:
                return
            await self.pilot.pause(0.02)
        raise AssertionError(f"{words!r} never came:\n{self.screen}")

    async def settle(self) -> None:
        """Let messages, workers and layout come to rest."""
        for _ in range(3):
            await self.pilot.pause()


@asynccontextmanager
async def running(
    feed: FakeFeed,
    *,
    size: tuple[int, int] = (80, 24),
    ascii: bool = True,
    keys: Mapping[str, str] | None = None,
    sign_ins: Callable[[], Any] | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[Running]:
    """Run the application over ``feed`` until the block ends, on a clock that is held if none is given."""
    config = replace(Config(), ui=Ui(ascii=ascii), keys=keys or {})
    app = CwtopApp(feed.open, config, title="acme-prod", clock=clock or HeldClock(), sign_ins=sign_ins)
    async with app.run_test(size=size, notifications=True) as pilot:
        run = Running(app, pilot, feed)
        await run.settle()
        yield run
