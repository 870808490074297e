"""Which fault a request meets. Pure: time comes in, chance comes from the plan's seed."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from random import Random

from demo.faults.plan import OF_METRIC_DATA, Fault, Kind, Plan

_METRIC_DATA = "cloudwatch:getmetricdata"


class Choice:
    """A plan in force: it remembers how many requests each fault has seen and hit."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.hits = [0] * len(plan.faults)
        self._seen = [0] * len(plan.faults)
        # A chance of its own for each: what one fault draws does not move the others.
        self._chances = [Random(f"{plan.seed} {index}") for index in range(len(plan.faults))]

    def of(self, names: Sequence[str], region: str, since_s: float) -> Fault | None:
        """The fault of a request with these names ("lambda:listfunctions"), ``since_s`` after the plan came in
        force."""
        for index, fault in enumerate(self.plan.faults):
            if _concerns(fault, names, region, since_s) and self._turn(index, fault):
                self.hits[index] += 1
                return fault
        return None

    def _turn(self, index: int, fault: Fault) -> bool:
        seen, self._seen[index] = self._seen[index], self._seen[index] + 1
        if seen % fault.every or self.hits[index] >= fault.count:
            return False
        return self._chances[index].random() < fault.probability


def _concerns(fault: Fault, names: Sequence[str], region: str, since_s: float) -> bool:
    if not fault.from_s <= since_s < fault.until_s:
        return False
    if fault.kind in OF_METRIC_DATA and _METRIC_DATA not in names:
        return False
    # Who may not be reached is not told by what is asked.
    named = fault.kind is Kind.REGION_DOWN or any(
        fnmatchcase(name, pattern.lower()) for pattern in fault.on for name in names
    )
    return named and fnmatchcase(region, fault.region)
