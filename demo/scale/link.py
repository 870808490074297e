"""Stands in front of the account: counts, and where it is told to, holds AWS's quotas and takes AWS's time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import orjson

from aws.clock import Clock
from demo.errors import ServiceError
from demo.front.chain import Handler
from demo.front.refusals import throttled
from demo.front.requests import Request, Response
from demo.scale.meter import Meter
from demo.scale.quotas import Quotas

_SEARCHES: Final = re.compile(r"\bSEARCH\s*\(|^\s*SELECT\b", re.IGNORECASE)
_METRIC_DATA: Final = "cloudwatch:GetMetricData"


class Gateway:
    """A link of the chain. ``quotas`` None: everything is admitted. ``latency_s`` comes on top of the work itself.

    With quotas, it refuses SEARCH and Metrics Insights, which AWS bills by what they look at: an account of this size
    must be read without.
    """

    def __init__(self, clock: Clock, quotas: Quotas | None = None, latency_s: float = 0.0) -> None:
        self._clock = clock
        self._quotas = quotas
        self._latency_s = latency_s
        self._meter = Meter(clock.monotonic())

    def state(self) -> dict[str, Any]:
        """What was counted so far."""
        return self._meter.state(self._clock.monotonic())

    async def __call__(self, request: Request, behind: Handler) -> Response:
        if not request.region:  # not signed: the server itself looks around
            return await behind(request)
        service = request.service
        action = f"{service}:{request.operation}"
        params = _params(request) if action == _METRIC_DATA else {}
        datapoints = _datapoints(params)
        if self._latency_s:
            await self._clock.sleep(self._latency_s)
        if self._quotas is not None:
            now = self._clock.monotonic()
            if not self._quotas.admits(service, request.operation, request.region, now, datapoints):
                self._meter.throttled(action)
                raise throttled(request)
            if any(_SEARCHES.search(each) for each in _expressions(params)):
                raise ServiceError("ValidationError", "SEARCH and Metrics Insights are not offered here.")
        self._meter.admitted(action, params, datapoints)
        return await behind(request)


def _params(request: Request) -> dict[str, Any]:
    """The parameters as far as they can be read: the engine behind says what is wrong with them."""
    try:
        params = orjson.loads(request.plain_body or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return params if isinstance(params, dict) else {}


def _queries(params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    queries = params.get("MetricDataQueries")
    return (query for query in (queries if isinstance(queries, list) else ()) if isinstance(query, dict))


def _expressions(params: dict[str, Any]) -> Iterator[str]:
    return (query["Expression"] for query in _queries(params) if isinstance(query.get("Expression"), str))


def _datapoints(params: dict[str, Any]) -> int:
    """How many datapoints a GetMetricData asks for: what its second's quota is counted in."""
    window_s = _epoch_s(params.get("EndTime")) - _epoch_s(params.get("StartTime"))
    periods = (stat.get("Period") for query in _queries(params) if isinstance(stat := query.get("MetricStat"), dict))
    return sum(int(window_s // period) for period in periods if isinstance(period, int) and period > 0)


def _epoch_s(value: Any) -> float:
    if isinstance(value, int | float):
        return float(value)
    try:
        return datetime.fromisoformat(value).timestamp()
    except (TypeError, ValueError):
        return 0.0
