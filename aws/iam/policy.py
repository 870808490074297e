"""Policy documents as frozen values. `aws.iam.parse` makes them; nothing else has to know the JSON's many forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

CURRENT_VERSION = "2012-10-17"


class PolicyKind(StrEnum):
    """What a document is attached as."""

    AWS_MANAGED = "aws-managed"
    MANAGED = "managed"
    INLINE = "inline"
    BOUNDARY = "boundary"
    TRUST = "trust"
    RESOURCE = "resource"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a statement of a trust or resource policy is about: ("AWS", ARN or account), ("Service", name), ….

    The bare ``"*"`` is ("*", "*").
    """

    kind: str
    value: str

    @property
    def everyone(self) -> bool:
        """Whether anybody with an AWS account, every service, or nobody in particular is meant."""
        return self.value == "*" and self.kind in ("*", "AWS", "Service")


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of a Condition block: ("StringEquals", "aws:SourceArn", ("arn:…",)). Values as text."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatementRef:
    """Where a statement stands, for evidence and for the highlight: ``index`` counts from 0."""

    policy: str
    kind: PolicyKind
    index: int
    sid: str = ""

    def __str__(self) -> str:
        sid = f" ({self.sid})" if self.sid else ""
        return f"{self.policy} statement {self.index + 1}{sid}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement. Patterns are kept as written; matching is case-insensitive for actions only.

    ``actions`` are the complement where ``not_action``, ``resources`` where ``not_resource``, ``principals`` where
    ``not_principal``. A policy without Resource (trust) has ``("*",)``. ``variables``: ``${…}`` is replaced by AWS,
    which it does from version 2012-10-17 on; before, it is text (IAM User Guide, "Version").
    """

    ref: StatementRef
    allow: bool
    actions: tuple[str, ...]
    not_action: bool = False
    resources: tuple[str, ...] = ("*",)
    not_resource: bool = False
    principals: tuple[Principal, ...] = ()
    not_principal: bool = False
    conditions: tuple[Condition, ...] = ()
    variables: bool = True

    def condition(self, *keys: str) -> Condition | None:
        """The first condition on one of these keys, in any case; None where there is none."""
        wanted = {key.lower() for key in keys}
        return next((each for each in self.conditions if each.key.lower() in wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One document. ``trouble`` says why it could not be read, or not wholly; "" where it was.

    A policy with trouble never counts as harmless: `aws.iam.inspect` turns it into something not judged.
    ``arn`` is "" for inline, trust and resource policies; ``resource`` is what a resource policy belongs to, with its
    qualifier. ``document`` is the JSON object for showing, None where it could not be decoded.
    """

    name: str
    kind: PolicyKind
    arn: str = ""
    resource: str = ""
    statements: tuple[Statement, ...] = ()
    trouble: str = ""
    document: Mapping[str, Any] | None = field(default=None, compare=False, repr=False)
