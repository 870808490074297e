"""Generated functions, thousands of them, whose sums are known without adding them up.

A profile's calls in a minute are drawn once. Each of its functions takes the stretch of them between two cumulated
weights, so that the parts always add up to the whole, and both cost the same whatever the number of functions.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from demo.shop.padding import PROFILES
from demo.story.durations import Durations
from demo.story.minute import QUIET, SURGES, FunctionMinute, day
from demo.story.noise import count, key_of, uniform
from demo.story.publishing import flags, gauge, ones, times
from demo.world import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from demo.shop.model import Function
    from demo.story.conditions import Forecast
    from demo.world import Datapoint, Series

# Calls are dealt to these durations (factors on the median) in a fixed round of a hundred: (factor, of a hundred).
_DEALT: Final = (
    (0.55, 10),
    (0.7, 15),
    (0.82, 15),
    (1.0, 20),
    (1.2, 15),
    (1.4, 10),
    (1.65, 7),
    (1.9, 4),
    (2.3, 3),
    (2.9, 1),
)
_TIMES: Final = tuple(times for _, times in _DEALT)
_ROUND: Final = 100
_STRIDE: Final = 37  # deals the round in mixed order; has no factor in common with it


class _Stretch(NamedTuple):
    """A function's part of all calls of a minute; those that ran are numbered from ``first`` up to ``last``."""

    attempts: int
    first: int
    last: int

    @property
    def throttles(self) -> int:
        return self.attempts - (self.last - self.first)


class Profile:
    """All generated functions of one kind."""

    def __init__(self, name: str, functions: Iterable[Function], forecast: Forecast, seed: int) -> None:
        self.median_ms, _, _ = PROFILES[name]
        self._values = [self.median_ms * factor for factor, _ in _DEALT]
        members = list(functions)
        self.functions = {function.name: position for position, function in enumerate(members)}
        self._weights = [0.0, *accumulate(function.per_minute for function in members)]
        self._forecast = forecast
        self._key = key_of(seed, f"fleet {name}")
        self._total = lru_cache(maxsize=512)(self._drawn)

    def of(self, name: str, minute: int) -> FunctionMinute:
        """What one of the functions went through. Raises KeyError for one that is not of this profile."""
        position = self.functions[name]
        return self._between(minute, self._weights[position], self._weights[position + 1])

    def all(self, minute: int) -> FunctionMinute:
        """What all of them went through together."""
        return self._between(minute, 0.0, self._weights[-1])

    def series(self, name: str, metric: str, trigger: str) -> Series | None:
        """One of the functions' metrics by minute: as `of` has it, without what the metric does not tell of."""
        position = self.functions[name]
        low, high = self._weights[position], self._weights[position + 1]
        if low == high:
            return silent
        publish = _PUBLISHED.get(metric)
        if publish is None or (metric == "AsyncEventsReceived" and trigger != "event"):
            return None
        return lambda minute: publish(self, self._stretch(minute, low, high))

    def _drawn(self, minute: int) -> tuple[int, float, float]:
        total = count(self._key, minute, self._weights[-1] * day(minute))
        return total, uniform(self._key ^ 1, minute), self._forecast.conditions(minute).throttled

    def _stretch(self, minute: int, low: float, high: float) -> _Stretch | None:
        total, offset, share = self._total(minute)
        whole = self._weights[-1]
        first = 0 if low <= 0.0 else math.floor(total * low / whole + offset)
        last = total if high >= whole else min(total, math.floor(total * high / whole + offset))
        if first >= last:
            return None
        return _Stretch(last - first, first - _upto(first, share), last - _upto(last, share))

    def _between(self, minute: int, low: float, high: float) -> FunctionMinute:
        calls = self._stretch(minute, low, high)
        if calls is None:
            return QUIET
        durations, in_flight = self.durations(*calls[1:]), self.in_flight(*calls[1:])
        return FunctionMinute(calls.attempts, calls.throttles, (), 0, durations, in_flight)

    def durations(self, first: int, last: int) -> Durations:
        """Those of the calls from ``first`` up to ``last``: the difference of what was dealt to all before each."""
        (before, begin), (rounds, end) = divmod(first, _ROUND), divmod(last, _ROUND)
        whole = rounds - before
        dealt = zip(self._values, _TIMES, _BEFORE[begin], _BEFORE[end], strict=True)
        kept = [(value, n) for value, times, low, high in dealt if (n := whole * times + high - low)]
        return Durations(tuple(value for value, _ in kept), tuple(float(n) for _, n in kept))

    def in_flight(self, first: int, last: int) -> tuple[int, ...]:
        """Looks at how many of those calls were under way at once."""
        per_call = self.median_ms * 1.1 / 60_000.0
        return tuple(_upto(last, per_call * surge) - _upto(first, per_call * surge) for surge in SURGES)


def _upto(calls: int, share: float) -> int:
    """How many of the first so many calls belong to a share: differences of this always add up."""
    return math.floor(calls * share)


def _rounds() -> tuple[tuple[int, ...], ...]:
    """For each place in the round, how many of each duration were dealt before it."""
    order = [kind for kind, (_, times) in enumerate(_DEALT) for _ in range(times)]
    so_far, places = [0] * len(_DEALT), []
    for place in range(_ROUND):
        places.append(tuple(so_far))
        so_far[order[place * _STRIDE % _ROUND]] += 1
    return tuple(places)


_BEFORE: Final = _rounds()


def _invocations(_: Profile, calls: _Stretch | None) -> Datapoint | None:
    return ones(calls.last - calls.first) if calls is not None else None


def _errors(_: Profile, calls: _Stretch | None) -> Datapoint | None:
    return flags(calls.last - calls.first, 0) if calls is not None else None


def _throttles(_: Profile, calls: _Stretch | None) -> Datapoint | None:
    return flags(calls.attempts, calls.throttles) if calls is not None else None


def _received(_: Profile, calls: _Stretch | None) -> Datapoint | None:
    return ones(calls.attempts) if calls is not None else None


def _duration(profile: Profile, calls: _Stretch | None) -> Datapoint | None:
    return times(profile.durations(calls.first, calls.last)) if calls is not None else None


def _concurrent(profile: Profile, calls: _Stretch | None) -> Datapoint | None:
    if calls is None or calls.first == calls.last:
        return None
    return gauge(*profile.in_flight(calls.first, calls.last))


_PUBLISHED: Final[Mapping[str, Callable[[Profile, _Stretch | None], Datapoint | None]]] = {
    "Invocations": _invocations,
    "Errors": _errors,
    "Throttles": _throttles,
    "AsyncEventsReceived": _received,
    "Duration": _duration,
    "ConcurrentExecutions": _concurrent,
}


class Fleet:
    """All generated functions, by profile."""

    def __init__(self, functions: Iterable[Function], forecast: Forecast, seed: int) -> None:
        by_profile: dict[str, list[Function]] = {}
        for function in functions:
            if function.profile is not None:
                by_profile.setdefault(function.profile, []).append(function)
        self.profiles = [Profile(name, members, forecast, seed) for name, members in by_profile.items()]
        self._profile_of = {name: profile for profile in self.profiles for name in profile.functions}

    def __contains__(self, name: str) -> bool:
        return name in self._profile_of

    def of(self, name: str, minute: int) -> FunctionMinute:
        """What one of the functions went through. Raises KeyError for one that is not generated."""
        return self._profile_of[name].of(name, minute)

    def series(self, function: Function, metric: str) -> Series | None:
        """One of the functions' metrics by minute; None for a metric that none of them has."""
        return self._profile_of[function.name].series(function.name, metric, function.trigger)
