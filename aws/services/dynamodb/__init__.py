"""Amazon DynamoDB: tables, and their global secondary indexes, which have throttles and capacity of their own."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from aws.model import Resource
from aws.services.base import Column, Dimensions, Kind, Metric, Pace, Rule, Service
from aws.services.dynamodb import alarms, rules
from aws.services.dynamodb.discovery import discover

_KINDS = ("table", "index")
_CONSUMED = ("consumed_read", "consumed_write")


def _of_table(table: Resource) -> Dimensions:
    return (("TableName", table.name),)


def _of_index(index: Resource) -> Dimensions:
    table, _, name = index.name.partition("#")
    return (("GlobalSecondaryIndexName", name), ("TableName", table))


def _metric(kind: str, id: str, name: str, *, on_demand_for: tuple[str, ...] = ()) -> Metric:
    return Metric(
        id=id,
        kind=kind,
        namespace="AWS/DynamoDB",
        name=name,
        stats=("Sum",),
        unit="Count",
        dimensions=_dimensions(kind),
        on_demand_for=on_demand_for,
        pace=Pace.TRAFFIC if id in _CONSUMED else Pace.NEEDED,
        sign_of_life=id in _CONSUMED,
    )


def _dimensions(kind: str) -> Callable[[Resource], Dimensions]:
    return _of_table if kind == "table" else _of_index


def _metrics(kind: str) -> tuple[Metric, ...]:
    return (
        _metric(kind, "consumed_read", "ConsumedReadCapacityUnits"),
        _metric(kind, "consumed_write", "ConsumedWriteCapacityUnits"),
        _metric(kind, "read_throttles", "ReadThrottleEvents"),
        _metric(kind, "write_throttles", "WriteThrottleEvents"),
        *(
            _metric(kind, f"{side.lower()}_throttles_{reason}", f"{side}{name}", on_demand_for=("dynamodb.throttles",))
            for side in ("Read", "Write")
            for reason, (name, _, _) in rules.REASONS.items()
        ),
    )


_COLUMNS = (
    Column(title="RD/m", width=6, form="count", metric="consumed_read", stat="Sum"),
    Column(title="WR/m", width=6, form="count", metric="consumed_write", stat="Sum"),
    Column(title="R THR", width=6, form="sum_5m", metric="read_throttles", stat="Sum"),
    Column(title="W THR", width=6, form="sum_5m", metric="write_throttles", stat="Sum"),
    Column(title="THROTTLES", width=10, form="spark", metric="write_throttles", stat="Sum", min_width=80),
    Column(title="BILLING", width=15, fact="billing_mode", min_width=100),
    Column(title="RCU", width=6, form="number", fact="read_capacity", min_width=120),
    Column(title="WCU", width=6, form="number", fact="write_capacity", min_width=120),
    Column(title="SIZE", width=7, form="bytes", fact="size_bytes", min_width=120),
    Column(title="ITEMS", width=7, form="count", fact="items", min_width=140),
    Column(title="STATUS", width=9, fact="status", min_width=140),
    Column(title="WRITES", width=16, form="spark", metric="consumed_write", stat="Sum", min_width=160),
)


def _provisioned(resource: Resource) -> bool:
    return resource.text("billing_mode") == "PROVISIONED"


def _rules(kind: str) -> tuple[Rule, ...]:
    return (
        Rule(
            id="dynamodb.throttles",
            kind=kind,
            title="requests are turned away",
            needs=("read_throttles", "write_throttles"),
            thresholds=rules.THROTTLES,
            judge=rules.throttles,
        ),
        Rule(
            id="dynamodb.capacity",
            kind=kind,
            title="provisioned capacity runs out",
            needs=("consumed_read", "consumed_write"),
            thresholds=rules.CAPACITY,
            judge=rules.capacity,
            applies=_provisioned,
        ),
    )


def _console_path(resource: Resource) -> str:
    table = resource.text("table") or resource.name
    return f"dynamodbv2/home?region={resource.scope.region}#table?name={quote(table, safe='')}&tab=monitoring"


_TABLE = ("TableName",)
_INDEX = ("TableName", "GlobalSecondaryIndexName")
_BY_OPERATION = ("TableName", "Operation")
_ACCOUNT_METRICS = (
    "AccountMaxReads",
    "AccountMaxWrites",
    "AccountMaxTableLevelReads",
    "AccountMaxTableLevelWrites",
    "AccountProvisionedReadCapacityUtilization",
    "AccountProvisionedWriteCapacityUtilization",
    "MaxProvisionedTableReadCapacityUtilization",
    "MaxProvisionedTableWriteCapacityUtilization",
    "UserErrors",
)
_TABLE_METRICS = ("ConditionalCheckFailedRequests", "TimeToLiveDeletedItemCount", "TransactionConflict")
_CAPACITY_METRICS = (
    "Consumed{}CapacityUnits",
    "Provisioned{}CapacityUnits",
    "{}ThrottleEvents",
    "OnDemandMax{}RequestUnits",
)

# Source: DynamoDB's own page on metrics and dimensions. Metrics that are not named here cannot be told.
_SHAPES: dict[str, tuple[tuple[str, ...], ...]] = {
    **dict.fromkeys(_ACCOUNT_METRICS, ((),)),
    "UserErrors": ((), ("Operation",)),
    **dict.fromkeys(_TABLE_METRICS, (_TABLE,)),
    **{name.format(side): (_TABLE, _INDEX) for name in _CAPACITY_METRICS for side in ("Read", "Write")},
    **{f"{side}{name}": (_TABLE, _INDEX) for side in ("Read", "Write") for name, _, _ in rules.REASONS.values()},
    "SystemErrors": (_BY_OPERATION,),
    "ThrottledRequests": (_BY_OPERATION,),
    "SuccessfulRequestLatency": (_BY_OPERATION, ("TableName", "Operation", "StreamLabel")),
    "ReturnedItemCount": (_BY_OPERATION,),
    "ReplicationLatency": (("TableName", "ReceivingRegion"),),
    "PendingReplicationCount": (("TableName", "ReceivingRegion"),),
}

SERVICE = Service(
    name="dynamodb",
    title="DynamoDB",
    kinds=(
        Kind(name="table", short="tbl", plural="tables", view="tables", columns=_COLUMNS, dimensions=_TABLE),
        Kind(name="index", short="gsi", plural="indexes", view="tables", columns=_COLUMNS, dimensions=_INDEX),
    ),
    discover=discover,
    metrics=tuple(metric for kind in _KINDS for metric in _metrics(kind)),
    rules=tuple(rule for kind in _KINDS for rule in _rules(kind)),
    permissions=(
        "application-autoscaling:DescribeScalableTargets",
        "dynamodb:DescribeTable",
        "dynamodb:ListTables",
    ),
    console_path=_console_path,
    shapes={"AWS/DynamoDB": _SHAPES},
    recommendations=tuple(each for kind in _KINDS for each in alarms.recommendations(kind, _dimensions(kind))),
)
