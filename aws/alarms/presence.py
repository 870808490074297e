"""Whether a resource still exists: an alarm on one that was deleted since the plan could never fire.

One small read for each, by what the ARN says. A kind that has no entry here, and one that we may not look at by
itself, is taken to exist: its alarms are then told to be dead by coverage, at the next look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from aws.call import Call
from aws.errors import AccessDenied, NotFound

_Read: TypeAlias = tuple[str, str, dict[str, Any]]  # service, operation, parameters


async def gone(call: Call, arn: str) -> str:
    """Why there is no such resource, or topic, any more; empty where it exists. Raises `AwsError`."""
    parts = arn.split(":", 5)
    probe = _PROBES.get(parts[2]) if len(parts) == 6 else None
    read = None if probe is None else probe(parts, arn)
    if read is None:
        return ""
    service, operation, params = read
    try:
        answer = await call(service, operation, **params)
    except NotFound:
        return "it does not exist any more"
    except AccessDenied:
        return ""
    if operation == "DescribeTable" and "/index/" in parts[5]:
        name = parts[5].rpartition("/index/")[2]
        indexes = (answer.get("Table") or {}).get("GlobalSecondaryIndexes") or ()
        if name not in {index.get("IndexName") for index in indexes}:
            return f"its table has no index {name} any more"
    return ""


def _function(parts: list[str], arn: str) -> _Read | None:
    kind, _, name = parts[5].partition(":")
    whole = kind == "function" and ":" not in name
    return ("lambda", "GetFunctionConfiguration", {"FunctionName": arn}) if whole else None


def _table(parts: list[str], _arn: str) -> _Read | None:
    match parts[5].split("/"):
        case ["table", table] | ["table", table, "index", _]:
            return "dynamodb", "DescribeTable", {"TableName": table}
    return None


def _stage(parts: list[str], _arn: str) -> _Read | None:
    match parts[5].split("/"):
        case ["", "restapis", api, "stages", stage]:
            return "apigateway", "GetStage", {"restApiId": api, "stageName": stage}
        case ["", "apis", api, "stages", stage]:
            return "apigatewayv2", "GetStage", {"ApiId": api, "StageName": stage}
    return None


def _queue(parts: list[str], _arn: str) -> _Read | None:
    return "sqs", "GetQueueUrl", {"QueueName": parts[5], "QueueOwnerAWSAccountId": parts[4]}


def _pool(parts: list[str], _arn: str) -> _Read | None:
    match parts[5].split("/"):
        case ["userpool", pool]:
            return "cognito-idp", "DescribeUserPool", {"UserPoolId": pool}
        case ["userpool", pool, "client", client]:
            return "cognito-idp", "DescribeUserPoolClient", {"UserPoolId": pool, "ClientId": client}
    return None


def _topic(_parts: list[str], arn: str) -> _Read | None:
    return "sns", "GetTopicAttributes", {"TopicArn": arn}


_PROBES: Final[Mapping[str, Callable[[list[str], str], _Read | None]]] = {
    "lambda": _function,
    "dynamodb": _table,
    "apigateway": _stage,
    "sqs": _queue,
    "cognito-idp": _pool,
    "sns": _topic,
}
