"""What holds the event loop of a poller without a screen: every turn of more than so many milliseconds of CPU.

python -m bench.profiles.stalls MODE SECONDS [MS]: watches the large simulated account for SECONDS after its first
complete snapshot, and prints of each such turn when it was, its CPU, how much of it went into looking for cycles, and
where it stood when it was looked at every few milliseconds, the commonest place first. In CPU of the loop's thread,
because other work on the machine makes every turn last longer. Where nothing was seen, the time went into C code that
holds the interpreter, such as the parsing of an answer or a collection.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
import time
from collections import Counter
from types import FrameType
from typing import Any

from aws.clock import SystemClock
from aws.model import Interest
from bench.accounts.served import large_account
from bench.profiles.stall_loop import StallLoop
from bench.programs.watching import first_functions
from tui.config import Config, load
from tui.connect import opened
from tui.options import Options

_LEAST_MS = 15.0
_LOOK_EVERY_S = 0.003
_FRAMES = 6
_PLACES = 3


class Watchdog(threading.Thread):
    """Looks at where a thread stands; ``seen`` counts the places since it was last emptied."""

    def __init__(self, thread: int) -> None:
        super().__init__(daemon=True)
        self.watched = thread
        self.seen: Counter[str] = Counter()

    def run(self) -> None:
        while True:
            time.sleep(_LOOK_EVERY_S)
            place = _place(sys._current_frames().get(self.watched))
            if not place.startswith("selectors.py"):
                self.seen[place] += 1


def _place(frame: FrameType | None) -> str:
    names: list[str] = []
    while frame is not None and len(names) < _FRAMES and frame.f_code.co_name != "_run_once":
        names.append(f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno} {frame.f_code.co_name}")
        frame = frame.f_back
    return " < ".join(names)


class TellingLoop(StallLoop):
    """Prints its long turns."""

    def __init__(self, least_s: float) -> None:
        super().__init__()
        self._least_s, self._began = least_s, time.monotonic()
        self._collecting_s = self._collection_began = 0.0
        self._watchdog = Watchdog(threading.get_ident())
        self._watchdog.start()
        gc.callbacks.append(self._collected)

    def turned(self, took_s: float) -> None:
        if took_s >= self._least_s:
            at_s = time.monotonic() - self._began
            print(
                f"{at_s:7.1f} s  cpu {1000 * took_s:6.1f} ms, collecting {1000 * self._collecting_s:5.1f} ms",
                flush=True,
            )
            for place, times in self._watchdog.seen.most_common(_PLACES):
                print(f"           {times} x {place}")
        self._collecting_s = 0.0
        self._watchdog.seen.clear()

    def _collected(self, phase: str, _: dict[str, Any]) -> None:
        if threading.get_ident() != self._watchdog.watched:
            return
        if phase == "start":
            self._collection_began = time.thread_time()
        else:
            self._collecting_s += time.thread_time() - self._collection_began


async def _main(loop: TellingLoop, config: Config, seconds: float) -> None:
    async with opened(Options(), config, SystemClock(), lambda _: None) as poller:
        until_s: float | None = None
        async for snapshot in poller:
            poller.attend(Interest(visible=first_functions(snapshot)))
            if until_s is None and snapshot.complete:
                print(f"complete; the worst turn took {1000 * loop.worst_s:.1f} ms", flush=True)
                until_s, loop.worst_s = time.monotonic() + seconds, 0.0
            if until_s is not None and time.monotonic() >= until_s:
                break
    print(f"the worst turn since took {1000 * loop.worst_s:.1f} ms")


if __name__ == "__main__":
    with large_account() as account:
        os.environ.update(account.environment)
        chosen = load(None, {"poll.mode": (sys.argv[1], "bench")})
        telling = TellingLoop(float(sys.argv[3]) / 1000 if len(sys.argv) > 3 else _LEAST_MS / 1000)
        asyncio.set_event_loop(telling)
        telling.run_until_complete(_main(telling, chosen, float(sys.argv[2])))
