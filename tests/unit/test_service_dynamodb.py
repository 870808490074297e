"""What a walk through DynamoDB finds, whole or in pieces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws.errors import AccessDenied, AwsError, NotFound
from aws.model import Gap, Link, LinkKind, Resource
from aws.services import registry
from tests.builders import arn
from tests.fakes import FakeCall, discovered

SERVICE = registry()["dynamodb"]


def table(name: str, *indexes: str, provisioned: bool = False, **more: Any) -> dict[str, Any]:
    throughput = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 5}
    billing = {} if provisioned else {"BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}
    return {
        "TableName": name,
        "TableArn": arn("dynamodb", f"table/{name}"),
        "TableStatus": "ACTIVE",
        "ItemCount": 7,
        "TableSizeBytes": 700,
        "ProvisionedThroughput": throughput,
        "GlobalSecondaryIndexes": [{"IndexName": index, "ProvisionedThroughput": throughput} for index in indexes],
        **billing,
        **more,
    }


def account(*tables: Mapping[str, Any] | AwsError, names: list[str] | None = None, pages: Any = None) -> FakeCall:
    known = {one["TableName"]: one for one in tables if not isinstance(one, AwsError)}
    failure = next((one for one in tables if isinstance(one, AwsError)), None)

    def describe(params: Mapping[str, Any]) -> Mapping[str, Any] | AwsError:
        if params["TableName"] in known:
            return {"Table": known[params["TableName"]]}
        return failure or NotFound("dynamodb", "DescribeTable", "gone")

    return FakeCall(
        {
            ("dynamodb", "ListTables"): pages or {"TableNames": names or list(known)},
            ("dynamodb", "DescribeTable"): describe,
        }
    )


def named(found: list[Any]) -> dict[str, Resource]:
    return {r.name: r for r in found if isinstance(r, Resource)}


def actions(found: list[Any]) -> list[str]:
    return [gap.action for gap in found if isinstance(gap, Gap)]


async def test_tables_indexes_and_the_links_between_them() -> None:
    found = await discovered(SERVICE, account(table("orders", "by-status"), table("users")))
    assert list(named(found)) == ["orders", "orders#by-status", "users"]
    index = named(found)["orders#by-status"]
    assert (index.kind, index.text("table")) == ("index", "orders")
    assert [(link.cause, link.effect, link.kind) for link in found if isinstance(link, Link)] == [
        (index.arn, arn("dynamodb", "table/orders"), LinkKind.INDEX)
    ]
    keys = {key.dimensions for _, key in SERVICE.metrics_of(index)}
    assert keys == {(("GlobalSecondaryIndexName", "by-status"), ("TableName", "orders"))}
    assert actions(found) == []


async def test_a_table_that_vanished_is_left_out_and_a_denied_one_is_listed() -> None:
    assert list(named(await discovered(SERVICE, account(table("a"), names=["a", "gone"])))) == ["a"]
    denied = AccessDenied("dynamodb", "DescribeTable", "no")
    found = await discovered(SERVICE, account(table("a"), denied, names=["a", "secret"]))
    assert named(found)["secret"].arn == arn("dynamodb", "table/secret")
    assert actions(found) == ["dynamodb:DescribeTable"]


async def test_an_odd_record_does_not_hide_the_others() -> None:
    odd = table("odd", GlobalSecondaryIndexes=[{"IndexStatus": "ACTIVE"}])
    found = await discovered(SERVICE, account(odd, table("a")))
    assert list(named(found)) == ["odd", "a"]
    assert len(actions(found)) == 1


async def test_pages_of_names_are_followed() -> None:
    pages = [{"TableNames": ["a"], "LastEvaluatedTableName": "a"}, {"TableNames": ["b"]}]
    call = account(table("a"), table("b"), pages=pages)
    assert list(named(await discovered(SERVICE, call))) == ["a", "b"]


async def test_how_far_a_provisioned_table_may_scale() -> None:
    targets = {
        "ScalableTargets": [
            {
                "ResourceId": "table/orders",
                "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
                "MaxCapacity": 400,
            },
            {
                "ResourceId": "table/orders/index/by-status",
                "ScalableDimension": "dynamodb:index:ReadCapacityUnits",
                "MaxCapacity": 90,
            },
        ]
    }
    scaling = ("application-autoscaling", "DescribeScalableTargets")
    call = FakeCall(
        {
            ("dynamodb", "ListTables"): {"TableNames": ["orders"]},
            ("dynamodb", "DescribeTable"): {"Table": table("orders", "by-status", provisioned=True)},
            scaling: targets,
        }
    )
    found = named(await discovered(SERVICE, call))
    assert found["orders"].number("write_capacity_max") == 400
    assert found["orders"].number("write_capacity") == 5
    assert found["orders#by-status"].number("read_capacity_max") == 90


async def test_scaling_is_asked_for_only_where_capacity_is_provisioned() -> None:
    call = account(table("orders"))
    await discovered(SERVICE, call)
    assert call.count("DescribeScalableTargets") == 0
    found = await discovered(SERVICE, account(table("orders", provisioned=True)))
    assert actions(found) == ["application-autoscaling:DescribeScalableTargets"]
    assert named(found)["orders"].number("read_capacity") == 10
