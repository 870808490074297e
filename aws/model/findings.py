"""What is wrong, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws.model.resources import Link


class Severity(StrEnum):
    """How bad a finding is."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 is the worst: sorts worst first."""
        return ("critical", "warning", "info").index(self.value)


class Health(StrEnum):
    """A resource's status. The worst wins: critical > warning > unknown > ok."""

    CRITICAL = "critical"
    WARNING = "warning"
    UNKNOWN = "unknown"
    OK = "ok"

    @property
    def rank(self) -> int:
        """0 is the worst: sorts worst first."""
        return ("critical", "warning", "unknown", "ok").index(self.value)


class Phase(StrEnum):
    """Where a finding stands in its life."""

    OPEN = "open"
    RECOVERED = "recovered"  # shown for fifteen minutes, does not count towards a status


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule's verdict on one resource.

    ``text`` is the "now" column: short, its figures inside; of a recovered finding it says how bad it was at worst.
    ``evidence`` is a sentence for the pane.
    ``since_s`` is the first minute of the run at warning level; ``since_mark`` is ">" where it began before the
    window and "~" where it is known to five minutes only. ``relapses`` counts returns (shown ×2 for one).
    """

    rule: str
    severity: Severity
    resource: str  # ARN
    text: str
    metric: str = ""
    value: float | None = None
    unit: str = ""
    since_s: float | None = None
    since_mark: str = ""
    evidence: str = ""
    phase: Phase = Phase.OPEN
    recovered_s: float | None = None
    relapses: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be read, and what to do about it. ``action`` is the IAM action or operation.

    ``credentials``: for want of credentials, those of ``profile`` (None: the ambient ones). ``passes``: whatever it
    was may be over when it is asked for again, without anybody having done anything.
    """

    service: str
    action: str
    error: str
    hint: str
    account: str = ""
    region: str = ""
    since_s: float | None = None
    only_coverage: bool = False  # it leaves open which alarms there are or should be, but nobody's health
    profile: str | None = None
    credentials: bool = False
    passes: bool = field(default=False, compare=False)

    def leaving_coverage_open(self) -> Gap:
        """The same, which leaves nobody's health open."""
        return replace(self, only_coverage=True)


@dataclass(frozen=True, slots=True)
class Member:
    """One resource of an incident. ``depth`` is its distance from the cause along ``via`` links."""

    arn: str
    depth: int = 0
    via: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Findings grouped under their first cause. ``members`` start with the cause, then oldest first.

    ``folded_rule`` is the rule id where five or more resources share it ("lambda.throttles ×143").
    ``unchanged`` is True where nothing in it changed for 24 h; ``recovered`` where all its findings have closed.
    """

    key: str
    cause: str
    members: tuple[Member, ...]
    severity: Severity
    since_s: float | None
    since_mark: str = ""
    text: str = ""
    evidence: str = ""
    folded_rule: str | None = None
    unchanged: bool = False
    recovered: bool = False
