"""Who owns what: the tags of resources and alarms, in bulk, and the CloudFormation stacks behind those without tags.

A stack marks most of what it creates with a tag. Alarms of older stacks, and a few kinds of resources, have none: they
are found among the stack's own resources, for the stacks that the tags have named.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aws.alarms.existing import STACK_TAG
from aws.call import Call, items
from aws.errors import AwsError, InvalidRequest
from aws.model import Gap
from aws.services.records import MALFORMED, bad_record

_A_PAGE: Final = 100
_MOST_STACKS: Final = 100
_ABREAST: Final = 5
_ALARMS: Final = "cloudwatch:alarm"
_INSIDE = re.compile(r"(?<=.)/(?:index|stages)/.*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """What was found out. ``tags`` and ``stacks`` (a stack's name) are by ARN, of resources and alarms alike.

    ``gaps``: what could not be read; an owner that is not found is then unknown, not absent.
    """

    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    stacks: Mapping[str, str] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()

    def tags_of(self, arn: str) -> dict[str, str]:
        """A resource's tags; those of its table or API go for an index or a stage, its own before them."""
        return {**self.tags.get(whole(arn), {}), **self.tags.get(arn, {})}

    def stack_of(self, arn: str) -> str | None:
        """The stack that owns a resource or an alarm; None where none is known to."""
        return self.tags_of(arn).get(STACK_TAG) or self.stacks.get(arn) or self.stacks.get(whole(arn))


def whole(arn: str) -> str:
    """What a resource is a part of, as far as tags and stacks go: an index of its table, a stage of its API."""
    return _INSIDE.sub("", arn)


async def read_tags(call: Call, resources: Collection[str]) -> Ownership:
    """The tags of everything of the same services, and of all alarms. Never raises `AwsError`: that is a gap."""
    types = sorted({parts[2] for arn in resources if len(parts := arn.split(":", 5)) == 6})
    found: dict[str, dict[str, str]] = {}
    gaps: list[Gap] = []
    listing = items(
        call,
        "resourcegroupstaggingapi",
        "GetResources",
        result="ResourceTagMappingList",
        token=("PaginationToken", "PaginationToken"),
        ResourceTypeFilters=[*types, _ALARMS],
        ResourcesPerPage=_A_PAGE,
    )
    try:
        async for record in listing:
            try:
                found[str(record["ResourceARN"])] = {str(tag["Key"]): str(tag["Value"]) for tag in record["Tags"]}
            except MALFORMED as error:
                gaps.append(bad_record(call.scope, "tagging", "GetResources", "the tags of one resource", error))
    except AwsError as error:
        gaps.append(error.gap(call.scope, service="tags"))
    return Ownership(tags=found, gaps=tuple(gaps))


async def read_stacks(call: Call, known: Ownership, wanted: Iterable[str]) -> Ownership:
    """The same, with the stacks of those ``wanted`` (ARNs) that no tag tells of, as far as stacks are known by tags.

    Never raises `AwsError`: that is a gap.
    """
    open_ = {arn for arn in wanted if known.stack_of(arn) is None}
    names = _stacks_by_use(known)
    if not open_ or not names:
        return known
    by_id = _by_physical_id(open_)
    stacks: dict[str, str] = {}
    gaps: dict[str, Gap] = {}
    slots = asyncio.Semaphore(_ABREAST)

    async def look(stack: str) -> None:
        async with slots:
            try:
                async for record in _resources_of(call, stack):
                    for arn in _matching(record, by_id):
                        stacks[arn] = stack
            except InvalidRequest:
                return  # the stack is gone, and left the tag behind: it owns nothing any more
            except AwsError as error:
                gaps.setdefault(error.code, error.gap(call.scope, service="stacks"))
            except MALFORMED as error:
                gap = bad_record(call.scope, "cloudformation", "ListStackResources", "the resources of a stack", error)
                gaps.setdefault("malformed", gap)

    async with asyncio.TaskGroup() as tasks:
        for stack in names[:_MOST_STACKS]:
            tasks.create_task(look(stack))
    if len(names) > _MOST_STACKS:
        gaps["many"] = Gap(
            service="stacks",
            action="cloudformation:ListStackResources",
            error=f"{len(names) - _MOST_STACKS} of {len(names)} stacks were not looked at",
            hint="an owner that only they would name is unknown",
            account=call.scope.account,
            region=call.scope.region,
        )
    return Ownership(tags=known.tags, stacks={**known.stacks, **stacks}, gaps=(*known.gaps, *gaps.values()))


def _resources_of(call: Call, stack: str) -> Any:
    return items(
        call,
        "cloudformation",
        "ListStackResources",
        result="StackResourceSummaries",
        token=("NextToken", "NextToken"),
        StackName=stack,
    )


def _stacks_by_use(known: Ownership) -> list[str]:
    """The stacks that tags name, those with the most resources first."""
    counts: dict[str, int] = {}
    for tags in known.tags.values():
        if stack := tags.get(STACK_TAG):
            counts[stack] = counts.get(stack, 0) + 1
    return sorted(counts, key=lambda stack: (-counts[stack], stack))


def _by_physical_id(arns: Iterable[str]) -> dict[str, list[str]]:
    """ARNs by what CloudFormation may call them: the ARN itself, or the name or id at its end."""
    found: dict[str, list[str]] = {}
    for arn in arns:
        own = whole(arn)
        name = own.partition(":alarm:")[2] or re.split("[:/]", own)[-1]
        for physical_id in (own, name):
            found.setdefault(physical_id, []).append(arn)
    return found


def _matching(record: Mapping[str, Any], by_id: Mapping[str, list[str]]) -> list[str]:
    """Which ARNs a stack's resource is. A queue's physical id is its URL; other services may use the same name."""
    physical_id, service = str(record.get("PhysicalResourceId") or ""), str(record["ResourceType"]).split("::")[1]
    if physical_id.startswith("https://"):
        physical_id = physical_id.rpartition("/")[2]
    found = by_id.get(physical_id, [])
    if physical_id.startswith("arn:"):
        return found
    short = service.lower()
    return [arn for arn in found if (of := arn.split(":", 3)[2]).startswith(short) or short.startswith(of)]
