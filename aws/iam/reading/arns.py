"""ARNs of IAM: what names a role, and whether two names mean the same one."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_ROLE: Final = re.compile(r"arn:([^:]+):iam::(\d{12}):role/(?:.*/)?([\w+=,.@-]{1,64})")
_SESSION: Final = re.compile(r"arn:([^:]+):sts::(\d{12}):assumed-role/([\w+=,.@-]{1,64})/.+")
_FUNCTION: Final = re.compile(r"arn:[^:]+:lambda:[^:]*:\d{12}:function:[^:]+(:[^:]+)?")
_NAME: Final = re.compile(r"[\w+=,.@-]{1,64}")


class RoleName(NamedTuple):
    """A role by the parts of its ARN."""

    partition: str
    account: str
    name: str


def role_name(arn: str) -> RoleName | None:
    """The role that an ARN names: its own, or that of a session with it; None where it is neither."""
    found = _ROLE.fullmatch(arn) or _SESSION.fullmatch(arn)
    return RoleName(found[1], found[2], found[3]) if found else None


def is_session(arn: str) -> bool:
    """Whether it is the ARN of a session with a role, which does not tell the role's path."""
    return _SESSION.fullmatch(arn) is not None


def is_function(arn: str) -> bool:
    """Whether it is a function's ARN, or that of a version or alias of it."""
    return _FUNCTION.fullmatch(arn) is not None


def may_be_role_name(text: str) -> bool:
    """Whether IAM would take it for a role's name."""
    return _NAME.fullmatch(text) is not None
