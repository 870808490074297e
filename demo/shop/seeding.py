"""Creates the shop in the moto that serves the account in this very process.

It goes straight to moto's backends, with the parameters that AWS's own operations take: over the wire, a few hundred
requests would make up most of the demo's start, and ten thousand functions would take minutes. moto enters the
seeding through this file; nobody else may ask that moto anything meanwhile.
"""

from __future__ import annotations

import sys
import urllib.request
from typing import TYPE_CHECKING, Any, Final

from demo.shop.model import ACCOUNT, REGION
from demo.shop.specs import (
    function_spec,
    integration_uri,
    queue_attributes,
    role_policy,
    role_trust,
    schedule_expression,
    table_spec,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from demo.shop.model import Api, Function, Queue, Role, Shop, StreamMapping, Table, Topic, UserPool

_TIMEOUT_S: Final = 30.0
# Unsigned, as far as the signature goes: whoever serves the account believes everybody.
_WHO_AM_I: Final = b"Action=GetCallerIdentity&Version=2011-06-15"
_STS: Final = {
    "Authorization": f"AWS4-HMAC-SHA256 Credential=cwtop-seed/20260101/{REGION}/sts/aws4_request, "
    "SignedHeaders=host, Signature=0",
    "Content-Type": "application/x-www-form-urlencoded",
    "X-Amz-Date": "20260101T000000Z",
}


def seed_account(shop: Shop, endpoint_url: str, seed: int) -> None:
    """Create everything in the shop, with the same ids for the same seed.

    Raises OSError where nothing answers at ``endpoint_url``, RuntimeError where that is not this process's moto, or
    plays another account.
    """
    _knock(endpoint_url)
    from moto.moto_api._internal import mock_random

    mock_random.seed(seed)
    _roles(shop.roles)
    _tables(shop.tables)
    _queues(shop.queues)
    _topics(shop.topics)
    _functions(shop.functions)
    _mappings(shop.queues, shop.streams)
    _rules(shop.functions)
    _apis(shop.apis)
    _pools(shop.pools)


def _knock(endpoint_url: str) -> None:
    """One request over the wire: moto comes to life with the server's own settings, and says whose account it plays."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(endpoint_url, data=_WHO_AM_I, headers=_STS)
    with opener.open(request, timeout=_TIMEOUT_S) as answer:
        if ACCOUNT.encode() not in answer.read():
            raise RuntimeError(f"{endpoint_url} does not serve account {ACCOUNT}")
    if "moto.sts.models" not in sys.modules:
        raise RuntimeError(f"{endpoint_url} is served by another process")


def _roles(roles: Iterable[Role]) -> None:
    from moto.iam.models import iam_backends

    backend: Any = iam_backends[ACCOUNT]["aws"]
    for role in roles:
        backend.create_role(role.name, role_trust(), "/", None, "", [], 3600)
        if role.statements:
            backend.put_role_policy(role.name, "app", role_policy(role))


def _tables(tables: Iterable[Table]) -> None:
    from moto.dynamodb.models import dynamodb_backends

    backend: Any = dynamodb_backends[ACCOUNT][REGION]
    for table in tables:
        spec = table_spec(table)
        backend.create_table(
            table.name,
            schema=spec["KeySchema"],
            throughput=spec.get("ProvisionedThroughput"),
            attr=spec["AttributeDefinitions"],
            global_indexes=spec.get("GlobalSecondaryIndexes", []),
            indexes=[],
            streams=spec.get("StreamSpecification"),
            billing_mode=spec["BillingMode"],
            sse_specification=None,
            tags=spec["Tags"],
            deletion_protection_enabled=False,
            warm_throughput=None,
        )


def _queues(queues: Iterable[Queue]) -> None:
    from moto.sqs.models import sqs_backends

    backend: Any = sqs_backends[ACCOUNT][REGION]
    for queue in sorted(queues, key=lambda each: each.dead_letter is not None):  # dead-letter queues come first
        backend.create_queue(queue.name, dict(queue.tags), **queue_attributes(queue))


def _topics(topics: Iterable[Topic]) -> None:
    from moto.sns.models import sns_backends

    backend: Any = sns_backends[ACCOUNT][REGION]
    for topic in topics:
        backend.create_topic(topic.name, {}, {})
        for protocol, endpoint in topic.subscriptions:
            backend.subscribe(topic.arn, endpoint, protocol)


def _functions(functions: Iterable[Function]) -> None:
    from moto.awslambda.models import lambda_backends

    backend: Any = lambda_backends[ACCOUNT][REGION]
    for function in functions:
        backend.create_function(function_spec(function))
        if function.reserved is not None:
            backend.put_function_concurrency(function.name, function.reserved)
        if function.alias is not None:
            version = backend.publish_version(function.name).version
            backend.create_alias(function.alias, function.name, str(version), "", "")


def _mappings(queues: Iterable[Queue], streams: Iterable[StreamMapping]) -> None:
    from moto.awslambda.models import lambda_backends
    from moto.dynamodb.models import dynamodb_backends

    backend: Any = lambda_backends[ACCOUNT][REGION]
    tables: Any = dynamodb_backends[ACCOUNT][REGION]
    for queue in queues:
        if queue.consumer is not None:
            backend.create_event_source_mapping(
                {"EventSourceArn": queue.arn, "FunctionName": queue.consumer, "BatchSize": queue.batch}
            )
    for stream in streams:
        backend.create_event_source_mapping(
            {
                "EventSourceArn": tables.get_table(stream.table).describe()["TableDescription"]["LatestStreamArn"],
                "FunctionName": stream.function,
                "BatchSize": stream.batch,
                "StartingPosition": "TRIM_HORIZON",
            }
        )


def _rules(functions: Iterable[Function]) -> None:
    """EventBridge's rules that run functions by the clock."""
    from moto.events.models import events_backends

    backend: Any = events_backends[ACCOUNT][REGION]
    for function in functions:
        if function.every_min is None:
            continue
        expression = schedule_expression(function.every_min, function.at_min)
        backend.put_rule(f"{function.name}-schedule", scheduled_expression=expression, state="ENABLED")
        backend.put_targets(f"{function.name}-schedule", None, [{"Id": "function", "Arn": function.arn}])


def _apis(apis: Iterable[Api]) -> None:
    from moto.apigateway.models import apigateway_backends

    backend: Any = apigateway_backends[ACCOUNT][REGION]
    for api in apis:
        _api(backend, api)


def _api(backend: Any, api: Api) -> None:
    made = backend.create_rest_api(api.name, api.description, tags=dict(api.tags))
    resources = {"": made.root_resource_id}
    for route in api.routes:
        path = ""
        for piece in route.path.strip("/").split("/"):
            parent, path = path, f"{path}/{piece}"
            if path not in resources:
                resources[path] = backend.create_resource(made.id, resources[parent], piece).id
        where = (made.id, resources[path], route.method)
        backend.put_method(*where, "NONE")
        backend.put_integration(*where, "AWS_PROXY", integration_uri(route.function), integration_method="POST")
    for stage in api.stages:
        backend.create_deployment(made.id, stage)


def _pools(pools: Iterable[UserPool]) -> None:
    """User pools with ids that are known beforehand, since their metrics are named by id."""
    from moto.cognitoidp.models import cognitoidp_backends

    backend: Any = cognitoidp_backends[ACCOUNT][REGION]
    for pool in pools:
        made = backend.create_user_pool(pool.name, {})
        del backend.user_pools[made.id]
        made.id = pool.id
        made.arn = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{pool.id}"
        backend.user_pools[made.id] = made
        for client_id in pool.clients:
            client = backend.create_user_pool_client(pool.id, False, {"ClientName": client_id[3:9]})
            del made.clients[client.id]
            client.id = client_id
            made.clients[client_id] = client
