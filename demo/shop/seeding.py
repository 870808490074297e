"""Creates the shop in the moto that serves the account in this very process.

It goes straight to moto's backends, with the parameters that AWS's own operations take: over the wire, a few hundred
requests would make up most of the demo's start, and ten thousand functions would take minutes. moto enters the
seeding through this file; nobody else may ask that moto anything meanwhile.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from demo.shop.model import ACCOUNT, REGION, arn
from demo.shop.specs import (
    deployment_id,
    function_spec,
    integration_uri,
    invoke_permission,
    policy_document,
    queue_attributes,
    resource_id,
    resource_paths,
    rest_api_id,
    role_trust,
    schedule_expression,
    table_spec,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from demo.shop.model import Api, Function, ManagedPolicy, Queue, Role, Shop, StreamMapping, Table, Topic, UserPool

_TIMEOUT_S: Final = 30.0
_CUSTOM_ID: Final = "_custom_id_"  # moto's own tag: makes a resource with that id
_TOLD_AFTER_DAYS: Final = 0.02  # IAM tells of a role's use half an hour after it
# Unsigned, as far as the signature goes: whoever serves the account believes everybody.
_WHO_AM_I: Final = b"Action=GetCallerIdentity&Version=2011-06-15"
_STS: Final = {
    "Authorization": f"AWS4-HMAC-SHA256 Credential=cwtop-seed/20260101/{REGION}/sts/aws4_request, "
    "SignedHeaders=host, Signature=0",
    "Content-Type": "application/x-www-form-urlencoded",
    "X-Amz-Date": "20260101T000000Z",
}


def seed_account(shop: Shop, endpoint_url: str, seed: int, start_s: float) -> None:
    """Create everything in the shop but what was generated, with the same ids for the same seed. ``start_s`` is when
    the story begins, UTC epoch seconds.

    Raises OSError where nothing answers at ``endpoint_url``, RuntimeError where that is not this process's moto, or
    plays another account.
    """
    _knock(endpoint_url)
    from moto.moto_api._internal import mock_random

    mock_random.seed(seed)
    _roles(shop.roles, shop.policies, start_s)
    functions = [each for each in shop.functions if not each.generated]
    _tables(each for each in shop.tables if not each.generated)
    _queues(shop.queues)
    _topics(shop.topics)
    _functions(functions)
    _mappings(shop.queues, shop.streams)
    _rules(functions)
    _apis(each for each in shop.apis if not each.generated)
    _pools(shop.pools)


def adopt_function(function: Function, api_id: str | None) -> None:
    """Create a function that was held until now, and what the API in front of it may. On moto's own thread only."""
    from moto.awslambda.models import lambda_backends

    _functions([function])
    if api_id is not None:
        backend: Any = lambda_backends[ACCOUNT][REGION]
        backend.add_permission(function.name, None, _gateway_may_invoke(api_id))


def adopt_table(table: Table, created_s: float) -> None:
    """Create a table that was held until now. On moto's own thread only."""
    from moto.dynamodb.models import dynamodb_backends

    _tables([table])
    backend: Any = dynamodb_backends[ACCOUNT][REGION]
    backend.tables[table.name].created_at = _days_before(created_s, 0.0)


def adopt_api(api: Api, created_s: float) -> None:
    """Create a REST API that was held until now. On moto's own thread only."""
    made = _api(api)
    made.create_date = int(created_s)
    for deployment in made.deployments.values():
        deployment.created_date = int(created_s)


def _knock(endpoint_url: str) -> None:
    """One request over the wire: moto comes to life with the server's own settings, and says whose account it plays."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(endpoint_url, data=_WHO_AM_I, headers=_STS)
    with opener.open(request, timeout=_TIMEOUT_S) as answer:
        if ACCOUNT.encode() not in answer.read():
            raise RuntimeError(f"{endpoint_url} does not serve account {ACCOUNT}")
    if "moto.sts.models" not in sys.modules:
        raise RuntimeError(f"{endpoint_url} is served by another process")


def _roles(roles: Iterable[Role], policies: Iterable[ManagedPolicy], start_s: float) -> None:
    from moto.iam.models import iam_backends

    backend: Any = iam_backends[ACCOUNT]["aws"]
    for policy in policies:
        backend.create_policy("", "/", policy_document(policy.statements), policy.name, [])
    for role in roles:
        made = backend.create_role(role.name, role_trust(role), "/", role.boundary or None, "", [], 3600)
        made.create_date = _days_before(start_s, role.age_days)
        if role.used:
            made.last_used = _days_before(start_s, min(role.used.values()) or _TOLD_AFTER_DAYS)
            made.last_used_region = REGION
        if role.statements:
            # Not by put_role_policy: its validation of so many documents would be felt at the start.
            made.put_policy("app", policy_document(role.statements))
        for attached in role.attached:
            backend.managed_policies[attached].attach_to(made)


def _days_before(at_s: float, days: float) -> datetime:
    # moto's times are UTC and do not say so.
    return datetime.fromtimestamp(at_s - days * 86_400.0, UTC).replace(tzinfo=None)


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
        for statement in function.invokers:
            backend.add_permission(function.name, None, json.dumps(dict(statement)))


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
    from moto.awslambda.models import lambda_backends
    from moto.events.models import events_backends

    backend: Any = events_backends[ACCOUNT][REGION]
    functions_backend: Any = lambda_backends[ACCOUNT][REGION]
    for function in functions:
        if function.every_min is None:
            continue
        expression = schedule_expression(function.every_min, function.at_min)
        backend.put_rule(f"{function.name}-schedule", scheduled_expression=expression, state="ENABLED")
        backend.put_targets(f"{function.name}-schedule", None, [{"Id": "function", "Arn": function.arn}])
        permission = invoke_permission("schedule", "events", arn("events", f"rule/{function.name}-schedule"))
        functions_backend.add_permission(function.name, None, json.dumps(permission))


def _apis(apis: Iterable[Api]) -> None:
    from moto.awslambda.models import lambda_backends

    functions: Any = lambda_backends[ACCOUNT][REGION]
    for api in apis:
        _api(api)
        for function in api.functions:
            functions.add_permission(function, None, _gateway_may_invoke(rest_api_id(api.name)))


def _gateway_may_invoke(api_id: str) -> str:
    return json.dumps(invoke_permission(f"api-{api_id}", "apigateway", arn("execute-api", f"{api_id}/*")))


def _api(api: Api) -> Any:
    """One REST API. Its ids follow from its name: moto's own are chance."""
    from moto.apigateway.models import apigateway_backends

    backend: Any = apigateway_backends[ACCOUNT][REGION]
    made = backend.create_rest_api(api.name, api.description, tags={_CUSTOM_ID: rest_api_id(api.name)})
    made.tags = dict(api.tags)
    made.root_resource_id = _renamed(made.resources, made.default, resource_id(api.name, ""))
    resources = {"": made.root_resource_id}
    for path, (before, piece) in resource_paths(api).items():
        child = backend.create_resource(made.id, resources[before], piece)
        resources[path] = _renamed(made.resources, child, resource_id(api.name, path))
    for route in api.routes:
        where = (made.id, resources[route.path], route.method)
        backend.put_method(*where, "NONE")
        backend.put_integration(*where, "AWS_PROXY", integration_uri(route.function), integration_method="POST")
    for stage in api.stages:
        deployment = backend.create_deployment(made.id, stage)
        made.stages[stage].deployment_id = _renamed(made.deployments, deployment, deployment_id(api.name, stage))
    return made


def _renamed(among: dict[str, Any], made: Any, new_id: str) -> str:
    del among[made.id]
    made.id = new_id
    among[new_id] = made
    return new_id


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
