"""Opens the feed: connects to every account and region that was asked for and starts a poller on them."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, TypeAlias

from aws.clock import Clock, SystemClock
from tui.config import Config
from tui.options import Options

if TYPE_CHECKING:
    from aws.poller import Poller

OpenPoller: TypeAlias = "Callable[[Callable[[str], None]], AbstractAsyncContextManager[Poller]]"


def feed_of(options: Options, config: Config, clock: Clock | None = None) -> OpenPoller:
    """How to connect with these options: an `OpenFeed` whose feed can also take a single look."""

    def opener(say: Callable[[str], None]) -> AbstractAsyncContextManager[Poller]:
        return opened(options, config, clock or SystemClock(), say)

    return opener


@asynccontextmanager
async def opened(options: Options, config: Config, clock: Clock, say: Callable[[str], None]) -> AsyncIterator[Poller]:
    """A poller on every (profile, region) asked for. Raises `CwtopError` where one of them cannot be reached."""
    say("loading the AWS library")
    # In a thread: importing aiobotocore takes a quarter of a second, in which no key would be answered.
    session = await asyncio.to_thread(importlib.import_module, "aws.session")
    poller = await asyncio.to_thread(importlib.import_module, "aws.poller")
    async with session.Sessions(clock=clock, read_only=config.read_only, timeout_s=options.timeout_s) as sessions:
        targets = [
            session.Target(profile=profile, region=region, endpoint_url=options.endpoint_url)
            for profile in options.profiles or (None,)
            for region in options.regions or (None,)
        ]
        say("asking who we are")
        sources = await asyncio.gather(*(sessions.connect(target) for target in targets))
        async with poller.Poller(sources, settings=config.poll, clock=clock) as running:
            yield running
