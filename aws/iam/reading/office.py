"""The desk where roles are read and judged, on a connected account."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Final

from aws.call import Call
from aws.clock import Clock
from aws.errors import AwsError, UsageError
from aws.iam.desk import AccountReport, PolicyRemark, Posture, RoleReport, Simulated
from aws.iam.inspect import inspect_account
from aws.iam.reading.account import read_account, read_root_use
from aws.iam.reading.arns import role_name
from aws.iam.reading.asking import simulated, validated
from aws.iam.reading.documents import Documents
from aws.iam.reading.flight import Flight
from aws.iam.reading.judging import Judge
from aws.iam.reading.last_access import LastAccessJobs
from aws.iam.reading.look import Look, Tools
from aws.iam.reading.named import find, role_of
from aws.iam.reading.posture import Postures
from aws.iam.reading.reads import Reads
from aws.iam.reading.roster import Roster
from aws.iam.view import FunctionUse
from aws.logs.denials import DenialsRead, read_denials
from aws.model import Resource, Scope, Snapshot

_KEPT_S: Final = 600.0
_KEPT: Final = 64
_ACCOUNT_KEPT_S: Final = 3_600.0


class RoleOffice:
    """One account in one region. Fulfils `aws.iam.desk.RoleDesk`.

    ``jobs``: give the desks of one account's regions the same, so that one last-accessed job runs at a time.
    What was read of a role stands for ten minutes (`RoleReport.read_at_s` says since when). ``judge`` does its work in
    threads unless it is given another way.
    """

    def __init__(
        self, call: Call, *, clock: Clock, jobs: LastAccessJobs | None = None, judge: Judge | None = None
    ) -> None:
        self._call = call
        self._clock = clock
        self._judge = judge or Judge()
        self._tools = Tools(
            call=call,
            clock=clock,
            documents=Documents(clock),
            roster=Roster(clock),
            jobs=jobs or LastAccessJobs(clock),
            judge=self._judge,
        )
        self._postures = Postures(self._tools, self.account)
        self._kept: OrderedDict[str, tuple[float, RoleReport]] = OrderedDict()
        self._flights: dict[str, Flight[RoleReport]] = {}
        self._account: tuple[float, AccountReport] | None = None
        self._asking_account = asyncio.Lock()

    @property
    def scope(self) -> Scope:
        """The account and region that it reads."""
        return self._call.scope

    async def role_of(self, resource: Resource) -> str | None:
        """The role (ARN) that a function, state machine, rule target or authorizer runs with; None: it has none."""
        return await role_of(self._call, resource)

    async def find(self, name: str, snapshot: Snapshot | None = None) -> str:
        """A role's ARN by role name, role ARN, function name or function ARN. Raises `NotFound`."""
        return await find(self._call, name, snapshot)

    async def inspect(
        self, role_arn: str, *, snapshot: Snapshot | None = None, again: bool = False
    ) -> AsyncIterator[RoleReport]:
        """The role as soon as its policies are read, then once more for each background read that ends.

        Raises `NotFound` where there is no such role, `UsageError` for what is no role of this account.
        """
        named = role_name(role_arn)
        if named is None or named.account != self.scope.account:
            raise UsageError(f"{role_arn} is no role of account {self.scope.account}", "name one of this account's")
        if not again and (kept := self._still_good(role_arn)) is not None:
            yield kept
            return
        flight = self._flights.get(role_arn)
        if flight is None:
            look = Look(self._tools, role_arn, named.name, snapshot, again=again)
            flight = self._flights[role_arn] = Flight(look.read, lambda landed: self._landed(role_arn, landed, look))
        async with aclosing(flight.follow()) as reports:
            async for report in reports:
                yield report

    async def simulate(self, report: RoleReport, action: str, resource: str) -> Simulated:
        """Ask AWS whether the role may, and set our own answer beside it. Raises `AwsError`."""
        decision, missing = await simulated(self._call, report.view.arn, action, resource)
        ours = self._judge.case(report.view).grants.can(action, resource)
        return Simulated(ours, decision, missing)

    async def validate(self, document: Mapping[str, Any]) -> tuple[PolicyRemark, ...]:
        """What Access Analyzer says of an identity policy. Free of charge; costs one call. Raises `AwsError`."""
        return await validated(self._call, document)

    async def posture(self, snapshot: Snapshot) -> AsyncIterator[Posture]:
        """All function roles, from bulk reads in the background: the first as soon as anything is known."""
        async with aclosing(self._postures.follow(snapshot)) as postures:
            async for posture in postures:
                yield posture

    async def account(self) -> AccountReport:
        """Who asks (sts:GetCallerIdentity) and how root is kept (iam:GetAccountSummary): asked of AWS once, free.

        Once an hour, to be exact; again at once where something was refused or lost.
        """
        async with self._asking_account:
            if self._account is not None:
                read_at, report = self._account
                if self._clock.monotonic() - read_at < _ACCOUNT_KEPT_S and not report.gaps:
                    return report
            reads = Reads(self._call)
            view = await read_account(reads, self._clock)
            report = AccountReport(view=view, inspection=inspect_account(view), gaps=reads.gaps, lost=reads.lost)
            self._account = self._clock.monotonic(), report
            return report

    async def account_with_root_use(self) -> AccountReport:
        """The same with when root was last used, from the credential report: takes seconds, so only on demand."""
        report = await self.account()
        reads = Reads(self._call)
        root_use = None
        try:
            root_use = await read_root_use(self._call, self._clock)
        except AwsError as error:
            reads.note(error)
        view = replace(report.view, now_s=self._clock.now(), root_use=root_use)
        gaps, lost = (*report.gaps, *reads.gaps), report.lost or reads.lost
        return AccountReport(view=view, inspection=inspect_account(view), gaps=gaps, lost=lost)

    async def denials(self, function: FunctionUse) -> DenialsRead:
        """What the function's log says it was denied lately."""
        return await read_denials(self._call, function.log_group, clock=self._clock)

    def _still_good(self, role_arn: str) -> RoleReport | None:
        read_at, report = self._kept.get(role_arn, (0.0, None))
        return report if report is not None and self._clock.monotonic() - read_at < _KEPT_S else None

    def _landed(self, role_arn: str, landed: Flight[RoleReport], look: Look) -> None:
        """Keep what was read to the end, unless part of it was lost on the way."""
        if self._flights.get(role_arn) is landed:
            del self._flights[role_arn]
        if look.complete is not None:
            self._kept[role_arn] = self._clock.monotonic(), look.complete
            self._kept.move_to_end(role_arn)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
