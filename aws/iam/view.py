"""What a judgement of a role is made from. Filled by whoever reads; None always means "could not be read".

An empty tuple means "read, and there is none". Times are UTC epoch seconds. No environment value ever enters: of an
environment variable only its name and the ARN of the resource that it names are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws.iam.policy import Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionUse:
    """A function that runs with the role, and the resources that its configuration names (ARNs).

    ``resource_policies`` are the function's own and those of its aliases. ``environment`` maps the names of variables
    to ARNs of resources. ``in_vpc``, ``traced``: VPC settings and active X-Ray tracing; None: not read.
    ``log_group`` is the name, "" where unknown. ``destinations`` are on-success and on-failure destinations, those of
    event source mappings included.
    """

    arn: str
    name: str
    resource_policies: tuple[Policy, ...] | None = None
    event_sources: tuple[str, ...] | None = None
    dead_letter: str = ""
    destinations: tuple[str, ...] | None = None
    in_vpc: bool | None = None
    traced: bool | None = None
    kms_key: str = ""
    layers: tuple[str, ...] | None = None
    file_systems: tuple[str, ...] | None = None
    environment: Mapping[str, str] | None = None
    log_group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceUse:
    """One service's line of GetServiceLastAccessedDetails. ``service`` is the namespace ("s3").

    ``last_used_s`` is None where there was no attempt in the tracking period; denied attempts count as use.
    ``actions`` maps tracked actions ("s3:ListBuckets") to their last use, None each where not used; the mapping is
    None where AWS gave no action level for the service.
    """

    service: str
    last_used_s: float | None = None
    region: str = ""
    actions: Mapping[str, float | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastAccess:
    """A finished last-accessed job. ``window_days`` is how far back AWS looked: at most 400, less in young regions."""

    read_at_s: float
    services: tuple[ServiceUse, ...]
    window_days: float = 400.0


@dataclass(frozen=True, slots=True)
class RoleUse:
    """RoleLastUsed: ``at_s`` None where the role was not used in the 400 days that AWS tracks."""

    at_s: float | None
    region: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSummary:
    """GetAccountSummary, as far as it is about root. ``root_password`` is None where the summary does not say."""

    root_access_keys: bool
    root_mfa: bool
    root_password: bool | None = None


@dataclass(frozen=True, slots=True)
class RootUse:
    """The credential report's line of root: its newest use by password or key, None for never."""

    at_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """Who asks, and how the account's root user is kept. ``root_use`` is read on demand: None, and nothing is said."""

    now_s: float
    caller_arn: str | None = None
    summary: AccountSummary | None = None
    root_use: RootUse | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleView:
    """One role and what surrounds it.

    ``policies`` are the attached and inline ones; one that was listed but whose document could not be read is a
    `Policy` with ``trouble``. ``boundary`` is ``()`` for a role without one, one policy otherwise. ``functions`` are
    all that run with the role, in the scopes that were read. ``last_access_pending``: the job still runs, so that its
    absence is no gap yet.
    """

    arn: str
    name: str
    account: str
    now_s: float
    partition: str = "aws"
    trust: Policy | None = None
    policies: tuple[Policy, ...] | None = None
    boundary: tuple[Policy, ...] | None = None
    functions: tuple[FunctionUse, ...] | None = None
    created_at_s: float | None = None
    last_used: RoleUse | None = None
    last_access: LastAccess | None = None
    last_access_pending: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def age_days(self) -> float | None:
        """How old the role is; None where that could not be read."""
        return None if self.created_at_s is None else (self.now_s - self.created_at_s) / 86_400
