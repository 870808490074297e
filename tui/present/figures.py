"""Figures as words for a narrow column: three significant digits at most, the unit glued on.

Every function is pure; times are UTC epoch seconds, durations as their names say.
"""

from __future__ import annotations

from datetime import UTC, datetime

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400
OLD_S = 20 * HOUR_S  # a clock time without a date stops being clear before it comes round again


def _scaled(value: float, base: float, units: str) -> str:
    """``value`` with one of ``units`` so that at most three digits are left; two digits below ten."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    for unit in units:
        if value < 10 and unit != units[0]:
            tenths = f"{value:.1f}"
            return f"{sign}{tenths.removesuffix('.0')}{unit.strip()}"
        if value < 999.5:
            return f"{sign}{value:.0f}{unit.strip()}"
        value /= base
    return f"{sign}{value * base:.0f}{units[-1]}"


def count(value: float) -> str:
    """``999``, ``1.9k``, ``212k``, ``1.3M``; a fraction below ten keeps one digit."""
    if abs(value) < 10 and value != int(value):
        return "<0.1" if 0 < value < 0.05 else f"{value:.1f}".removesuffix(".0")
    return _scaled(value, 1000, " kMGT")


def size(value_bytes: float) -> str:
    """``512B``, ``2.1G``."""
    return _scaled(value_bytes, 1024, "BkMGT")


def percent(value: float) -> str:
    """A percentage from 0 to 100: one digit below ten, and never 100% or 0% by rounding alone."""
    if 0 < value < 0.05:
        return "<0.1%"
    if 99.5 <= value < 100:
        return ">99%"
    return f"{value:.1f}".removesuffix(".0") + "%" if value < 10 else f"{value:.0f}%"


def milliseconds(value_ms: float) -> str:
    """``340ms``, ``4.1s``, ``131s``, ``14m``."""
    if value_ms < 999.5:
        return f"{value_ms:.0f}ms"
    seconds = value_ms / 1000
    if seconds < 99.95:
        return f"{seconds:.1f}s"
    return f"{seconds:.0f}s" if seconds < 599.5 else f"{seconds / MINUTE_S:.0f}m"


def age(seconds: float) -> str:
    """``71s``, ``8m``, ``2h``, ``3d``: rounded down, so that nothing looks older than it is."""
    seconds = max(0.0, seconds)
    if seconds < 2 * MINUTE_S:
        return f"{int(seconds)}s"
    if seconds < 2 * HOUR_S:
        return f"{int(seconds // MINUTE_S)}m"
    return f"{int(seconds // HOUR_S)}h" if seconds < 2 * DAY_S else f"{int(seconds // DAY_S)}d"


def hour_minute(at_s: float, *, local: bool = False) -> str:
    """``03:05``, in UTC unless ``local``."""
    moment = datetime.fromtimestamp(at_s, UTC)
    return (moment.astimezone() if local else moment).strftime("%H:%M")


def clock(at_s: float, *, local: bool = False) -> str:
    """``03:05Z``; local time goes without the Z."""
    return hour_minute(at_s, local=local) + ("" if local else "Z")


def since(at_s: float | None, now_s: float, *, mark: str = "", local: bool = False) -> str:
    """When something began, in at most five cells: ``03:05``, ``>3h``, ``~0305`` (known to five minutes), ``3d``."""
    if at_s is None:
        return "?"
    passed_s = now_s - at_s
    if mark == ">":
        return f">{round(passed_s / HOUR_S)}h" if passed_s >= HOUR_S else f">{age(passed_s)}"
    if passed_s > OLD_S:
        return age(passed_s)
    text = hour_minute(at_s, local=local)
    return f"~{text.replace(':', '')}" if mark == "~" else text


def usd_per_hour(value: float) -> str:
    """``$0.31/h``."""
    return f"${value:.2f}/h"
