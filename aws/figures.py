"""Figures as the judgement words them: short enough for a column, one notation everywhere."""

from __future__ import annotations


def short(count: float) -> str:
    """A count in four characters or so: 240, 1.9k, 12k, 3.4M."""
    for limit, divisor, suffix in ((1e3, 1.0, ""), (1e6, 1e3, "k"), (1e9, 1e6, "M")):
        if count < limit - divisor / 2:
            scaled = count / divisor
            return f"{scaled:.1f}{suffix}" if suffix and scaled < 9.95 else f"{scaled:.0f}{suffix}"
    return f"{count / 1e9:.1f}G"


def exact(count: float) -> str:
    """A count with all its digits: 1,904."""
    return f"{count:,.0f}"


def percent(share: float) -> str:
    """A share of one as a percentage: 31%, 2.1%, 0.4%; never "100%" for what is not all, nor "0%" for what is some."""
    points = share * 100
    if points >= 99.5:
        return "100%" if points >= 100 else ">99%"
    if points >= 9.95:
        return f"{points:.0f}%"
    return f"{points:.1f}%" if points >= 0.05 or points == 0 else "<0.1%"


def span_ms(milliseconds: float) -> str:
    """A duration: 340ms, 4.1s, 15s, 2m30s, 15m."""
    if milliseconds < 999.5:
        return f"{milliseconds:.0f}ms"
    seconds = milliseconds / 1000
    if seconds < 99.95:
        return f"{seconds:.1f}".removesuffix(".0") + "s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}m{rest}s" if rest else f"{minutes}m"


def ago(seconds: float) -> str:
    """How long ago: 40s ago, 12m ago, 3h ago, 2d ago."""
    for limit_s, unit_s, unit in ((60, 1, "s"), (3_600, 60, "m"), (86_400, 3_600, "h")):
        if seconds < limit_s:
            return f"{max(0, int(seconds)) // unit_s}{unit} ago"
    return f"{int(seconds) // 86_400}d ago"
