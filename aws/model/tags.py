"""Tags of resources and alarms, as they were read in bulk."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_INSIDE = re.compile(r"(?<=.)/(?:index|stages)/.*")


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of one scope's resources and alarms, by ARN; what has none is not in it."""

    by_arn: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, arn: str) -> Mapping[str, str]:
        """A resource's tags; those of its table or API go for an index or a stage, its own before them."""
        own, outer = self.by_arn.get(arn), whole(arn)
        if outer == arn:
            return own or {}
        return {**self.by_arn.get(outer, {}), **(own or {})}


def whole(arn: str) -> str:
    """What a resource is a part of, as far as tags and stacks go: an index of its table, a stage of its API."""
    return _INSIDE.sub("", arn)
