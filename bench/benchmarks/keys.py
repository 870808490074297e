"""From a key to the first bytes of its frame, in the list of functions, while 10,000 of them are being polled."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence

from bench.accounts.served import large_account
from bench.report import Result
from bench.terminal import Terminal

PRESSES = 150
P95_MS, WORST_MS = 30.0, 80.0
_BETWEEN_S = 0.1
_WALKED_S = 45.0  # the inventory is being read, rows come in: harder than what follows
_MOVES = "jjjjjkkkkk"  # never to the end of what is there yet: a key that moves nothing paints nothing


def measure() -> Iterator[Result]:
    """Milliseconds at 160×50, from the writing of the key to the reading of an answer."""
    with large_account() as account:
        ours = _pressed([sys.executable, "-m", "tui"], account.environment, before="2", wait_s=_WALKED_S)
    grid = [sys.executable, "-m", "bench.programs.listing", "grid"]
    alone = _pressed(grid, os.environ, before="", wait_s=2.0)
    for what, place, budget in (("p95", int(PRESSES * 0.95), P95_MS), ("worst", -1, WORST_MS)):
        yield Result(
            what=f"key to painted, {what}, 10,000 functions polled",
            measured=ours[place],
            yardstick=alone[place],
            yardstick_is="the same grid with nothing to poll",
            unit="ms",
            budget=f"≤ {budget:g} ms",
            met=ours[place] <= budget,
        )


def _pressed(program: Sequence[str], environment: Mapping[str, str], *, before: str, wait_s: float) -> list[float]:
    """The delays of all presses in milliseconds, shortest first."""
    with Terminal(program, environment) as terminal:
        terminal.watch(wait_s)
        terminal.press(before)
        terminal.watch(2.0)
        delays = []
        for index in range(PRESSES):
            terminal.watch(_BETWEEN_S)
            delays.append(1000 * terminal.answered_s(_MOVES[index % len(_MOVES)]))
    return sorted(delays)
