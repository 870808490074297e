"""An event loop that knows how long it kept everybody waiting."""

from __future__ import annotations

import asyncio
import time


class StallLoop(asyncio.SelectorEventLoop):
    """Knows the longest that it went without looking at its sockets, in CPU time of its thread."""

    worst_s = 0.0
    busy_s = 0.0

    def _run_once(self) -> None:
        began = time.thread_time()
        super()._run_once()  # type: ignore[misc]
        took_s = time.thread_time() - began
        self.worst_s = max(self.worst_s, took_s)
        self.busy_s += took_s
        self.turned(took_s)

    def turned(self, took_s: float) -> None:
        """One turn took so long, the wait for its sockets left out."""
