"""AWS/ApiGateway: REST APIs, as a whole and by stage."""

from __future__ import annotations

import math
from functools import lru_cache, partial
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from demo.story.durations import Durations, merged
from demo.story.noise import key_of, part
from demo.story.publishing import flags, metric, ones, times
from demo.world import Datapoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aws.model import MetricKey
    from demo.shop.model import Api, Shop
    from demo.story.traffic import Traffic
    from demo.world import Series

_NAMES: Final = ("Count", "4XXError", "5XXError", "Latency", "IntegrationLatency")
_OVERHEAD_MS: Final = 9.0  # what the gateway itself adds
_INTEGRATION_LIMIT_MS: Final = 29_000.0
_REFUSED_MS: Final = 4.0  # how quickly a request without a valid token is turned away


class _ApiMinute(NamedTuple):
    requests: int
    refused: int
    failed: int
    integration: Durations


class ApiMetrics:
    """Publishes what callers see of the functions behind the APIs."""

    namespace = "AWS/ApiGateway"

    def __init__(self, shop: Shop, traffic: Traffic, first: int, seed: int) -> None:
        self._apis: dict[str, Api] = {api.name: api for api in shop.apis}
        self._traffic = traffic
        self._first = first
        self._seed = seed
        self._called = {each.name for each in shop.functions if each.per_minute or each.every_min is not None}
        self._minute = lru_cache(maxsize=2048)(self._together)

    def metrics(self) -> Iterator[tuple[MetricKey, int]]:
        """Every metric with its first minute."""
        for api in self._apis.values():
            if self._called.isdisjoint(api.functions):
                continue  # nobody ever asks it: publishes nothing
            for name in _NAMES:
                yield metric(self.namespace, name, ApiName=api.name), self._first
                for stage in api.stages:
                    yield metric(self.namespace, name, ApiName=api.name, Stage=stage), self._first

    def series(self, key: MetricKey) -> Series | None:
        """One metric by minute; None for an API or a stage that is not there."""
        dimensions = dict(key.dimensions)
        api = self._apis.get(dimensions.pop("ApiName", ""))
        stage = dimensions.pop("Stage", None)
        if api is None or dimensions or (stage is not None and stage not in api.stages):
            return None
        return partial(self._datapoint, key.name, api, stage)

    def _datapoint(self, name: str, api: Api, stage: str | None, minute: int) -> Datapoint | None:
        now = self._minute(api.name, minute)
        if stage is not None:
            now = _staged(now, api, stage)
        match name:
            case "Count":
                return ones(now.requests)
            case "4XXError":
                return flags(now.requests, now.refused)
            case "5XXError":
                return flags(now.requests, now.failed)
            case "IntegrationLatency":
                return times(now.integration)
            case "Latency":
                turned_away = Durations((_REFUSED_MS,), (float(now.refused),)) if now.refused else Durations()
                return times(merged([now.integration], plus_ms=_OVERHEAD_MS, also=turned_away))
        return None

    def _together(self, name: str, minute: int) -> _ApiMinute:
        api = self._apis[name]
        behind = [self._traffic.of(function, minute) for function in api.functions]
        reached = sum(each.attempts for each in behind)
        refused = part(key_of(self._seed, f"api {name}"), minute, reached, api.refused_share)
        failed = sum(each.failed + each.throttles + each.refused for each in behind)
        late = sum(
            int(number)
            for each in behind
            for value, number in zip(each.durations.values, each.durations.counts, strict=True)
            if value >= _INTEGRATION_LIMIT_MS
        )
        integration = merged((each.durations for each in behind), cap_ms=_INTEGRATION_LIMIT_MS)
        return _ApiMinute(reached + refused, refused, min(reached, failed + late), integration)


def _staged(now: _ApiMinute, api: Api, stage: str) -> _ApiMinute:
    """One stage's part of an API's minute; the parts of the stages add up to the whole."""
    if len(api.stages) == 1:
        return now
    share = api.second_share
    taken = _taken(now.integration.counts, share)
    refused, failed = math.floor(now.refused * share), math.floor(now.failed * share)
    requests = int(sum(taken)) + refused if taken else math.floor(now.requests * share)
    if stage != api.stages[0]:
        return _ApiMinute(requests, refused, min(requests, failed), _some(now.integration, taken))
    left = [whole - part for whole, part in zip(now.integration.counts, taken, strict=True)]
    return _ApiMinute(
        now.requests - requests, now.refused - refused, now.failed - min(requests, failed), _some(now.integration, left)
    )


def _taken(counts: Sequence[float], share: float) -> list[float]:
    """A share of each count in whole numbers that add up to that share of their sum."""
    upto = [0, *(math.floor(total * share) for total in accumulate(counts))]
    return [float(high - low) for low, high in pairwise(upto)]


def _some(durations: Durations, counts: Sequence[float]) -> Durations:
    kept = [(value, number) for value, number in zip(durations.values, counts, strict=True) if number]
    return Durations(tuple(value for value, _ in kept), tuple(number for _, number in kept))
