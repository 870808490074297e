"""What the rules of roles say: findings, and what they could not judge."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws.iam.policy import StatementRef


ESCALATING = frozenset({"R01", "R04", "R05", "R07", "R08"})


class IamSeverity(StrEnum):
    """How bad a finding about a role is."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 is the worst: sorts worst first."""
        return ("critical", "high", "medium", "low", "info").index(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class IamFinding:
    """One rule's verdict. ``id`` is stable ("R05"); ``key`` tells findings of one rule apart (a path, a service).

    ``where`` names the policy and statement, ``evidence`` is a sentence, ``statements`` are what to highlight.
    ``conditional``: it holds only under a condition that nobody but AWS can judge. ``unless`` says what may still stand
    against it (a Deny with a condition, a boundary that could not be read); "" if nothing does.
    """

    id: str
    severity: IamSeverity
    title: str
    where: str
    evidence: str
    key: str = ""
    statements: tuple[StatementRef, ...] = ()
    conditional: bool = False
    unless: str = ""


@dataclass(frozen=True, slots=True)
class NotJudged:
    """Rules, or parts of them, that could not be judged: shown, never counted as clean.

    ``what`` could not be read. ``action`` is the IAM action that reads it.
    """

    rules: tuple[str, ...]
    what: str
    action: str = ""

    @classmethod
    def of_document(cls, rules: tuple[str, ...], what: str, trouble: str, action: str = "") -> NotJudged:
        """A document with trouble: a refusal names the action that would read it, anything else is told as it is."""
        told, refused, needed = trouble.partition("cannot read, need ")
        return cls(rules, what, needed) if refused and not told else cls(rules, f"{what}: {trouble}", action)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the rules say of one role or account: findings worst first, and what stayed unknown.

    ``caveats`` hold always: service control policies are not evaluated.
    """

    findings: tuple[IamFinding, ...]
    not_judged: tuple[NotJudged, ...]
    caveats: tuple[str, ...] = ()

    @property
    def escalates(self) -> bool | None:
        """Whether the role can get more than it was given; None: only under a condition, or it could not be told.

        ``not_judged`` tells the two apart: it names the rules that could not be judged.
        """
        found = [each for each in self.findings if each.id in ESCALATING]
        if any(not each.conditional and not each.unless for each in found):
            return True
        unknown = any(rule in ESCALATING for each in self.not_judged for rule in each.rules)
        return None if found or unknown else False

    @property
    def worst(self) -> IamSeverity | None:
        """The worst severity; None where nothing was found, which is clean only if ``not_judged`` is empty too."""
        return self.findings[0].severity if self.findings else None
