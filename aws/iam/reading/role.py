"""One role: its trust, its boundary, and all of its policies, read side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws.errors import AccessDenied, AwsError, NotFound
from aws.iam.parse import parse_policy, unreadable_policy
from aws.iam.policy import Policy, PolicyKind
from aws.iam.reading.documents import Documents
from aws.iam.reading.reads import Asked, Reads, cannot_read, mapping, texts
from aws.iam.view import RoleUse
from aws.services.records import MALFORMED, epoch_s


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRead:
    """What IAM says of a role; fields as in `aws.iam.view.RoleView`."""

    arn: str
    name: str
    trust: Policy | None = None
    policies: tuple[Policy, ...] | None = None
    boundary: tuple[Policy, ...] | None = None
    created_at_s: float | None = None
    last_used: RoleUse | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


async def read_role(reads: Reads, arn: str, name: str, documents: Documents) -> RoleRead | NotFound:
    """The role, with None for what was refused; `NotFound` where there is no such role, or no more."""
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(_get_role(reads, arn, name, documents))
        attached = group.create_task(_attached(reads, name, documents))
        inline = group.create_task(_inline(reads, name))
    role = asked.result()
    for result in (role, attached.result(), inline.result()):
        if isinstance(result, NotFound):
            return _gone(arn, name, result)
    assert isinstance(role, RoleRead)
    return RoleRead(
        arn=role.arn,
        name=name,
        trust=role.trust,
        policies=_together(attached.result(), inline.result()),
        boundary=role.boundary,
        created_at_s=role.created_at_s,
        last_used=role.last_used,
        tags=role.tags,
    )


def role_from(
    record: Mapping[str, Any], *, policies: tuple[Policy, ...] | None, boundary: tuple[Policy, ...] | None
) -> RoleRead:
    """The role in a record of GetRole or of GetAccountAuthorizationDetails. Raises what MALFORMED names."""
    used = record.get("RoleLastUsed")
    tags = {str(tag["Key"]): str(tag["Value"]) for tag in record.get("Tags") or ()}
    return RoleRead(
        arn=str(record["Arn"]),
        name=str(record["RoleName"]),
        trust=parse_policy("trust policy", PolicyKind.TRUST, record.get("AssumeRolePolicyDocument")),
        policies=policies,
        boundary=boundary,
        created_at_s=epoch_s(record.get("CreateDate")),
        # AWS sends an empty object for a role that was never used; where there is none at all, nobody told.
        last_used=RoleUse(epoch_s(used.get("LastUsedDate")), str(used.get("Region", "")))
        if isinstance(used, Mapping)
        else None,
        tags=tags,
    )


async def _get_role(reads: Reads, arn: str, name: str, documents: Documents) -> RoleRead | NotFound:
    answer = await reads.ask("iam", "GetRole", require=("Role",), absent_is_fine=True, RoleName=name)
    if isinstance(answer, NotFound):
        return answer
    if isinstance(answer, AccessDenied):
        return await _listed(reads, arn, name)
    if isinstance(answer, AwsError):
        return RoleRead(arn=arn, name=name)
    record = mapping(answer["Role"])
    limit = mapping(record.get("PermissionsBoundary")).get("PermissionsBoundaryArn")
    boundary = (await documents.read(reads, str(limit), PolicyKind.BOUNDARY),) if limit else ()
    return _understood(reads, "GetRole", record, RoleRead(arn=arn, name=name), boundary=boundary)


async def _listed(reads: Reads, arn: str, name: str) -> RoleRead | NotFound:
    """The role as ListRoles shows it, to identities that may list and not get: without boundary, last use and tags."""
    path = "/" + arn.partition(":role/")[2].rpartition("/")[0]
    prefix = path if path.endswith("/") else f"{path}/"
    found = await reads.every("iam", "ListRoles", result="Roles", PathPrefix=prefix, MaxItems=1000)
    if isinstance(found, AwsError):
        return RoleRead(arn=arn, name=name)
    for record in found:
        if mapping(record).get("RoleName") == name:
            return _understood(reads, "ListRoles", record, RoleRead(arn=arn, name=name), boundary=None)
    return NotFound("iam", "ListRoles", "it is not among the roles of the account")


def _understood(
    reads: Reads, operation: str, record: Mapping[str, Any], unknown: RoleRead, *, boundary: tuple[Policy, ...] | None
) -> RoleRead:
    try:
        return role_from(record, policies=None, boundary=boundary)
    except MALFORMED as error:
        reads.malformed("iam", operation, "the role", error)
        return unknown


async def _attached(reads: Reads, name: str, documents: Documents) -> tuple[Policy, ...] | AwsError:
    found = await reads.every(
        "iam", "ListAttachedRolePolicies", result="AttachedPolicies", absent_is_fine=True, RoleName=name
    )
    if isinstance(found, AwsError):
        return found
    async with asyncio.TaskGroup() as group:
        read = [group.create_task(documents.read(reads, arn)) for arn in texts(found, "PolicyArn")]
    return tuple(task.result() for task in read)


async def _inline(reads: Reads, name: str) -> tuple[Policy, ...] | AwsError:
    found = await reads.every("iam", "ListRolePolicies", result="PolicyNames", absent_is_fine=True, RoleName=name)
    if isinstance(found, AwsError):
        return found
    async with asyncio.TaskGroup() as group:
        read = [group.create_task(_inline_one(reads, name, each)) for each in texts(found)]
    return tuple(task.result() for task in read)


async def _inline_one(reads: Reads, role: str, name: str) -> Policy:
    answer: Asked = await reads.ask("iam", "GetRolePolicy", require=("PolicyDocument",), RoleName=role, PolicyName=name)
    if isinstance(answer, AwsError):
        return unreadable_policy(name, PolicyKind.INLINE, cannot_read(answer))
    return parse_policy(name, PolicyKind.INLINE, answer["PolicyDocument"])


def _together(attached: Sequence[Policy] | AwsError, inline: Sequence[Policy] | AwsError) -> tuple[Policy, ...] | None:
    """All policies; None where neither list could be read. A list that is missing stands in it as one with trouble."""
    if isinstance(attached, AwsError) and isinstance(inline, AwsError):
        return None
    found: list[Policy] = []
    for name, kind, part in (
        ("all attached policies", PolicyKind.MANAGED, attached),
        ("all inline policies", PolicyKind.INLINE, inline),
    ):
        found += [unreadable_policy(name, kind, cannot_read(part))] if isinstance(part, AwsError) else part
    return tuple(found)


def _gone(arn: str, name: str, error: NotFound) -> NotFound:
    """The same, in words that name the role."""
    account = arn.split(":")[4:5]
    where = f" in account {account[0]}" if account and account[0] else ""
    return NotFound(
        error.service,
        error.operation,
        f"there is no role {name}{where}, or no more",
        hint="a function whose role is gone fails at its next cold start: give it another",
        code=error.code,
    )
