"""AWS/DynamoDB: tables, their indexes, and their operations."""

from __future__ import annotations

import math
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from demo.story.minute import day
from demo.story.noise import count, key_of, uniform
from demo.story.publishing import gauge, metric, ones
from demo.world import Datapoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws.model import MetricKey
    from demo.shop.model import Shop, Table
    from demo.story.conditions import Conditions, Forecast
    from demo.story.traffic import Traffic
    from demo.world import Series

_READS: Final = ("GetItem", "Query")
_WRITES: Final = ("PutItem", "UpdateItem")
_LATENCY_MS: Final = {"GetItem": 2.6, "Query": 4.1, "PutItem": 4.4, "UpdateItem": 4.9}
_TRIES: Final = 2.6  # a throttled request is tried again, and throttled again: each time is an event
_REASONS: Final = ("KeyRangeThroughput", "ProvisionedThroughput", "MaxOnDemandThroughput", "AccountLimit")
_SPREAD: Final = ((0.6, 0.2), (0.9, 0.4), (1.2, 0.25), (2.0, 0.1), (4.0, 0.04), (9.0, 0.01))


class _Demand(NamedTuple):
    reads: float
    writes: float


class DynamoMetrics:
    """Publishes what the functions' calls do to the tables."""

    namespace = "AWS/DynamoDB"

    def __init__(self, shop: Shop, traffic: Traffic, forecast: Forecast, first: int, seed: int) -> None:
        self._tables: dict[str, Table] = {table.name: table for table in shop.tables}
        self._traffic = traffic
        self._forecast = forecast
        self._first = first
        self._seed = seed
        self._keys = {name: key_of(seed, f"table {name}") for name in self._tables}
        self._uses: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
        for function in shop.functions:
            for use in function.uses:
                self._uses[use.table].append((function.name, use.reads, use.writes))

    def metrics(self) -> Iterator[tuple[MetricKey, int]]:
        """Every metric with its first minute; throttles from the minute of the first."""
        throttled = self._forecast.first_throttles()
        for table in self._tables.values():
            for index in (None, *(each.name for each in table.indexes)):
                dimensions = _dimensions(table.name, index)
                for side in ("Read", "Write"):
                    if self._asked(table, side):
                        yield metric(self.namespace, f"Consumed{side}CapacityUnits", **dimensions), self._first
                    if not table.on_demand:
                        yield metric(self.namespace, f"Provisioned{side}CapacityUnits", **dimensions), self._first
                yield from self._throttle_metrics(table.name, index, throttled)
            for operation in (*_READS, *_WRITES):
                if not self._asked(table, "Read" if operation in _READS else "Write"):
                    continue
                key = metric(self.namespace, "SuccessfulRequestLatency", TableName=table.name, Operation=operation)
                yield key, self._first

    def _asked(self, table: Table, side: str) -> bool:
        """Whether anybody ever reads (or writes) the table."""
        if side == "Read":
            return table.reads_per_minute > 0 or any(reads for _, reads, _ in self._uses[table.name])
        return table.writes_per_minute > 0 or any(writes for _, _, writes in self._uses[table.name])

    def _throttle_metrics(
        self, table: str, index: str | None, throttled: dict[str, tuple[int, str]]
    ) -> Iterator[tuple[MetricKey, int]]:
        target = f"{table}#{index}" if index else table
        if target not in throttled:
            return
        first, kind = throttled[target]
        dimensions = _dimensions(table, index)
        sides = ("Write",) if kind == "hot_partition" else ("Read", "Write")
        reason = "KeyRange" if kind == "hot_partition" else "Provisioned"
        for side in sides:
            yield metric(self.namespace, f"{side}ThrottleEvents", **dimensions), first
            yield metric(self.namespace, f"{side}{reason}ThroughputThrottleEvents", **dimensions), first
            for operation in _WRITES if side == "Write" else _READS:
                yield metric(self.namespace, "ThrottledRequests", TableName=table, Operation=operation), first

    def series(self, key: MetricKey) -> Series | None:
        """One metric by minute; None for a table or an index that is not there."""
        dimensions = dict(key.dimensions)
        table = self._tables.get(dimensions.pop("TableName", ""))
        if table is None:
            return None
        operation = dimensions.pop("Operation", None)
        index = dimensions.pop("GlobalSecondaryIndexName", None)
        if dimensions or (index is not None and all(each.name != index for each in table.indexes)):
            return None
        if operation is not None:
            return None if index else partial(self._of_operation, key.name, table, operation)
        return partial(self._of_table, key.name, table, index)

    def _demand(self, table: Table, index: str | None, minute: int) -> _Demand:
        key = self._keys[table.name]
        reads = float(count(key, minute, table.reads_per_minute * day(minute)))
        writes = float(count(key ^ 1, minute, table.writes_per_minute * day(minute)))
        for function, each_reads, each_writes in self._uses[table.name]:
            invocations = self._traffic.of(function, minute).invocations
            reads += invocations * each_reads
            writes += invocations * each_writes
        by_index = sum(each.read_share for each in table.indexes)
        if index is None:
            return _Demand(reads * max(0.0, 1.0 - by_index), writes)
        of = next(each for each in table.indexes if each.name == index)
        return _Demand(reads * of.read_share, writes * of.write_share)

    def _of_table(self, name: str, table: Table, index: str | None, minute: int) -> Datapoint | None:
        now = self._forecast.conditions(minute)
        target = f"{table.name}#{index}" if index else table.name
        if name.startswith("Provisioned") and name.endswith("CapacityUnits"):
            units = {"ProvisionedReadCapacityUnits": table.rcu, "ProvisionedWriteCapacityUnits": table.wcu}.get(name, 0)
            return gauge(units) if units else None
        side = "Read" if name.removeprefix("Consumed").startswith("Read") else "Write"
        demand = self._demand(table, index, minute)
        requests = demand.reads if side == "Read" else demand.writes
        if name == f"Consumed{side}CapacityUnits":
            return _consumed(requests, self._cap(table, target, side, now))
        if name in {f"{side}ThrottleEvents", f"{side}{_reason(target, now)}ThrottleEvents"}:
            return ones(_events(requests, target, side, now))
        return None

    def _cap(self, table: Table, target: str, side: str, now: Conditions) -> float | None:
        """Where a table at its provisioned limit is throttled, it uses all that it has."""
        if now.reasons.get(target) != "Provisioned" or table.on_demand:
            return None
        return 60.0 * (table.rcu if side == "Read" else table.wcu) * 0.995

    def _of_operation(self, name: str, table: Table, operation: str, minute: int) -> Datapoint | None:
        if operation not in _LATENCY_MS:
            return None
        now = self._forecast.conditions(minute)
        side, pair = ("Read", _READS) if operation in _READS else ("Write", _WRITES)
        split = 0.65 if operation == pair[0] else 0.35
        demand = self._demand(table, None, minute)
        requests = (demand.reads if side == "Read" else demand.writes) * split
        if name == "SuccessfulRequestLatency":
            key = key_of(self._seed, f"{table.name} {operation}")
            wobble = 0.9 + 0.25 * uniform(key, minute)
            return _latency(_LATENCY_MS[operation] * wobble, requests)
        if name == "ThrottledRequests":
            targets = (table.name, *(f"{table.name}#{index.name}" for index in table.indexes))
            return ones(round(sum(_events(requests, target, side, now) for target in targets) / _TRIES))
        return None


def _dimensions(table: str, index: str | None) -> dict[str, str]:
    return {"TableName": table} | ({"GlobalSecondaryIndexName": index} if index else {})


def _reason(target: str, now: Conditions) -> str:
    reason = now.reasons.get(target, "")
    return next((name for name in _REASONS if reason and name.startswith(reason)), "")


def _events(requests: float, target: str, side: str, now: Conditions) -> int:
    shares = now.read_throttle if side == "Read" else now.write_throttle
    return math.ceil(requests * shares.get(target, 0.0) * _TRIES)


def _consumed(requests: float, cap: float | None) -> Datapoint | None:
    number = math.floor(requests)
    if cap is not None:
        return Datapoint((1.0,), (math.floor(cap),), "Count")
    return ones(number)


def _latency(typical_ms: float, requests: float) -> Datapoint | None:
    pairs = [(round(typical_ms * factor, 3), math.floor(requests * share + 0.5)) for factor, share in _SPREAD]
    pairs = [(value, number) for value, number in pairs if number > 0]
    if not pairs:
        return None
    return Datapoint(tuple(value for value, _ in pairs), tuple(float(number) for _, number in pairs), "Milliseconds")
