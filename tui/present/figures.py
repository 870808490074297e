"""Figures as words for a narrow column, in the notation of the findings' own texts.

Every function is pure; times are UTC epoch seconds, durations as their names say.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import floor, log10

from aws.figures import percent as share_percent
from aws.figures import short, span_ms

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400
OLD_S = 20 * HOUR_S  # a clock time without a date stops being clear before it comes round again


def count(value: float) -> str:
    """``999``, ``1.9k``, ``212k``, ``1.3M``; a fraction below ten keeps one digit."""
    if abs(value) < 10 and value != int(value):
        return "<0.1" if 0 < value < 0.05 else f"{value:.1f}".removesuffix(".0")
    return short(value) if value >= 0 else f"-{short(-value)}"


def counted(number: int, plural: str) -> str:
    """``1 table``, ``2 indexes``: a count with an English noun that is given in its plural."""
    if number != 1:
        return f"{number} {plural}"
    for ending, singular in (("ies", "y"), ("xes", "x"), ("ches", "ch"), ("sses", "ss")):
        if plural.endswith(ending):
            return f"1 {plural.removesuffix(ending)}{singular}"
    return f"1 {plural.removesuffix('s')}"


def size(value_bytes: float) -> str:
    """``512B``, ``2.1G``, in powers of 1,024."""
    for unit in "BkMG":
        if value_bytes < 1023.5:
            return f"{value_bytes:.1f}{unit}" if unit != "B" and value_bytes < 9.95 else f"{value_bytes:.0f}{unit}"
        value_bytes /= 1024
    return f"{value_bytes:.1f}T"


def percent(points: float) -> str:
    """A percentage from 0 to 100: ``31%``, ``2.1%``."""
    return share_percent(points / 100)


def milliseconds(value_ms: float) -> str:
    """``340ms``, ``4.1s``, ``2m30s``."""
    return span_ms(value_ms)


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
    """``$0.31/h``; what would be nothing when rounded is ``<$0.01/h``."""
    return f"${value:.2f}/h" if value >= 0.005 or value == 0 else "<$0.01/h"


def usd(value: float) -> str:
    """Dollars to the cent, or to two digits where there are less than ten cents: ``$1.25``, ``$0.0083``, ``$0``."""
    if value == 0 or value >= 0.1:
        return f"${value:,.2f}" if value else "$0"
    digits = f"{value:.{1 - floor(log10(value))}f}"
    return f"${digits[:4]}{digits[4:].rstrip('0')}"


def span(seconds: float) -> str:
    """A length of time: ``90s``, ``5m``, ``2h``, and ``20.6m`` where it is no whole number of them."""
    seconds = round(seconds)
    if seconds < MINUTE_S or (seconds < 10 * MINUTE_S and seconds % MINUTE_S):
        return f"{seconds}s"
    of_s, unit = (HOUR_S, "h") if seconds >= 2 * HOUR_S or seconds == HOUR_S else (MINUTE_S, "m")
    return f"{seconds / of_s:.1f}".removesuffix(".0") + unit
