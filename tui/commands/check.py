"""``cwtop check``, and the dashboard without a terminal: one look, printed."""

from __future__ import annotations

import asyncio
import time

from aws.clock import SystemClock
from aws.errors import AwsError, CwtopError, TimedOut, UsageError
from aws.model import Gap, Scope, Snapshot
from tui.commands.codes import typed_codes
from tui.config import Config
from tui.connect import OpenPoller, feed_of
from tui.headless.complaint import complain
from tui.headless.printing import print_json, printed
from tui.headless.report import report
from tui.headless.table import table
from tui.headless.verdict import EXIT, nothing_read, verdict
from tui.options import Options


def check(options: Options, config: Config) -> int:
    """One look with the exit status of a monitoring plugin: 0 ok, 1 warning, 2 critical, 3 unknown."""
    snapshot = _print_look(options, config, feed_of(options, config, roles=typed_codes(options)))
    return EXIT[verdict(snapshot, allow_gaps=options.allow_gaps)]


def once(options: Options, config: Config, open_poller: OpenPoller | None = None) -> int:
    """One look as the dashboard would show it. Returns 0, or 3 where nothing could be read."""
    snapshot = _print_look(options, config, open_poller or feed_of(options, config, roles=typed_codes(options)))
    return 3 if nothing_read(snapshot) else 0


def _print_look(options: Options, config: Config, open_poller: OpenPoller) -> Snapshot:
    snapshot = asyncio.run(_look(options, open_poller))
    if options.output == "json":
        print_json(report(snapshot, allow_gaps=options.allow_gaps))
    else:
        printed(table(snapshot, config, allow_gaps=options.allow_gaps))
    return snapshot


async def _look(options: Options, open_poller: OpenPoller) -> Snapshot:
    """One snapshot within ``--timeout``, connecting included; where we cannot even connect, the reason as a gap."""
    ends = time.monotonic() + options.timeout_s
    try:
        async with asyncio.timeout(options.timeout_s) as bound, open_poller(lambda _: None) as poller:
            # A look bounds itself and keeps what it has; only connecting needs a bound from outside.
            bound.reschedule(None)
            return await poller.look(ends - time.monotonic())
    except TimeoutError:
        return _unread(TimedOut("aws", "connect", f"not answered within {options.timeout_s:g} s"))
    except UsageError:
        raise
    except CwtopError as error:
        return _unread(error)


def _unread(error: CwtopError) -> Snapshot:
    """Nothing could be read, and why; also said on stderr, where a person looks first."""
    complain(error.message, error.hint)
    gap = error.gap(Scope("", "")) if isinstance(error, AwsError) else Gap("aws", "connect", error.message, error.hint)
    return Snapshot(at_s=SystemClock().now(), gaps=(gap,))
