"""What is put straight into moto's backends: thousands of generated resources, and ids that AWS would choose.

moto enters the shop's seeding through this file. It works only in the process whose moto serves the account, and
while nobody else asks that moto anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from demo.shop.model import ACCOUNT, REGION
from demo.shop.specs import function_spec, integration_uri, table_spec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from demo.shop.model import Api, Shop, Table, UserPool


def same_ids(seed: int) -> None:
    """From here on, moto gives the same ids for the same seed."""
    from moto.moto_api._internal import mock_random

    mock_random.seed(seed)


def check_here(role: str) -> None:
    """Raises RuntimeError unless the role that was just created over the wire is in this process's moto."""
    from moto.iam.models import iam_backends

    if all(each.name != role for each in iam_backends[ACCOUNT]["aws"].get_roles()):
        raise RuntimeError("the account to fill is not served by this process")


def create_pools(pools: Iterable[UserPool]) -> None:
    """User pools with ids that are known beforehand, since their metrics are named by id."""
    from moto.cognitoidp.models import cognitoidp_backends

    backend = cognitoidp_backends[ACCOUNT][REGION]
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


def create_padding(shop: Shop) -> None:
    """The generated part of the shop."""
    from moto.apigateway.models import apigateway_backends
    from moto.awslambda.models import lambda_backends
    from moto.dynamodb.models import dynamodb_backends

    functions = lambda_backends[ACCOUNT][REGION]
    for function in shop.functions:
        if function.profile is not None:
            functions.create_function(function_spec(function))
    tables = dynamodb_backends[ACCOUNT][REGION]
    for table in shop.tables:
        if table.generated:
            _table(tables, table)
    apis = apigateway_backends[ACCOUNT][REGION]
    for api in shop.apis:
        if api.generated:
            _api(apis, api)


def _table(backend: Any, table: Table) -> None:
    spec = table_spec(table)
    backend.create_table(
        table.name,
        schema=spec["KeySchema"],
        throughput=spec.get("ProvisionedThroughput"),
        attr=spec["AttributeDefinitions"],
        global_indexes=spec.get("GlobalSecondaryIndexes", []),
        indexes=[],
        streams=None,
        billing_mode=spec["BillingMode"],
        sse_specification=None,
        tags=spec["Tags"],
        deletion_protection_enabled=False,
        warm_throughput=None,
    )


def _api(backend: Any, api: Api) -> None:
    made = backend.create_rest_api(api.name, api.description, tags=dict(api.tags))
    for route in api.routes:
        resource = backend.create_resource(made.id, made.root_resource_id, route.path.strip("/"))
        backend.put_method(made.id, resource.id, route.method, "NONE")
        backend.put_integration(
            made.id, resource.id, route.method, "AWS_PROXY", integration_uri(route.function), integration_method="POST"
        )
    for stage in api.stages:
        backend.create_deployment(made.id, stage)
