"""When an alarm mute rule mutes: cron(minutes hours day-of-month month day-of-week) or at(time), for a duration.

Source: CloudWatch API Reference, "Schedule": five cron fields, `*`, `,`, `-`, `/` and names; durations in ISO 8601 from
one minute to fifteen days; a time zone, UTC unless given.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from demo.cloudwatch.fields import invalid, required, text

_MINUTE: Final = timedelta(minutes=1)
_LONGEST: Final = timedelta(days=15)
_DURATION: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")  # 7 is Sunday as well
_FIELDS: Final = ((0, 59, ()), (0, 23, ()), (1, 31, ()), (1, 12, _MONTHS), (0, 7, _DAYS))


class Schedule(NamedTuple):
    """``at`` is the one time that it begins; None where ``cron`` holds the values of its five fields."""

    zone: tzinfo
    duration: timedelta
    at: datetime | None
    cron: tuple[frozenset[int], ...] = ()

    def open_at(self, at_s: float) -> bool:
        """Whether a window is open at that time, UTC epoch seconds."""
        now = datetime.fromtimestamp(at_s, UTC)
        if self.at is not None:
            return self.at <= now < self.at + self.duration
        begun = now.replace(second=0, microsecond=0)
        while now - begun < self.duration:
            if self._begins(begun.astimezone(self.zone)):
                return True
            begun -= _MINUTE
        return False

    def over_at(self, at_s: float) -> bool:
        """Whether it will never be open again."""
        return self.at is not None and datetime.fromtimestamp(at_s, UTC) >= self.at + self.duration

    def _begins(self, local: datetime) -> bool:
        minutes, hours, days, months, weekdays = self.cron
        if local.minute not in minutes or local.hour not in hours or local.month not in months:
            return False
        return local.day in days and not weekdays.isdisjoint((local.isoweekday(), local.isoweekday() % 7))


def schedule(params: Mapping[str, Any]) -> Schedule:
    """A Schedule structure. Raises `ServiceError` where AWS would refuse it."""
    for name in ("Expression", "Duration"):
        required(params, name)
    expression = text(params, "Expression", longest=256).strip()
    zone = _zone(text(params, "Timezone", "UTC", longest=50))
    duration = _duration(text(params, "Duration", longest=50))
    kind, _, rest = expression.partition("(")
    if not rest.endswith(")") or kind not in ("at", "cron"):
        raise invalid(f"The schedule expression {expression!r} is neither cron(...) nor at(...).")
    inner = rest[:-1]
    if kind == "at":
        return Schedule(zone, duration, _time(inner, zone))
    parts = inner.split()
    if len(parts) != len(_FIELDS):
        raise invalid(f"The schedule expression {expression!r} must have {len(_FIELDS)} fields.")
    cron = tuple(_values(part.upper(), *field) for part, field in zip(parts, _FIELDS, strict=True))
    return Schedule(zone, duration, None, cron)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        raise invalid(f"{name!r} is no time zone.") from None


def _duration(given: str) -> timedelta:
    found = _DURATION.fullmatch(given)
    days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    duration = timedelta(days=days, hours=hours, minutes=minutes)
    if not _MINUTE <= duration <= _LONGEST:
        raise invalid(f"The duration {given!r} must be between PT1M and P15D.")
    return duration


def _time(given: str, zone: tzinfo) -> datetime:
    try:
        return datetime.fromisoformat(given).replace(tzinfo=zone)
    except ValueError:
        raise invalid(f"{given!r} is no time.") from None


def _values(given: str, least: int, most: int, names: tuple[str, ...]) -> frozenset[int]:
    found: set[int] = set()
    for part in given.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span in ("*", "?"):
            low, high = least, most
        else:
            low = _number(first, least, most, names)
            high = _number(last, least, most, names) if last else (most if step else low)
        if step and not (step.isdigit() and int(step)):
            raise invalid(f"{part!r} is no step of a cron expression.")
        found.update(range(low, high + 1, int(step or 1)))
    if not found:
        raise invalid(f"{given!r} never comes in a cron expression.")
    return frozenset(found)


def _number(given: str, least: int, most: int, names: tuple[str, ...]) -> int:
    if given in names:
        return names.index(given) + least
    number = int(given) if given.isdigit() else -1
    if not least <= number <= most:
        raise invalid(f"{given!r} must be between {least} and {most} in a cron expression.")
    return number
