"""A made-up account of many Lambda functions: most are idle, the others are called every minute, some err."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from aws.call import Answer
from aws.model import ApiUse, Credentials, Lane, Resource, Scope
from aws.poller import Poller
from aws.services import registry
from aws.services.base import Discovered, Discovery
from aws.settings import PollSettings
from tests.virtual_clock import VirtualClock

SCOPE = Scope(account="123456789012", region="eu-west-1")
MINUTE = 60
PUBLISHED_S = 120  # after its end a minute's datapoints are there, those of the account and those of the functions
_LATENCY_S = 0.05
_COUNTED = ("Invocations", "Errors", "Throttles")


@dataclass
class Fleet:
    """``errors`` and ``throttles`` by function and minute (epoch seconds of its start); each ``busy_every``-th function
    is called once a minute. ``refused``: operations and metric names that are answered with an error."""

    clock: VirtualClock
    functions: int = 400
    busy_every: int = 10
    scope: Scope = SCOPE
    counts: dict[str, dict[str, dict[int, float]]] = field(default_factory=dict)  # metric, function, minute
    refused: dict[str, Exception] = field(default_factory=dict)
    metrics: Counter[str] = field(default_factory=Counter)  # asked for, by name, those of the account as "account"
    asked: list[str] = field(default_factory=list)
    at_once: int = 0  # most queries in one request
    limit: int = 100_000
    timeout_s: float = 3.0
    walks: int = 0
    walk_s: float = 0.0  # how long it takes to list all functions
    sums_lie: bool = False  # as those of a server that does not publish what an account adds up to

    async def __call__(
        self,
        service: str,
        operation: str,
        /,
        *,
        require: Sequence[str] = (),
        attempts: int | None = None,
        **params: Any,
    ) -> Answer:
        await self.clock.sleep(_LATENCY_S)
        self.asked.append(operation)
        if operation in self.refused:
            raise self.refused[operation]
        if operation == "ListMetrics":
            return self._listed(params)
        if operation == "GetMetricData":
            return self._data(params)
        if operation == "DescribeAlarms":
            return {"MetricAlarms": [], "CompositeAlarms": []}
        return {"ResourceTagMappingList": [], "AlarmMuteRuleSummaries": [], "logGroups": []}

    def names(self) -> list[str]:
        return [f"fn-{number:05d}" for number in range(self.functions)]

    def busy(self, name: str) -> bool:
        return int(name[3:]) % self.busy_every == 0

    def happen(self, metric: str, name: str, count: float, *, ago_min: int = 0) -> int:
        """Something is counted in the minute that began so many minutes ago. Gives that minute."""
        minute = int(self.clock.now()) // MINUTE * MINUTE - ago_min * MINUTE
        self.counts.setdefault(metric, {}).setdefault(name, {})[minute] = count
        return minute

    def arn(self, name: str) -> str:
        return f"arn:aws:lambda:{self.scope.region}:{self.scope.account}:function:{name}"

    def _listed(self, params: Mapping[str, Any]) -> Answer:
        names = [name for name in self.names() if self.busy(name)] if params["Namespace"] == "AWS/Lambda" else []
        return {
            "Metrics": [
                {
                    "Namespace": params["Namespace"],
                    "MetricName": params["MetricName"],
                    "Dimensions": [{"Name": "FunctionName", "Value": name}],
                }
                for name in names
            ]
        }

    def _data(self, params: Mapping[str, Any]) -> Answer:
        start_s, end_s = (_epoch_s(params[key]) for key in ("StartTime", "EndTime"))
        end_s = min(end_s, self.clock.now() - PUBLISHED_S)
        queries = params["MetricDataQueries"]
        self.at_once = max(self.at_once, len(queries))
        seen = set()
        results = []
        for query in queries:
            metric, stat = query["MetricStat"]["Metric"], query["MetricStat"]["Stat"]
            name = metric["Dimensions"][0]["Value"] if metric.get("Dimensions") else None
            if (metric["MetricName"], name) not in seen:
                self.metrics["account" if name is None else metric["MetricName"]] += 1
            seen.add((metric["MetricName"], name))
            denied = name is None and metric["MetricName"] in self.refused
            points = [] if denied else self._points(metric["MetricName"], stat, name, start_s, end_s)
            status = "Forbidden" if denied else "Complete"
            times, values = [at for at, _ in points], [value for _, value in points]
            results.append({"Id": query["Id"], "StatusCode": status, "Timestamps": times, "Values": values})
        return {"MetricDataResults": results}

    def _points(
        self, metric: str, stat: str, name: str | None, start_s: float, end_s: float
    ) -> list[tuple[int, float]]:
        minutes = range(int(start_s), int(end_s) - MINUTE + 1, MINUTE)
        counted = self.counts.get(metric, {})
        if name is not None:
            mine, busy = counted.get(name, {}), self.busy(name)
            if not mine and not busy:
                return []
            usual = 1.0 if metric == "Invocations" else 0.0 if metric in _COUNTED else 20.0
            return [(m, mine.get(m, usual)) for m in minutes if busy or m in mine]
        if metric in ("Errors", "Throttles"):
            if self.sums_lie:
                return []
            return [(m, sum(each.get(m, 0.0) for each in counted.values())) for m in minutes]
        told = counted.get("", {})  # what only the account publishes
        return [(m, told.get(m, float(self.functions // self.busy_every))) for m in minutes]


def _epoch_s(time: datetime | float) -> float:
    return time.timestamp() if isinstance(time, datetime) else time


class FleetSource:
    """The account, connected."""

    def __init__(self, fleet: Fleet) -> None:
        self.call = fleet
        self.endpoint = "https://sts.test"

    def api_use(self) -> ApiUse:
        metrics = sum(self.call.metrics.values())
        return ApiUse(calls=dict(Counter(self.call.asked)), metrics_requested=metrics, usd=metrics * 1e-5)

    def pacing(self) -> tuple[Lane, ...]:
        return ()

    def credentials(self) -> Credentials:
        return Credentials()


async def _discover(discovery: Discovery) -> AsyncIterator[Discovered]:
    fleet = discovery.call
    while not isinstance(fleet, Fleet):  # behind the poller's own doors
        fleet = fleet._call  # type: ignore[attr-defined]
    fleet.walks += 1
    scope = discovery.scope
    facts = {"concurrency_limit": fleet.limit, "unreserved_limit": fleet.limit}
    yield Resource(
        scope, "lambda", "account", "account", f"arn:aws:lambda:{scope.region}:{scope.account}:account", facts
    )
    for name in fleet.names():
        await fleet.clock.sleep(fleet.walk_s / fleet.functions)
        yield Resource(scope, "lambda", "function", name, fleet.arn(name), facts={"timeout_s": fleet.timeout_s})


SERVICES = {"lambda": replace(registry()["lambda"], discover=_discover, after=())}


def a_poller(fleet: Fleet, settings: PollSettings | None = None) -> Poller:
    """A poller on the made-up account."""
    chosen = replace(settings or PollSettings(), window_s=1_800)
    return Poller([FleetSource(fleet)], settings=chosen, clock=fleet.clock, services=SERVICES)
