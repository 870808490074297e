"""A simulated day of the whole dashboard, time-compressed: what is held on to, and what is left behind.

python -m bench soak --hours 24 --functions 200

The dashboard runs headless, in economy mode, so that the account is read by tiers, on a simulated account over
loopback; one virtual clock is that of both. Functions are deployed and deleted, alarms change their state, faults come
and go, one lasts all day, credentials are fetched anew all the time, keys are pressed. The first hours fill windows
and caches; after them memory must be flat, no task, file or socket may be left over, and the log must not grow with
the polls. Prints what was measured; exits 1 where anything of that failed.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import sys
import time
import tracemalloc
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

from aws.poller import Poller
from aws.session import Sessions, Target
from bench.trials.held_clock import TurnedClock
from bench.trials.soak_day import POLL_S, Day, Done, Hour, look
from bench.trials.soak_verdict import FILLED_H, happened, of_hour, verdicts
from bench.trials.surroundings import empty_home
from tests.scenarios.stage import CallersClock, WireSource
from tui import logfile
from tui.app import CwtopApp
from tui.config import load
from tui.connect import desk_opener, memory_opener, roles_opener

_START_S = 1_800_000_000.0
_SELDOM_S = 3_600.0  # inventory and full list of alarms: most of the requests
_SIZE = (80, 24)
_PATIENCE_S = 5.0
# botocore fetches credentials anew fifteen minutes before they end; it reads the time off the machine's own clock.
_CREDENTIALS = """
import datetime, json
end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=15, seconds=10)
print(json.dumps({"Version": 1, "AccessKeyId": "soak", "SecretAccessKey": "soak", "SessionToken": "soak",
                  "Expiration": end.isoformat()}))
"""


@asynccontextmanager
async def _account(held: Path, functions: int, seed: int) -> AsyncIterator[str]:
    """The account in its process; where it listens."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.programs.soak_account"),
        *(str(held), str(functions), str(seed), str(os.getpid())),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


class Soak:
    """One run. ``before`` and ``after`` are what there was without the dashboard."""

    def __init__(self, home: Path, functions: int, seed: int, top: int) -> None:
        self._home, self._functions, self._seed = home, functions, seed
        self._clock = TurnedClock(_START_S, home / "clock")
        self._growth = _Growth(top)
        settings = {"poll.mode": "economy", "poll.max_usd_per_hour": 0.05, "poll.interval_s": POLL_S}
        settings |= {"poll.inventory_every_s": _SELDOM_S, "poll.alarms_every_s": _SELDOM_S}
        self._config = load(None, {name: (value, "soak") for name, value in settings.items()})
        self.done = Done()

    async def run(self, hours: int) -> None:
        """Let the day pass."""
        _log_on(self._clock)
        async with _account(self._home / "clock", self._functions, self._seed) as endpoint_url:
            self.before = look(self._home)
            before = asyncio.all_tasks()
            async with Sessions(clock=(callers := CallersClock(self._clock)), read_only=False) as sessions:
                connection = await sessions.connect(Target(region="eu-west-1", endpoint_url=endpoint_url))
                source = self._clock.source = WireSource(connection, callers)
                self._growth.begin()
                app = CwtopApp(self._open, self._config, clock=self._clock)
                async with app.run_test(size=_SIZE) as pilot:
                    day = Day(app, pilot, self._clock, source.call, self._home, Random(self._seed))
                    self.done = day.done
                    await day.run(hours, endpoint_url, self._passed)
                if ending := asyncio.all_tasks() - before:
                    await asyncio.wait(ending, timeout=_PATIENCE_S)
            self.after = look(self._home)
        self._growth.say()

    @asynccontextmanager
    async def _open(self, _: Callable[[str], None]) -> AsyncIterator[Poller]:
        """As `tui.connect.opened`, but for the source, which knows what is on the wire."""
        assert self._clock.source is not None
        async with Poller(
            [self._clock.source],
            settings=self._config.poll,
            clock=self._clock,
            open_desk=desk_opener(self._config, self._clock),
            open_roles=roles_opener(self._clock),
            open_memory=memory_opener(self._clock),
        ) as poller:
            yield poller

    def _passed(self, hour: Hour) -> None:
        sys.stdout.write(f"{len(self.done.hours):>3} h  {of_hour(hour)}\n")
        sys.stdout.flush()
        if len(self.done.hours) >= FILLED_H:
            self._growth.look()


def _log_on(clock: TurnedClock) -> None:
    """The log file as the dashboard has it, on the clock's time."""
    make = logging.getLogRecordFactory()

    def made(*arguments: Any, **named: Any) -> logging.LogRecord:
        record = make(*arguments, **named)
        record.created = clock.now()
        return record

    logging.setLogRecordFactory(made)
    logfile.start()


class _Growth:
    """Where memory went since the windows were full. ``top`` lines of code are told of; 0: nobody asks."""

    def __init__(self, top: int) -> None:
        self._top = top
        self._first: tracemalloc.Snapshot | None = None
        self._last: tracemalloc.Snapshot | None = None

    def begin(self) -> None:
        """From here on: it takes twice the time."""
        if self._top:
            tracemalloc.start()

    def look(self) -> None:
        """Keep what there is now."""
        if self._top:
            snapshot = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(False, tracemalloc.__file__)])
            self._first, self._last = self._first or snapshot, snapshot

    def say(self) -> None:
        """The lines that hold most more than they did."""
        if self._first is not None and self._last is not None:
            for stat in self._last.compare_to(self._first, "lineno")[: self._top]:
                sys.stdout.write(f"{stat}\n")


def main(arguments: list[str]) -> int:
    """Run it. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench soak", description=__doc__)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--functions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--top", type=int, default=0, help="print so many lines of code that hold more than before")
    chosen = parser.parse_args(arguments)
    with empty_home() as home:
        script, profile = home / "credentials.py", home / "aws-config"
        script.write_text(_CREDENTIALS, encoding="utf-8")
        profile.write_text(f"[default]\ncredential_process = {sys.executable} -S {script}\n", encoding="utf-8")
        os.environ.update(AWS_CONFIG_FILE=str(profile), AWS_SHARED_CREDENTIALS_FILE=os.devnull)
        logging.captureWarnings(True)
        warnings.simplefilter("always", ResourceWarning)
        soak, began_s = Soak(home, chosen.functions, chosen.seed, chosen.top), time.process_time()
        asyncio.run(soak.run(max(2 * FILLED_H, chosen.hours)))
        gc.collect()
        logging.shutdown()
        unclosed = sum(file.read_text(encoding="utf-8").count("ResourceWarning") for file in home.rglob("cwtop.log*"))
        told = list(verdicts(soak.done, soak.before, soak.after, unclosed))
        sys.stdout.write(f"{happened(soak.done)}, {time.process_time() - began_s:.0f} s of CPU\n")
    sys.stdout.writelines(f"{'pass' if each.passed else 'FAIL'} {each.what:<18}{each.measured}\n" for each in told)
    return int(not all(each.passed for each in told))
