"""What an ordinary AWS client finds in the account once it is filled; boto3 is the referee."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import boto3
import pytest

from demo.build import make_world
from demo.front.account import account_handler
from demo.front.chain import Handler
from demo.front.requests import Request, Response
from demo.front.server import Front
from demo.story import StoryWorld
from tests.scenarios.role_questions import jobs_begin, jobs_end, questions_are_answered, roles_are_told
from tests.virtual_clock import VirtualClock

START_S = 1_800_000_000.0


@asynccontextmanager
async def filled(
    functions: int | None = None, clock: VirtualClock | None = None
) -> AsyncIterator[tuple[StoryWorld, str]]:
    """A filled account and where it is served."""
    world = make_world("calm", 1, functions, START_S)
    async with account_handler(world, clock or VirtualClock(START_S)) as handler, Front(handler) as front:
        await asyncio.to_thread(world.seed, front.endpoint_url)
        yield world, front.endpoint_url


def client(service: str, endpoint_url: str) -> Any:
    return boto3.client(service, endpoint_url=endpoint_url, region_name="eu-west-1")


async def test_an_ordinary_client_finds_all_of_it_and_what_its_roles_may_do() -> None:
    clock = VirtualClock(START_S)
    async with filled(clock=clock) as (world, url):
        shop = world.shop

        def look() -> None:
            functions = client("lambda", url)
            pages = functions.get_paginator("list_functions").paginate()
            listed = {one["FunctionName"]: one for page in pages for one in page["Functions"]}
            assert listed.keys() == {function.name for function in shop.functions}
            assert listed["payment-capture"]["Timeout"] == 30
            assert listed["checkout-place"]["Environment"]["Variables"]["ORDERS_TABLE"] == "orders"
            off = functions.get_function_concurrency(FunctionName="video-thumbs")
            assert off["ReservedConcurrentExecutions"] == 0
            live = functions.get_alias(FunctionName="checkout-place", Name="live")
            assert live["FunctionVersion"] == "1"
            assert functions.get_function(FunctionName="coupon-validate")["Tags"]["owner"] == "[red]x[/red]"
            mappings = functions.list_event_source_mappings()["EventSourceMappings"]
            consumers = {one["FunctionArn"].rpartition(":")[2] for one in mappings}
            assert consumers >= {"order-proc", "order-stream", "search-indexer", "mobile-push"}
            tables = client("dynamodb", url)
            assert set(tables.list_tables()["TableNames"]) == {table.name for table in shop.tables}
            orders = tables.describe_table(TableName="orders")["Table"]
            assert {one["IndexName"] for one in orders["GlobalSecondaryIndexes"]} == {"by-status", "by-customer"}
            assert orders["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
            assert (
                tables.describe_table(TableName="products")["Table"]["ProvisionedThroughput"]["ReadCapacityUnits"]
                == 120
            )
            queue = client("sqs", url).get_queue_url(QueueName="orders-queue")["QueueUrl"]
            redrive = client("sqs", url).get_queue_attributes(QueueUrl=queue, AttributeNames=["RedrivePolicy"])
            assert "orders-dlq" in redrive["Attributes"]["RedrivePolicy"]
            topics = client("sns", url).list_subscriptions()["Subscriptions"]
            assert {one["TopicArn"].rpartition(":")[2] for one in topics} >= {"pay-oncall", "shop-oncall"}
            role = client("iam", url).get_role_policy(RoleName="checkout-place-role", PolicyName="app")
            assert role["PolicyDocument"]["Statement"]

        await asyncio.to_thread(look)
        ask = cache(lambda service: client(service, url))
        jobs = await asyncio.to_thread(jobs_begin, ask)
        await asyncio.to_thread(roles_are_told, ask, world)
        await asyncio.to_thread(questions_are_answered, ask)
        await clock.advance(10)
        await asyncio.to_thread(jobs_end, ask, jobs)


async def test_apis_lead_to_their_functions_by_path() -> None:
    async with filled() as (world, url):

        def look() -> None:
            gateway = client("apigateway", url)
            apis = {one["name"]: one["id"] for one in gateway.get_rest_apis()["items"]}
            assert apis.keys() == {api.name for api in world.shop.apis}
            stages = gateway.get_stages(restApiId=apis["checkout"])["item"]
            assert {stage["stageName"] for stage in stages} == {"prod", "beta"}
            resources = gateway.get_resources(restApiId=apis["checkout"], embed=["methods"])["items"]
            methods = {one["path"]: one["resourceMethods"] for one in resources if "resourceMethods" in one}
            integration = methods["/orders/{orderId}"]["DELETE"]["methodIntegration"]
            assert integration["type"] == "AWS_PROXY"
            assert integration["uri"].endswith("function:checkout-cancel/invocations")

        await asyncio.to_thread(look)


async def test_only_the_account_of_this_very_process_is_filled() -> None:
    async def somebody_else(_: Request) -> Response:
        return Response(200, b"<Account>000000000000</Account>")

    handler: Handler = somebody_else
    world = make_world("calm", 1, None, START_S)
    async with Front(handler) as front:
        with pytest.raises(RuntimeError, match="does not serve account 482193019034"):
            await asyncio.to_thread(world.seed, front.endpoint_url)


def test_nobody_there_is_an_error() -> None:
    with pytest.raises(OSError, match="refused"):
        make_world("calm", 1, None, START_S).seed("http://127.0.0.1:9")
