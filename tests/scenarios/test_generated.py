"""The generated part of the account, which is computed and not created: boto3 finds it as it finds the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from botocore.exceptions import ClientError

from demo.story import StoryWorld
from tests.scenarios.test_seeding import client, filled

_FUNCTIONS = 120
_TAG_TYPES = ("lambda", "dynamodb", "apigateway", "cloudwatch:alarm")


async def _looked(look: Callable[[StoryWorld, Callable[[str], Any]], None]) -> None:
    async with filled(_FUNCTIONS) as (world, url):
        await asyncio.to_thread(look, world, cache(lambda service: client(service, url)))


def _listed(ask: Callable[[str], Any], service: str, operation: str, result: str, **params: Any) -> list[Any]:
    pages = ask(service).get_paginator(operation).paginate(**params)
    return [each for page in pages for each in page[result]]


def _functions(ask: Callable[[str], Any], **params: Any) -> dict[str, Any]:
    listed = _listed(ask, "lambda", "list_functions", "Functions", **params)
    assert len({each["FunctionName"] for each in listed}) == len(listed)
    return {each["FunctionName"]: each for each in listed}


async def test_every_service_tells_of_the_same_account_and_no_page_loses_or_doubles_any() -> None:
    def look(world: StoryWorld, ask: Callable[[str], Any]) -> None:
        shop = world.shop
        functions = _functions(ask, PaginationConfig={"PageSize": 7})
        assert functions.keys() == {each.name for each in shop.functions}
        assert ask("lambda").get_account_settings()["AccountUsage"]["FunctionCount"] == len(functions)
        groups = _listed(ask, "logs", "describe_log_groups", "logGroups", PaginationConfig={"PageSize": 50})
        assert [each["logGroupName"] for each in groups] == sorted(f"/aws/lambda/{name}" for name in functions)
        tables = _listed(ask, "dynamodb", "list_tables", "TableNames", PaginationConfig={"PageSize": 3})
        assert tables == sorted(each.name for each in shop.tables)
        apis = _listed(ask, "apigateway", "get_rest_apis", "items", PaginationConfig={"PageSize": 4})
        assert sorted(each["name"] for each in apis) == sorted(each.name for each in shop.apis)
        assert ask("apigateway").get_rest_apis(limit=2)["position"]
        alarms = _listed(ask, "cloudwatch", "describe_alarms", "MetricAlarms")
        watched = {each["Value"] for alarm in alarms for each in alarm.get("Dimensions", ())}
        assert {each.name for each in shop.functions if each.generated} <= watched
        tagged = _listed(
            ask,
            "resourcegroupstaggingapi",
            "get_resources",
            "ResourceTagMappingList",
            ResourceTypeFilters=_TAG_TYPES,
            PaginationConfig={"PageSize": 9},
        )
        arns = [each["ResourceARN"] for each in tagged]
        assert len(set(arns)) == len(arns)
        assert {each.rpartition(":")[2] for each in arns if ":lambda:" in each} == functions.keys()
        stacks = ask("resourcegroupstaggingapi").get_resources(
            TagFilters=[{"Key": "stack", "Values": ["billing-prod"]}]
        )
        billing = {each.name for each in shop.functions if each.stack == "billing-prod"}
        assert {each["ResourceARN"].rpartition(":")[2] for each in stacks["ResourceTagMappingList"]} == billing
        keys = _listed(ask, "resourcegroupstaggingapi", "get_tag_keys", "TagKeys")
        assert {tag["Key"] for each in tagged for tag in each["Tags"]} <= set(keys)
        values = _listed(ask, "resourcegroupstaggingapi", "get_tag_values", "TagValues", Key="stack")
        assert {each.stack for each in shop.functions} <= set(values)
        behind = {each.name: each.functions for each in shop.apis}
        for api in apis:
            resources = _listed(ask, "apigateway", "get_resources", "items", restApiId=api["id"], embed=["methods"])
            methods = [method for each in resources for method in each.get("resourceMethods", {}).values()]
            uris = {method["methodIntegration"]["uri"].split(":function:")[1] for method in methods}
            assert uris == {f"{name}/invocations" for name in behind[api["name"]]}

    await _looked(look)


async def test_what_is_written_to_holds_all_that_was_told_of_it_before() -> None:
    def look(world: StoryWorld, ask: Callable[[str], Any]) -> None:
        function = next(each for each in world.shop.functions if each.trigger == "api" and each.generated)
        table = next(each for each in world.shop.tables if each.generated and each.indexes)
        api = next(each for each in world.shop.apis if function.name in each.functions)
        gateway = ask("apigateway")

        def told() -> list[Any]:
            rest_api = next(each for each in gateway.get_rest_apis(limit=500)["items"] if each["name"] == api.name)
            described = ask("dynamodb").describe_table(TableName=table.name)["Table"]
            parts = [
                gateway.get_resources(restApiId=rest_api["id"], embed=["methods"])["items"],
                gateway.get_stages(restApiId=rest_api["id"])["item"],
            ]
            return [_functions(ask)[function.name], described, rest_api, *parts]

        before = told()
        rest_api_id = before[2]["id"]
        assert "ReservedConcurrentExecutions" not in ask("lambda").get_function_concurrency(FunctionName=function.name)
        ask("lambda").put_function_concurrency(FunctionName=function.name, ReservedConcurrentExecutions=7)
        ask("dynamodb").tag_resource(ResourceArn=table.arn, Tags=[{"Key": "owner", "Value": "me"}])
        assert gateway.get_deployments(restApiId=rest_api_id)["items"][0]["id"] == before[4][0]["deploymentId"]
        assert told() == before
        reserved = ask("lambda").get_function_concurrency(FunctionName=function.arn)
        assert reserved["ReservedConcurrentExecutions"] == 7
        assert ask("lambda").list_tags(Resource=function.arn)["Tags"]["stack"] == function.stack
        assert f"execute-api:eu-west-1:{world.account}:{rest_api_id}/" in ask("lambda").get_policy(
            FunctionName=function.name
        )["Policy"].replace("*", "")
        assert {"Key": "owner", "Value": "me"} in ask("dynamodb").list_tags_of_resource(ResourceArn=table.arn)["Tags"]
        ask("lambda").delete_function(FunctionName=function.name)
        with pytest.raises(ClientError, match="ResourceNotFound"):
            ask("lambda").get_function(FunctionName=function.name)
        assert function.name not in _functions(ask)
        with pytest.raises(ClientError, match="ResourceInUse"):
            ask("dynamodb").create_table(
                TableName=table.name,
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )

    await _looked(look)
