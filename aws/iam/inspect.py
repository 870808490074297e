"""All rules on one role, or on the account: findings worst first, and what could not be judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from aws.iam.findings import IamFinding, Inspection, NotJudged
from aws.iam.grants import MAX_PATTERNS
from aws.iam.rules.base import RoleCase, Rule
from aws.iam.rules.callers import unread_policies
from aws.iam.rules.registry import ACCOUNT_RULES, ROLE_RULES
from aws.iam.view import AccountView, RoleView

CAVEATS: Final = ("service control policies are not evaluated",)

_UNREAD: Final = {
    "policies": ("the role's policies", "iam:ListAttachedRolePolicies"),
    "trust": ("the trust policy", "iam:GetRole"),
    "boundary": ("the permissions boundary", "iam:GetRole"),
    "functions": ("which functions run with the role", "lambda:ListFunctions"),
    "created_at_s": ("when the role was created", "iam:GetRole"),
    "last_used": ("when the role was last used", "iam:GetRole"),
    "last_access": ("which services were used", "iam:GenerateServiceLastAccessedDetails"),
    "caller_arn": ("who asks", "sts:GetCallerIdentity"),
    "summary": ("how root is kept", "iam:GetAccountSummary"),
}
_FETCHES: Final = {"inline": "iam:GetRolePolicy", "trust": "iam:GetRole"}


def inspect_role(view: RoleView, case: RoleCase | None = None) -> Inspection:
    """The verdict of R01 to R22 on a role. ``case`` shares merged policies with other questions."""
    case = case or RoleCase(view)
    pending = ("last_access",) if view.last_access_pending else ()
    findings, unread = _judged(ROLE_RULES, view, case, pending)
    return Inspection(_worst_first(findings), (*unread, *_troubles(case)), CAVEATS)


def inspect_account(view: AccountView) -> Inspection:
    """The verdict of R23 to R25 on the account."""
    findings, unread = _judged(ACCOUNT_RULES, view, view, ())
    return Inspection(_worst_first(findings), tuple(unread), ())


def _judged(
    rules: Iterable[Rule], view: object, case: Any, pending: tuple[str, ...]
) -> tuple[list[IamFinding], list[NotJudged]]:
    findings: list[IamFinding] = []
    missing: dict[str, list[str]] = {}
    for rule in rules:
        absent = [name for name in rule.reads if getattr(view, name) is None]
        for name in absent:
            if name not in pending:
                missing.setdefault(name, []).append(rule.id)
        if not absent:
            findings += rule.judge(case, rule)
    unread = [NotJudged(tuple(ids), *_UNREAD[name]) for name, ids in missing.items()]
    return findings, unread


def _troubles(case: RoleCase) -> Iterator[NotJudged]:
    """Documents that are there and could not be read, or not wholly: the rules saw the rest only."""
    view = case.view
    policy_rules = tuple(rule.id for rule in ROLE_RULES if "policies" in rule.reads)
    trust_rules = tuple(rule.id for rule in ROLE_RULES if "trust" in rule.reads)
    of_trust = ((view.trust, trust_rules),) if view.trust else ()
    for policy, rules in (
        *((each, policy_rules) for each in (*(view.policies or ()), *(view.boundary or ()))),
        *of_trust,
    ):
        if policy.trouble:
            action = _FETCHES.get(policy.kind, "iam:GetPolicyVersion")
            # No policy's name has a space: this is "all attached policies", where not even the list was to be had.
            what = policy.name if " " in policy.name else f"{policy.kind} policy {policy.name}"
            yield NotJudged.of_document(rules, what, policy.trouble, action)
    if case.grants.overflowed:
        yield NotJudged(policy_rules, f"all of the policies: more than {MAX_PATTERNS:,} patterns, more than AWS keeps")
    yield from unread_policies(case, ("R03", "R19"))


def _worst_first(findings: Iterable[IamFinding]) -> tuple[IamFinding, ...]:
    return tuple(sorted(findings, key=lambda each: (each.severity.rank, each.conditional, each.id, each.key)))
