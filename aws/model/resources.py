"""What exists: scopes, resources and the links between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Fact: TypeAlias = "str | int | float | bool | tuple[str, ...] | None"


@dataclass(frozen=True, slots=True)
class Scope:
    """One account in one region, seen through one profile (None: the ambient credentials)."""

    account: str
    region: str
    profile: str | None = None
    partition: str = "aws"


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that exists in a scope. Its identity is the ARN.

    ``facts`` are what its service file read about it, by names such as ``timeout_s`` or ``memory_mb``.
    No environment value, secret or policy text is ever a fact.
    """

    scope: Scope
    service: str
    kind: str
    name: str
    arn: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)

    def number(self, fact: str) -> float | None:
        """The fact as a number, or None where it is absent or something else."""
        value = self.facts.get(fact)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def text(self, fact: str) -> str | None:
        """The fact as text, or None where it is absent or something else."""
        value = self.facts.get(fact)
        return value if isinstance(value, str) else None


class LinkKind(StrEnum):
    """Why trouble travels from one resource to another."""

    INDEX = "index"  # index -> its table: a throttled index rejects writes to the table
    INTEGRATION = "integration"  # function -> API stage that calls it
    EVENT_SOURCE = "event-source"  # queue, stream or table -> function that consumes it
    POOL = "pool"  # account concurrency pool -> function throttled by it
    DEAD_LETTER = "dead-letter"  # queue or function -> the queue that takes what it could not get rid of
    ENVIRONMENT = "environment"  # table, queue, … -> function that names it in an environment variable


@dataclass(frozen=True, slots=True)
class Link:
    """Trouble at ``cause`` explains trouble at ``effect``; both are ARNs. ``evidence`` says how we know."""

    cause: str
    effect: str
    kind: LinkKind
    evidence: str
