"""Who may become the role: R02, R14, R22."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from aws.iam.conditions import confines
from aws.iam.policy import Policy, Principal, Statement
from aws.iam.rules.base import RoleCase, Rule, Verdicts, listed

_ACCOUNT: Final = re.compile(r"\d{12}")
_LAMBDA: Final = re.compile(r"lambda\.amazonaws\.com(\.cn)?")
_SOURCE_KEYS: Final = ("aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths")


def open_to_all(case: RoleCase, rule: Rule) -> Verdicts:
    """Anybody may assume the role. Source: IAM User Guide, "Principal"; Security Hub on wildcard principals."""
    for statement in _trusting(case.view.trust):
        if _means_everyone(statement) and not statement.conditions:
            yield rule.finding(
                str(statement.ref),
                "anybody with an AWS account may assume the role",
                key=str(statement.ref),
                statements=[statement.ref],
            )


def other_parties(case: RoleCase, rule: Rule) -> Verdicts:
    """Another account, everyone under a condition, or an identity provider without one.

    Source: IAM User Guide, "The confused deputy problem" (external ids), and Access Analyzer's external access.
    """
    for statement in _trusting(case.view.trust):
        said = list(_strangers(statement, case.view.account))
        if said:
            yield rule.finding(
                str(statement.ref),
                listed(said),
                key=str(statement.ref),
                statements=[statement.ref],
                conditional=bool(statement.conditions),
            )


def any_lambda(case: RoleCase, rule: Rule) -> Verdicts:
    """Lambda may assume the role for any account's functions that it is passed to.

    Source: Lambda Developer Guide, "Execution role" (aws:SourceAccount against confused deputies). Not to be mended by
    machine: the condition keeps functions from starting where a source key is not sent.
    """
    for statement in _trusting(case.view.trust):
        named = any(each.kind == "Service" and _LAMBDA.fullmatch(each.value) for each in statement.principals)
        if named and not statement.condition(*_SOURCE_KEYS):
            yield rule.finding(
                str(statement.ref),
                "Lambda is trusted without aws:SourceAccount",
                key=str(statement.ref),
                statements=[statement.ref],
            )


def _trusting(trust: Policy | None) -> Iterator[Statement]:
    """The Allows of a trust policy that no unconditional Deny of everyone takes away."""
    statements = trust.statements if trust else ()
    shut = any(
        not each.allow
        and not each.conditions
        and not each.not_principal
        and any(p.everyone and p.kind != "Service" for p in each.principals)
        for each in statements
        if {"sts:*", "*", "sts:assumerole*"} & {action.lower() for action in each.actions}
    )
    if not shut:
        yield from (each for each in statements if each.allow)


def _means_everyone(statement: Statement) -> bool:
    """NotPrincipal with Allow means everyone else, so everyone (AWS warns of it)."""
    return statement.not_principal or any(each.everyone for each in statement.principals)


def _strangers(statement: Statement, account: str) -> Iterator[str]:
    if _means_everyone(statement) and statement.conditions:
        keys = listed(each.key for each in statement.conditions)
        loose = "" if any(confines(each) for each in statement.conditions) else ", which confines nobody"
        yield f"everyone may assume the role where {keys} holds{loose}"
    for principal in statement.principals:
        other = _account_of(principal)
        if other and other != account:
            external = statement.condition("sts:ExternalId")
            yield f"account {other} may assume the role {'with an external id' if external else 'without external id'}"
        elif principal.kind == "Federated" and not _identified(statement, principal):
            yield f"everybody that {principal.value} identifies may assume the role"


def _identified(statement: Statement, provider: Principal) -> bool:
    """Whether a condition says who of those that a provider identifies is meant.

    An OIDC provider's audience only names the application, which with GitHub and its like everybody's job can ask for
    (IAM User Guide, "Create a role for OpenID Connect federation": a condition on the subject).
    """
    named = [each.key.lower() for each in statement.conditions if confines(each)]
    return any(not key.endswith(":aud") for key in named) if ":oidc-provider/" in provider.value else bool(named)


def _account_of(principal: Principal) -> str:
    """The account of an AWS principal; "" where it names none, as ids of deleted principals."""
    if principal.kind != "AWS":
        return ""
    parts = principal.value.split(":")
    found = parts[4] if len(parts) > 5 and parts[0] == "arn" else principal.value
    return found if _ACCOUNT.fullmatch(found) else ""
