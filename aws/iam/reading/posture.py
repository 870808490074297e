"""All roles that functions run with, judged in the background from bulk reads."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Final, TypeAlias

from aws.errors import NotFound
from aws.iam.desk import AccountReport, Posture, RoleReport
from aws.iam.reading.arns import role_name
from aws.iam.reading.bulk import OPERATION, Bulk, read_bulk
from aws.iam.reading.changers import Changers
from aws.iam.reading.flight import Flight
from aws.iam.reading.look import Tools
from aws.iam.reading.reads import Reads
from aws.iam.reading.role import RoleRead, read_role
from aws.iam.view import FunctionUse, RoleView
from aws.model import Snapshot
from aws.services.records import MALFORMED
from aws.slices import Slices

# Roles, where the bulk read is refused, and policies that it leaves out: a role takes half a dozen of IAM's few calls.
MOST_ONE_BY_ONE: Final = 40

_SHOW_EVERY: Final = 100
_KEPT_S: Final = 900.0

Used: TypeAlias = "Mapping[str, tuple[FunctionUse, ...]]"


class Postures:
    """The posture of one account: read once for all who look, and again after a quarter of an hour."""

    def __init__(self, tools: Tools, account: Callable[[], Awaitable[AccountReport]]) -> None:
        self._tools = tools
        self._account = account
        self._flight: Flight[Posture] | None = None
        self._kept: tuple[float, frozenset[tuple[str, str]], Posture] | None = None

    async def follow(self, snapshot: Snapshot) -> AsyncGenerator[Posture, None]:
        """What is known by now, until all is."""
        if (kept := self._still_good(snapshot)) is not None:
            yield kept
            return
        flight = self._flight
        if flight is None:
            work = _Survey(self._tools, self._account, snapshot)
            flight = self._flight = Flight(work.run, lambda landed: self._landed(landed, work))
        async with aclosing(flight.follow()) as postures:
            async for posture in postures:
                yield posture

    def _still_good(self, snapshot: Snapshot) -> Posture | None:
        if self._kept is None:
            return None
        read_at, pairs, posture = self._kept
        fresh = self._tools.clock.monotonic() - read_at < _KEPT_S
        return posture if fresh and pairs == self._tools.roster.pairs(self._tools.call.scope, snapshot) else None

    def _landed(self, landed: Flight[Posture], work: _Survey) -> None:
        if self._flight is landed:
            self._flight = None
        if work.complete is not None:
            pairs = self._tools.roster.pairs(self._tools.call.scope, work.snapshot)
            self._kept = self._tools.clock.monotonic(), pairs, work.complete


class _Survey:
    """One reading of all function roles. ``complete`` is the last posture, where nothing was lost on the way."""

    def __init__(self, tools: Tools, account: Callable[[], Awaitable[AccountReport]], snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.complete: Posture | None = None
        self._tools = tools
        self._ask_account = account
        self._reads = Reads(tools.call)
        self._account: AccountReport | None = None
        self._roles: dict[str, RoleReport] = {}
        self._could_change: Mapping[str, tuple[str, ...]] | None = None

    async def run(self, take: Callable[[Posture], None]) -> None:
        """Read and judge; ``take`` is given what is known as it grows."""
        self._account = await self._ask_account()
        take(self._posture("roles"))
        used = await self._tools.roster.by_role(self._reads, self.snapshot)
        bulk = await read_bulk(self._reads) if used else Bulk()
        slices = Slices(self._tools.clock)
        if used and bulk is None:
            await self._one_by_one(used, take)
        elif used and bulk is not None:
            missing = sorted({policy for arn in used for policy in bulk.missing(arn)})
            await bulk.fill(self._reads, self._tools.documents, missing[:MOST_ONE_BY_ONE])
            await self._from_bulk(bulk, used, slices, take)
            changers = Changers(bulk)
            functions = sorted({each.arn for uses in used.values() for each in uses})
            self._could_change = await changers.of(functions, slices)
            if changers.unread:
                why = f"who may change code cannot be told of {len(changers.unread)} principals"
                self._reads.left_out(f"iam:{OPERATION}", why, "their policies could not be read wholly")
        elif used is not None:
            self._could_change = {}
        done = self._posture("")
        if not self._reads.lost and not self._account.lost:
            self.complete = done
        take(done)

    async def _from_bulk(self, bulk: Bulk, used: Used, slices: Slices, take: Callable[[Posture], None]) -> None:
        for done, (arn, functions) in enumerate(sorted(used.items()), 1):
            await slices.breathe()
            try:
                role = bulk.role(arn)
            except KeyError:
                role = self._vanished(arn, functions)
            except MALFORMED as error:
                self._reads.malformed("iam", OPERATION, f"the role {arn}", error)
                role = RoleRead(arn=arn, name=arn.rpartition("/")[2])
            await self._judge(role, functions)
            if done % _SHOW_EVERY == 0 and done < len(used):
                take(self._posture(f"{len(used) - done} of {len(used)} roles"))
        take(self._posture("who may change code"))

    async def _one_by_one(self, used: Used, take: Callable[[Posture], None]) -> None:
        """Without the bulk read: role by role, those of most functions first, and not beyond what IAM bears."""
        ordered = sorted(used.items(), key=lambda each: (-len(each[1]), each[0]))
        chosen = ordered[:MOST_ONE_BY_ONE]
        if len(chosen) < len(ordered):
            why = f"{len(chosen)} of {len(ordered)} roles were read"
            self._reads.left_out(f"iam:{OPERATION}", why, f"allow iam:{OPERATION}: it reads all of them at once")
        for done, (arn, functions) in enumerate(chosen, 1):
            named = role_name(arn)
            if named is None:
                self._reads.left_out("iam:GetRole", f"{arn} is no role's ARN")
                continue
            role = await read_role(self._reads, arn, named.name, self._tools.documents)
            if isinstance(role, NotFound):
                role = self._vanished(arn, functions)
            await self._judge(role, functions)
            take(self._posture(f"{len(chosen) - done} of {len(chosen)} roles"))

    async def _judge(self, role: RoleRead, functions: tuple[FunctionUse, ...]) -> None:
        now_s = self._tools.clock.now()
        parts = role.arn.split(":")
        view = RoleView(
            arn=role.arn,
            name=role.name,
            account=parts[4] if len(parts) > 4 else "",
            partition=parts[1] if len(parts) > 1 else "aws",
            now_s=now_s,
            trust=role.trust,
            policies=role.policies,
            boundary=role.boundary,
            functions=functions,
            created_at_s=role.created_at_s,
            last_used=role.last_used,
            last_access=self._tools.jobs.known(role.arn),
            tags=role.tags,
        )
        inspection = await self._tools.judge.inspect_once(view)
        self._roles[role.arn] = RoleReport(view=view, inspection=inspection, read_at_s=now_s)

    def _vanished(self, arn: str, functions: tuple[FunctionUse, ...]) -> RoleRead:
        """A role that functions name and IAM does not know: nothing of it can be read."""
        names = ", ".join(each.name for each in functions[:3]) + (" …" if len(functions) > 3 else "")
        self._reads.left_out(
            "iam:GetRole",
            f"there is no role {arn}, or no more; {names} run with it",
            "a function whose role is gone fails at its next cold start: give it another",
        )
        return RoleRead(arn=arn, name=arn.rpartition("/")[2])

    def _posture(self, pending: str) -> Posture:
        account = self._account
        return Posture(
            read_at_s=self._tools.clock.now(),
            roles=dict(self._roles),
            account=account.view if account else None,
            account_findings=account.inspection if account else None,
            could_change=self._could_change,
            gaps=(*(account.gaps if account else ()), *self._reads.gaps),
            pending=pending,
        )
