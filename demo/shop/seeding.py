"""Creates the shop in a server that speaks AWS, through boto3 and with credentials that open nothing."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from demo.shop import direct
from demo.shop.clients import Clients
from demo.shop.specs import function_spec, integration_uri, queue_spec, role_trust, table_spec

if TYPE_CHECKING:
    from demo.shop.model import Api, Function, Role, Shop

_WORKERS: Final = 2  # the server answers one request at a time: more would only wait there


def seed_account(shop: Shop, endpoint_url: str, seed: int) -> None:
    """Create everything in the shop. The server must live in this process: generated inventory is put in directly.

    Raises botocore's errors where the server does not answer, RuntimeError where it is another process.
    """
    direct.same_ids(seed)
    aws = Clients(endpoint_url)
    _roles(aws, shop.roles)
    direct.check_here(shop.roles[0].name)
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="seed") as pool:
        steps = [pool.submit(_compute, aws, shop), pool.submit(_around, aws, shop)]
    for step in steps:
        step.result()
    _mappings(aws, shop)
    direct.create_pools(shop.pools)
    direct.create_padding(shop)


def _compute(aws: Clients, shop: Shop) -> None:
    """Functions and the messages between them."""
    for function in shop.functions:
        if function.profile is None:
            _function(aws.of("lambda"), function)
    for queue in sorted(shop.queues, key=lambda each: each.dead_letter is not None):
        aws.of("sqs").create_queue(**queue_spec(queue))
    for topic in shop.topics:
        aws.of("sns").create_topic(Name=topic.name)
        for protocol, endpoint in topic.subscriptions:
            aws.of("sns").subscribe(TopicArn=topic.arn, Protocol=protocol, Endpoint=endpoint)


def _around(aws: Clients, shop: Shop) -> None:
    """What stands before and behind the functions."""
    for table in shop.tables:
        if not table.generated:
            aws.of("dynamodb").create_table(**table_spec(table))
    for api in shop.apis:
        if not api.generated:
            _api(aws.of("apigateway"), api)


def _roles(aws: Clients, roles: tuple[Role, ...]) -> None:
    client = aws.of("iam")
    for role in roles:
        client.create_role(RoleName=role.name, AssumeRolePolicyDocument=role_trust())
        if role.statements:
            statements = [
                {"Effect": "Allow", "Action": list(each.actions), "Resource": list(each.resources)}
                for each in role.statements
            ]
            document = json.dumps({"Version": "2012-10-17", "Statement": statements})
            client.put_role_policy(RoleName=role.name, PolicyName="app", PolicyDocument=document)


def _function(client: Any, function: Function) -> None:
    client.create_function(**function_spec(function))
    if function.reserved is not None:
        client.put_function_concurrency(FunctionName=function.name, ReservedConcurrentExecutions=function.reserved)
    if function.alias is not None:
        published = client.publish_version(FunctionName=function.name)
        client.create_alias(FunctionName=function.name, Name=function.alias, FunctionVersion=published["Version"])


def _api(client: Any, api: Api) -> None:
    made = client.create_rest_api(name=api.name, description=api.description, tags=dict(api.tags))
    resources = {"": made["rootResourceId"]}
    for route in api.routes:
        path = ""
        for piece in route.path.strip("/").split("/"):
            parent, path = path, f"{path}/{piece}"
            if path not in resources:
                answer = client.create_resource(restApiId=made["id"], parentId=resources[parent], pathPart=piece)
                resources[path] = answer["id"]
        where = {"restApiId": made["id"], "resourceId": resources[path], "httpMethod": route.method}
        client.put_method(**where, authorizationType="NONE")
        client.put_integration(
            **where, type="AWS_PROXY", integrationHttpMethod="POST", uri=integration_uri(route.function)
        )
    for stage in api.stages:
        client.create_deployment(restApiId=made["id"], stageName=stage)


def _mappings(aws: Clients, shop: Shop) -> None:
    client = aws.of("lambda")
    for queue in shop.queues:
        if queue.consumer is not None:
            client.create_event_source_mapping(
                EventSourceArn=queue.arn, FunctionName=queue.consumer, BatchSize=queue.batch
            )
    for stream in shop.streams:
        table = aws.of("dynamodb").describe_table(TableName=stream.table)["Table"]
        client.create_event_source_mapping(
            EventSourceArn=table["LatestStreamArn"],
            FunctionName=stream.function,
            BatchSize=stream.batch,
            StartingPosition="TRIM_HORIZON",
        )
