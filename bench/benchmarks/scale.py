"""What it takes to watch 10,000 functions, 500 tables, 200 APIs and 10,000 alarms with 50 ms answers and AWS's quotas.

In standard mode in real time, because CPU has no other: five minutes of steady polling, a whole turn of the slowest
tier, after the first complete look and half a minute more; for three of them stalls are taken. Then the dollars of
every mode, on a clock turned by hand (`bench.accounts.in_process`): what is billed does not depend on the machine, and
the first minutes, in which everything is read for the first time, are no hour. Dollars, calls and throttles are those
that the server counted. Eleven minutes in all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bench.accounts.served import FUNCTIONS, Account, holds, large_account
from bench.programs.naive import STATS
from bench.programs.watching import VISIBLE_ROWS
from bench.report import Result
from bench.terminal import ROOT

STEADY_S, ALONE_S = 300.0, 180.0
# When the dollars of a mode begin to count, and for how long: whole turns of what is listed and swept.
_SETTLED_AFTER_S, _COUNTED_S = 600.0, {"economy": 3600.0, "standard": 1800.0, "thorough": 300.0}
_NAIVE_FUNCTIONS, _NAIVE_ROUNDS = 1_000, 2
_USD_PER_METRIC = 0.01 / 1000
_ACCOUNT_WIDE = 5  # Invocations, Errors, Throttles, Duration, ConcurrentExecutions
_ROUNDS_PER_HOUR = 60

_LISTING_S = FUNCTIONS / 50 / 15  # 50 functions a page, 15 requests a second: Lambda's quotas

BUDGET_USD = {"standard": 1.25, "economy": 0.10}
BUDGET_CPU_S, BUDGET_STALL_MS, BUDGET_MB = 1.0, 50.0, 200.0

LEAST_USD_PER_HOUR = (_ACCOUNT_WIDE + VISIBLE_ROWS * len(STATS)) * _ROUNDS_PER_HOUR * _USD_PER_METRIC
NAIVE_USD_PER_HOUR = FUNCTIONS * len(STATS) * _ROUNDS_PER_HOUR * _USD_PER_METRIC


def measure() -> Iterator[Result]:
    """Standard mode and the naive yardstick first, then dollars in all modes."""
    naive = _naive()
    standard = _watched("standard")
    yield from _machine(standard, naive)
    with ThreadPoolExecutor() as together:
        for mode, hour in [(mode, together.submit(_hour, mode)) for mode in _COUNTED_S]:
            yield from _dollars(mode, hour.result())


def _naive() -> dict[str, Any]:
    """A thousand functions for two rounds: what is read from it is ten times that, and said to be so."""
    with large_account() as account:
        words = ["bench.programs.naive", str(_NAIVE_FUNCTIONS), str(_NAIVE_ROUNDS)]
        done = _program(account, words)
        found: dict[str, Any] = json.loads(done.communicate()[0])
    found["cpu_s_per_min"] = found["cpu_s_per_round"] * FUNCTIONS / found["functions"]
    return found


def _watched(mode: str) -> dict[str, Any]:
    """What the client says of itself in that mode, and the server of it."""
    with large_account() as account:
        client = _program(account, ["bench.programs.watching", mode, str(STEADY_S), str(ALONE_S)])
        assert client.stdout is not None
        try:
            if client.stdout.readline().strip() != "steady":
                raise RuntimeError(f"{mode}: the poller ended before it was at work")
            before = account.meter()
            found: dict[str, Any] = json.loads(client.stdout.readline())
            after = account.meter()
        finally:
            client.terminate()
            client.wait()
    took_s = after["elapsed_s"] - before["elapsed_s"]
    found["usd_per_hour"] = (after["usd"] - before["usd"]) / took_s * 3600
    found["throttled"] = sum(after["throttled"].values())
    found["usd_to_start"] = before["usd"]
    found["calls"] = after["calls"]
    sys.stderr.write(f"{json.dumps(found)}\n")
    return found


def _hour(mode: str) -> dict[str, Any]:
    """What AWS would bill in that mode."""
    words = ["-m", "bench.programs.hour", mode, str(_SETTLED_AFTER_S), str(_COUNTED_S[mode])]
    told = subprocess.run([sys.executable, *words], stdout=subprocess.PIPE, text=True, cwd=ROOT, check=True).stdout
    found: dict[str, Any] = json.loads(told)
    sys.stderr.write(f"{json.dumps(found)}\n")
    return found


def _program(account: Account, words: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *words], stdout=subprocess.PIPE, text=True, cwd=ROOT, env=dict(account.environment)
    )


def _machine(ours: dict[str, Any], naive: dict[str, Any]) -> Iterator[Result]:
    size = f"{FUNCTIONS:,} functions"
    extrapolated = f"plain aiobotocore, {_NAIVE_FUNCTIONS:,} functions, ×{FUNCTIONS // _NAIVE_FUNCTIONS}"
    row = _rows(size)
    yield row("CPU per minute", ours["cpu_s_per_min"], naive["cpu_s_per_min"], extrapolated, "s", BUDGET_CPU_S)
    stalled = "plain aiobotocore, 1,000 functions"
    yield row("worst stall, polling", ours["worst_stall_ms"], naive["worst_stall_ms"], stalled, "ms", BUDGET_STALL_MS)
    starting = ours["worst_stall_start_ms"]
    yield row("worst stall, first load", starting, naive["worst_stall_ms"], stalled, "ms", BUDGET_STALL_MS)
    yield row("resident memory", ours["resident_mb"], ours["peak_mb"], "its own peak", "MB", BUDGET_MB)
    first = ours["first_complete_s"]
    listing = "ListFunctions alone, at 15 pages/s"
    yield row("first complete problem list", first, _LISTING_S, listing, "s", None)
    wire = f"account-wide and {VISIBLE_ROWS} visible rows"
    yield row(
        "dollars an hour just after the start, over the wire", ours["usd_per_hour"], LEAST_USD_PER_HOUR, wire, "$", None
    )
    yield row("calls throttled", ours["throttled"], 0.0, "none", "", 0.0)
    yield _whole("real time", ours)


def _whole(where: str, found: dict[str, Any]) -> Result:
    """Whether the first list that was called complete held the whole account."""
    there, seen = holds(), found["seen"]
    missing = {kind: number - seen.get(kind, 0) for kind, number in there.items() if seen.get(kind, 0) < number}
    return Result(
        what=f"functions, tables, stages and alarms read, {where}",
        measured=float(sum(there.values()) - sum(missing.values())),
        yardstick=float(sum(there.values())),
        yardstick_is="what the account holds"
        + "".join(f", {number} {kind} missing" for kind, number in missing.items()),
        unit="",
        budget="all",
        met=not missing and bool(found["complete"]),
        digits=0,
    )


def _rows(size: str) -> Callable[..., Result]:
    def row(what: str, measured: float, yardstick: float, of: str, unit: str, budget: float | None) -> Result:
        return Result(
            what=f"{what}, {size}",
            measured=measured,
            yardstick=yardstick,
            yardstick_is=of,
            unit=unit,
            budget="" if budget is None else f"≤ {budget:g} {unit}".rstrip(),
            met=None if budget is None else measured <= budget,
        )

    return row


def _dollars(mode: str, found: dict[str, Any]) -> Iterator[Result]:
    budget = BUDGET_USD.get(mode)
    yield Result(
        what=f"dollars an hour, {mode}, settled, by the account's meter",
        measured=found["usd_per_hour"],
        yardstick=LEAST_USD_PER_HOUR,
        yardstick_is=f"account-wide and {VISIBLE_ROWS} visible rows; naive polling is {NAIVE_USD_PER_HOUR:.2f} $",
        unit="$",
        budget="" if budget is None else f"≤ {budget:.2f} $",
        met=None if budget is None else found["usd_per_hour"] <= budget,
        digits=3,
    )
    yield Result(
        what=f"dollars once, {mode}, to read all for the first time",
        measured=found["usd_to_settled"],
        yardstick=found["usd_per_hour"] * _SETTLED_AFTER_S / 3600,
        yardstick_is="as long a time later on",
        unit="$",
        digits=3,
    )
    yield Result(
        what=f"first complete problem list, {mode}, but for CPU",
        measured=found["first_complete_s"],
        yardstick=_LISTING_S,
        yardstick_is="ListFunctions alone, at 15 pages/s",
        unit="s",
    )
    yield _whole(mode, found)
