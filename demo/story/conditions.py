"""Which incidents rage in a given minute, and what they do to functions, tables, APIs and queues.

What ``strength`` means: hot_partition and under_provisioned: share of the target's writes (or all requests) that are
throttled; bad_deployment and api_5xx: share of calls that fail; creeping_timeout: the p99 of the duration as a
multiple of the timeout; concurrency_exhaustion: share of all attempts that Lambda throttles; cron_failing: share of
runs that fail; dlq_growth: messages a minute; sign_in_storm: share of a user pool's requests that are throttled.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from demo.story.noise import key_of, uniform

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from demo.shop.model import Function, Shop
    from demo.story.scenario import Incident

# An SDK tries again before it gives up: a call fails only where all its tries were throttled.
_LOST_AFTER_RETRIES: Final = 0.62
# Reads and writes that were throttled wait for their retries: what that does to the duration of their function.
_RETRY_SLOWDOWN: Final = 2.2
# p99 of a standard normal, to turn a wanted p99 into a wanted median.
_Z99: Final = 2.326
_KEPT: Final = 1024  # minutes of conditions that are remembered: more than any window that is asked for

_THROTTLING: Final = ("hot_partition", "under_provisioned")
_FAILING: Final = ("bad_deployment", "creeping_timeout", "cron_failing")

DEPENDENCY = "dependency"
DEPLOYMENT = "deployment"
CRON = "cron"


class Active(NamedTuple):
    """An incident in one of its minutes: ``level`` climbs to 1 and falls again, ``turn`` counts its returns."""

    incident: Incident
    target: str
    turn: int
    elapsed: int
    level: float

    @property
    def share(self) -> float:
        """Its strength now, slightly different with each return."""
        return self.incident.strength * self.level * (1.0 - 0.06 * (self.turn % 4))


@dataclass(slots=True)
class Conditions:
    """What is unusual in one minute. Empty mappings: nothing is."""

    failing: dict[str, dict[str, float]] = field(default_factory=dict)  # function -> cause -> share of invocations
    slower: dict[str, float] = field(default_factory=dict)  # function -> factor on its duration
    refusing: dict[str, float] = field(default_factory=dict)  # function -> share of calls it answers with 500
    write_throttle: dict[str, float] = field(default_factory=dict)  # "table" or "table#index" -> share of writes
    read_throttle: dict[str, float] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)  # "table" or "table#index" -> KeyRange, Provisioned, …
    throttled: float = 0.0  # share of attempts at unreserved functions that Lambda throttles
    turned_away: dict[str, float] = field(default_factory=dict)  # user pool -> share of requests that it throttles
    runaway: str | None = None
    pool_use: float = 0.0  # what the runaway fills the pool up to


def level(incident: Incident, elapsed: int) -> float:
    """How far an incident is ``elapsed`` minutes after its start: 0 before and after, 1 at its height."""
    if elapsed < 0 or (incident.duration is not None and elapsed >= incident.duration):
        return 0.0
    steps = incident.ramp + 1
    up = min(1.0, (elapsed + 1) / steps)
    left = steps if incident.duration is None else incident.duration - elapsed
    # Things break slowly and heal fast: the way down takes half as long.
    return min(up, 2.0 * left / steps)


class Forecast:
    """The conditions of any minute."""

    def __init__(self, shop: Shop, incidents: Sequence[Incident], start_minute: int, seed: int) -> None:
        self._incidents = tuple(incidents)
        self._start_minute = start_minute
        self._key = key_of(seed, "incidents")
        self._functions: Mapping[str, Function] = {function.name: function for function in shop.functions}
        self._tables = {table.name: table for table in shop.tables}
        self._users: dict[str, list[Function]] = defaultdict(list)
        for function in shop.functions:
            for use in function.uses:
                self._users[use.table].append(function)
        self.conditions = lru_cache(maxsize=_KEPT)(self._conditions)

    def active(self, minute: int) -> Iterator[Active]:
        """The incidents of that minute."""
        for incident in self._incidents:
            elapsed = minute - self._start_minute - incident.start
            turn = 0
            if incident.every is not None and elapsed >= 0:
                turn, elapsed = divmod(elapsed, incident.every)
            at = level(incident, elapsed)
            if at > 0.0:
                yield Active(incident, incident.targets[turn % len(incident.targets)], turn, elapsed, at)

    def deployments(self, function: str, until_minute: int) -> Iterator[int]:
        """Minutes at which incidents changed the function's code, up to that one: the bad version and its rollback."""
        for incident in self._incidents:
            if incident.kind != "bad_deployment":
                continue
            first = self._start_minute + incident.start
            turns = 1 if incident.every is None else max(0, (until_minute - first) // incident.every + 1)
            # Only the newest returns matter: nobody asks when an earlier one was.
            for turn in range(max(0, turns - len(incident.targets)), turns):
                if incident.targets[turn % len(incident.targets)] != function:
                    continue
                at = first + turn * (incident.every or 0)
                yield from (minute for minute in (at, at + (incident.duration or 0)) if minute <= until_minute)

    def first_of(self, kind: str, target: str) -> int | None:
        """When that kind of incident first befalls the target, in minutes relative to the world's start."""
        return min(
            (
                incident.start + turn * (incident.every or 0)
                for incident in self._incidents
                if incident.kind == kind
                for turn, each in enumerate(incident.targets)
                if each == target
            ),
            default=None,
        )

    def first_throttles(self) -> dict[str, tuple[int, str]]:
        """When each "table" or "table#index" is first throttled, relative to the world's start, and by which kind."""
        targets = {t for incident in self._incidents if incident.kind in _THROTTLING for t in incident.targets}
        firsts = [(target, self.first_of(kind, target), kind) for target in targets for kind in _THROTTLING]
        return {target: (first, kind) for target, first, kind in firsts if first is not None}

    def first_failures(self) -> dict[str, int]:
        """When each function first fails in numbers, in minutes relative to the world's start."""
        firsts: dict[str, int] = {}
        for incident in self._incidents:
            for turn, target in enumerate(incident.targets):
                start = incident.start + turn * (incident.every or 0)
                functions = [target] if incident.kind in _FAILING else []
                if incident.kind in _THROTTLING:
                    functions = [function.name for function in self._users[target.partition("#")[0]]]
                for function in functions:
                    firsts[function] = min(start, firsts.get(function, start))
        return firsts

    def grown(self, queue: str, minute: int) -> float:
        """How many messages incidents have put into a dead-letter queue by that minute."""
        total = 0.0
        for incident in self._incidents:
            if incident.kind != "dlq_growth" or queue not in incident.targets:
                continue
            elapsed = minute - self._start_minute - incident.start + 1
            if elapsed > 0:
                # Emptied by hand before the incident comes back.
                within = elapsed if incident.every is None else (elapsed - 1) % incident.every + 1
                total += incident.strength * min(within, incident.duration or within)
        return total

    def growing_min(self, queue: str, minute: int) -> int:
        """For how many minutes incidents have been putting messages into a dead-letter queue; 0 before the first."""
        oldest = 0
        for incident in self._incidents:
            elapsed = minute - self._start_minute - incident.start + 1
            if incident.kind == "dlq_growth" and queue in incident.targets and elapsed > 0:
                oldest = max(oldest, elapsed if incident.every is None else (elapsed - 1) % incident.every + 1)
        return oldest

    def _conditions(self, minute: int) -> Conditions:
        now = Conditions()
        for active in self.active(minute):
            _APPLY[active.incident.kind](self, active, now)
        return now

    def _hot_partition(self, active: Active, now: Conditions) -> None:
        now.write_throttle[active.target] = active.share
        now.reasons[active.target] = "KeyRange"
        self._spread(active.target, active.share, now, writes_only=True)

    def _under_provisioned(self, active: Active, now: Conditions) -> None:
        now.read_throttle[active.target] = active.share
        now.write_throttle[active.target] = active.share
        now.reasons[active.target] = "Provisioned"
        self._spread(active.target, active.share, now, writes_only=False)

    def _spread(self, target: str, share: float, now: Conditions, *, writes_only: bool) -> None:
        """A throttled table makes the functions that use it slow, and some of their calls fail."""
        table, _, index = target.partition("#")
        touched = next((each.write_share for each in self._tables[table].indexes if each.name == index), 1.0)
        for function in self._users[table]:
            use = next(each for each in function.uses if each.table == table)
            requests = use.writes if writes_only else use.reads + use.writes
            if requests <= 0.0:
                continue
            lost = min(0.95, share * touched * _LOST_AFTER_RETRIES * min(1.0, requests))
            now.failing.setdefault(function.name, {})[DEPENDENCY] = lost
            now.slower[function.name] = 1.0 + _RETRY_SLOWDOWN * share * min(1.0, requests)

    def _bad_deployment(self, active: Active, now: Conditions) -> None:
        now.failing.setdefault(active.target, {})[DEPLOYMENT] = min(1.0, active.share)

    def _cron_failing(self, active: Active, now: Conditions) -> None:
        now.failing.setdefault(active.target, {})[CRON] = min(1.0, active.share)

    def _api_5xx(self, active: Active, now: Conditions) -> None:
        now.refusing[active.target] = min(1.0, active.share)

    def _creeping_timeout(self, active: Active, now: Conditions) -> None:
        function = self._functions[active.target]
        usual_p99_ms = function.median_ms * math.exp(_Z99 * function.spread)
        wanted = active.incident.strength * function.timeout_s * 1000.0 / usual_p99_ms
        now.slower[active.target] = max(1.0, wanted**active.level)

    def _concurrency_exhaustion(self, active: Active, now: Conditions) -> None:
        now.runaway = active.target
        wobble = 0.01 * uniform(self._key, active.elapsed)
        now.pool_use = min(0.985, 0.1 + 1.1 * active.level) + wobble
        # Nothing is throttled before the pool is nearly full.
        now.throttled = active.share * max(0.0, (active.level - 0.79) / 0.21)

    def _sign_in_storm(self, active: Active, now: Conditions) -> None:
        now.turned_away[active.target] = min(1.0, active.share)

    def _dlq_growth(self, active: Active, now: Conditions) -> None:
        """Nothing but the queue's own depth: see `grown`."""


_APPLY: Final = {
    "api_5xx": Forecast._api_5xx,
    "bad_deployment": Forecast._bad_deployment,
    "concurrency_exhaustion": Forecast._concurrency_exhaustion,
    "creeping_timeout": Forecast._creeping_timeout,
    "cron_failing": Forecast._cron_failing,
    "dlq_growth": Forecast._dlq_growth,
    "hot_partition": Forecast._hot_partition,
    "sign_in_storm": Forecast._sign_in_storm,
    "under_provisioned": Forecast._under_provisioned,
}
