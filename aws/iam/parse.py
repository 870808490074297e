"""Policy documents to frozen values. Never raises: what cannot be read becomes a policy with trouble.

The grammar's forms are those of the IAM User Guide, "Grammar of the IAM JSON policy language". botocore hands
documents out decoded, but as the raw text where they were not URL-encoded JSON; Lambda's GetPolicy always gives text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

import orjson

from aws.iam.policy import CURRENT_VERSION, Condition, Policy, PolicyKind, Principal, Statement, StatementRef

# AWS keeps at most 10,240 characters of inline policies a role, 6,144 a managed policy, 20 kB a function's policy
# (IAM and Lambda quotas), white space not counted. Far above that no document is one of AWS's.
MAX_CHARACTERS: Final = 1_000_000
MAX_PATTERNS: Final = 50_000

_PRINCIPAL_KINDS: Final = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})


class _Malformed(Exception):
    """Why a part of a document is not understood."""


def parse_policy(name: str, kind: PolicyKind, document: object, *, arn: str = "", resource: str = "") -> Policy:
    """The policy in a document that is a mapping, JSON text or URL-encoded JSON text.

    Statements that are understood are kept beside those that are not, which ``trouble`` counts.
    """
    try:
        content = _decoded(document)
    except _Malformed as why:
        return Policy(name=name, kind=kind, arn=arn, resource=resource, trouble=str(why))
    statements, troubles = _statements(name, kind, content)
    trouble = "; ".join(troubles[:3]) + (f"; and {len(troubles) - 3} more" if len(troubles) > 3 else "")
    return Policy(
        name=name,
        kind=kind,
        arn=arn,
        resource=resource,
        statements=statements,
        trouble=trouble,
        document=content,
    )


def unreadable_policy(name: str, kind: PolicyKind, why: str, *, arn: str = "", resource: str = "") -> Policy:
    """A policy that is known to exist, but whose document was denied or lost."""
    return Policy(name=name, kind=kind, arn=arn, resource=resource, trouble=why or "could not be read")


def _decoded(document: object) -> Mapping[str, Any]:
    if isinstance(document, Mapping):
        return document
    if isinstance(document, bytes):
        document = document.decode("utf-8", "replace")
    if not isinstance(document, str):
        raise _Malformed("no policy document in the answer" if document is None else "the document is not a policy")
    if len(document) > MAX_CHARACTERS:
        raise _Malformed(f"the document has {len(document):,} characters, more than AWS keeps")
    text = document.strip()
    if text.startswith("%"):
        text = unquote(text)
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _Malformed("the document is not JSON") from None
    if not isinstance(content, Mapping):
        raise _Malformed("the document is not a policy")
    return content


def _statements(name: str, kind: PolicyKind, content: Mapping[str, Any]) -> tuple[tuple[Statement, ...], list[str]]:
    raw = content.get("Statement")
    entries = raw if isinstance(raw, list) else [raw]
    if raw is None or not entries:
        return (), ["no statement in the document"]
    variables = content.get("Version") == CURRENT_VERSION
    statements: list[Statement] = []
    troubles: list[str] = []
    patterns = 0
    for index, entry in enumerate(entries):
        try:
            statement = _statement(name, kind, index, entry, variables=variables)
        except _Malformed as why:
            troubles.append(f"statement {index + 1}: {why}")
            continue
        patterns += len(statement.actions) + len(statement.resources)
        if patterns > MAX_PATTERNS:
            troubles.append(f"statements {index + 1} to {len(entries)}: more patterns than AWS keeps")
            break
        statements.append(statement)
    return tuple(statements), troubles


def _statement(name: str, kind: PolicyKind, index: int, entry: object, *, variables: bool) -> Statement:
    if not isinstance(entry, Mapping):
        raise _Malformed("not an object")
    effect = entry.get("Effect")
    if effect not in ("Allow", "Deny"):
        raise _Malformed("Effect is neither Allow nor Deny")
    actions, not_action = _either(entry, "Action")
    trustful = kind is PolicyKind.TRUST  # a trust policy's resource is the role itself
    resources, not_resource = (("*",), False) if trustful else _either(entry, "Resource")
    principals, not_principal = _principals(entry)
    sid = entry.get("Sid")
    return Statement(
        ref=StatementRef(name, kind, index, sid if isinstance(sid, str) else ""),
        allow=effect == "Allow",
        actions=actions,
        not_action=not_action,
        resources=resources,
        not_resource=not_resource,
        principals=principals,
        not_principal=not_principal,
        conditions=tuple(_conditions(entry.get("Condition"))),
        variables=variables,
    )


def _either(entry: Mapping[str, Any], key: str) -> tuple[tuple[str, ...], bool]:
    """The element's values, and whether it is its NotX form."""
    inverted = f"Not{key}" in entry
    if inverted == (key in entry):
        raise _Malformed(f"{key} and Not{key}" if inverted else f"neither {key} nor Not{key}")
    return _texts(entry[f"Not{key}" if inverted else key], key), inverted


def _texts(value: object, what: str) -> tuple[str, ...]:
    entries = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in entries):
        raise _Malformed(f"{what} is not text")
    return tuple(entries)


def _principals(entry: Mapping[str, Any]) -> tuple[tuple[Principal, ...], bool]:
    inverted = "NotPrincipal" in entry
    value = entry.get("NotPrincipal" if inverted else "Principal")
    if value is None:
        return (), inverted
    if value == "*":
        return (Principal("*", "*"),), inverted
    if not isinstance(value, Mapping):
        raise _Malformed("Principal is neither * nor an object")
    found = tuple(Principal(str(kind), each) for kind, values in value.items() for each in _texts(values, "Principal"))
    strange = {each.kind for each in found} - _PRINCIPAL_KINDS
    if strange:
        raise _Malformed(f"principals of kind {', '.join(sorted(strange))}")
    return found, inverted


def _conditions(value: object) -> Iterator[Condition]:
    if value is None:
        return
    if not isinstance(value, Mapping):
        raise _Malformed("Condition is not an object")
    for operator, tests in value.items():
        if not isinstance(tests, Mapping):
            raise _Malformed(f"Condition {operator} is not an object")
        for key, values in tests.items():
            entries = values if isinstance(values, list) else [values]
            yield Condition(str(operator), str(key), tuple(_text(each) for each in entries))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
