"""Judging what was read without holding up the event loop."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

from aws.iam.findings import Inspection
from aws.iam.inspect import inspect_role
from aws.iam.rules.base import RoleCase
from aws.iam.view import RoleView

# Calls a function and gives its result: in a thread, because a large role takes a tenth of a second to judge, and what
# is known of a service's actions is read from disk when it is first asked about.
Run: TypeAlias = "Callable[..., Awaitable[Any]]"

_KEPT: Final = 64


class Judge:
    """Keeps the merged policies of the roles judged last: they serve the next judgement, and questions."""

    def __init__(self, run: Run = asyncio.to_thread) -> None:
        self._run = run
        self._cases: OrderedDict[str, RoleCase] = OrderedDict()

    async def inspect(self, view: RoleView) -> Inspection:
        """All rules on a role."""
        inspection: Inspection = await self._run(inspect_role, view, self.case(view))
        return inspection

    async def inspect_once(self, view: RoleView) -> Inspection:
        """The same for one of thousands of roles, which nobody will ask about at once."""
        inspection: Inspection = await self._run(inspect_role, view)
        return inspection

    def case(self, view: RoleView) -> RoleCase:
        """The role under judgement; with policies that stand as before, merged already."""
        before = self._cases.get(view.arn)
        case = RoleCase(view) if before is None else before.seen_as(view)
        self._cases[view.arn] = case
        self._cases.move_to_end(view.arn)
        while len(self._cases) > _KEPT:
            self._cases.popitem(last=False)
        return case
