"""One scope's tags, as they were last read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aws.alarms.existing import MANAGED_BY, OURS
from aws.call import Call
from aws.model import Gap, Tags
from aws.services.base import Service
from aws.tags import ALARMS, read_tags

TAGS: Final = "resourcegroupstaggingapi:GetResources"


class Tagging:
    """The tags of all services' resources and of the alarms. A read that fails, or ends half-way, takes away none.

    ``known`` is whether they were ever read to the end.
    """

    def __init__(self, call: Call, services: Mapping[str, Service]) -> None:
        self._call = call
        self._types = [*sorted({each.tag_type for each in services.values()}), ALARMS]
        self.tags = Tags()
        self.ours: frozenset[str] = frozenset()  # ARNs of alarms that say that cwtop made them
        self.gaps: list[Gap] = []
        self.tried = False
        self.known = False

    @property
    def failing(self) -> bool:
        """Whether the last read had no answer that may be there now."""
        return any(gap.passes for gap in self.gaps)

    async def read(self) -> bool:
        """Read them all. Gives whether anything became known. Never raises for what AWS does."""
        read = await read_tags(self._call, self._types)
        before = self.tags, self.gaps, self.tried
        by_arn = {**self.tags.by_arn, **read.by_arn} if read.gaps else read.by_arn
        if by_arn != self.tags.by_arn:
            self.tags = Tags(by_arn)
            self.ours = frozenset(arn for arn, tags in by_arn.items() if tags.get(MANAGED_BY) == OURS)
        self.gaps = read.gaps
        self.known |= not read.gaps
        self.tried = True
        return before != (self.tags, self.gaps, self.tried)
