"""The shop's nouns as the parameters of AWS's Create operations."""

from __future__ import annotations

import io
import json
import zipfile
from base64 import b32encode, b64encode
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from demo.shop.model import ACCOUNT, REGION, arn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from demo.shop.model import Api, Function, Queue, Role, Statement, Table


_LAMBDA: Final = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def role_trust(role: Role) -> str:
    """A role's trust policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(role.trust) or [_LAMBDA]})


@cache
def code() -> str:
    """One deployment package for all functions, in base64; nothing ever runs it. The same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.mjs"), "export const handler = async () => ({ statusCode: 204 });\n")
    return b64encode(buffer.getvalue()).decode()


def function_spec(function: Function) -> dict[str, Any]:
    """CreateFunction's parameters."""
    spec: dict[str, Any] = {
        "FunctionName": function.name,
        "Runtime": function.runtime,
        "Role": arn("iam", f"role/{function.role_name}", region=""),
        "Handler": "index.handler",
        "Code": {"ZipFile": code()},
        "Description": function.description,
        "Timeout": function.timeout_s,
        "MemorySize": function.memory_mb,
        "Architectures": [function.architecture],
        "TracingConfig": {"Mode": "Active" if function.tracing else "PassThrough"},
        "Tags": function_tags(function),
    }
    if function.env:
        spec["Environment"] = {"Variables": dict(function.env)}
    if function.dead_letter_queue:
        spec["DeadLetterConfig"] = {"TargetArn": arn("sqs", function.dead_letter_queue)}
    return spec


def function_tags(function: Function) -> dict[str, str]:
    """A function's tags."""
    return {
        "team": function.team,
        "stack": function.stack,
        "env": "prod",
        "aws:cloudformation:stack-name": function.stack,  # as CloudFormation marks what it creates
        **function.tags,
    }


def table_spec(table: Table) -> dict[str, Any]:
    """CreateTable's parameters."""
    keys = [table.hash_key, table.range_key]
    for index in table.indexes:
        keys += [index.hash_key, index.range_key]
    throughput = {"ProvisionedThroughput": {"ReadCapacityUnits": table.rcu, "WriteCapacityUnits": table.wcu}}
    capacity = {} if table.on_demand else throughput
    spec: dict[str, Any] = {
        "TableName": table.name,
        "KeySchema": _schema(table.hash_key, table.range_key),
        "AttributeDefinitions": [
            {"AttributeName": key, "AttributeType": "S"} for key in dict.fromkeys(key for key in keys if key)
        ],
        "BillingMode": "PAY_PER_REQUEST" if table.on_demand else "PROVISIONED",
        "Tags": [{"Key": key, "Value": value} for key, value in table.tags.items()],
        **capacity,
    }
    if table.indexes:
        spec["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index.name,
                "KeySchema": _schema(index.hash_key, index.range_key),
                "Projection": {"ProjectionType": "ALL"},
                **capacity,
            }
            for index in table.indexes
        ]
    if table.stream:
        spec["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    return spec


def _schema(hash_key: str, range_key: str | None) -> list[dict[str, str]]:
    schema = [{"AttributeName": hash_key, "KeyType": "HASH"}]
    return [*schema, {"AttributeName": range_key, "KeyType": "RANGE"}] if range_key else schema


def queue_attributes(queue: Queue) -> dict[str, str]:
    """CreateQueue's Attributes. Its dead-letter queue must exist."""
    attributes = {
        "VisibilityTimeout": str(queue.visibility_s),
        "MessageRetentionPeriod": str(queue.retention_s),
    }
    if queue.dead_letter:
        redrive = {"deadLetterTargetArn": arn("sqs", queue.dead_letter), "maxReceiveCount": 5}
        attributes["RedrivePolicy"] = json.dumps(redrive)
    return attributes


def schedule_expression(every_min: int, at_min: int) -> str:
    """EventBridge's expression for so many minutes between runs: a part of an hour, some hours, or a day."""
    if every_min < 60:
        return f"cron({at_min % every_min}/{every_min} * * * ? *)"
    hour, minute = divmod(at_min % every_min, 60)
    return f"cron({minute} {hour}{'' if every_min == 1440 else f'/{every_min // 60}'} * * ? *)"


def policy_document(statements: Iterable[Statement]) -> str:
    """The document of an identity policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": [_statement(each) for each in statements]})


def _statement(statement: Statement) -> dict[str, Any]:
    written: dict[str, Any] = {
        "Effect": "Deny" if statement.deny else "Allow",
        "NotAction" if statement.not_action else "Action": list(statement.actions),
        "Resource": list(statement.resources),
    }
    if statement.condition:
        written["Condition"] = dict(statement.condition)
    return written


def invoke_permission(sid: str, service: str, source_arn: str) -> dict[str, str]:
    """AddPermission's parameters for a service that runs a function on behalf of one source."""
    principal = f"{service}.amazonaws.com"
    return {
        "StatementId": sid,
        "Action": "lambda:InvokeFunction",
        "Principal": principal,
        "SourceArn": source_arn,
        "SourceAccount": ACCOUNT,
    }


def rest_api_id(api: str) -> str:
    """The id of the REST API of that name: ten letters and digits, as API Gateway makes them."""
    return _short_id(f"api {api}")


def resource_id(api: str, path: str) -> str:
    """The id of a REST API's resource; ``path`` is empty at the root."""
    return _short_id(f"resource {api} {path}")


def deployment_id(api: str, stage: str) -> str:
    """The id of the one deployment of a REST API's stage."""
    return _short_id(f"deployment {api} {stage}")


def _short_id(of: str) -> str:
    return b32encode(blake2b(of.encode(), digest_size=7).digest()).decode().lower()[:10]


def resource_paths(api: Api) -> dict[str, tuple[str, str]]:
    """All paths that lead to an API's routes, with (the path before it, its last part), each after the one before it.

    The root is not among them; its path is empty.
    """
    paths: dict[str, tuple[str, str]] = {}
    for route in api.routes:
        path = ""
        for piece in route.path.strip("/").split("/"):
            before, path = path, f"{path}/{piece}"
            paths.setdefault(path, (before, piece))
    return paths


def integration_uri(function: str) -> str:
    """What an AWS_PROXY integration names its function by."""
    target = arn("lambda", f"function:{function}")
    return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{target}/invocations"
