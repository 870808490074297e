"""All rules, in the order of their ids. An id is never given to something else."""

from __future__ import annotations

from typing import Final

from aws.iam.findings import IamSeverity
from aws.iam.rules import breadth, callers, escalating, exposure, root, trust, usage
from aws.iam.rules.base import Rule

_C, _H, _M = IamSeverity.CRITICAL, IamSeverity.HIGH, IamSeverity.MEDIUM
_L, _I = IamSeverity.LOW, IamSeverity.INFO
_POLICIES: Final = ("policies",)


def _rule(id: str, severity: IamSeverity, title: str, judge: object, *reads: str) -> Rule:
    source = " ".join((judge.__doc__ or "").partition("Source:")[2].split())
    return Rule(id=id, severity=severity, title=title, source=source, reads=reads, judge=judge)  # type: ignore[arg-type]


ROLE_RULES: Final = (
    _rule("R01", _C, "may do everything", breadth.everything, *_POLICIES),
    _rule("R02", _C, "anybody may assume the role", trust.open_to_all, "trust"),
    _rule("R03", _C, "anybody may call the function", callers.public, "functions"),
    _rule("R04", _H, "can give itself more", escalating.self_escalation, *_POLICIES),
    _rule("R05", _H, "can act through another role", escalating.passes_to_compute, *_POLICIES),
    _rule("R06", _H, "may pass any role", escalating.pass_role, *_POLICIES),
    _rule("R07", _H, "may change any function's code", escalating.changes_code, *_POLICIES),
    _rule("R08", _H, "may assume any role", escalating.assumes_any_role, *_POLICIES),
    _rule("R09", _M, "a whole service is granted", breadth.whole_service, *_POLICIES),
    _rule("R10", _H, "may open resources to others", exposure.shares_resources, *_POLICIES),
    _rule("R11", _M, "reads every object, parameter or secret", exposure.reads_secrets, *_POLICIES),
    _rule("R12", _H, "may fetch credentials", exposure.returns_credentials, *_POLICIES),
    _rule("R13", _M, "grants all but what it names", breadth.complement, *_POLICIES),
    _rule("R14", _M, "another party is trusted", trust.other_parties, "trust"),
    _rule("R15", _H, "may do all with CloudTrail or KMS", breadth.guarded_service, *_POLICIES),
    _rule("R16", _M, "several functions share the role", usage.shared, "functions"),
    _rule("R17", _M, "services are granted but not used", usage.unused_services, "last_access", "created_at_s"),
    _rule("R18", _L, "the role is not used", usage.unused_role, "last_used", "created_at_s"),
    _rule("R19", _H, "a service may call for any account", callers.unbound_service, "functions"),
    _rule("R20", _L, "writes stand on * without need", exposure.writes_everywhere, *_POLICIES),
    _rule("R21", _I, "no permissions boundary", usage.unbounded, "boundary"),
    _rule("R22", _I, "Lambda is trusted without SourceAccount", trust.any_lambda, "trust"),
)
ACCOUNT_RULES: Final = (
    _rule("R23", _H, "cwtop runs as root", root.caller_is_root, "caller_arn"),
    _rule("R24", _C, "the root user has access keys", root.root_keys, "summary"),
    _rule("R25", _H, "the root user was used", root.root_used),
)
RULES: Final = (*ROLE_RULES, *ACCOUNT_RULES)
