"""A headless visit to the accounts that were asked for: connect, look, do, one step after the other.

Between the steps no event loop runs, so that a question can be asked on the terminal and ctrl+c answers it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from aws.clock import SystemClock
from aws.errors import TimedOut
from aws.model import Gap, Snapshot
from tui.commands.codes import typed_codes
from tui.config import Config
from tui.connect import connected, desk_opener
from tui.options import Options

if TYPE_CHECKING:
    from aws.alarms.office import Office

T = TypeVar("T")

# Of the time that --timeout gives, the share after which a look goes with what it has: a plan still has to be made.
_LOOK_SHARE = 0.7


class Visit:
    """Use as a context manager. ``offices`` are the desks, one for each account and region that answers."""

    def __init__(self, options: Options, config: Config) -> None:
        self._options = options
        self._config = config
        self._clock = SystemClock()
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._roles = typed_codes(options)
        self._ends = time.monotonic() + options.timeout_s
        self._sources: list[Any] = []
        self.unreached: tuple[Gap, ...] = ()
        self.offices: tuple[Office, ...] = ()

    def __enter__(self) -> Self:
        self._runner.__enter__()
        try:
            self.bounded(self._connect())
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self._runner.run(self._stack.aclose())
        finally:
            self._runner.__exit__(kind, error, traceback)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something, however long it takes: each call is bounded by itself."""
        return self._runner.run(work)

    def bounded(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something within what is left of --timeout. Raises `TimedOut`."""
        return self._runner.run(self._within(work))

    def look(self) -> Snapshot:
        """One look at what exists and how it is alarmed on; what is not read within the time is a gap.

        No metrics: what AWS charges for, and most of the time, would be spent on readings that no plan goes by.
        """
        return self._runner.run(self._look())

    async def _within(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            async with asyncio.timeout(self._left_s()):
                return await work
        except TimeoutError:
            message = f"not done within {self._options.timeout_s:g} s"
            raise TimedOut("aws", self._options.command, message, hint="give more time with --timeout") from None

    async def _connect(self) -> None:
        reached = await self._stack.enter_async_context(
            connected(self._options, self._config, self._clock, lambda _: None, roles=self._roles)
        )
        open_desk = await asyncio.to_thread(desk_opener, self._config, self._clock)
        distinct = {(each.call.scope.account, each.call.scope.region): each for each in reversed(reached.sources)}
        self._sources = list(reversed(distinct.values()))
        self.offices = tuple(open_desk(source) for source in self._sources)
        self.unreached = tuple(reached.unreached)

    async def _look(self) -> Snapshot:
        from aws.poller import Poller

        settings = replace(self._config.poll, metrics=False)
        poller = Poller(self._sources, settings=settings, clock=self._clock, unreached=self.unreached)
        return await poller.look(self._left_s() * _LOOK_SHARE)

    def _left_s(self) -> float:
        return max(0.1, self._ends - time.monotonic())


async def gathered(outcomes: AsyncIterator[T], into: list[T], *, tell: Callable[[T], None] | None = None) -> None:
    """Every item, as it comes, ``into`` the list, which has them even where this is stopped; ``tell`` hears of each."""
    async with aclosing(outcomes) as each:  # type: ignore[type-var]  # an async generator, closed whatever happens
        async for item in each:
            into.append(item)
            if tell is not None:
                tell(item)
