"""What every function goes through in a minute: calls, errors, throttles, durations, concurrency."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from demo.story.durations import drawn
from demo.story.fleet import Fleet
from demo.story.minute import QUIET, SURGES, FunctionMinute, day
from demo.story.noise import count, key_of, part, uniform

if TYPE_CHECKING:
    from demo.shop.model import Function, Shop
    from demo.story.conditions import Forecast

_KEPT: Final = 24_000  # function-minutes that are remembered: two windows of an unpadded account
_BACKGROUND_EVERY_MIN: Final = 10  # at most one stray error in so many minutes: below every warning
_BUSY: Final = 120.0  # calls a minute from which on a stray error is lost in the crowd
TIMEOUT = "timeout"
STRAY = "stray"


class Traffic:
    """All functions of the shop; the generated ones are drawn together (see `demo.story.fleet`)."""

    def __init__(self, shop: Shop, forecast: Forecast, pool: int, seed: int) -> None:
        """``pool`` is the number of executions that the unreserved functions share."""
        self.functions = {function.name: function for function in shop.functions if function.profile is None}
        self.fleet = Fleet(shop.functions, forecast, seed)
        self._forecast = forecast
        self._pool = pool
        self._keys = {name: key_of(seed, name) for name in self.functions}
        self.of = lru_cache(maxsize=_KEPT)(self._of)

    def _of(self, name: str, minute: int) -> FunctionMinute:
        """What that function went through. Raises KeyError for one that is not known."""
        if name in self.fleet:
            return self.fleet.of(name, minute)
        function = self.functions[name]
        now = self._forecast.conditions(minute)
        if now.runaway == name:
            return self._runaway(function, minute, now.pool_use)
        attempts = self._attempts(function, minute)
        if not attempts:
            return QUIET
        share = now.throttled if function.reserved is None else 0.0
        return self._ran(function, minute, attempts, part(self._keys[name] ^ 1, minute, attempts, share))

    def _attempts(self, function: Function, minute: int) -> int:
        if function.every_min is not None:
            return int(minute % function.every_min == function.at_min % function.every_min)
        if function.reserved == 0:
            return 0
        return count(self._keys[function.name], minute, function.per_minute * day(minute))

    def _ran(self, function: Function, minute: int, attempts: int, throttles: int) -> FunctionMinute:
        now = self._forecast.conditions(minute)
        key = self._keys[function.name]
        ran = attempts - throttles
        cap_ms = function.timeout_s * 1000.0
        median_ms = function.median_ms * now.slower.get(function.name, 1.0)
        durations, timeouts = drawn(key ^ 2, minute, ran, median_ms, function.spread, cap_ms)
        errors = {TIMEOUT: timeouts} if timeouts else {}
        left = ran - timeouts
        for cause, share in now.failing.get(function.name, {}).items():
            failed = part(key ^ 3, minute, left, share)
            if failed:
                errors[cause] = failed
                left -= failed
        if left and self._strays(function, key, minute):
            errors[STRAY] = 1
            left -= 1
        refused = part(key ^ 4, minute, left, now.refusing.get(function.name, 0.0))
        busy = ran * durations.mean_ms / 60_000.0
        in_flight = tuple(min(ran, math.ceil(busy * surge)) for surge in SURGES)
        return FunctionMinute(attempts, throttles, tuple(errors.items()), refused, durations, in_flight)

    def _strays(self, function: Function, key: int, minute: int) -> bool:
        turn = (minute + key) % _BACKGROUND_EVERY_MIN == 0
        return turn and function.per_minute >= _BUSY and uniform(key ^ 5, minute) < 0.3

    def _runaway(self, function: Function, minute: int, use: float) -> FunctionMinute:
        """The function that takes what the others leave of the pool, up to ``use`` of it."""
        others = self.in_flight(minute, without=function.name)
        free = max(1.0, use * self._pool - max(others))
        usual = self._attempts(function, minute)
        mean_ms = function.median_ms * math.exp(function.spread**2 / 2.0)
        attempts = max(usual, round(free * 60_000.0 / mean_ms))
        ran = self._ran(function, minute, attempts, 0)
        surge = tuple(max(1, round(free * factor)) for factor in (0.985, 0.99, 0.995, 1.0))
        return ran._replace(in_flight=surge)

    def in_flight(self, minute: int, *, without: str = "", reserved: bool = False) -> tuple[int, ...]:
        """Concurrent executions of all functions together, look by look; with ``reserved`` those with a reserve too."""
        names = (n for n, f in self.functions.items() if n != without and (reserved or f.reserved is None))
        alone = [self.of(name, minute).in_flight for name in names]
        together = [profile.all(minute).in_flight for profile in self.fleet.profiles]
        return tuple(sum(look) for look in zip(*alone, *together, strict=True))
