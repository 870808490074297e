"""What is granted and not used, and who shares it: R16, R17, R18, R21."""

from __future__ import annotations

from aws.iam.rules.base import DAY_S, UNUSED_DAYS, RoleCase, Rule, Verdicts, listed
from aws.iam.view import LastAccess, RoleView


def shared(case: RoleCase, rule: Rule) -> Verdicts:
    """Each function has what the others need. Source: Lambda Developer Guide, one execution role a function."""
    functions = case.view.functions or ()
    if len({each.arn for each in functions}) > 1:
        names = listed(sorted(each.name for each in functions))
        yield rule.finding(case.view.name, f"{len(functions)} functions run with it: {names}")


def unused_services(case: RoleCase, rule: Rule) -> Verdicts:
    """Services without an attempt for 90 days. Source: IAM User Guide, "Refine permissions using last accessed"."""
    access, view = case.view.last_access, case.view
    if access is None or not old_enough(view, access):
        return
    unused = [each for each in unused_in(view, access) if each != "iam" or not passes_only(case)]
    if unused:
        window = f"AWS looked back {access.window_days:.0f} days"
        yield rule.finding(
            view.name,
            f"{len(unused)} of {len(access.services)} services granted are unused: {listed(unused)}; {window}",
        )


def unused_role(case: RoleCase, rule: Rule) -> Verdicts:
    """The role itself, for 90 days. Source: IAM User Guide, "Security best practices" (remove unused roles)."""
    view, age = case.view, case.view.age_days
    if view.last_used is None or age is None or age < UNUSED_DAYS:
        return
    used = view.last_used.at_s
    if used is None:
        yield rule.finding(view.name, f"no use in the 400 days that AWS tracks; the role is {age:.0f} days old")
    elif view.now_s - used >= UNUSED_DAYS * DAY_S:
        yield rule.finding(view.name, f"last used {(view.now_s - used) / DAY_S:.0f} days ago")


def unbounded(case: RoleCase, rule: Rule) -> Verdicts:
    """No permissions boundary. Source: IAM User Guide, "Permissions boundaries for IAM entities"."""
    if case.view.boundary == ():
        yield rule.finding(case.view.name, "the role has no permissions boundary")


def passes_only(case: RoleCase) -> bool:
    """Whether iam:PassRole is all that is granted of IAM: AWS keeps no record of its use (IAM User Guide, "Refine
    permissions using last accessed information"), so that silence says nothing.
    Where nothing of IAM is granted by the policies that could be read, one that could not may grant just that.
    """
    named = [
        not grant.actions.any_service and {fact.name for fact in grant.actions.known("iam")} == {"iam:PassRole"}
        for grant in case.grants.allows
        if grant.actions.any_service or "iam" in grant.actions.services
    ]
    return all(named) if named else bool(case.grants.unread)


def old_enough(view: RoleView, access: LastAccess) -> bool:
    """Whether silence means something: the role and AWS's window are both at least 90 days old."""
    age = view.age_days
    return age is not None and age >= UNUSED_DAYS and access.window_days >= UNUSED_DAYS


def unused_in(view: RoleView, access: LastAccess) -> tuple[str, ...]:
    """The services without an attempt in the last 90 days, sorted."""
    since_s = view.now_s - UNUSED_DAYS * DAY_S
    return tuple(
        sorted(each.service for each in access.services if each.last_used_s is None or each.last_used_s < since_s)
    )
