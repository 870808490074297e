"""A role's desk whose answers a test writes, and the roles of the evening in the shop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

from aws.errors import CwtopError, NotFound
from aws.iam.denials import parse_denial
from aws.iam.desk import AccountReport, PolicyRemark, Posture, RoleReport, Simulated
from aws.iam.grants import Grants
from aws.iam.inspect import inspect_account, inspect_role
from aws.iam.policy import PolicyKind
from aws.iam.view import AccountSummary, AccountView, FunctionUse, LastAccess, RoleUse, RoleView, ServiceUse
from aws.logs.denials import DenialsRead
from aws.model import Resource, Scope, Snapshot
from tests.builders import NOW, SCOPE, a_function
from tests.tui.story import evening
from tests.unit.iam.views import allow, function, policy, role

ROLE = "arn:aws:iam::123456789012:role/app"
ADMIN = "arn:aws:iam::123456789012:role/batch/admin"
PAYMENTS = "arn:aws:dynamodb:eu-west-1:123456789012:table/payments"
ORDERS = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
ORDER_PROC = a_function("order-proc", role=ROLE, log_group="/aws/lambda/order-proc")
RUNNERS = (ORDER_PROC, a_function("order-mail", role=ROLE), a_function("job", role=ADMIN))
DENIED = (
    "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/app/order-proc is not authorized to perform: "
    f"dynamodb:PutItem on resource: {PAYMENTS} because no identity-based policy allows the dynamodb:PutItem action"
)


def a_view(**more: Any) -> RoleView:
    """A role that may pass any role, do all with one table, and write logs anywhere; two functions share it."""
    uses = (
        ServiceUse(service="dynamodb", last_used_s=NOW - 7_200.0),
        ServiceUse(service="s3", last_used_s=None),
        ServiceUse(service="logs", last_used_s=NOW - 60.0),
        ServiceUse(service="iam", last_used_s=None),
    )
    given: dict[str, Any] = {
        "functions": tuple(
            function(each.name, environment={"TABLE_NAME": ORDERS} if each is ORDER_PROC else {})
            for each in RUNNERS[:2]
        ),
        "last_used": RoleUse(NOW - 7_200.0, "eu-west-1"),
        "last_access": LastAccess(read_at_s=NOW, services=uses),
        "boundary": (),
        **more,
    }
    return role(
        policy(allow("iam:PassRole", Sid="Pass"), allow(["s3:GetObject"], "arn:aws:s3:::pics/*", Sid="Pics")),
        policy(allow("dynamodb:*", ORDERS, Sid="Ddb"), name="tables", kind=PolicyKind.MANAGED),
        policy(allow(["logs:CreateLogStream", "logs:PutLogEvents"]), name="Basic", kind=PolicyKind.AWS_MANAGED),
        **given,
    )


def report_of(view: RoleView, **more: Any) -> RoleReport:
    """The role, judged."""
    return RoleReport(view=view, inspection=inspect_role(view), read_at_s=float(NOW), **more)


def admin() -> RoleReport:
    """A role that may do everything."""
    view = role(policy(allow("*")), last_used=RoleUse(None), functions=(function("job"),))
    return report_of(replace(view, arn=ADMIN, name="admin"))


def runners(**more: Any) -> Snapshot:
    """The evening, with functions whose roles are known."""
    found = evening(**more)
    return replace(found, resources={**found.resources, **{each.arn: each for each in RUNNERS}})


class FakeRoles:
    """``reports`` are handed out in order at each inspection; the next call raises ``fail``.

    ``gate``, where set, is awaited before each report but the first. ``calls`` remembers what was asked for.
    """

    def __init__(self, *reports: RoleReport, root: AccountSummary | None = None) -> None:
        self.scope: Scope = SCOPE
        self.reports = reports or (report_of(a_view()),)
        self.roles: dict[str, RoleReport] = {ROLE: self.reports[-1], ADMIN: admin()}
        self.denied: DenialsRead = DenialsRead()
        self.remarks: tuple[PolicyRemark, ...] = ()
        self.simulated = "allowed"
        self.caller = "arn:aws:sts::123456789012:assumed-role/ops/me"
        self.root = root or AccountSummary(root_access_keys=False, root_mfa=True)
        self.calls: list[tuple[object, ...]] = []
        self.gate: asyncio.Semaphore | None = None
        self.fail: CwtopError | None = None

    async def _asked(self, *call: object) -> None:
        self.calls.append(call)
        if self.fail is not None:
            error, self.fail = self.fail, None
            raise error

    async def role_of(self, resource: Resource) -> str | None:
        """The role in its facts."""
        await self._asked("role_of", resource.name)
        return resource.text("role")

    async def find(self, name: str, snapshot: Snapshot | None = None) -> str:
        """By the role's or the function's name."""
        await self._asked("find", name)
        known = {"app": ROLE, "admin": ADMIN, **{each.name: str(each.facts["role"]) for each in RUNNERS}}
        if name not in known:
            raise NotFound("iam", "GetRole", f"there is no role or function {name}")
        return known[name]

    async def inspect(
        self, role_arn: str, *, snapshot: Snapshot | None = None, again: bool = False
    ) -> AsyncIterator[RoleReport]:
        """The reports given; of the other role, its own."""
        await self._asked("inspect", role_arn, again)
        for number, report in enumerate(self.reports if role_arn == ROLE else (self.roles[role_arn],)):
            if number and self.gate is not None:
                await self.gate.acquire()
            yield report

    async def simulate(self, report: RoleReport, action: str, resource: str) -> Simulated:
        """What the test says."""
        await self._asked("simulate", action, resource)
        return Simulated(Grants(report.view.policies or ()).can(action, resource), self.simulated)

    async def validate(self, document: Mapping[str, Any]) -> tuple[PolicyRemark, ...]:
        """What the test says."""
        await self._asked("validate", document)
        return self.remarks

    async def posture(self, snapshot: Snapshot) -> AsyncIterator[Posture]:
        """Nothing, then all roles."""
        await self._asked("posture")
        yield Posture(read_at_s=NOW, pending="policies")
        if self.gate is not None:
            await self.gate.acquire()
        changes = {each.arn: ("arn:aws:iam::123456789012:role/deploy",) for each in RUNNERS}
        yield Posture(read_at_s=NOW, roles=self.roles, could_change=changes)

    async def account(self) -> AccountReport:
        """Who asks, and root as the test has it."""
        await self._asked("account")
        view = AccountView(now_s=NOW, caller_arn=self.caller, summary=self.root)
        return AccountReport(view=view, inspection=inspect_account(view))

    async def denials(self, function: FunctionUse) -> DenialsRead:
        """What the test says."""
        await self._asked("denials", function.name)
        return self.denied


def denials() -> DenialsRead:
    """Twelve refusals of one action, the last a minute ago."""
    denial = parse_denial(DENIED)
    assert denial is not None
    return DenialsRead(denials=((denial, 12, NOW - 60.0),))
