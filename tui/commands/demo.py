"""``cwtop demo``: the dashboard on the simulated account, which runs as a child process."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING

from aws.clock import Clock, SystemClock
from tui.child import demo_account, serve
from tui.commands.dashboard import has_terminal, run
from tui.config import Config
from tui.connect import OpenPoller, opened
from tui.keys_first import KeysFirst
from tui.options import Options

if TYPE_CHECKING:
    from aws.poller import Poller


def demo(options: Options, config: Config) -> int:
    """Run the dashboard on a simulated account; ``--serve`` only serves it. Returns the exit status."""
    if options.serve:
        return serve(_arguments(options))
    if options.once or not has_terminal():
        from tui.commands.check import once

        return once(options, config, demo_feed(options, config, SystemClock()))
    clock = KeysFirst()
    return run(demo_feed(options, config, clock), config, title="demo", clock=clock)


def demo_feed(options: Options, config: Config, clock: Clock) -> OpenPoller:
    """Starts the child, points the AWS settings of this process at it, and polls it like any account."""

    @asynccontextmanager
    async def opener(say: Callable[[str], None]) -> AsyncIterator[Poller]:
        say("starting the simulated account")
        async with demo_account(
            scenario=options.scenario,
            seed=options.seed,
            functions=options.functions,
            port=options.port,
            faults=options.faults,
            quotas=options.quotas,
            latency_ms=options.latency_ms,
        ) as account:
            _use_only(account.environment)
            async with opened(options, config, clock, say) as feed:
                yield feed

    def open_feed(say: Callable[[str], None]) -> AbstractAsyncContextManager[Poller]:
        return opener(say)

    return open_feed


def _use_only(environment: Mapping[str, str]) -> None:
    """Forget the user's own AWS settings: the demo must never sign, or send, anything with them."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(environment)
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"


def _arguments(options: Options) -> list[str]:
    pairs = {
        "--scenario": options.scenario,
        "--seed": options.seed,
        "--functions": options.functions,
        "--port": options.port,
        "--faults": options.faults,
        "--latency-ms": options.latency_ms,
    }
    flags = ["--serve", *(["--quotas"] if options.quotas else [])]
    return [*flags, *(word for flag, value in pairs.items() if value is not None for word in (flag, str(value)))]
