"""The large account, polled for an hour that takes minutes: what AWS would bill, mode by mode.

python -m bench.programs.hour MODE SETTLED_AFTER_S FOR_S: from the start to the first complete list, then until
SETTLED_AFTER_S and on for FOR_S seconds, in which dollars are counted, all on a clock turned by hand
(`bench.accounts.in_process`). Somebody looks at forty rows. Prints a JSON object.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from aws.model import Interest, Snapshot
from aws.poller import Poller
from aws.settings import PollSettings
from bench.accounts.in_process import LargeAccount, Source
from bench.accounts.served import FUNCTIONS
from bench.programs.watching import VISIBLE_ROWS, first_functions, seen_in
from tests.virtual_clock import VirtualClock

_START_S = 1_800_000_000.0
_STEP_S = 5.0


class Look:
    """The newest snapshot, and when the first complete one came; looks at the first rows as the screen would."""

    def __init__(self, poller: Poller, clock: VirtualClock) -> None:
        self._poller, self._clock = poller, clock
        self._began = clock.monotonic()
        self.complete_s: float | None = None
        self.newest: Snapshot | None = None

    async def follow(self) -> None:
        """Until cancelled."""
        looking = False
        async for snapshot in self._poller:
            self.newest = snapshot
            if not looking and (rows := first_functions(snapshot)):
                looking = len(rows) == VISIBLE_ROWS
                self._poller.attend(Interest(visible=rows))
            if snapshot.complete and self.complete_s is None:
                self.complete_s = self._clock.monotonic() - self._began


async def _main(mode: str, settled_after_s: float, for_s: float) -> dict[str, Any]:
    clock = VirtualClock(_START_S)
    account = LargeAccount(clock, FUNCTIONS)
    source = Source(account, clock)
    began = clock.monotonic()
    async with Poller([source], settings=PollSettings(mode=mode), clock=clock) as poller:
        look = Look(poller, clock)
        following = asyncio.create_task(look.follow())

        async def until(passed_s: float) -> dict[str, Any]:
            while (left_s := began + passed_s - clock.monotonic()) > 0:
                await clock.advance(min(_STEP_S, left_s))
            return account.meter.state(clock.monotonic())

        before = await until(settled_after_s)
        after = await until(settled_after_s + for_s)
        following.cancel()
        assert look.newest is not None
        return {
            "mode": mode,
            "complete": look.complete_s is not None,
            "first_complete_s": look.complete_s,
            "usd_to_settled": before["usd"],
            "usd_per_hour": (after["usd"] - before["usd"]) * 3600 / for_s,
            "usd_per_hour_shown": look.newest.api.usd_per_hour,
            "throttled": sum(after["throttled"].values()),
            "calls": after["calls"],
            **seen_in(look.newest),
        }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3])))), flush=True)
