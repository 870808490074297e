"""Bytes to the terminal for one refresh: what a slow SSH line has to carry each minute."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from bench.programs.listing import CHANGES
from bench.report import Result, interleaved
from bench.terminal import Terminal

RUNS = 5
BUDGETS_BYTES = {0: 200, 5: 4_000}


def measure() -> list[Result]:
    """For 0, 1, 5 and 50 changed rows of six changed cells, at 160×50."""
    return list(_measure())


def _measure() -> Iterator[Result]:
    program = [sys.executable, "-m", "bench.programs.listing"]
    with Terminal([*program, "grid"], os.environ) as grid, Terminal([*program, "table"], os.environ) as table:
        for terminal in (grid, table):
            terminal.until(b"fn-00039")
            terminal.settle(1.0)
        for key, rows in CHANGES.items():
            ours, theirs = interleaved(RUNS, lambda key=key: _bytes(grid, key), lambda key=key: _bytes(table, key))  # type: ignore[misc]
            budget = BUDGETS_BYTES.get(rows)
            yield Result(
                what=f"bytes to repaint {rows} changed rows at 160×50",
                measured=ours,
                yardstick=theirs,
                yardstick_is="Textual's DataTable",
                unit="B",
                budget="" if budget is None else f"≤ {budget:,} B",
                met=None if budget is None else ours <= budget,
            )


def _bytes(terminal: Terminal, key: str) -> float:
    terminal.press(key)
    return float(terminal.settle())
