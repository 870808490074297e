"""Reads the past of planned alarms, in few requests: whole hours first, finer only where these leave a doubt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from aws import metrics
from aws.alarms.backtest import (
    HOUR_S,
    MINUTE_S,
    QUIET,
    Replayed,
    first_seen_s,
    first_suspect_s,
    grain_s,
    reach_s,
    replay,
    screen_stat,
)
from aws.alarms.definition import Definition, Planned
from aws.alarms.plan import Past
from aws.call import Call
from aws.clock import Clock
from aws.errors import AwsError
from aws.metrics.plan import MOST_QUERIES_PER_CALL
from aws.model import Gap, MetricKey, Resource, Series, SeriesId

MOST_ALARMS: Final = 500
"""Alarms of one plan whose history is read, worst first: each costs a metric or two, and time."""

WITHIN_S: Final = 30.0
_DAY_S: Final = 86_400
_UNREAD: Final = Past(None, None, 0.0)


async def read_past(
    call: Call,
    planned: Sequence[Planned],
    resources: Mapping[str, Resource],
    *,
    activity: Callable[[Resource], MetricKey | None],
    days: int,
    clock: Clock,
    within_s: float = WITHIN_S,
) -> tuple[dict[str, Past], list[Gap]]:
    """What the last ``days`` days say of each alarm, by its name, and what could not be read. AWS errors are gaps.

    ``activity`` gives the metric that shows that a resource was there at all: without throttles, the history of a
    quiet table and of one that was made yesterday look alike.
    """
    reading = _Reading(call, clock, int(clock.now() // MINUTE_S * MINUTE_S), days)
    chosen = [each for each in planned if each.definition.filter is None][:MOST_ALARMS]
    try:
        async with asyncio.timeout(within_s):
            await reading.read(chosen, resources, activity)
    except TimeoutError:
        reading.gap("TimedOut", f"the history of some alarms was not answered within {within_s:g} s")
    left = sum(each.definition.filter is None for each in planned) - len(chosen)
    if left:
        reading.gap("TooMany", f"the history of {left} alarms was not read", hint="plan for fewer resources at a time")
    past = await asyncio.to_thread(reading.judged, chosen, resources, activity)
    halves = sum(each == _UNREAD for each in past.values())
    if halves and not reading.gaps:
        reading.gap("Partial", f"the history of {halves} alarms did not come whole", hint="plan again in a moment")
    return past, list(reading.gaps.values())


@dataclass(slots=True)
class _Reading:
    """One look back from ``now_s``, a whole minute."""

    call: Call
    clock: Clock
    now_s: int
    days: int
    hours: dict[SeriesId, Series] = field(default_factory=dict)
    finer: dict[tuple[SeriesId, int], Series] = field(default_factory=dict)
    gaps: dict[str, Gap] = field(default_factory=dict)

    @property
    def start_s(self) -> int:
        return self.now_s - self.days * _DAY_S

    async def read(
        self,
        planned: Iterable[Planned],
        resources: Mapping[str, Resource],
        activity: Callable[[Resource], MetricKey | None],
    ) -> None:
        planned = list(planned)
        # What goes over all of them is reckoned in threads.
        wanted = await asyncio.to_thread(_wanted, planned, resources, activity)
        await self._fetch(wanted, self.start_s, HOUR_S, self.hours.update)
        by_grain = await asyncio.to_thread(self._doubtful, planned)
        for grain, since in by_grain.items():

            def keep(found: dict[SeriesId, Series], grain: int = grain) -> None:
                self.finer.update({(series, grain): read for series, read in found.items()})

            await self._fetch(list(since), max(self.start_s, min(since.values())), grain, keep)

    def judged(
        self,
        planned: Iterable[Planned],
        resources: Mapping[str, Resource],
        activity: Callable[[Resource], MetricKey | None],
    ) -> dict[str, Past]:
        """Replays everything that was read: a few milliseconds for each alarm that ever saw a breach."""
        planned = list(planned)
        days: dict[str, float] = {}
        for each in planned:
            days[each.resource] = max(
                days.get(each.resource, 0.0), self._days(each, resources.get(each.resource), activity)
            )
        past: dict[str, Past] = {}
        for each in planned:
            replayed = self._replayed(each.definition)
            past[each.definition.name] = (
                _UNREAD if replayed is None else Past(replayed.fires, replayed.fires_now, days[each.resource])
            )
        return past

    def gap(self, code: str, error: str, hint: str = "") -> None:
        self.gaps[code] = Gap(
            service="alarm history",
            action="cloudwatch:GetMetricData",
            error=error,
            hint=hint,
            account=self.call.scope.account,
            region=self.call.scope.region,
        )

    def _doubtful(self, planned: Iterable[Planned]) -> dict[int, dict[SeriesId, float]]:
        """The series that are needed finer, by their grain in seconds, each with since when."""
        by_grain: dict[int, dict[SeriesId, float]] = {}
        for each in planned:
            since_s = self._doubtful_since_s(each.definition)
            if since_s is not None:
                into = by_grain.setdefault(grain_s(each.definition), {})
                series = _own(each.definition)
                into[series] = min(since_s, into.get(series, since_s))
        return by_grain

    def _doubtful_since_s(self, definition: Definition) -> float | None:
        """From when on finer data is needed; None where none is, or none would be had."""
        screen = _screen(definition)
        if screen is None:
            return float(self.start_s)
        hours = self.hours.get(screen)
        if hours is None or not hours.state.known:
            return None
        suspect_s = first_suspect_s(definition, hours)
        return None if suspect_s is None else suspect_s - reach_s(definition)

    def _replayed(self, definition: Definition) -> Replayed | None:
        screen = _screen(definition)
        hours = self.hours.get(screen) if screen is not None else None
        if screen is not None:
            if hours is None or not hours.state.known:
                return None
            if first_suspect_s(definition, hours) is None:
                return QUIET
        series = self.finer.get((_own(definition), grain_s(definition)))
        return replay(definition, series) if series is not None and series.state.known else None

    def _days(
        self, planned: Planned, resource: Resource | None, activity: Callable[[Resource], MetricKey | None]
    ) -> float:
        """How long the resource is known to have been there, as far as this reading goes back."""
        seen: list[float | None] = [None if resource is None else resource.number("created_s")]
        for series_id in (_screen(planned.definition), _alive(resource, activity)):
            hours = self.hours.get(series_id) if series_id is not None else None
            seen.append(first_seen_s(hours) if hours is not None else None)
        finer = self.finer.get((_own(planned.definition), grain_s(planned.definition)))
        seen.append(first_seen_s(finer) if finer is not None else None)
        first_s = min((at_s for at_s in seen if at_s is not None), default=float(self.now_s))
        return round(min(max(self.now_s - first_s, 0.0) / _DAY_S, float(self.days)), 2)

    async def _fetch(
        self, wanted: list[SeriesId], start_s: float, period_s: int, keep: Callable[[dict[SeriesId, Series]], None]
    ) -> None:
        if not wanted:
            return
        await metrics.fetch(
            self.call,
            wanted,
            start_s=start_s,
            end_s=self.now_s,
            period_s=period_s,
            clock=self.clock,
            on_batch=keep,
            on_error=self._failed,
            queries_per_call=MOST_QUERIES_PER_CALL,
        )

    def _failed(self, error: AwsError) -> None:
        self.gaps[error.code] = error.gap(self.call.scope, service="alarm history")


def _wanted(
    planned: Iterable[Planned], resources: Mapping[str, Resource], activity: Callable[[Resource], MetricKey | None]
) -> list[SeriesId]:
    """The series that are read by the hour."""
    wanted: dict[SeriesId, None] = {}
    for each in planned:
        if screen := _screen(each.definition):
            wanted[screen] = None
        if (alive := _alive(resources.get(each.resource), activity)) is not None:
            wanted[alive] = None
    return list(wanted)


def _own(definition: Definition) -> SeriesId:
    return SeriesId(definition.metric, definition.stat)


def _screen(definition: Definition) -> SeriesId | None:
    stat = screen_stat(definition)
    return None if stat is None else SeriesId(definition.metric, stat)


def _alive(resource: Resource | None, activity: Callable[[Resource], MetricKey | None]) -> SeriesId | None:
    metric = None if resource is None else activity(resource)
    return None if metric is None else SeriesId(metric, "SampleCount")
