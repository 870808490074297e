"""All roles, users, groups and managed policies of an account in a few dozen calls: GetAccountAuthorizationDetails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aws.errors import AwsError, BadAnswer
from aws.iam.parse import parse_policy, unreadable_policy
from aws.iam.policy import Policy, PolicyKind
from aws.iam.reading.documents import Documents, kind_of
from aws.iam.reading.reads import Reads, mapping, texts
from aws.iam.reading.role import RoleRead, role_from
from aws.services.records import MALFORMED

OPERATION: Final = "GetAccountAuthorizationDetails"
# What is asked for together, and how much of it in one answer. botocore reads the XML and every document in it on the
# event loop: 50 roles with a policy each take 25 ms of it, and so do a dozen managed policies with all their versions.
_WALKS: Final = ((("Role", "User", "Group"), 50), (("LocalManagedPolicy", "AWSManagedPolicy"), 12))
_MOST_PAGES: Final = 1_000


@dataclass(slots=True)
class Bulk:
    """Raw records by ARN (groups by name); parsed when somebody asks for them."""

    roles: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    users: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    groups: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    policies: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _parsed: dict[str, Policy] = field(default_factory=dict)

    def add(self, page: Mapping[str, Any]) -> None:
        """Take a page. Raises what MALFORMED names."""
        for record in page.get("RoleDetailList") or ():
            self.roles[str(record["Arn"])] = record
        for record in page.get("UserDetailList") or ():
            self.users[str(record["Arn"])] = record
        for record in page.get("GroupDetailList") or ():
            self.groups[str(record["GroupName"])] = record
        for record in page.get("Policies") or ():
            self.policies[str(record["Arn"])] = record

    def role(self, arn: str) -> RoleRead:
        """The role. Raises KeyError where there is none, and what MALFORMED names."""
        record = self.roles[arn]
        return role_from(record, policies=tuple(self.policies_of(record)), boundary=self.boundary_of(record))

    def policies_of(self, record: Mapping[str, Any]) -> Iterator[Policy]:
        """The attached and inline policies of a role, user or group; a user's groups' included."""
        for arn in texts(record.get("AttachedManagedPolicies"), "PolicyArn"):
            yield self.managed(arn)
        for key in ("RolePolicyList", "UserPolicyList", "GroupPolicyList"):
            for each in record.get(key) or ():
                yield parse_policy(str(each.get("PolicyName", "")), PolicyKind.INLINE, each.get("PolicyDocument"))
        for name in texts(record.get("GroupList")):
            if name in self.groups:
                yield from self.policies_of(self.groups[name])
            else:
                yield unreadable_policy(f"those of group {name}", PolicyKind.INLINE, f"no group {name} in the answer")

    def boundary_of(self, record: Mapping[str, Any]) -> tuple[Policy, ...]:
        """The permissions boundary of a role or user, if any."""
        arn = mapping(record.get("PermissionsBoundary")).get("PermissionsBoundaryArn")
        if not isinstance(arn, str):
            return ()
        found = self.managed(arn)
        document = found.document if found.document is not None else ""
        if found.trouble and found.document is None:
            return (unreadable_policy(found.name, PolicyKind.BOUNDARY, found.trouble, arn=arn),)
        return (parse_policy(found.name, PolicyKind.BOUNDARY, document, arn=arn),)

    def missing(self, arn: str) -> set[str]:
        """The managed policies that a role names and the answer does not hold, such as AWS's own used as boundaries."""
        record = self.roles.get(arn, {})
        boundary = mapping(record.get("PermissionsBoundary")).get("PermissionsBoundaryArn")
        named = {*texts(record.get("AttachedManagedPolicies"), "PolicyArn"), *texts([boundary])}
        return named - self.policies.keys() - self._parsed.keys()

    async def fill(self, reads: Reads, documents: Documents, arns: Iterable[str]) -> None:
        """Read such policies one by one."""
        for arn in arns:
            self._parsed[arn] = await documents.read(reads, arn)

    def managed(self, arn: str) -> Policy:
        """A managed policy's default version."""
        if arn not in self._parsed:
            self._parsed[arn] = self._managed(arn)
        return self._parsed[arn]

    def _managed(self, arn: str) -> Policy:
        name, record = arn.rpartition("/")[2], self.policies.get(arn)
        for version in (record or {}).get("PolicyVersionList") or ():
            if version.get("IsDefaultVersion") or version.get("VersionId") == (record or {}).get("DefaultVersionId"):
                return parse_policy(name, kind_of(arn), version.get("Document"), arn=arn)
        return unreadable_policy(name, kind_of(arn), "its document is not in the account's details", arn=arn)


async def read_bulk(reads: Reads) -> Bulk | None:
    """Everything; None where it was refused, or not read to the end: half of it would tell of grants that are gone."""
    bulk = Bulk()
    try:
        for kinds, a_page in _WALKS:
            await _walk(reads, bulk, kinds, a_page)
    except MALFORMED as error:
        reads.malformed("iam", OPERATION, "the account's details", error)
    except AwsError as error:
        reads.note(error)
    else:
        return bulk
    return None


async def _walk(reads: Reads, bulk: Bulk, kinds: tuple[str, ...], a_page: int) -> None:
    more: dict[str, Any] = {}
    for _ in range(_MOST_PAGES):
        page = await reads.call("iam", OPERATION, Filter=list(kinds), MaxItems=a_page, **more)
        if not any(key in page for key in ("RoleDetailList", "UserDetailList", "GroupDetailList", "Policies")):
            raise BadAnswer("iam", OPERATION, "the answer has no details")
        bulk.add(page)
        if not page.get("IsTruncated"):
            return
        marker = page.get("Marker")
        if not marker or marker == more.get("Marker"):
            raise BadAnswer("iam", OPERATION, "the pages do not end")
        more = {"Marker": marker}
    raise BadAnswer("iam", OPERATION, f"more than {_MOST_PAGES} pages")
