"""AWS's own word: what a role may do, and what is wrong with a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from aws.call import Call, items
from aws.errors import AccessDenied, BadAnswer
from aws.iam.desk import PolicyRemark
from aws.iam.reading.reads import mapping, texts
from aws.services.records import MALFORMED

_NEEDED: Final = {
    "SimulatePrincipalPolicy": "iam:SimulatePrincipalPolicy",
    "ValidatePolicy": "access-analyzer:ValidatePolicy",
}


async def simulated(call: Call, role_arn: str, action: str, resource: str) -> tuple[str, tuple[str, ...]]:
    """AWS's decision (allowed, explicitDeny, implicitDeny) and the condition keys that it lacked. Raises `AwsError`."""
    of: dict[str, Any] = {"ResourceArns": [resource]} if resource != "*" else {}
    operation = "SimulatePrincipalPolicy"
    try:
        answer = await call(
            "iam",
            operation,
            require=("EvaluationResults",),
            PolicySourceArn=role_arn,
            ActionNames=[action],
            **of,
        )
        result = mapping(answer["EvaluationResults"][0])
        return str(result["EvalDecision"]), texts(result.get("MissingContextValues"))
    except AccessDenied as error:
        raise _refused(error) from error
    except MALFORMED as error:
        raise BadAnswer("iam", operation, f"no decision in the answer ({type(error).__name__})") from error


async def validated(call: Call, document: Mapping[str, Any]) -> tuple[PolicyRemark, ...]:
    """What Access Analyzer remarks on an identity policy; nothing where it is content. Raises `AwsError`."""
    listing = items(
        call,
        "accessanalyzer",
        "ValidatePolicy",
        result="findings",
        token=("nextToken", "nextToken"),
        policyDocument=orjson.dumps(document).decode(),
        policyType="IDENTITY_POLICY",
    )
    try:
        return tuple([_remark(record) async for record in listing])
    except AccessDenied as error:
        raise _refused(error) from error
    except MALFORMED as error:
        raise BadAnswer("accessanalyzer", "ValidatePolicy", f"a remark is not readable ({error})") from error


def _remark(record: Mapping[str, Any]) -> PolicyRemark:
    places = record.get("locations") or [{}]
    return PolicyRemark(
        kind=str(record["findingType"]),
        code=str(record.get("issueCode", "")),
        text=str(record.get("findingDetails", "")),
        where=_path(mapping(places[0]).get("path") or ()),
    )


def _path(parts: Any) -> str:
    """A path of Access Analyzer's in the words of JSON: ``Statement[0].Action``."""
    said = ""
    for part in parts:
        if "index" in part:
            said += f"[{part['index']}]"
        elif name := part.get("key") or part.get("value"):
            said += f".{name}" if said else str(name)
    return said


def _refused(error: AccessDenied) -> AccessDenied:
    action = _NEEDED[error.operation]
    hint = f"allow {action} to this identity; nothing else here needs it"
    return AccessDenied(error.service, error.operation, error.message, hint=hint, code=error.code)
