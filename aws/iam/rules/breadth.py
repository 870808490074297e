"""How broad a statement is, whatever it is about: R01, R09, R13, R15."""

from __future__ import annotations

from aws.iam.decision import Access, Decision
from aws.iam.findings import IamSeverity
from aws.iam.grants import Grant
from aws.iam.rules.base import RoleCase, Rule, Verdicts

_ADMINISTRATOR = ":iam::aws:policy/AdministratorAccess"
_GUARDED = (("cloudtrail", IamSeverity.HIGH), ("kms", IamSeverity.MEDIUM))


def everything(case: RoleCase, rule: Rule) -> Verdicts:
    """Allow ``*`` on ``*``, or AdministratorAccess. Source: AWS Security Hub control IAM.1."""
    attached = [each for each in case.view.policies or () if each.arn.endswith(_ADMINISTRATOR)]
    for policy in attached:
        if not policy.statements:  # what AdministratorAccess says is known even where it could not be read
            yield rule.finding(policy.name, f"{policy.name} is attached: every action on every resource")
    decision = case.grants.can("*")
    grants = [each for each in case.grants.allows if _all_on_all(each)]
    lists = (each for each in case.grants.denies if each.statement.not_action and not each.conditional)
    if any(each.resources.everything and each.actions.part("*") for each in lists):
        return  # a Deny of all but what it names leaves only that: the other rules judge it by action
    if not grants or decision.access is Access.NO or decision.bounded_by:
        return
    conditional = all(each.conditional for each in grants)
    statements = [each.statement.ref for each in grants if each.conditional is conditional]
    yield rule.finding(
        str(statements[0]),
        "every action on every resource" + (", under a condition" if conditional else ""),
        severity=IamSeverity.HIGH if conditional else None,
        statements=statements,
        conditional=conditional,
        unless=decision.unless,
    )


def whole_service(case: RoleCase, rule: Rule) -> Verdicts:
    """Every action of a service. Source: AWS Security Hub control IAM.21 (no wildcard actions for services)."""
    for service, grants in sorted(_whole_services(case).items()):
        decision = case.grants.can(f"{service}:*")
        if decision.access is Access.NO:
            continue
        scoped = "" if any(each.resources.everything for each in grants) else ", on named resources"
        yield rule.finding(
            str(grants[0].statement.ref),
            f"{service}:* is granted{scoped}{_narrowed(decision)}",
            key=service,
            statements=[each.statement.ref for each in grants],
            conditional=decision.conditional,
            unless=decision.unless,
        )


def complement(case: RoleCase, rule: Rule) -> Verdicts:
    """Allow with NotAction or NotResource, which grants what AWS adds tomorrow.

    Source: IAM User Guide, "NotAction" and "NotResource"; IAM Access Analyzer's security warnings on both.
    """
    for grant in case.grants.allows:
        statement = grant.statement
        element = "NotAction" if statement.not_action else "NotResource" if statement.not_resource else ""
        if element:
            named = statement.actions if statement.not_action else statement.resources
            yield rule.finding(
                str(statement.ref),
                f"Allow with {element}: all but {len(named)} named, and whatever AWS adds",
                key=str(statement.ref),
                statements=[statement.ref],
                conditional=grant.conditional,
            )


def guarded_service(case: RoleCase, rule: Rule) -> Verdicts:
    """All of the service that records (CloudTrail), or of the one that encrypts (KMS).

    Source: AWS Security Hub KMS.1 and KMS.2; CIS AWS Foundations Benchmark on CloudTrail.
    """
    for service, severity in _GUARDED:
        grants = _whole_services(case).get(service, [])
        decision = case.grants.can(f"{service}:*")
        if grants and decision.access is not Access.NO:
            yield rule.finding(
                str(grants[0].statement.ref),
                f"{service}:* is granted: the role can "
                + ("stop and delete the record of what was done" if service == "cloudtrail" else "delete keys")
                + _narrowed(decision),
                key=service,
                severity=severity,
                statements=[each.statement.ref for each in grants],
                conditional=decision.conditional,
                unless=decision.unless,
            )


def _narrowed(decision: Decision) -> str:
    return f", as far as the boundary {decision.bounded_by} lets it" if decision.bounded_by else ""


def _all_on_all(grant: Grant) -> bool:
    if grant.statement.not_action or not grant.actions.everything:
        return False
    return grant.resources.everything or grant.resources.every_arn


def _whole_services(case: RoleCase) -> dict[str, list[Grant]]:
    """Services of which some statement grants ``service:*``, with those statements."""
    found: dict[str, list[Grant]] = {}
    for grant in case.grants.allows:
        if grant.statement.not_action:
            continue
        for action in grant.actions.whole_services:
            found.setdefault(action, []).append(grant)
    return found
