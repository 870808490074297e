"""Access Analyzer's ValidatePolicy: the checks of grammar and of the commonest mistakes.

Codes and kinds: IAM User Guide, "IAM Access Analyzer policy check reference".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from aws.iam.actions import action_fact, all_services
from aws.iam.globs import covers, is_pattern

_VERSIONS: Final = ("2012-10-17", "2008-10-17")
_REFERENCE: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html"
_ARN_FIELDS: Final = 6
_Path = tuple[str | int, ...]


class _Remark(NamedTuple):
    kind: str
    code: str
    text: str
    path: _Path = ()


def validate(text: str, policy_type: str) -> list[dict[str, Any]]:
    """The findings on a policy document, in its order."""
    return [
        {
            "findingType": each.kind,
            "issueCode": each.code,
            "findingDetails": each.text,
            "learnMoreLink": f"{_REFERENCE}#{each.code.lower().replace('_', '-')}",
            "locations": [{"path": [_step(part) for part in each.path], "span": _span(text, each.path)}],
        }
        for each in _remarks(text, policy_type)
    ]


def _remarks(text: str, policy_type: str) -> Iterator[_Remark]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        yield _Remark("ERROR", "JSON_SYNTAX_ERROR", f"Fix the JSON syntax error at line {error.lineno}: {error.msg}.")
        return
    if not isinstance(document, dict):
        yield _Remark("ERROR", "JSON_SYNTAX_ERROR", "The policy must be a JSON object.")
        return
    version = document.get("Version")
    if version is None:
        yield _Remark("WARNING", "MISSING_VERSION", "We recommend that you specify the Version element.")
    elif version not in _VERSIONS:
        yield _Remark("ERROR", "INVALID_VERSION", f"The version {version} is not valid.", ("Version",))
    statements = document.get("Statement")
    if statements is None:
        yield _Remark("ERROR", "MISSING_STATEMENT", "Add a Statement element to the policy.")
        return
    listed = isinstance(statements, list)
    if statements == []:
        yield _Remark("SUGGESTION", "EMPTY_ARRAY_STATEMENT", "This statement includes an empty array.", ("Statement",))
    seen: set[str] = set()
    for index, statement in enumerate(statements if listed else [statements]):
        path: _Path = ("Statement", index) if listed else ("Statement",)
        if not isinstance(statement, dict):
            yield _Remark("ERROR", "INVALID_STATEMENT", "A statement must be a JSON object.", path)
            continue
        sid = statement.get("Sid")
        if isinstance(sid, str) and sid in seen:
            yield _Remark("ERROR", "UNIQUE_SIDS_REQUIRED", f"Statement ID {sid} is used twice.", (*path, "Sid"))
        seen.add(str(sid))
        yield from _statement(statement, path, policy_type)


def _statement(statement: Mapping[str, Any], path: _Path, policy_type: str) -> Iterator[_Remark]:
    if statement.get("Effect") not in ("Allow", "Deny"):
        code = "INVALID_EFFECT" if "Effect" in statement else "MISSING_EFFECT"
        yield _Remark("ERROR", code, "The Effect must be Allow or Deny.", path)
    if "Action" not in statement and "NotAction" not in statement:
        yield _Remark("ERROR", "MISSING_ACTION", "Add an Action or NotAction element to the statement.", path)
    identity = policy_type in ("IDENTITY_POLICY", "SERVICE_CONTROL_POLICY")
    if identity and "Resource" not in statement and "NotResource" not in statement:
        yield _Remark("ERROR", "MISSING_RESOURCE", "Add a Resource or NotResource element to the statement.", path)
    if identity and ("Principal" in statement or "NotPrincipal" in statement):
        yield _Remark("ERROR", "UNSUPPORTED_PRINCIPAL", "An identity policy takes no Principal.", path)
    if policy_type == "RESOURCE_POLICY" and "Principal" not in statement and "NotPrincipal" not in statement:
        yield _Remark("ERROR", "MISSING_PRINCIPAL", "Add a Principal element to the statement.", path)
    for key in ("Action", "NotAction"):
        yield from _actions(statement, key, path)
    for key in ("Resource", "NotResource"):
        for where, resource in _each(statement.get(key), (*path, key)):
            if resource != "*" and not resource.startswith("arn:"):
                text = f"The resource ARN {resource} does not match the expected ARN format."
                yield _Remark("ERROR", "INVALID_ARN", text, where)
            elif resource != "*" and len(resource.split(":")) < _ARN_FIELDS:
                yield _Remark("ERROR", "MISSING_ARN_FIELD", "Resource ARNs must include at least 6 fields.", where)
    if statement.get("Condition") == {}:
        text = "There are no values in the Condition element."
        yield _Remark("SUGGESTION", "EMPTY_OBJECT_CONDITION", text, (*path, "Condition"))
    if statement.get("Effect") == "Allow":
        yield from _generous(statement, path)


def _actions(statement: Mapping[str, Any], key: str, path: _Path) -> Iterator[_Remark]:
    if statement.get(key) == []:
        yield _Remark("SUGGESTION", "EMPTY_ARRAY_ACTION", "This statement includes no actions.", (*path, key))
    written: list[str] = []
    for where, action in _each(statement.get(key), (*path, key)):
        service, colon, name = action.partition(":")
        if action == "*":
            continue
        if not colon:
            yield _Remark("ERROR", "MISSING_SERVICE_IN_ACTION", f"The action {action} names no service.", where)
        elif not is_pattern(service) and service.lower() not in all_services():
            text = f"The service {service} specified in the action does not exist."
            yield _Remark("ERROR", "INVALID_SERVICE_IN_ACTION", text, where)
        elif not is_pattern(action) and action_fact(action) is None:
            yield _Remark("ERROR", "INVALID_ACTION", f"The action {service}:{name} does not exist.", where)
        elif any(covers(each.lower(), action.lower()) for each in written):
            text = f"The action {action} is redundant with another of this statement."
            yield _Remark("SUGGESTION", "REDUNDANT_ACTION", text, where)
        written.append(action)


def _generous(statement: Mapping[str, Any], path: _Path) -> Iterator[_Remark]:
    everywhere = any(resource == "*" for _, resource in _each(statement.get("Resource"), ()))
    actions = [action.lower() for _, action in _each(statement.get("Action"), ())]
    if "NotAction" in statement and "NotResource" in statement:
        text = "Using Allow with NotAction and NotResource can be overly permissive."
        yield _Remark("SECURITY_WARNING", "ALLOW_WITH_NOT_ACTION_AND_NOT_RESOURCE", text, path)
    if not everywhere:
        return
    if "iam:passrole" in actions:
        text = "Using the iam:PassRole action with wildcards (*) in the resource can be overly permissive."
        yield _Remark("SECURITY_WARNING", "PASS_ROLE_WITH_STAR_IN_RESOURCE", text, (*path, "Resource"))
    elif any(is_pattern(each) and covers(each, "iam:passrole") for each in actions):
        text = "Using wildcards (*) in the action and the resource can allow iam:PassRole on all resources."
        yield _Remark("SECURITY_WARNING", "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE", text, path)
    if "iam:createservicelinkedrole" in actions:
        text = "Using the iam:CreateServiceLinkedRole action with wildcards (*) can create roles that are not intended."
        yield _Remark("SECURITY_WARNING", "CREATE_SLR_WITH_STAR_IN_RESOURCE", text, (*path, "Resource"))


def _each(value: object, path: _Path) -> Iterator[tuple[_Path, str]]:
    if isinstance(value, list):
        yield from (((*path, index), str(each)) for index, each in enumerate(value))
    elif value is not None:
        yield path, str(value)


def _step(part: str | int) -> dict[str, Any]:
    return {"index": part} if isinstance(part, int) else {"value": part}


def _span(text: str, path: _Path) -> dict[str, Any]:
    """The line of the element: near enough for an editor's mark; the whole text where nothing names it."""
    at = 0
    for part in path:
        if isinstance(part, str):
            at = max(at, text.find(f'"{part}"', at))
    end = text.find("\n", at)
    return {"start": _position(text, at), "end": _position(text, len(text) if end < 0 else end)}


def _position(text: str, at: int) -> dict[str, int]:
    before = text[:at]
    return {"line": before.count("\n") + 1, "column": at - (before.rfind("\n") + 1), "offset": at}
