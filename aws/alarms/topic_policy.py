"""Whether a topic's access policy lets CloudWatch alarms of one account publish to it. Pure.

Judged as IAM does it, for the principal ``cloudwatch.amazonaws.com`` and the action ``sns:Publish``: a Deny that
matches wins, then an Allow that matches. A condition that nobody but AWS can evaluate makes a statement *unsure*.
SNS gives new topics a policy that allows any principal with ``AWS:SourceOwner`` set to the owning account; alarms of
that account may publish through it (Amazon SNS Developer Guide, "Example cases for Amazon SNS access control").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from aws.model import Scope

_PRINCIPAL: Final = "cloudwatch.amazonaws.com"
_ACTION: Final = "sns:publish"
_STRING_TESTS: Final = frozenset({"stringequals", "stringlike", "arnequals", "arnlike", "stringequalsignorecase"})


def lets_publish(policy: str | None, topic: str, scope: Scope) -> bool | None:
    """Whether alarms of that account and region may publish; None where it cannot be told, or there is no policy."""
    try:
        document = json.loads(policy or "")
    except ValueError:
        return None
    if not isinstance(document, Mapping):
        return None
    statements = [each for each in _listed(document.get("Statement")) if isinstance(each, Mapping)]
    denied = [_applies(each, topic, scope) for each in statements if each.get("Effect") == "Deny"]
    if True in denied:
        return False
    allowed = [_applies(each, topic, scope) for each in statements if each.get("Effect") == "Allow"]
    if True in allowed:
        return None if None in denied else True
    return None if None in allowed else False


def _applies(statement: Mapping[str, Any], topic: str, scope: Scope) -> bool | None:
    """Whether a statement is about us; None where that depends on what only AWS knows."""
    parts = (
        _either(statement, "Principal", _names_us),
        _either(statement, "Action", lambda value: _matches(value, _ACTION)),
        _either(statement, "Resource", lambda value: _matches(value, topic.lower())),
    )
    if not all(parts):
        return False
    return _conditions(statement.get("Condition"), scope)


def _either(statement: Mapping[str, Any], key: str, test: Any) -> bool:
    """The key's own test, or its opposite for NotPrincipal, NotAction, NotResource; SNS takes no Resource for all."""
    if f"Not{key}" in statement:
        return not test(statement[f"Not{key}"])
    return bool(test(statement[key])) if key in statement else key == "Resource"


def _names_us(principal: Any) -> bool:
    if isinstance(principal, Mapping):
        services = [str(each).lower() for each in _listed(principal.get("Service"))]
        return _PRINCIPAL in services or "*" in services or "*" in _listed(principal.get("AWS"))
    return bool(principal == "*")


def _matches(patterns: Any, value: str) -> bool:
    return any(_like(str(pattern).lower(), value) for pattern in _listed(patterns))


def _conditions(conditions: Any, scope: Scope) -> bool | None:
    if not conditions:
        return True
    if not isinstance(conditions, Mapping):
        return None
    verdicts = [
        _condition(str(operator).lower(), str(key).lower(), [str(each) for each in _listed(values)], scope)
        for operator, keys in conditions.items()
        for key, values in (keys.items() if isinstance(keys, Mapping) else (("?", ()),))
    ]
    return _all(verdicts)


def _condition(operator: str, key: str, values: list[str], scope: Scope) -> bool | None:
    if key == "aws:securetransport" and operator.startswith("bool"):
        return "true" in [value.lower() for value in values]  # AWS's services publish over TLS
    negated = "not" in operator
    plain = operator.replace("not", "").removesuffix("ifexists")
    if plain not in _STRING_TESTS:
        return None
    if key in ("aws:sourceowner", "aws:sourceaccount"):
        verdict: bool | None = any(_like(value, scope.account) for value in values)
    elif key == "aws:sourcearn":
        verdict = _any(_any_alarm(value, scope) for value in values)
    else:
        return None
    return verdict if verdict is None else verdict is not negated


def _any_alarm(pattern: str, scope: Scope) -> bool | None:
    """Whether every alarm of the scope matches; None where some do: "…:alarm:pay-*"."""
    prefix = f"arn:{scope.partition}:cloudwatch:{scope.region}:{scope.account}:alarm:"
    if all(_like(pattern, f"{prefix}{name}") for name in ("a", "Z 9")):
        return True
    parts = pattern.split(":", 6)
    same = len(parts) == 7 and all(_like(part, own) for part, own in zip(parts, prefix.split(":")[:6], strict=False))
    return None if same else False


def _like(pattern: str, value: str) -> bool:
    """IAM's wildcards: * for any characters, ? for one."""
    regex = "".join(".*" if sign == "*" else "." if sign == "?" else re.escape(sign) for sign in pattern)
    return re.fullmatch(regex, value, re.DOTALL) is not None


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _all(verdicts: Iterable[bool | None]) -> bool | None:
    found = list(verdicts)
    return False if False in found else (None if None in found else True)


def _any(verdicts: Iterable[bool | None]) -> bool | None:
    found = list(verdicts)
    return True if True in found else (None if None in found else False)
