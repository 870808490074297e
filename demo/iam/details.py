"""Everything that moto knows of the account's users, groups, roles and policies, as GetAccountAuthorizationDetails
tells it; kept until something is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urlencode

import orjson

from demo.errors import ServiceError
from demo.front.chain import Handler
from demo.front.requests import Request
from demo.iam.xml import Element, read_answer

LISTS: Final = {"User": "UserDetailList", "Group": "GroupDetailList", "Role": "RoleDetailList"}
POLICIES: Final = "Policies"
_AWS: Final = ":iam::aws:policy/"
_HELD: Final = ("User", "Group", "Role", "LocalManagedPolicy")


class Document(NamedTuple):
    """One policy of a role. ``kind`` is the simulator's word for where it comes from; ``text`` as it is kept."""

    name: str
    kind: str
    text: str

    @property
    def statements(self) -> list[Mapping[str, Any]]:
        """Its statements; none where it cannot be read."""
        try:
            content = orjson.loads(self.text)
        except orjson.JSONDecodeError:
            return []
        found = content.get("Statement", []) if isinstance(content, dict) else []
        return [each for each in (found if isinstance(found, list) else [found]) if isinstance(each, dict)]


class RolePolicies(NamedTuple):
    """A role's documents; ``boundary`` None: it has none."""

    name: str
    documents: tuple[Document, ...]
    boundary: Document | None


class Details:
    """The entries by list, in moto's order, AWS's own policies only where something is attached to them."""

    def __init__(self, lists: Mapping[str, list[Element]]) -> None:
        self.lists = lists
        self._documents = {each.findtext("Arn", ""): _default(each) for each in lists[POLICIES]}

    def role(self, arn: str) -> RolePolicies:
        """The policies of a role. Raises `ServiceError` where there is none of that ARN."""
        for each in self.lists[LISTS["Role"]]:
            if each.findtext("Arn") == arn:
                return self._policies(each)
        raise ServiceError("NoSuchEntity", f"The role with ARN {arn} cannot be found.", 404)

    def _policies(self, role: Element) -> RolePolicies:
        name = role.findtext("RoleName", "")
        inline = [
            Document(
                f"role_{name}_{each.findtext('PolicyName', '')}", "role", unquote(each.findtext("PolicyDocument", ""))
            )
            for each in role.findall("RolePolicyList/member")
        ]
        attached = [self._managed(each.text or "") for each in role.findall("AttachedManagedPolicies/member/PolicyArn")]
        boundary = role.findtext("PermissionsBoundary/PermissionsBoundaryArn")
        return RolePolicies(name, (*inline, *attached), self._managed(boundary) if boundary else None)

    def _managed(self, arn: str) -> Document:
        kind = "aws-managed" if _AWS in arn else "user-managed"
        return Document(arn.rpartition("/")[2], kind, self._documents.get(arn, ""))


async def read_details(request: Request, behind: Handler) -> Details:
    """Ask moto, in the words of whoever asks us. Raises `ServiceError`."""
    filters = {f"Filter.member.{n}": name for n, name in enumerate(_HELD, 1)}
    found = read_answer(await behind(asking(request, "GetAccountAuthorizationDetails", filters)))
    lists = {name: found.findall(f"{name}/member") for name in (*LISTS.values(), POLICIES)}
    arns = {
        each.text or ""
        for entries in lists.values()
        for entry in entries
        for path in (".//AttachedManagedPolicies/member/PolicyArn", "PermissionsBoundary/PermissionsBoundaryArn")
        for each in entry.findall(path)
    }
    for arn in sorted(arn for arn in arns if _AWS in arn):
        lists[POLICIES].append(await _of_aws(request, behind, arn))
    for policy in lists[POLICIES]:
        _complete(policy)
    return Details(lists)


def _complete(policy: Element) -> None:
    """moto tells a policy here without its name and id."""
    arn = policy.findtext("Arn", "")
    known = {"PolicyName": arn.rpartition("/")[2], "PolicyId": f"ANPA{sha256(arn.encode()).hexdigest()[:17].upper()}"}
    for tag, text in known.items():
        if policy.find(tag) is None:
            element = Element(tag)
            element.text = text
            policy.append(element)


async def _of_aws(request: Request, behind: Handler, arn: str) -> Element:
    policy = read_answer(await behind(asking(request, "GetPolicy", {"PolicyArn": arn}))).find("Policy")
    if policy is None:
        raise ServiceError("NoSuchEntity", f"Policy {arn} does not exist.", 404)
    version = {"PolicyArn": arn, "VersionId": policy.findtext("DefaultVersionId", "v1")}
    held = read_answer(await behind(asking(request, "GetPolicyVersion", version))).find("PolicyVersion")
    versions = Element("PolicyVersionList")
    if held is not None:
        held.tag = "member"
        versions.append(held)
    policy.tag = "member"
    policy.append(versions)
    return policy


def asking(request: Request, operation: str, params: Mapping[str, str]) -> Request:
    """The same caller's request for another operation."""
    body = urlencode({"Action": operation, "Version": "2010-05-08", **params}).encode()
    headers = {key: value for key, value in request.headers.items() if key.lower() != "content-encoding"}
    return replace(request, headers=headers, body=body, target="/")


def _default(policy: Element) -> str:
    for version in policy.findall("PolicyVersionList/member"):
        if version.findtext("IsDefaultVersion") == "true":
            return unquote(version.findtext("Document", ""))
    return ""
