"""ARNs: made, and taken apart."""

from __future__ import annotations

from sys import intern

from aws.model import Scope


def arn_of(scope: Scope, service: str, resource: str) -> str:
    """The ARN of something that belongs to the account and region of a scope."""
    return intern(f"arn:{scope.partition}:{service}:{scope.region}:{scope.account}:{resource}")


def without_qualifier(function_arn: str) -> str:
    """A function's own ARN, from that of an alias or a version of it."""
    return intern(":".join(function_arn.split(":", 7)[:7]))  # tags, links and alarms name it too


def source_of(arn: str) -> str:
    """What an event source mapping reads from: the table where the ARN is that of its stream."""
    head, marker, _ = arn.partition("/stream/")
    return head if marker and ":dynamodb:" in head else arn
