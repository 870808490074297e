"""One look at one role: everything about it read side by side, judged as soon as the policies are there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aws.call import Call
from aws.clock import Clock
from aws.errors import AwsError, NotFound
from aws.iam.desk import RoleReport
from aws.iam.reading.documents import Documents
from aws.iam.reading.functions import read_functions
from aws.iam.reading.judging import Judge
from aws.iam.reading.last_access import LastAccessJobs
from aws.iam.reading.reads import Reads
from aws.iam.reading.role import RoleRead, read_role
from aws.iam.reading.roster import Roster
from aws.iam.view import FunctionUse, LastAccess, RoleView
from aws.model import Snapshot

MOST_FUNCTIONS: Final = 25  # read in full, for one role: each takes five calls of Lambda's fifteen a second

_FUNCTIONS: Final = "functions"
_LAST_USE: Final = "last use of services"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What looks at roles share."""

    call: Call
    clock: Clock
    documents: Documents
    roster: Roster
    jobs: LastAccessJobs
    judge: Judge


class Look:
    """``complete`` is the last report, once all was tried and nothing lost; until then None."""

    def __init__(self, tools: Tools, arn: str, name: str, snapshot: Snapshot | None, *, again: bool) -> None:
        self._tools = tools
        self._arn = arn
        self._name = name
        self._snapshot = snapshot
        self._again = again
        self._reads = Reads(tools.call)
        self._role: RoleRead | None = None
        self._functions: tuple[FunctionUse, ...] | None = None
        self._last_access: LastAccess | None = None
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self.complete: RoleReport | None = None

    async def read(self, take: Callable[[RoleReport], None]) -> None:
        """Read and judge; ``take`` is given each report. Raises `NotFound` where there is no such role."""
        gone = await self._all(take)
        if gone is not None:
            raise gone

    async def _all(self, take: Callable[[RoleReport], None]) -> NotFound | None:
        tools = self._tools
        async with asyncio.TaskGroup() as group:
            self._waiting[_FUNCTIONS] = group.create_task(self._read_functions())
            self._waiting[_LAST_USE] = group.create_task(self._read_last_access())
            role = await read_role(self._reads, self._arn, self._name, tools.documents)
            if isinstance(role, RoleRead) and role.arn != self._arn:
                role = NotFound("iam", "GetRole", f"there is no role {self._arn}; {role.arn} has its name")
            if isinstance(role, NotFound):
                for task in self._waiting.values():
                    task.cancel()
                return role
            self._role = role
            waiting = {task for task in self._waiting.values() if not task.done()}
            take(report := await self._report(role))
            while waiting:
                _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                take(report := await self._report(role))
        if not self._reads.lost:
            self.complete = report
        return None

    async def _read_functions(self) -> None:
        roster, reads = self._tools.roster, self._reads
        self._functions = await roster.functions_of(reads, self._arn, self._snapshot)
        if self._functions:
            names = await roster.names(reads, self._snapshot)
            self._functions = await read_functions(reads, self._functions, names, MOST_FUNCTIONS)

    async def _read_last_access(self) -> None:
        try:
            self._last_access = await self._tools.jobs.read(self._tools.call, self._arn, again=self._again)
        except AwsError as error:
            self._reads.note(error)

    async def _report(self, role: RoleRead) -> RoleReport:
        """What is known by now, judged."""
        now_s = self._tools.clock.now()
        pending = [name for name, task in self._waiting.items() if not task.done()]
        parts = role.arn.split(":")
        view = RoleView(
            arn=role.arn,
            name=role.name,
            account=parts[4],
            partition=parts[1],
            now_s=now_s,
            trust=role.trust,
            policies=role.policies,
            boundary=role.boundary,
            functions=self._functions,
            created_at_s=role.created_at_s,
            last_used=role.last_used,
            last_access=self._last_access,
            last_access_pending=_LAST_USE in pending,
            tags=role.tags,
        )
        inspection = await self._tools.judge.inspect(view)
        return RoleReport(
            view=view, inspection=inspection, read_at_s=now_s, gaps=self._reads.gaps, pending=", ".join(pending)
        )
