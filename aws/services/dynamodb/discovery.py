"""What exists in DynamoDB: tables, their global secondary indexes, and how far they may scale."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

from aws.call import items
from aws.errors import AwsError, NotFound
from aws.model import Fact, Gap, Link, LinkKind, Resource, Scope
from aws.services.arns import arn_of
from aws.services.base import Discovered, Discovery
from aws.services.records import MALFORMED, bad_record, epoch_s

ABREAST = 8  # tables described at once; the door paces them besides

# Application Auto Scaling's words for what it scales, and ours for the most that it may scale to.
_CEILINGS = {
    "dynamodb:table:ReadCapacityUnits": "read_capacity_max",
    "dynamodb:table:WriteCapacityUnits": "write_capacity_max",
    "dynamodb:index:ReadCapacityUnits": "read_capacity_max",
    "dynamodb:index:WriteCapacityUnits": "write_capacity_max",
}
_PROVISIONED = "PROVISIONED"
_ON_DEMAND = "PAY_PER_REQUEST"


async def discover(discovery: Discovery) -> AsyncIterator[Discovered]:
    """Walk one scope. Raises `AwsError` where tables cannot be listed; everything else that fails is a gap.

    A table that may not be described is listed all the same, without facts and with its gap; one that has gone since
    the listing is left out.
    """
    scope = discovery.scope
    names = [
        name
        async for name in items(
            discovery.call,
            "dynamodb",
            "ListTables",
            result="TableNames",
            token=("ExclusiveStartTableName", "LastEvaluatedTableName"),
        )
    ]
    described: list[Resource] = []
    for start in range(0, len(names), ABREAST):
        batch = names[start : start + ABREAST]
        for found in await asyncio.gather(*(_table(discovery, str(name)) for name in batch)):
            for item in found:
                if isinstance(item, Resource):
                    described.append(item)
                yield item
    provisioned = [resource for resource in described if resource.text("billing_mode") == _PROVISIONED]
    if provisioned:
        async for item in _scaled(discovery, scope, provisioned):
            yield item


async def _table(discovery: Discovery, name: str) -> list[Discovered]:
    scope = discovery.scope
    try:
        answer = await discovery.call("dynamodb", "DescribeTable", require=("Table",), TableName=name)
        return _described(scope, answer["Table"])
    except NotFound:
        return []
    except AwsError as error:
        return [_bare(scope, name), error.gap(scope)]
    except MALFORMED as error:
        return [_bare(scope, name), bad_record(scope, "dynamodb", "DescribeTable", "the record of one table", error)]


def _bare(scope: Scope, name: str) -> Resource:
    arn = arn_of(scope, "dynamodb", f"table/{name}")
    return Resource(scope=scope, service="dynamodb", kind="table", name=name, arn=arn)


def _described(scope: Scope, record: Mapping[str, Any]) -> list[Discovered]:
    name = str(record["TableName"])
    billing_mode = (record.get("BillingModeSummary") or {}).get("BillingMode", _PROVISIONED)
    indexes = record.get("GlobalSecondaryIndexes") or ()
    table = Resource(
        scope=scope,
        service="dynamodb",
        kind="table",
        name=name,
        arn=record.get("TableArn") or arn_of(scope, "dynamodb", f"table/{name}"),
        facts={
            **_capacity(record, billing_mode),
            "status": record.get("TableStatus"),
            "items": record.get("ItemCount"),
            "size_bytes": record.get("TableSizeBytes"),
            "created_s": epoch_s(record.get("CreationDateTime")),
            "stream": record.get("LatestStreamArn"),
            "class": (record.get("TableClassSummary") or {}).get("TableClass", "STANDARD"),
            "indexes": tuple(str(index["IndexName"]) for index in indexes),
            "deletion_protection": record.get("DeletionProtectionEnabled"),
        },
    )
    found: list[Discovered] = [table]
    for index in indexes:
        found.extend(_index(table, index, billing_mode))
    return found


def _index(table: Resource, record: Mapping[str, Any], billing_mode: str) -> tuple[Resource, Link]:
    name = str(record["IndexName"])
    index = Resource(
        scope=table.scope,
        service="dynamodb",
        kind="index",
        name=f"{table.name}#{name}",
        arn=record.get("IndexArn") or f"{table.arn}/index/{name}",
        facts={
            **_capacity(record, billing_mode),
            "table": table.name,
            "status": record.get("IndexStatus"),
            "items": record.get("ItemCount"),
            "size_bytes": record.get("IndexSizeBytes"),
        },
    )
    evidence = f"an index that is throttled pushes back on writes to {table.name}"
    return index, Link(cause=index.arn, effect=table.arn, kind=LinkKind.INDEX, evidence=evidence)


def _capacity(record: Mapping[str, Any], billing_mode: str) -> dict[str, Fact]:
    facts: dict[str, Fact] = {"billing_mode": billing_mode}
    if billing_mode == _ON_DEMAND:
        limits = record.get("OnDemandThroughput") or {}
        facts["read_units_max"] = _positive(limits.get("MaxReadRequestUnits"))
        facts["write_units_max"] = _positive(limits.get("MaxWriteRequestUnits"))
        return facts
    throughput = record.get("ProvisionedThroughput") or {}
    facts["read_capacity"] = _positive(throughput.get("ReadCapacityUnits"))
    facts["write_capacity"] = _positive(throughput.get("WriteCapacityUnits"))
    return facts


def _positive(value: Any) -> int | None:
    """A limit; None where there is none, which AWS writes as nothing, 0 or -1."""
    return int(value) if value is not None and value > 0 else None


async def _scaled(discovery: Discovery, scope: Scope, provisioned: list[Resource]) -> AsyncIterator[Resource | Gap]:
    """The resources that are scaled automatically once more, now with how far they may go."""
    ceilings: dict[str, dict[str, Fact]] = {}
    listing = items(
        discovery.call,
        "application-autoscaling",
        "DescribeScalableTargets",
        result="ScalableTargets",
        token=("NextToken", "NextToken"),
        ServiceNamespace="dynamodb",
    )
    try:
        async for target in listing:
            if fact := _CEILINGS.get(target.get("ScalableDimension", "")):
                ceilings.setdefault(target["ResourceId"], {})[fact] = target["MaxCapacity"]
    except AwsError as error:
        yield error.gap(scope, service="dynamodb")
    except MALFORMED as error:
        yield bad_record(scope, "application-autoscaling", "DescribeScalableTargets", "the answer", error)
    for resource in provisioned:
        resource_id = resource.arn.partition(":table/")[2]
        if found := ceilings.get(f"table/{resource_id}"):
            yield replace(resource, facts={**resource.facts, **found})
