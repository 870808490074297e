"""Where roles are read and judged: what the screen and the command line both work with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from aws.iam.decision import Decision
    from aws.iam.findings import Inspection
    from aws.iam.view import AccountView, FunctionUse, RoleView
    from aws.logs.denials import DenialsRead
    from aws.model import Gap, Resource, Scope, Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleReport:
    """One role, read and judged. ``gaps`` are reads that were refused or failed; ``read_at_s`` UTC epoch seconds.

    ``pending`` says in a few words what is still being read ("last use of services"); "" when all is there.
    """

    view: RoleView
    inspection: Inspection
    read_at_s: float
    gaps: tuple[Gap, ...] = ()
    pending: str = ""


@dataclass(frozen=True, slots=True)
class Simulated:
    """SimulatePrincipalPolicy's answer beside ours. ``decision`` is AWS's word: allowed, explicitDeny, implicitDeny."""

    ours: Decision
    decision: str
    missing_context: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether both say the same. Our "maybe" is agreed with by either."""
        return self.ours.verdict == "maybe" or (self.ours.verdict == "yes") == (self.decision == "allowed")


@dataclass(frozen=True, slots=True)
class PolicyRemark:
    """What Access Analyzer says of a document. ``kind`` is AWS's word: ERROR, SECURITY_WARNING, SUGGESTION, WARNING."""

    kind: str
    code: str
    text: str
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReport:
    """Who asks and how the account's root is kept; what was refused is a gap, never a finding.

    ``lost``: part of it may be there when it is asked for again.
    """

    view: AccountView
    inspection: Inspection
    gaps: tuple[Gap, ...] = ()
    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Posture:
    """All roles that functions run with, by ARN, and how the account's root is kept.

    ``could_change`` maps a function's ARN to the ARNs of the principals who may change its code; None: not read.
    ``pending`` as in `RoleReport`.
    """

    read_at_s: float
    roles: Mapping[str, RoleReport] = field(default_factory=dict)
    account: AccountView | None = None
    account_findings: Inspection | None = None
    could_change: Mapping[str, tuple[str, ...]] | None = None
    gaps: tuple[Gap, ...] = ()
    pending: str = ""


class RoleDesk(Protocol):
    """One scope's roles. Methods raise `aws.errors.CwtopError`; single reads that are refused become gaps."""

    @property
    def scope(self) -> Scope:
        """The account and region that it reads."""
        ...

    async def role_of(self, resource: Resource) -> str | None:
        """The role (ARN) that a function, state machine, rule target or authorizer runs with; None: it has none."""
        ...

    async def find(self, name: str, snapshot: Snapshot | None = None) -> str:
        """A role's ARN by role name, role ARN, function name or function ARN. Raises `NotFound`."""
        ...

    def inspect(
        self, role_arn: str, *, snapshot: Snapshot | None = None, again: bool = False
    ) -> AsyncIterator[RoleReport]:
        """The role as soon as its policies are read, then once more for each background read that ends.

        ``snapshot`` tells what is known of functions and resources already; ``again`` passes the cache by.
        """
        ...

    async def simulate(self, report: RoleReport, action: str, resource: str) -> Simulated:
        """Ask AWS whether the role may, and set our own answer beside it."""
        ...

    async def validate(self, document: Mapping[str, Any]) -> tuple[PolicyRemark, ...]:
        """What Access Analyzer says of an identity policy. Free of charge; costs one call."""
        ...

    def posture(self, snapshot: Snapshot) -> AsyncIterator[Posture]:
        """All function roles, from bulk reads in the background: the first as soon as anything is known."""
        ...

    async def account(self) -> AccountReport:
        """Who asks (sts:GetCallerIdentity) and how root is kept (iam:GetAccountSummary): asked of AWS once, free."""
        ...

    async def denials(self, function: FunctionUse) -> DenialsRead:
        """What the function's log says it was denied lately. Raises `AwsError` where the log could not be read."""
        ...
