"""What the hours of a soak come to. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bench.trials.soak_day import Done, Hour

FILLED_H = 4  # three hours of history, and one more for what is read seldom
_MOST_BLOCKS_AN_HOUR = 500.0  # of some 80 bytes: a megabyte a day; one hour differs by thousands from the next
_MOST_RESIDENT_MB = 10.0
_MOST_LOG_KB_AN_HOUR = 20.0  # a line for each poll and fault would be a multiple of it
_MOST_CACHE = 1.1


class Verdict(NamedTuple):
    """One line: what was measured, and whether it is as it should be."""

    what: str
    measured: str
    passed: bool


def slope(values: Sequence[float]) -> float:
    """How much more an hour, by least squares."""
    middle = (len(values) - 1) / 2
    mean = sum(values) / len(values)
    spread = sum((hour - middle) ** 2 for hour in range(len(values)))
    return sum((hour - middle) * (value - mean) for hour, value in enumerate(values)) / spread


def verdicts(done: Done, before: Hour, after: Hour, unclosed: int) -> Iterator[Verdict]:
    """All of them. ``before`` and ``after`` the dashboard; ``unclosed`` is how often Python had to close something."""
    hours = done.hours[FILLED_H - 1 :]
    early, late = hours[: len(hours) // 2], hours[len(hours) // 2 :]
    first, last = hours[0], hours[-1]

    def between(name: str) -> tuple[str, bool]:
        # Connections are kept for a while: a pool of 29 has 23 at the end of one hour and 29 at that of the next. What
        # is left over hour by hour comes to more in every later hour than there was in any earlier one.
        before, now = ([getattr(hour, name) for hour in part] for part in (early, late))
        told = f"{min(before)} to {max(before)} in the first half, {min(now)} to {max(now)} in the second"
        return told, min(now) <= max(before)

    more = slope([hour.blocks for hour in late])
    told = f"{first.blocks} after {FILLED_H} h, {last.blocks} at the end, {more:+.0f} an hour in the second half"
    yield Verdict("blocks of memory", told, more <= _MOST_BLOCKS_AN_HOUR)
    grown = (min(hour.resident for hour in late) - min(hour.resident for hour in early)) / 1e6
    told = f"{first.resident / 1e6:.0f} MB after {FILLED_H} h, {last.resident / 1e6:.0f} at the end"
    yield Verdict("resident", told, grown <= _MOST_RESIDENT_MB)
    for name in ("tasks", "sockets", "files"):
        yield Verdict(name, *between(name))
        left = getattr(after, name) - getattr(before, name)
        yield Verdict(f"{name} left over", str(left), left <= 0)
    yield Verdict("not closed", str(unclosed), not unclosed)
    kb = slope([hour.log / 1e3 for hour in hours])
    yield Verdict("log", f"{kb:.1f} kB an hour, {last.log / 1e3:.0f} kB in all", kb <= _MOST_LOG_KB_AN_HOUR)
    told = f"{first.cache / 1e3:.0f} kB after {FILLED_H} h, {last.cache / 1e3:.0f} at the end"
    yield Verdict("cache file", told, 0 < last.cache <= _MOST_CACHE * first.cache)


def happened(done: Done) -> str:
    """How much the dashboard went through."""
    return (
        f"{len(done.hours)} h, {done.polls} polls, {done.keys} keys, {done.faults} faults, {done.created} functions"
        f" deployed and {done.deleted} deleted, {done.switched} alarms switched, {done.refused} of that refused"
    )


def of_hour(hour: Hour) -> str:
    """A line for whoever looks on."""
    return (
        f"{hour.blocks} blocks, {hour.resident / 1e6:.0f} MB resident, {hour.tasks} tasks,"
        f" {hour.sockets} sockets, {hour.files} files, log {hour.log} B, cache {hour.cache} B"
    )
