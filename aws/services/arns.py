"""ARNs: made, and taken apart."""

from __future__ import annotations

from aws.model import Scope


def arn_of(scope: Scope, service: str, resource: str) -> str:
    """The ARN of something that belongs to the account and region of a scope."""
    return f"arn:{scope.partition}:{service}:{scope.region}:{scope.account}:{resource}"


def without_qualifier(function_arn: str) -> str:
    """A function's own ARN, from that of an alias or a version of it."""
    return ":".join(function_arn.split(":", 7)[:7])


def source_of(arn: str) -> str:
    """What an event source mapping reads from: the table where the ARN is that of its stream."""
    head, marker, _ = arn.partition("/stream/")
    return head if marker and ":dynamodb:" in head else arn
