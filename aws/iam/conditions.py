"""Conditions, as far as they can be judged from what is known of a request beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from aws.iam.globs import covers, is_pattern, normal
from aws.iam.policy import Condition

_EXACT: Final = frozenset({"stringequals", "arnequals", "stringequalsignorecase", "bool"})
_LIKE: Final = frozenset({"stringlike", "arnlike", "arnequals"})  # ArnEquals and ArnLike behave alike
_NEGATED: Final = {
    "stringnotequals": "stringequals",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "stringnotequalsignorecase": "stringequalsignorecase",
}
# What the ids of organizations and the subjects of GitHub, GitLab and Terraform begin with, whosever they are.
_EVERYBODYS: Final = ("arn:", "o-", "repo:", "project_path:", "organization:")


def holds(conditions: Iterable[Condition], known: Mapping[str, str]) -> bool | None:
    """Whether all conditions hold for a request with these keys (in lower case); None where that cannot be told."""
    verdicts = [_holds(each, known) for each in conditions]
    return False if False in verdicts else None if None in verdicts else True


def confines(condition: Condition) -> bool:
    """Whether it lets only named values through: a positive test, not one whose value is a wildcard throughout.

    IfExists and ForAllValues hold where the request has no such key at all (IAM User Guide, "Condition operators").
    """
    operator, written = _plain(condition.operator), condition.operator.lower()
    if operator not in _EXACT | _LIKE | {"ipaddress"} or written.endswith("ifexists"):
        return False
    if written.startswith("forallvalues:"):
        return False
    return bool(condition.values) and not any(_anything(value) for value in condition.values)


def _holds(condition: Condition, known: Mapping[str, str]) -> bool | None:
    value = known.get(condition.key.lower())
    operator = _plain(condition.operator)
    negated = operator in _NEGATED
    operator = _NEGATED.get(operator, operator)
    if value is None or operator not in _EXACT | _LIKE or any("${" in each for each in condition.values):
        return None
    # Service principals of the China partition may end in .cn; who means one means the other.
    asked = value.lower().removesuffix(".cn")
    matched = any(_matches(operator, each.lower().removesuffix(".cn"), asked) for each in condition.values)
    return matched is not negated


def _matches(operator: str, wanted: str, value: str) -> bool:
    return covers(normal(wanted), value) if operator in _LIKE else wanted == value


def _plain(operator: str) -> str:
    return operator.lower().rpartition(":")[2].removesuffix("ifexists")


def names_resources(condition: Condition) -> bool:
    """Whether it confines a statement to some resources: by their tags, or by a key of the service's own.

    The other global keys tell who asks, from where and how: all resources stay open to whom they let through.
    """
    key = condition.key.lower()
    return (not key.startswith("aws:") or key.startswith("aws:resourcetag/")) and confines(condition)


def _anything(value: str) -> bool:
    if value in ("0.0.0.0/0", "::/0") or not value.strip("*?:/"):
        return True
    if value.startswith("arn:") and is_pattern(value):
        return _anybodys_arn(value)
    return any(value.startswith(head) and not value.removeprefix(head).strip("*?:/") for head in _EVERYBODYS)


def _anybodys_arn(pattern: str) -> bool:
    """Whether resources of every account match: no account is named, nor, where ARNs have none (S3), the resource."""
    fields = pattern.split(":", 5)
    account, resource = (*fields, *("*" for _ in range(6 - len(fields))))[4:]
    return is_pattern(account) if account else not resource.strip("*?:/")
