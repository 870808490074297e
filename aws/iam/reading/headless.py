"""One report on a role within a time limit, for where nobody watches it fill."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final, TypeVar

from aws.clock import Clock
from aws.errors import TimedOut
from aws.iam.desk import Posture, RoleDesk, RoleReport
from aws.iam.inspect import inspect_role
from aws.model import Gap, Scope, Snapshot

T = TypeVar("T")

_HINT: Final = "give more time with --timeout"
_BULK: Final = "iam:GetAccountAuthorizationDetails"
_READ_BY: Final = {
    "last use": "iam:GetServiceLastAccessedDetails",
    "functions": "lambda:GetFunctionConfiguration",
}


async def report_within(
    desk: RoleDesk, role_arn: str, *, clock: Clock, timeout_s: float, snapshot: Snapshot | None = None
) -> RoleReport:
    """The role as complete as it gets in ``timeout_s``; what is pending then is a gap.

    Raises `TimedOut` where not even the policies were read by then, else as `RoleDesk.inspect` does.
    """
    report = await last_within(desk.inspect(role_arn, snapshot=snapshot), clock=clock, timeout_s=timeout_s)
    if report is None:
        raise TimedOut("iam", "GetRole", f"no answer within {timeout_s:g} s", hint=_HINT)
    if not report.pending:
        return report
    view = replace(report.view, last_access_pending=False)
    gaps = (*report.gaps, _unread(desk.scope, report.pending, timeout_s))
    return replace(report, view=view, inspection=inspect_role(view), pending="", gaps=gaps)


async def posture_within(desk: RoleDesk, snapshot: Snapshot, *, clock: Clock, timeout_s: float) -> Posture:
    """All function roles, in the same way. Raises `TimedOut` where nothing at all was read."""
    posture = await last_within(desk.posture(snapshot), clock=clock, timeout_s=timeout_s)
    if posture is None:
        raise TimedOut("iam", "GetAccountAuthorizationDetails", f"no answer within {timeout_s:g} s", hint=_HINT)
    if not posture.pending:
        return posture
    return replace(posture, pending="", gaps=(*posture.gaps, _unread(desk.scope, posture.pending, timeout_s)))


async def last_within(results: AsyncIterator[T], *, clock: Clock, timeout_s: float) -> T | None:
    """The last of the results that come within the time; None where there is none. Raises what they raise."""
    newest: T | None = None

    async def follow() -> None:
        nonlocal newest
        try:
            async for each in results:
                newest = each
        finally:
            close = getattr(results, "aclose", None)
            if close is not None:
                await close()

    reading = asyncio.ensure_future(follow())
    timer = asyncio.ensure_future(clock.sleep(timeout_s))
    try:
        await asyncio.wait((reading, timer), return_when=asyncio.FIRST_COMPLETED)
        if reading.done():
            reading.result()
    finally:
        for task in (reading, timer):
            task.cancel()
        await asyncio.gather(reading, timer, return_exceptions=True)
    return newest


def _unread(scope: Scope, what: str, timeout_s: float) -> Gap:
    action = next((action for word, action in _READ_BY.items() if word in what), _BULK)
    error = f"{what}: no answer within {timeout_s:g} s"
    return Gap("iam", action, error, _HINT, account=scope.account, region=scope.region)
