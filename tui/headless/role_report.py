"""``cwtop role --output json``: plain data. Keys are a contract: more may come, none is renamed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from aws.iam.desk import Posture, RoleReport
from aws.iam.findings import IamFinding, IamSeverity
from aws.iam.policy import Policy
from aws.iam.rules.base import RoleCase
from aws.iam.services import EVERY_OTHER, granted_actions, services_of
from aws.iam.suggest.build import suggest
from aws.model import Gap
from tui.headless.report import gap_told, iso
from tui.present.role_words import left_to_inspector

EXIT_OK, EXIT_MEDIUM, EXIT_HIGH, EXIT_UNREAD = 0, 1, 2, 3
_HIGH = (IamSeverity.CRITICAL, IamSeverity.HIGH)


def role_exit(reports: Iterable[RoleReport], findings: Iterable[IamFinding] = (), *, unread: bool = False) -> int:
    """2 for a critical or high finding, else 3 where policies could not be read, else 1 for a medium one, else 0.

    ``findings`` are those of the accounts; ``unread``: something beside the roles themselves is not known.
    """
    every = tuple(reports)
    worst = {each.severity for report in every for each in report.inspection.findings} | {f.severity for f in findings}
    if not worst.isdisjoint(_HIGH):
        return EXIT_HIGH
    if unread or not all(map(readable, every)):
        return EXIT_UNREAD
    return EXIT_MEDIUM if IamSeverity.MEDIUM in worst else EXIT_OK


def readable(report: RoleReport) -> bool:
    """Whether its policies, its boundary and its trust were read: without them no finding means nothing."""
    view = report.view
    if view.policies is None or view.boundary is None or view.trust is None:
        return False
    return not any(each.trouble for each in (*view.policies, *view.boundary, view.trust))


def callers_read(report: RoleReport) -> bool:
    """Whether it was read who may call its functions."""
    functions = report.view.functions
    if functions is None or any(each.resource_policies is None for each in functions):
        return False
    return not any(policy.trouble for each in functions for policy in each.resource_policies or ())


def role_report(report: RoleReport, gaps: Sequence[Gap] = (), *, alone: bool = True) -> dict[str, Any]:
    """One role. ``gaps`` come on top of those of the report. ``alone``: it was read by itself, not with all others."""
    view, inspection = report.view, report.inspection
    return {
        "version": 1,
        "role": view.name,
        "arn": view.arn,
        "functions": [each.arn for each in view.functions or ()],
        "trust": _trust(view.trust),
        "boundary": view.boundary[0].arn or view.boundary[0].name if view.boundary else None,
        "findings": [_finding(each) for each in inspection.findings],
        "services": _services(report),
        "suggestion": suggest(view).document,
        "gaps": [gap_told(each) for each in (*gaps, *report.gaps)] + list(_not_judged(report, alone)),
        "escalates": inspection.escalates,
        "last_used": iso(view.last_used.at_s) if view.last_used else None,
        "read_at": iso(report.read_at_s),
        "caveats": list(inspection.caveats),
    }


def all_report(postures: Sequence[tuple[str, Posture]], gaps: Sequence[Gap] = ()) -> dict[str, Any]:
    """All roles of the accounts, the worst first; ``account`` is the first one's, ``accounts`` has every one."""
    reports = {arn: each for _, posture in postures for arn, each in posture.roles.items()}
    changes: dict[str, list[str]] | None = None
    for _, posture in postures:
        if posture.could_change is not None:
            changes = (changes or {}) | {arn: sorted(who) for arn, who in posture.could_change.items()}
    accounts = [_account(account, posture) for account, posture in postures]
    return {
        "version": 1,
        "roles": [role_report(each, alone=False) for each in sorted(reports.values(), key=_rank)],
        "account": accounts[0] if accounts else None,
        "accounts": accounts,
        "could_change": changes,
        "gaps": [
            gap_told(each) for each in dict.fromkeys([*gaps, *(gap for _, each in postures for gap in each.gaps)])
        ],
    }


def pending_gap(what: str, timeout_s: float) -> Gap:
    """What was still being read when the time was up."""
    error = f"TimedOut: not finished within {timeout_s:g} s: {what}"
    return Gap("iam", "iam:GetServiceLastAccessedDetails", error, "give more time with --timeout")


def _rank(report: RoleReport) -> tuple[int, str]:
    worst = report.inspection.worst
    return (worst.rank if worst else len(IamSeverity), report.view.name)


def _account(account: str, posture: Posture) -> dict[str, Any]:
    summary = posture.account.summary if posture.account else None
    findings = posture.account_findings.findings if posture.account_findings else ()
    return {
        "id": account,
        "caller": posture.account.caller_arn if posture.account else None,
        "root_access_keys": summary.root_access_keys if summary else None,
        "root_mfa": summary.root_mfa if summary else None,
        "findings": [_finding(each) for each in findings],
    }


def _finding(finding: IamFinding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "severity": finding.severity.value,
        "title": finding.title,
        "where": finding.where,
        "evidence": finding.evidence,
        "key": finding.key,
        "conditional": finding.conditional,
        "unless": finding.unless,
    }


def _services(report: RoleReport) -> list[Mapping[str, Any]]:
    if report.view.policies is None:
        return []
    case = RoleCase(report.view)
    return [
        {
            "service": each.service,
            "granted_actions": None if each.service == EVERY_OTHER else granted_actions(case, each.service),
            "last_used": iso(each.last_used_s),
            "evidence": each.evidence,
            "used": each.used.value,
        }
        for each in services_of(case)
    ]


def _trust(trust: Policy | None) -> list[str]:
    """Who may assume the role, as the policy names them."""
    statements = trust.statements if trust else ()
    named = [
        f"all but {each.value}" if statement.not_principal else each.value
        for statement in statements
        if statement.allow
        for each in statement.principals
    ]
    return list(dict.fromkeys(named))


def _not_judged(report: RoleReport, alone: bool) -> Iterator[dict[str, Any]]:
    """What no refused call explains, such as a document that is not JSON: nobody may take it for clean."""
    told = {gap.action for gap in report.gaps}
    for each in report.inspection.not_judged:
        if each.action not in told or not each.action:
            service, _, _ = (each.action or "iam").partition(":")
            unasked = not alone and left_to_inspector(each)
            hint = f"not judged: {', '.join(each.rules)}"
            yield {
                "service": service,
                "action": each.action,
                "error": f"not asked for all roles at once: {each.what}" if unasked else f"cannot read {each.what}",
                "hint": f"{hint}; cwtop role {report.view.name} reads it" if unasked else hint,
                "account": report.view.account,
                "region": "",
            }
