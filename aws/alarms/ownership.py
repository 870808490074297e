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
from aws.model import Gap, Tags
from aws.model.tags import whole
from aws.services.records import MALFORMED, bad_record
from aws.tags import ALARMS, read_tags

_MOST_STACKS: Final = 100
_ABREAST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """What was found out, of resources and alarms alike. ``stacks`` are a stack's name by ARN.

    ``gaps``: what could not be read; an owner that is not found is then unknown, not absent.
    """

    tags: Tags = field(default_factory=Tags)
    stacks: Mapping[str, str] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()

    def stack_of(self, arn: str) -> str | None:
        """The stack that owns a resource or an alarm; None where none is known to."""
        return self.tags.of(arn).get(STACK_TAG) or self.stacks.get(arn) or self.stacks.get(whole(arn))


async def read_owners(call: Call, resources: Collection[str]) -> Ownership:
    """The tags of everything of the same services, and of all alarms. Never raises `AwsError`: that is a gap."""
    types = sorted({parts[2] for arn in resources if len(parts := arn.split(":", 5)) == 6})
    read = await read_tags(call, [*types, ALARMS])
    return Ownership(tags=Tags(read.by_arn), gaps=tuple(read.gaps))


async def read_stacks(call: Call, known: Ownership, wanted: Iterable[str]) -> Ownership:
    """The same, with the stacks of those ``wanted`` (ARNs) that no tag tells of, as far as stacks are known by tags.

    Never raises `AwsError`: that is a gap.
    """
    # In a thread: an account has ten thousand of them.
    names, by_id = await asyncio.to_thread(_untold, known, tuple(wanted))
    if not by_id or not names:
        return known
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


def _untold(known: Ownership, wanted: Iterable[str]) -> tuple[list[str], dict[str, list[str]]]:
    """The stacks that tags name, and those ``wanted`` that no tag tells of by their physical ids."""
    names = _stacks_by_use(known)
    return names, _by_physical_id({arn for arn in wanted if known.stack_of(arn) is None}) if names else {}


def _stacks_by_use(known: Ownership) -> list[str]:
    """The stacks that tags name, those with the most resources first."""
    counts: dict[str, int] = {}
    for tags in known.tags.by_arn.values():
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
