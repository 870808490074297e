"""Which role is meant: by a name that somebody typed, or by the resource that is selected."""

from __future__ import annotations

import re
from typing import Any, Final

from aws.call import Call, items
from aws.errors import AccessDenied, AwsError, BadAnswer, InvalidRequest, NotFound
from aws.iam.reading.arns import is_function, is_session, may_be_role_name, role_name
from aws.iam.reading.reads import mapping
from aws.iam.reading.roster import functions_in
from aws.model import Resource, Snapshot
from aws.services.records import MALFORMED

_API: Final = re.compile(r"arn:[^:]+:apigateway:[^:]*::/(restapis|apis)/([^/]+)(?:/.*)?")
_RULE: Final = re.compile(r"arn:[^:]+:events:[^:]+:\d{12}:rule/(?:(?P<bus>.+)/)?(?P<rule>[^/]+)")


async def find(call: Call, name: str, snapshot: Snapshot | None) -> str:
    """The ARN of the role that ``name`` means: a role by name or ARN, else the role of a function by name or ARN.

    Raises `NotFound` where it is neither, `AwsError` where that could not be told.
    """
    name = name.strip()
    if (role := role_name(name)) is not None:
        if role.account != call.scope.account:
            why = f"{name} belongs to account {role.account}; this is {call.scope.account}"
            raise NotFound("iam", "GetRole", why, hint="choose a --profile of that account")
        return await _role(call, role.name) if is_session(name) else name
    if is_function(name):
        return await _of_function(call, name, snapshot)
    refused: AwsError | None = None
    bare = name.rpartition("/")[2]
    if may_be_role_name(bare):
        try:
            return await _role(call, bare)
        except NotFound:
            pass
        except AccessDenied as error:
            refused = error
    try:
        return await _of_function(call, name, snapshot)
    except (NotFound, InvalidRequest) as error:
        if refused is not None:
            raise refused from error
        where = f"in account {call.scope.account}, {call.scope.region}"
        raise NotFound("iam", "GetRole", f"{name} is neither a role nor a function {where}") from error


async def role_of(call: Call, resource: Resource) -> str | None:
    """The role that a resource runs with; None where it has none. Raises `AwsError` where that could not be read."""
    known = resource.text("role") or resource.text("role_arn")
    if known:
        return known
    arn = resource.arn
    try:
        if is_function(arn):
            return await _of_function(call, arn, None)
        if ":stateMachine:" in arn:
            answer = await call("stepfunctions", "DescribeStateMachine", require=("roleArn",), stateMachineArn=arn)
            return str(answer["roleArn"]) or None
        if rule := _RULE.fullmatch(arn):
            return await _of_rule(call, rule)
        if api := _API.fullmatch(arn):
            return await _of_api(call, rest=api[1] == "restapis", api_id=api[2])
    except MALFORMED as error:
        raise BadAnswer("iam", "GetRole", f"the role of {resource.name} could not be read ({error})") from error
    return None


async def _role(call: Call, name: str) -> str:
    answer = await call("iam", "GetRole", require=("Role",), RoleName=name)
    arn = mapping(answer["Role"]).get("Arn")
    if not isinstance(arn, str):
        raise BadAnswer("iam", "GetRole", "the answer has no ARN")
    return arn


async def _of_function(call: Call, name: str, snapshot: Snapshot | None) -> str:
    for each in functions_in(snapshot) if snapshot is not None else ():
        role = each.text("role")
        if each.scope == call.scope and role and name in (each.name, each.arn):
            return role
    answer = await call("lambda", "GetFunctionConfiguration", require=("Role",), FunctionName=name)
    return str(answer["Role"])


async def _of_rule(call: Call, rule: re.Match[str]) -> str | None:
    """The role of the first target that is called with one; most are called by their own resource policies."""
    bus: dict[str, Any] = {"EventBusName": rule["bus"]} if rule["bus"] else {}
    listing = items(
        call,
        "events",
        "ListTargetsByRule",
        result="Targets",
        token=("NextToken", "NextToken"),
        Rule=rule["rule"],
        **bus,
    )
    return await _first(listing, "RoleArn")


async def _of_api(call: Call, *, rest: bool, api_id: str) -> str | None:
    """The role with which an authorizer is called."""
    if rest:
        found = items(
            call,
            "apigateway",
            "GetAuthorizers",
            result="items",
            token=("position", "position"),
            left_out_if_empty=True,
            restApiId=api_id,
        )
        return await _first(found, "authorizerCredentials")
    found = items(
        call, "apigatewayv2", "GetAuthorizers", result="Items", token=("NextToken", "NextToken"), ApiId=api_id
    )
    return await _first(found, "AuthorizerCredentialsArn")


async def _first(listing: Any, key: str) -> str | None:
    async for record in listing:
        if role := mapping(record).get(key):
            return str(role)
    return None
