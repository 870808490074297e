"""Judging what was read without holding up the event loop: small roles at once, large ones in a thread."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final

from aws.iam.findings import Inspection
from aws.iam.inspect import inspect_role
from aws.iam.rules.base import RoleCase
from aws.iam.view import RoleView

_SMALL: Final = 300  # patterns: about five milliseconds
_KEPT: Final = 64


class Judge:
    """Keeps the merged policies of the roles judged last: they serve the next judgement, and questions."""

    def __init__(self) -> None:
        self._cases: OrderedDict[str, RoleCase] = OrderedDict()

    async def inspect(self, view: RoleView) -> Inspection:
        """All rules on a role."""
        return await judged(view, self.case(view))

    def case(self, view: RoleView) -> RoleCase:
        """The role under judgement; with policies that stand as before, merged already."""
        before = self._cases.get(view.arn)
        case = RoleCase(view) if before is None else before.seen_as(view)
        self._cases[view.arn] = case
        self._cases.move_to_end(view.arn)
        while len(self._cases) > _KEPT:
            self._cases.popitem(last=False)
        return case


def patterns_of(view: RoleView) -> int:
    """How many patterns the role's policies hold, which is what judging them costs."""
    policies = (*(view.policies or ()), *(view.boundary or ()))
    return sum(len(each.actions) + len(each.resources) for policy in policies for each in policy.statements)


async def judged(view: RoleView, case: RoleCase) -> Inspection:
    """All rules on a role that nobody will ask about again."""
    if patterns_of(view) <= _SMALL:
        return inspect_role(view, case)
    return await asyncio.to_thread(inspect_role, view, case)
