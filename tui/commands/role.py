"""``cwtop role NAME-OR-FUNCTION`` and ``cwtop role --all``: the inspector without a terminal. It only reads."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing
from typing import TYPE_CHECKING, TypeVar

from aws.clock import Clock, SystemClock
from aws.errors import CwtopError, NotFound, TimedOut
from aws.model import Gap, Snapshot
from tui.commands.codes import typed_codes
from tui.config import Config
from tui.connect import connected, roles_opener
from tui.headless.complaint import complain
from tui.headless.printing import print_json, printed
from tui.headless.role_report import all_report, callers_read, pending_gap, role_exit, role_report
from tui.headless.role_table import all_table, role_table
from tui.options import Options
from tui.options_role import check_role

if TYPE_CHECKING:
    from aws.iam.desk import Posture, RoleDesk, RoleReport

T = TypeVar("T")


def role(options: Options, config: Config) -> int:
    """Print one role, or all. Returns 2 for a critical or high finding, else 3 for an unknown name or unreadable
    policies, 1 for a medium finding, else 0.
    """
    check_role(options.role, options.all_roles)
    return asyncio.run(_visit(options, config, SystemClock()))


async def _visit(options: Options, config: Config, clock: Clock) -> int:
    ends = time.monotonic() + options.timeout_s
    async with AsyncExitStack() as stack:
        connecting = connected(options, config, clock, lambda _: None, roles=typed_codes(options))
        try:
            async with asyncio.timeout(options.timeout_s):
                reached = await stack.enter_async_context(connecting)
        except TimeoutError:
            raise TimedOut("aws", "connect", f"not answered within {options.timeout_s:g} s") from None
        for gap in reached.unreached:
            complain(f"could not be read: {gap.service} {gap.action}: {gap.error}", gap.hint)
        opened = roles_opener(clock)
        desks = [opened(source) for source in reached.sources]
        left_s = max(0.1, ends - time.monotonic())
        if options.all_roles:
            return await tell_all(desks, options, left_s, at_s=clock.now(), unreached=tuple(reached.unreached))
        return await tell_one(desks, options, left_s)


async def tell_one(desks: Sequence[RoleDesk], options: Options, left_s: float) -> int:
    """The role that is meant, as far as it can be read in the time. Raises `CwtopError` where there is none."""
    reports: list[RoleReport] = []
    try:
        async with asyncio.timeout(left_s):
            desk, arn = await _found(desks, options.role or "")
            await _newest(desk.inspect(arn), reports)
    except TimeoutError:
        if not reports:
            raise TimedOut("iam", "GetRole", f"not read within {options.timeout_s:g} s") from None
    report = reports[-1]
    gaps = [pending_gap(report.pending, options.timeout_s)] if report.pending else []
    if options.output == "json":
        print_json(role_report(report, gaps))
    else:
        printed(role_table(report, gaps))
    return role_exit([report], unread=not callers_read(report))


async def tell_all(
    desks: Sequence[RoleDesk], options: Options, left_s: float, *, at_s: float, unreached: Sequence[Gap] = ()
) -> int:
    """All roles that functions run with; each account is read once, for all of its regions that are looked at."""
    ends = time.monotonic() + left_s
    postures: list[tuple[str, Posture]] = []
    gaps = list(unreached)
    for desk in desks:
        read: list[Posture] = []
        try:
            async with asyncio.timeout(max(0.1, ends - time.monotonic())):
                await _newest(desk.posture(Snapshot(at_s=at_s)), read)
        except TimeoutError:
            what = read[-1].pending if read else "roles"
            gaps.append(pending_gap(what or "roles", options.timeout_s))
        if read:
            postures.append((desk.scope.account, read[-1]))
    if options.output == "json":
        print_json(all_report(postures, gaps))
    else:
        printed(all_table(postures, gaps))
    findings = [f for _, each in postures if each.account_findings for f in each.account_findings.findings]
    unread = bool(gaps) or any(each.gaps or each.pending for _, each in postures) or not postures
    return role_exit((r for _, each in postures for r in each.roles.values()), findings, unread=unread)


async def _found(desks: Sequence[RoleDesk], name: str) -> tuple[RoleDesk, str]:
    """The desk at which the role is known, and its ARN. Raises what the first desk said where none knows it."""
    refused: CwtopError | None = None
    for desk in desks:
        try:
            return desk, await desk.find(name)
        except NotFound as error:
            refused = refused or error
    raise refused or NotFound("iam", "GetRole", f"no account was reached in which {name} could be")


async def _newest(source: AsyncIterator[T], into: list[T]) -> None:
    """Keep the newest of what comes, also where this is stopped on the way."""
    async with aclosing(source) as each:  # type: ignore[type-var]  # an async generator, closed whatever happens
        async for item in each:
            into[:] = [item]
