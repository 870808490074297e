"""Which functions run by the clock, and how often: what tells a rare job from a busy function before it fails."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple

from aws.call import items
from aws.errors import AwsError, NotFound
from aws.model import Gap
from aws.services.arns import without_qualifier
from aws.services.base import Discovery
from aws.services.records import MALFORMED, bad_record

ABREAST = 8  # rules asked for their targets at once; the door paces them besides
# Programs plan one-off calls by the million; whoever has more schedules than that has not written them by hand.
MOST_SCHEDULES = 2_000

_PAGES = ("NextToken", "NextToken")
_UNITS_S = {"minute": 60.0, "hour": 3_600.0, "day": 86_400.0}
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+) (\S+) ")
_HOUR_S, _DAY_S = 3_600.0, 86_400.0


class Schedule(NamedTuple):
    """One schedule of one function, by its unqualified ARN; ``every_s`` is how many seconds lie between two runs."""

    function: str
    every_s: float


async def schedules(discovery: Discovery) -> AsyncIterator[Schedule | Gap]:
    """The schedules that are on, of EventBridge's rules and of EventBridge Scheduler. What fails is a gap."""
    for service, action, found in (
        ("events", "ListRules", _by_rule(discovery)),
        ("scheduler", "ListSchedules", _by_scheduler(discovery)),
    ):
        try:
            async for schedule in found:
                yield schedule
        except AwsError as error:
            yield error.gap(discovery.scope, service="lambda")
        except MALFORMED as error:
            yield bad_record(discovery.scope, service, action, "the answer", error)


async def _by_rule(discovery: Discovery) -> AsyncIterator[Schedule]:
    """Only the default bus runs rules by the clock, and it has a few hundred rules at most."""
    planned: list[tuple[str, float]] = []
    async for rule in items(discovery.call, "events", "ListRules", result="Rules", token=_PAGES, Limit=100):
        every_s = interval_s(rule.get("ScheduleExpression") or "")
        if every_s is not None and rule.get("State") != "DISABLED":
            planned.append((str(rule["Name"]), every_s))
    for start in range(0, len(planned), ABREAST):
        for found in await asyncio.gather(*(_of_rule(discovery, *one) for one in planned[start : start + ABREAST])):
            for schedule in found:
                yield schedule


async def _of_rule(discovery: Discovery, name: str, every_s: float) -> list[Schedule]:
    listing = items(discovery.call, "events", "ListTargetsByRule", result="Targets", token=_PAGES, Rule=name)
    try:
        return [schedule async for target in listing if (schedule := _of_target(target, every_s))]
    except NotFound:  # deleted since it was listed
        return []


async def _by_scheduler(discovery: Discovery) -> AsyncIterator[Schedule]:
    """The listing does not say how often: a schedule of one's own is a job, not a stream of calls."""
    listing = items(
        discovery.call, "scheduler", "ListSchedules", result="Schedules", token=_PAGES, State="ENABLED", MaxResults=100
    )
    seen = 0
    async for record in listing:
        if (seen := seen + 1) > MOST_SCHEDULES:
            return
        if schedule := _of_target(record.get("Target") or {}, _HOUR_S):
            yield schedule


def _of_target(target: Mapping[str, Any], every_s: float) -> Schedule | None:
    arn = str(target.get("Arn", ""))
    return Schedule(without_qualifier(arn), every_s) if ":lambda:" in arn and ":function:" in arn else None


def interval_s(expression: str) -> float | None:
    """Seconds between two runs of an EventBridge schedule expression; None where it is none.

    Of a cron expression the minutes and hours count, roughly: what runs at all on a day, at its closest.
    """
    if found := _RATE.fullmatch(expression):
        return int(found[1]) * _UNITS_S[found[2]]
    if (found := _CRON.match(expression)) is None:
        return None
    minutes, hours = _runs(found[1], 60), _runs(found[2], 24)
    if minutes > 1:
        return _HOUR_S / minutes
    return _DAY_S / hours


def _runs(cron_field: str, of: int) -> int:
    """How many of its values a field of a cron expression takes: ``*``, ``0/5``, ``1,31``, ``8-18``, ``0``."""
    if cron_field in ("*", "?"):
        return of
    start, _, step = cron_field.partition("/")
    if step.isdecimal() and int(step):
        first = int(start) if start.isdecimal() else 0
        return max(1, -(-(of - first) // int(step)))
    count = 0
    for part in cron_field.split(","):
        low, _, high = part.partition("-")
        count += max(1, int(high) - int(low) + 1) if low.isdecimal() and high.isdecimal() else 1
    return count
