"""How the role can get more than it was given: R04 to R08, over all policies merged."""

from __future__ import annotations

from collections.abc import Sequence

from aws.iam.conditions import confines
from aws.iam.decision import Access
from aws.iam.escalation.find import OpenPath
from aws.iam.escalation.path import PASS_ROLE
from aws.iam.findings import IamFinding, IamSeverity
from aws.iam.globs import overlaps
from aws.iam.grants import Grant
from aws.iam.rules.base import RoleCase, Rule, Verdicts, listed

_CODE = ("lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration")
_ASSUME = ("sts:AssumeRole",)


def self_escalation(case: RoleCase, rule: Rule) -> Verdicts:
    """An iam action that changes what the role, or somebody it can become, may do; also on named resources.

    Source: Rhino Security Labs, "AWS IAM Privilege Escalation"; the table in `aws.iam.escalation.table`.
    """
    found = [each for each in case.paths if each.path.rule == rule.id]
    wide = [each for each in found if each.access is Access.WIDE]
    rest = [each for each in found if each.access is not Access.WIDE]
    for paths, key, where in ((wide, "wide", "on all resources"), (rest, "limited", "on some, or under a condition")):
        if paths:
            actions = listed(each.path.needs[0] for each in paths)
            how = f"{actions} {where}: the role {paths[0].path.how}"
            yield rule.granted([each.decisions[0] for each in paths], how, key=key)


def passes_to_compute(case: RoleCase, rule: Rule) -> Verdicts:
    """PassRole here and a compute-creating action there, or power over something that has a role already.

    Source: the table in `aws.iam.escalation.table`, each line with its own. One finding for a service; one in all where
    the role may do everything.
    """
    found = [each for each in case.paths if each.path.rule == rule.id]
    if case.grants.can("*").access is Access.WIDE:
        if found:
            said = f"every action is granted: all {len(found)} known ways stand open"
            yield rule.granted([case.grants.can("*")], said)
        return
    by_service: dict[str, list[OpenPath]] = {}
    for each in found:
        by_service.setdefault(each.path.service, []).append(each)
    for service, paths in by_service.items():
        yield _of_service(rule, service, paths)


def pass_role(case: RoleCase, rule: Rule) -> Verdicts:
    """iam:PassRole for any role. Source: IAM User Guide, "Granting a user permissions to pass a role to a service"."""
    decision = case.grants.can(PASS_ROLE)
    if decision.access is Access.NO or (decision.bounded_by and decision.access is not Access.WIDE):
        return
    for grant in case.grants.allows:
        form = _any_role(grant, case)
        if not form:
            continue
        tests = (each for each in grant.statement.conditions if each.key.lower() == "iam:passedtoservice")
        confined = next(filter(confines, tests), None)
        yield rule.finding(
            str(grant.statement.ref),
            f"any role may be passed ({form})"
            + (f", to {listed(confined.values)}" if confined else "")
            + (", under a condition" if grant.conditional and not confined else ""),
            key=str(grant.statement.ref),
            severity=IamSeverity.MEDIUM if confined else None,
            statements=[grant.statement.ref],
            conditional=grant.conditional,
            unless=decision.unless,
        )


def changes_code(case: RoleCase, rule: Rule) -> Verdicts:
    """Any function's code, or the layers and handler it runs with.

    Source: Rhino Security Labs, "AWS IAM Privilege Escalation".
    """
    yield from case.everywhere(rule, _CODE, "all functions")


def assumes_any_role(case: RoleCase, rule: Rule) -> Verdicts:
    """sts:AssumeRole on all roles. Source: IAM User Guide, "Grant a user permissions to switch roles"."""
    yield from case.everywhere(rule, _ASSUME, "every role that trusts this one or its account")


def _of_service(rule: Rule, service: str, paths: Sequence[OpenPath]) -> IamFinding:
    certain = [each for each in paths if not each.conditional]
    shown = certain or paths
    first = shown[0]
    ways = listed((" + ".join(each.path.needs) for each in shown), shown=2)
    return rule.granted(
        [decision for each in shown for decision in each.decisions],
        f"{ways}: the role {first.path.how}",
        key=service,
        severity=None if certain else IamSeverity.MEDIUM,
    )


def _any_role(grant: Grant, case: RoleCase) -> str:
    """In which form a statement lets any role be passed; "" where it does not."""
    if not grant.actions.holds("iam", "passrole"):
        return ""
    roles = f"arn:{case.view.partition}:iam::*:role/*"
    part = grant.part("iam:passrole", "*", (case.view.partition, case.view.account))
    if grant.statement.not_resource:
        return "NotResource" if part else ""
    reached = any(overlaps(each, roles) for each in grant.resources.patterns)
    if grant.statement.not_action and reached:
        return "NotAction"
    return "on all roles" if part > 1 else ""
