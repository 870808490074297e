"""What a rule is, and what all rules say alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

from aws.iam.decision import Decision
from aws.iam.escalation.find import OpenPath, open_paths
from aws.iam.findings import IamFinding, IamSeverity
from aws.iam.grants import Grants
from aws.iam.policy import StatementRef
from aws.iam.view import AccountView, RoleView

DAY_S: Final = 86_400
UNUSED_DAYS: Final = 90
_SHOWN: Final = 6

Verdicts: TypeAlias = "Iterator[IamFinding]"


class RoleCase:
    """A role under judgement: the view, and its policies merged once for all rules."""

    def __init__(self, view: RoleView) -> None:
        self.view = view

    @cached_property
    def grants(self) -> Grants:
        """The merged policies within the boundary; of those that could be read."""
        view = self.view
        return Grants(view.policies or (), view.boundary, account=view.account, partition=view.partition)

    def seen_as(self, view: RoleView) -> RoleCase:
        """The role with what else was read of it since: while its policies stand, they need not be merged again."""
        later = RoleCase(view)
        same = ("policies", "boundary", "account", "partition")
        if all(getattr(view, name) == getattr(self.view, name) for name in same):
            later.__dict__ |= {name: self.__dict__[name] for name in ("grants", "paths") if name in self.__dict__}
        return later

    @cached_property
    def paths(self) -> tuple[OpenPath, ...]:
        """The escalation paths that stand open."""
        return tuple(open_paths(self.grants))

    def everywhere(self, rule: Rule, actions: Iterable[str], what: str) -> Verdicts:
        """One finding for the actions that are granted on all resources, and one for those that a condition holds back.

        The latter is a step less severe: the condition may be one that always holds (aws:SecureTransport).
        """
        decisions = [self.grants.can(action) for action in actions]
        broad = [each for each in decisions if each.broad]
        if broad:
            yield rule.granted(broad, f"{listed(each.action for each in broad)} on {what}")
        held = [each for each in decisions if not each.broad and each.if_held]
        if held:
            said = f"{listed(each.action for each in held)} on {what}, under a condition"
            less = IamSeverity.MEDIUM if rule.severity is IamSeverity.HIGH else IamSeverity.LOW
            yield rule.granted(held, said, key="condition", severity=less, conditional=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. ``reads`` are the fields of its view without which it cannot be judged at all.

    ``title`` fits a line; ``source`` says where the rule comes from. ``severity`` is the worst that it gives.
    """

    id: str
    severity: IamSeverity
    title: str
    source: str
    reads: tuple[str, ...]
    judge: Callable[[Any, Rule], Verdicts]

    def finding(
        self,
        where: str,
        evidence: str,
        *,
        key: str = "",
        severity: IamSeverity | None = None,
        statements: Iterable[StatementRef] = (),
        conditional: bool = False,
        unless: str = "",
        title: str = "",
    ) -> IamFinding:
        """A finding of this rule; its own title and severity unless others are given."""
        return IamFinding(
            id=self.id,
            severity=severity or self.severity,
            title=title or self.title,
            where=where,
            evidence=evidence,
            key=key,
            statements=tuple(dict.fromkeys(statements)),
            conditional=conditional,
            unless=unless,
        )

    def granted(
        self,
        decisions: Iterable[Decision],
        evidence: str,
        *,
        key: str = "",
        severity: IamSeverity | None = None,
        conditional: bool = False,
    ) -> IamFinding:
        """A finding about grants: what allows them is where, what may stand against them is ``unless``."""
        asked = tuple(decisions)
        statements = tuple(dict.fromkeys(ref for each in asked for ref in each.allowed_by[:3]))
        return self.finding(
            places(statements),
            evidence,
            key=key,
            severity=severity,
            statements=statements,
            conditional=conditional or any(each.conditional for each in asked),
            unless="; ".join(dict.fromkeys(each.unless for each in asked if each.unless)),
        )


def places(statements: Iterable[StatementRef]) -> str:
    """Statements in a column's words; the rest as a number."""
    return listed([str(each) for each in statements], shown=2)


def listed(names: Iterable[str], shown: int = _SHOWN) -> str:
    """Names with commas, the rest as a number: ``a, b and 3 more``."""
    every = tuple(dict.fromkeys(names))
    rest = f" and {len(every) - shown} more" if len(every) > shown else ""
    return ", ".join(every[:shown]) + rest


__all__ = [
    "DAY_S",
    "UNUSED_DAYS",
    "AccountView",
    "RoleCase",
    "RoleView",
    "Rule",
    "Verdicts",
    "listed",
    "places",
]
