"""AWS/Lambda: per function, and for the account as a whole without dimensions."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final, NamedTuple

from demo.story.durations import Durations, merged
from demo.story.minute import FunctionMinute
from demo.story.noise import key_of, uniform
from demo.story.publishing import flags, gauge, metric, ones, times
from demo.world import Datapoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws.model import MetricKey
    from demo.shop.model import Function, Shop
    from demo.story.conditions import Forecast
    from demo.story.traffic import Traffic
    from demo.world import Series

_OF_EACH: Final = ("Invocations", "Errors", "Throttles", "Duration", "ConcurrentExecutions")
_OF_ACCOUNT: Final = (*_OF_EACH, "UnreservedConcurrentExecutions", "ClaimedAccountConcurrency")
_ASYNC: Final = ("event", "schedule")
_ASYNC_TRIES: Final = 3  # an asynchronous event is dropped after its first try and two more


class _Account(NamedTuple):
    """All functions together in one minute."""

    invocations: int
    errors: int
    throttles: int
    in_flight: tuple[int, ...]
    unreserved: tuple[int, ...]


class LambdaMetrics:
    """Publishes what the traffic does to the functions."""

    namespace = "AWS/Lambda"

    def __init__(self, shop: Shop, traffic: Traffic, forecast: Forecast, first: int, seed: int) -> None:
        self._functions: dict[str, Function] = {function.name: function for function in shop.functions}
        self._traffic = traffic
        self._forecast = forecast
        self._first = first
        self._key = key_of(seed, "iterator age")
        self._reserved = sum(function.reserved or 0 for function in shop.functions)
        self._account = lru_cache(maxsize=1024)(self._summed)
        self._durations = lru_cache(maxsize=256)(self._merged)

    def metrics(self) -> Iterator[tuple[MetricKey, int]]:
        """Every metric with its first minute; what is lost from the minute of the first failures."""
        failures = self._forecast.first_failures()
        for name in _OF_ACCOUNT:
            yield metric(self.namespace, name), self._first
        for function in self._functions.values():
            if function.reserved == 0 or (not function.per_minute and function.every_min is None):
                continue  # never called: publishes nothing
            for name in (*_OF_EACH, *_more(function)):
                yield metric(self.namespace, name, FunctionName=function.name), self._first
            if function.name in failures:
                for name in _losses(function):
                    yield metric(self.namespace, name, FunctionName=function.name), failures[function.name]

    def series(self, key: MetricKey) -> Series | None:
        """One metric by minute; None for a function that is not there."""
        if not key.dimensions:
            return partial(self._of_account, key.name)
        (dimension, name), *more = key.dimensions
        if dimension != "FunctionName" or more or name not in self._functions:
            return None
        function = self._functions[name]
        if name in self._traffic.fleet:
            return self._traffic.fleet.series(function, key.name)
        return partial(self._of_function, key.name, function)

    def _of_function(self, name: str, function: Function, minute: int) -> Datapoint | None:
        now = self._traffic.of(function.name, minute)
        match name:
            case "IteratorAge" if function.trigger == "stream" and now.invocations:
                age = 180.0 + 700.0 * uniform(self._key, minute) * now.durations.mean_ms / function.median_ms
                return gauge(round(age * 0.6), round(age), unit="Milliseconds")
            case "AsyncEventsReceived" if function.trigger in _ASYNC:
                return ones(now.attempts)
            case "AsyncEventsDropped" if function.trigger == "schedule":
                return ones(now.failed)  # the story tells of a run once, with its retries
            case "AsyncEventsDropped" if function.trigger == "event" and now.failed >= _ASYNC_TRIES:
                return ones(now.failed // _ASYNC_TRIES)
            case "DeadLetterErrors" if function.dead_letter_queue and now.failed > 100:
                return ones(now.failed // 100)  # the dead-letter queue refuses events above its size limit
            case "ConcurrentExecutions" if now.invocations:
                return gauge(*now.in_flight)
            case "Duration":
                return times(now.durations)
        return _counted(name, now.invocations, now.failed, now.throttles)

    def _of_account(self, name: str, minute: int) -> Datapoint | None:
        now = self._account(minute)
        match name:
            case "ConcurrentExecutions":
                return gauge(*now.in_flight)
            case "UnreservedConcurrentExecutions":
                return gauge(*now.unreserved)
            case "ClaimedAccountConcurrency":
                return gauge(*(look + self._reserved for look in now.unreserved))
            case "Duration":
                return times(self._durations(minute))
        return _counted(name, now.invocations, now.errors, now.throttles)

    def _summed(self, minute: int) -> _Account:
        parts = self._all(minute)
        return _Account(
            invocations=sum(part.invocations for part in parts),
            errors=sum(part.failed for part in parts),
            throttles=sum(part.throttles for part in parts),
            in_flight=self._traffic.in_flight(minute, reserved=True),
            unreserved=self._traffic.in_flight(minute),
        )

    def _merged(self, minute: int) -> Durations:
        return merged(part.durations for part in self._all(minute))

    def _all(self, minute: int) -> list[FunctionMinute]:
        """Each function's minute, the generated ones' by profile."""
        known = [self._traffic.of(name, minute) for name in self._traffic.functions]
        return known + [profile.all(minute) for profile in self._traffic.fleet.profiles]


def _more(function: Function) -> tuple[str, ...]:
    if function.trigger == "stream":
        return ("IteratorAge",)
    return ("AsyncEventsReceived",) if function.trigger in _ASYNC else ()


def _losses(function: Function) -> Iterator[str]:
    """What it publishes once it fails."""
    if function.trigger in _ASYNC:
        yield "AsyncEventsDropped"
    if function.dead_letter_queue:
        yield "DeadLetterErrors"


def _counted(name: str, invocations: int, errors: int, throttles: int) -> Datapoint | None:
    match name:
        case "Invocations":
            return ones(invocations)
        case "Errors":
            return flags(invocations, errors)
        case "Throttles":
            return flags(invocations + throttles, throttles)
    return None
