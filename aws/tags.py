"""Reads the tags of whole services in bulk. One by one they would take a request for every resource."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from aws.call import Call, items
from aws.errors import AwsError
from aws.model import Gap
from aws.services.records import MALFORMED, bad_record

ALARMS: Final = "cloudwatch:alarm"
"""What the tagging API calls alarms."""

_A_PAGE: Final = 100


@dataclass(slots=True)
class TagsRead:
    """What one read came to: tags by ARN, and why that is not all of them. A gap leaves only coverage open."""

    by_arn: dict[str, dict[str, str]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)


async def read_tags(call: Call, types: Collection[str]) -> TagsRead:
    """The tags of all resources of these types ("lambda", "cloudwatch:alarm"), a page after another.

    Never raises `AwsError`: that is a gap, and what came before it stands.
    """
    found = TagsRead()
    listing = items(
        call,
        "resourcegroupstaggingapi",
        "GetResources",
        result="ResourceTagMappingList",
        token=("PaginationToken", "PaginationToken"),
        ResourceTypeFilters=list(types),
        ResourcesPerPage=_A_PAGE,
    )
    try:
        async for record in listing:
            try:
                # Thousands of resources share a few keys and most values.
                tags = {sys.intern(str(tag["Key"])): sys.intern(str(tag["Value"])) for tag in record["Tags"]}
                found.by_arn[sys.intern(str(record["ResourceARN"]))] = tags
            except MALFORMED as error:
                gap = bad_record(call.scope, "tagging", "GetResources", "the tags of one resource", error)
                found.gaps.append(gap.leaving_coverage_open())
    except AwsError as error:
        found.gaps.append(error.gap(call.scope, service="tags").leaving_coverage_open())
    except MALFORMED as error:
        gap = bad_record(call.scope, "tagging", "GetResources", "the list of tags", error)
        found.gaps.append(gap.leaving_coverage_open())
    return found
