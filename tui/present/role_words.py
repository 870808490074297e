"""Roles in a word or two: severities, where a statement stands, who is trusted. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from aws.iam.findings import ESCALATING, IamFinding, IamSeverity, Inspection, NotJudged
from aws.iam.policy import Policy, PolicyKind, StatementRef
from tui.present import styles

WORD: Final = {
    IamSeverity.CRITICAL: "CRIT",
    IamSeverity.HIGH: "HIGH",
    IamSeverity.MEDIUM: "MED",
    IamSeverity.LOW: "LOW",
    IamSeverity.INFO: "INFO",
}
STYLE: Final = {
    IamSeverity.CRITICAL: styles.CRITICAL,
    IamSeverity.HIGH: "red",
    IamSeverity.MEDIUM: styles.WARNING,
    IamSeverity.LOW: styles.PLAIN,
    IamSeverity.INFO: styles.QUIET,
}
_KIND: Final = {
    PolicyKind.AWS_MANAGED: "aws/",
    PolicyKind.MANAGED: "managed/",
    PolicyKind.INLINE: "inline/",
    PolicyKind.BOUNDARY: "boundary/",
    PolicyKind.TRUST: "",
    PolicyKind.RESOURCE: "calls/",
}


def severity(finding: IamFinding) -> str:
    """``HIGH``, and ``HIGH?`` where it holds only under a condition, or something may stand against it."""
    return WORD[finding.severity] + ("?" if finding.conditional or finding.unless else "")


def place(ref: StatementRef) -> str:
    """``inline/app#Pass``; by its number where the statement has no Sid."""
    return f"{policy_name(ref.policy, ref.kind)}#{ref.sid or ref.index + 1}"


def policy_name(name: str, kind: PolicyKind) -> str:
    """``inline/app``, ``managed/app``, ``aws/AWSLambdaBasicExecutionRole``."""
    return _KIND[kind] + name


def where(finding: IamFinding) -> str:
    """The statements behind a finding; the rest as a number."""
    places = list(dict.fromkeys(map(place, finding.statements)))
    if not places:
        return "" if finding.id in ("R16", "R17", "R18", "R21") else finding.where
    return places[0] + (f" +{len(places) - 1}" if len(places) > 1 else "")


def short_arn(arn: str) -> str:
    """``…/payments``, ``…:orders-queue``: the end of an ARN, which tells it apart."""
    if not arn.startswith("arn:") or arn.count(":") < 5:
        return arn
    name = arn.split(":", 5)[5]
    return f"…/{name.partition('/')[2]}" if "/" in name else f"…:{name.rpartition(':')[2]}"


def role_name(arn: str) -> str:
    """The name in a role's ARN, without its path."""
    return arn.rpartition("/")[2]


def trusted(trust: Policy | None) -> list[str]:
    """Who may assume the role: ``lambda``, ``account 2100…``, ``ANYBODY``; what could not be read is ``?``."""
    if trust is None or trust.trouble:
        return ["?"]
    return list(dict.fromkeys(_trusted(trust))) or ["nobody"]


def _trusted(trust: Policy) -> Iterator[str]:
    for statement in trust.statements:
        if not statement.allow:
            continue
        if statement.not_principal:
            yield "ANYBODY"
        for principal in statement.principals:
            if principal.everyone:
                yield "ANYBODY"
            elif principal.kind == "Service":
                yield principal.value.partition(".")[0]
            elif principal.kind == "AWS":
                parts = principal.value.split(":")
                yield f"account {parts[4]}" if len(parts) > 5 else principal.value
            else:
                yield principal.value.rpartition("/")[2]


def unread_words(unread: NotJudged) -> str:
    """``cannot read the role's policies, need iam:ListAttachedRolePolicies``."""
    need = f", need {unread.action}" if unread.action else ""
    return f"cannot read {unread.what}{need}"


# What takes a call for each function, or a job for each role: asked by the inspector, not for all roles at once.
_ONE_BY_ONE: Final = frozenset({"lambda:GetPolicy", "iam:GenerateServiceLastAccessedDetails"})


def left_to_inspector(unread: NotJudged) -> bool:
    """Whether a look at all roles leaves it out on purpose: nobody refused it."""
    return unread.action in _ONE_BY_ONE


def unasked_words(inspections: Iterable[Inspection]) -> str:
    """``R03, R17, R19 not judged here``: what a look at all roles leaves to the inspector; "" where nothing."""
    rules = {rule for one in inspections for each in one.not_judged if left_to_inspector(each) for rule in each.rules}
    return f"{', '.join(sorted(rules))} not judged here" if rules else ""


def counts(findings: Iterable[IamFinding]) -> list[tuple[IamSeverity, int]]:
    """How many of each severity there are, worst first; those of which there is none are left out."""
    found = [each.severity for each in findings]
    return [(each, found.count(each)) for each in IamSeverity if each in found]


def escalation(inspection: Inspection) -> tuple[str, str]:
    """Whether a role can get more than it was given, in a word with its style: ``YES``, ``if``, ``?``, ``no``."""
    escalates = inspection.escalates
    if escalates is None:
        conditional = any(each.conditional or each.unless for each in inspection.findings if each.id in ESCALATING)
        return ("if", styles.WARNING) if conditional else ("?", styles.UNKNOWN)
    return ("YES", styles.CRITICAL) if escalates else ("no", styles.QUIET)
