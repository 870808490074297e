"""Managed policies by ARN. A version never changes once it is made, so its document is asked for once."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Final

from aws.clock import Clock
from aws.errors import AwsError
from aws.iam.parse import parse_policy, unreadable_policy
from aws.iam.policy import Policy, PolicyKind
from aws.iam.reading.reads import Reads, cannot_read, mapping

_KEPT: Final = 200
_TRUSTED_S: Final = 3_600.0  # how long AWS's own policies are taken to stand as they were last seen

_Version = tuple[str, str, str]  # ARN, id of the policy (one made anew under the same name has another), version


class Documents:
    """What was read of managed policies so far."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._documents: OrderedDict[_Version, Any] = OrderedDict()
        self._defaults: dict[str, tuple[float, _Version]] = {}

    async def read(self, reads: Reads, arn: str, kind: PolicyKind | None = None) -> Policy:
        """The policy's default version, as attached or (``kind``) as a boundary. Never raises `AwsError`."""
        name = arn.rpartition("/")[2]
        kind = kind or kind_of(arn)
        version = self._known(arn) or await self._default(reads, arn)
        if isinstance(version, AwsError):
            return unreadable_policy(name, kind, cannot_read(version), arn=arn)
        if version in self._documents:
            self._documents.move_to_end(version)
            return parse_policy(name, kind, self._documents[version], arn=arn)
        answer = await reads.ask(
            "iam", "GetPolicyVersion", require=("PolicyVersion",), PolicyArn=arn, VersionId=version[2]
        )
        if isinstance(answer, AwsError):
            return unreadable_policy(name, kind, cannot_read(answer), arn=arn)
        document = mapping(answer["PolicyVersion"]).get("Document")
        policy = parse_policy(name, kind, document, arn=arn)
        if not policy.trouble:
            self._documents[version] = policy.document
            while len(self._documents) > _KEPT:
                self._documents.popitem(last=False)
        return policy

    def _known(self, arn: str) -> _Version | None:
        seen_at, version = self._defaults.get(arn, (0.0, None))
        return version if version is not None and self._clock.monotonic() - seen_at < _TRUSTED_S else None

    async def _default(self, reads: Reads, arn: str) -> _Version | AwsError:
        answer = await reads.ask("iam", "GetPolicy", require=("Policy",), PolicyArn=arn)
        if isinstance(answer, AwsError):
            return answer
        policy = mapping(answer["Policy"])
        version_id = policy.get("DefaultVersionId")
        if not isinstance(version_id, str) or not version_id:
            return reads.malformed("iam", "GetPolicy", "the policy", KeyError("DefaultVersionId"))
        version = (arn, str(policy.get("PolicyId", "")), version_id)
        if kind_of(arn) is PolicyKind.AWS_MANAGED:
            self._defaults[arn] = self._clock.monotonic(), version
        return version


def kind_of(arn: str) -> PolicyKind:
    """Whether AWS keeps the policy, or the account does."""
    return PolicyKind.AWS_MANAGED if arn.split(":")[4:5] == ["aws"] else PolicyKind.MANAGED
