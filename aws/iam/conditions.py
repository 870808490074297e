"""Conditions, as far as they can be judged from what is known of a request beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from aws.iam.globs import covers, normal
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


def holds(conditions: Iterable[Condition], known: Mapping[str, str]) -> bool | None:
    """Whether all conditions hold for a request with these keys (in lower case); None where that cannot be told."""
    verdicts = [_holds(each, known) for each in conditions]
    return False if False in verdicts else None if None in verdicts else True


def confines(condition: Condition) -> bool:
    """Whether it lets only named values through: a positive test, not one whose value is a wildcard throughout."""
    operator = _plain(condition.operator)
    if operator not in _EXACT | _LIKE | {"ipaddress"} or condition.operator.lower().endswith("ifexists"):
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


def _anything(value: str) -> bool:
    return not value.strip("*?") or value in ("0.0.0.0/0", "::/0") or not value.removeprefix("arn:").strip("*?:")
