"""One concrete request held against policies, as IAM does it (IAM User Guide, "Policy evaluation logic").

Written apart from `aws.iam`, which asks what a role may do at all: here every question has one action, one resource
and its context, and the answer is yes or no. The two check each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from demo.iam.details import Document, RolePolicies

ALLOWED: Final = "allowed"
EXPLICIT: Final = "explicitDeny"
IMPLICIT: Final = "implicitDeny"
_VARIABLE: Final = re.compile(r"\$\{([^}]*)\}")
_NEGATED: Final = re.compile(r"^(string|arn|numeric|date)not(equals|like|equalsignorecase)|^notipaddress")


class Question(NamedTuple):
    """``context`` holds the request's condition keys in lower case."""

    action: str
    resource: str
    context: Mapping[str, Sequence[str]]


class Matched(NamedTuple):
    """A statement that decides, by its place in its document."""

    document: Document
    place: int


class Verdict(NamedTuple):
    """``missing`` are condition keys that were asked for and not given; ``bounded`` None: there is no boundary."""

    decision: str
    matched: tuple[Matched, ...]
    missing: tuple[str, ...]
    bounded: bool | None


def evaluate(question: Question, policies: RolePolicies) -> Verdict:
    """The decision that IAM would make, resource policies and organization left aside."""
    missing: set[str] = set()
    denies: list[Matched] = []
    allows: list[Matched] = []
    for document in policies.documents:
        _sort(question, document, missing, denies, allows)
    bounded = None
    if policies.boundary is not None:
        within: list[Matched] = []
        _sort(question, policies.boundary, missing, denies, within)
        bounded = bool(within)
    ordered = tuple(sorted(missing))
    if denies:
        return Verdict(EXPLICIT, tuple(denies), ordered, bounded)
    if allows and bounded is not False:
        return Verdict(ALLOWED, tuple(allows), ordered, bounded)
    return Verdict(IMPLICIT, (), ordered, bounded)


def _sort(
    question: Question, document: Document, missing: set[str], denies: list[Matched], allows: list[Matched]
) -> None:
    for index, statement in enumerate(document.statements):
        if _speaks(question, statement) and _holds(question, statement.get("Condition") or {}, missing):
            (denies if statement.get("Effect") == "Deny" else allows).append(Matched(document, index))


def _speaks(question: Question, statement: Mapping[str, Any]) -> bool:
    service, _, name = question.action.partition(":")
    action = f"{service}:{name}".lower()
    if "NotAction" in statement:
        if any(_like(each.lower(), action) for each in _several(statement["NotAction"])):
            return False
    elif not any(each == "*" or _like(each.lower(), action) for each in _several(statement.get("Action", ()))):
        return False
    resources = _several(statement.get("NotResource", statement.get("Resource", ())))
    named = any(_like(_filled(each, question.context), question.resource) for each in resources)
    return named is not ("NotResource" in statement)


def _holds(question: Question, condition: Mapping[str, Any], missing: set[str]) -> bool:
    """Whether every test passes; a key that was not given fails all but negated tests and those that allow for it."""
    passed = True
    for operator, tests in condition.items():
        for key, wanted in tests.items():
            given = question.context.get(key.lower())
            name = operator.lower().rpartition(":")[2]
            if name == "null":
                passed &= (given is None) is (str(_several(wanted)[0]).lower() == "true")
            elif given is None:
                missing.add(key)
                passed &= name.endswith("ifexists") or bool(_NEGATED.match(name))
            else:
                passed &= _test(name.removesuffix("ifexists"), given, [str(each) for each in _several(wanted)])
    return passed


def _test(operator: str, given: Sequence[str], wanted: Sequence[str]) -> bool:
    if operator.startswith("bool"):
        return given[0].lower() in [each.lower() for each in wanted]
    folded = operator.endswith("ignorecase")
    alike = operator.endswith("like") or operator.startswith("arn")
    found = any(
        _like(each, one) if alike else each.lower() == one.lower() if folded else each == one
        for one in given
        for each in wanted
    )
    return found is not bool(_NEGATED.match(operator))


def _filled(pattern: str, context: Mapping[str, Sequence[str]]) -> str:
    """The pattern with its policy variables; one without a value matches nothing."""
    return _VARIABLE.sub(lambda found: (context.get(found[1].lower()) or ["\0"])[0], pattern)


def _several(value: Any) -> list[str]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _like(pattern: str, text: str) -> bool:
    return bool(_compiled(pattern).fullmatch(text))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*+|\?)", pattern)
    return re.compile(
        "".join(".*" if part.startswith("*") else "." if part == "?" else re.escape(part) for part in parts), re.DOTALL
    )
