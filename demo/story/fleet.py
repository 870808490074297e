"""Generated functions, thousands of them, whose sums are known without adding them up.

A profile's calls in a minute are drawn once. Each of its functions takes the stretch of them between two cumulated
weights, so that the parts always add up to the whole, and both cost the same whatever the number of functions.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from demo.shop.padding import PROFILES
from demo.story.durations import Durations
from demo.story.minute import QUIET, SURGES, FunctionMinute, day
from demo.story.noise import count, key_of, uniform

if TYPE_CHECKING:
    from collections.abc import Iterable

    from demo.shop.model import Function
    from demo.story.conditions import Forecast

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
_KEPT: Final = 4_000  # function-minutes of each profile: the metrics of a function are asked for together
_STRIDE: Final = 37  # deals the round in mixed order; has no factor in common with it


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
        self.of = lru_cache(maxsize=_KEPT)(self._of)

    def _of(self, name: str, minute: int) -> FunctionMinute:
        """What one of the functions went through. Raises KeyError for one that is not of this profile."""
        position = self.functions[name]
        return self._between(minute, self._weights[position], self._weights[position + 1])

    def all(self, minute: int) -> FunctionMinute:
        """What all of them went through together."""
        return self._between(minute, 0.0, self._weights[-1])

    def _drawn(self, minute: int) -> tuple[int, float]:
        return count(self._key, minute, self._weights[-1] * day(minute)), uniform(self._key ^ 1, minute)

    def _between(self, minute: int, low: float, high: float) -> FunctionMinute:
        total, offset = self._total(minute)
        whole = self._weights[-1]
        first = 0 if low <= 0.0 else math.floor(total * low / whole + offset)
        last = total if high >= whole else min(total, math.floor(total * high / whole + offset))
        first = min(first, last)
        if first == last:
            return QUIET
        share = self._forecast.conditions(minute).throttled
        throttles = _upto(last, share) - _upto(first, share)
        ran_first, ran_last = first - _upto(first, share), last - _upto(last, share)
        durations = self._durations(ran_first, ran_last)
        return FunctionMinute(last - first, throttles, (), 0, durations, self._in_flight(ran_first, ran_last))

    def _durations(self, first: int, last: int) -> Durations:
        """Those of the calls from ``first`` up to ``last``: the difference of what was dealt to all before each."""
        (before, begin), (rounds, end) = divmod(first, _ROUND), divmod(last, _ROUND)
        whole = rounds - before
        dealt = zip(self._values, _TIMES, _BEFORE[begin], _BEFORE[end], strict=True)
        kept = [(value, n) for value, times, low, high in dealt if (n := whole * times + high - low)]
        return Durations(tuple(value for value, _ in kept), tuple(float(n) for _, n in kept))

    def _in_flight(self, first: int, last: int) -> tuple[int, ...]:
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
