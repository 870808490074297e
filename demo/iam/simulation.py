"""SimulatePrincipalPolicy for roles, answered from the policies that they have."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from demo.errors import ServiceError
from demo.front.requests import Request
from demo.iam.details import Details, Document
from demo.iam.evaluation import Matched, Question, evaluate
from demo.iam.xml import members

_ACTION: Final = re.compile(r"[a-zA-Z0-9-]+:[a-zA-Z0-9]+")
_ENTRY: Final = re.compile(r"ContextEntries\.member\.(\d+)\.ContextKeyValues\.member\.(\d+)")


def simulate(request: Request, details: Details) -> list[dict[str, Any]]:
    """One EvaluationResult for each action on each resource. Raises `ServiceError`."""
    actions, resources = members(request, "ActionNames"), members(request, "ResourceArns") or ["*"]
    wrong = next((each for each in actions if not _ACTION.fullmatch(each)), None)
    if not actions or wrong is not None:
        raise ServiceError("InvalidInput", f"Invalid Input Action names: {wrong or 'none given'}")
    policies = details.role(request.form.get("PolicySourceArn", ""))
    context = _context(request)
    results = []
    for action in actions:
        for resource in resources:
            verdict = evaluate(Question(action, resource, context), policies)
            result: dict[str, Any] = {
                "EvalActionName": action,
                "EvalResourceName": resource,
                "EvalDecision": verdict.decision,
                "MatchedStatements": [_place(each) for each in verdict.matched],
                "MissingContextValues": list(verdict.missing),
            }
            if verdict.bounded is not None:
                result["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": verdict.bounded}
            results.append(result)
    return results


def _context(request: Request) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in request.form.items():
        entry = _ENTRY.fullmatch(key)
        if entry:
            name = request.form.get(f"ContextEntries.member.{entry[1]}.ContextKeyName", "")
            found.setdefault(name.lower(), []).append(value)
    return found


def _place(matched: Matched) -> dict[str, Any]:
    begin, end = _spans(matched.document)[matched.place]
    return {
        "SourcePolicyId": matched.document.name,
        "SourcePolicyType": matched.document.kind,
        "StartPosition": _position(matched.document.text, begin),
        "EndPosition": _position(matched.document.text, end),
    }


def _spans(document: Document) -> list[tuple[int, int]]:
    """Where each statement begins and ends in the text."""
    text, decoder = document.text, json.JSONDecoder()
    at = re.compile(r'"Statement"\s*:\s*\[?\s*').search(text)
    spans, here = [], at.end() if at else 0
    for _ in document.statements:
        _, end = decoder.raw_decode(text, here)
        spans.append((here, end))
        here = end + len(text[end:]) - len(text[end:].lstrip(" \t\r\n,"))
    return spans


def _position(text: str, at: int) -> dict[str, int]:
    before = text[:at]
    return {"Line": before.count("\n") + 1, "Column": at - (before.rfind("\n") + 1) + 1}
