"""A denial held against the role's policies: the statement that decides it, or the one that is missing.

Only an Allow that is missing in the role can be mended in the role. Where a Deny, a boundary or a policy of somebody
else's stands in the way, an Allow more changes nothing, and none is offered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from aws.iam.actions import action_fact
from aws.iam.decision import Access
from aws.iam.denials.message import Denial, DenialSource
from aws.iam.grants import Grants

if TYPE_CHECKING:
    from aws.iam.decision import Decision
    from aws.iam.policy import StatementRef
    from aws.iam.view import RoleView

FILL_IN: Final = "<FILL-IN>"
_MAX_NEAR: Final = 5
_ACCOUNT: Final = 4  # its place among an ARN's fields
_ELSEWHERE: Final = {
    DenialSource.SCP: "the organization's service control policies",
    DenialSource.RCP: "the organization's resource control policies",
    DenialSource.SESSION: "the policy that came with the session",
    DenialSource.ENDPOINT: "the policy of the VPC endpoint",
    DenialSource.TRUST: "the trust policy of the role that was to be assumed",
    DenialSource.RESOURCE: "the resource's own policy",
}


class Remedy(StrEnum):
    """Where the mending lies."""

    ADD_ALLOW = "add an Allow to the role"
    REMOVE_DENY = "a Deny of the role or its boundary decides: an Allow does not help"
    WIDEN_BOUNDARY = "the permissions boundary decides: an Allow does not help"
    ELSEWHERE = "a policy outside the role decides: an Allow does not help"
    ALLOWED_NOW = "the role allows it now"
    UNCERTAIN = "the message does not say enough"


@dataclass(frozen=True, slots=True, kw_only=True)
class DenialExplained:
    """``because`` is one sentence. ``statements`` are those that decide: the Denies, or the Allows that grant it.

    ``near`` are Allows of the same action that do not reach: (statement, why). ``would_allow`` is the smallest
    statement that would allow it, None where none in the role would; ``caveats`` are what must be known besides.
    ``decision`` is our evaluation of the role as it is now; None where the action or the role's policies are unknown.
    """

    denial: Denial
    remedy: Remedy
    because: str
    decision: Decision | None = None
    statements: tuple[StatementRef, ...] = ()
    near: tuple[tuple[StatementRef, str], ...] = ()
    would_allow: Mapping[str, Any] | None = None
    caveats: tuple[str, ...] = ()


def explain(denial: Denial, view: RoleView) -> DenialExplained:
    """Why the role met this denial, as far as its policies and AWS's own words tell."""
    if denial.role and denial.role != view.name:
        because = f"the message is about role {denial.role}, not {view.name}: the function had, or assumed, another"
        return DenialExplained(denial=denial, remedy=Remedy.UNCERTAIN, because=because)
    if not denial.action:
        because = "the message does not say which action was denied: the SDK call at this time in the code does"
        return DenialExplained(
            denial=denial, remedy=Remedy.UNCERTAIN, because=because, caveats=tuple(_of_message(denial))
        )
    if view.policies is None:
        because = f"{denial.action} was denied, and the role's policies could not be read"
        return DenialExplained(
            denial=denial, remedy=Remedy.UNCERTAIN, because=because, caveats=tuple(_of_message(denial))
        )
    grants = Grants(view.policies, view.boundary, account=view.account, partition=view.partition)
    return _explained(denial, grants, grants.can(denial.action, _literal(denial.resource) or "*"))


def _explained(denial: Denial, grants: Grants, now: Decision) -> DenialExplained:
    remedy, because = _judged(denial, now)
    statements = now.denied_by or (now.maybe_denied_by if denial.explicit else ())
    if remedy is Remedy.ALLOWED_NOW:
        statements = now.allowed_by
    lacks = not now.allowed_by
    helps = remedy is Remedy.ADD_ALLOW
    return DenialExplained(
        denial=denial,
        remedy=remedy,
        because=because,
        decision=now,
        statements=statements,
        near=tuple(_near(denial, grants))[:_MAX_NEAR] if remedy is not Remedy.ALLOWED_NOW else (),
        would_allow=_statement(denial) if helps else None,
        caveats=(*_of_message(denial), *_of_decision(denial, now, lacks=lacks and not helps), *_of_action(denial)),
    )


def _judged(denial: Denial, now: Decision) -> tuple[Remedy, str]:
    """What AWS said comes first: it saw every policy. Ours fills in what it left out."""
    what = _what(denial)
    if denial.source in _ELSEWHERE:
        who = _ELSEWHERE[denial.source]
        named = f" ({denial.policy_arn})" if denial.policy_arn else ""
        return Remedy.ELSEWHERE, (f"{who}{named} deny {what}" if denial.explicit else f"{who} do not allow {what}")
    if denial.source is DenialSource.BOUNDARY and not denial.explicit:
        return Remedy.WIDEN_BOUNDARY, f"the permissions boundary does not allow {what}"
    if denial.explicit or now.denied_by:
        return Remedy.REMOVE_DENY, _denied(denial, now, what)
    if now.access is Access.WIDE:
        return Remedy.ALLOWED_NOW, f"the role's policies allow {what} now: they have changed since, or {_OUTSIDE}"
    if now.bounded_by and denial.source is not DenialSource.IDENTITY:
        return Remedy.WIDEN_BOUNDARY, f"the permissions boundary {now.bounded_by} does not let {what} through"
    if now.allowed_by:
        return Remedy.ADD_ALLOW, f"the role allows {what} only under a condition, or only on part of it"
    read = " that could be read" if now.unread else ""
    return Remedy.ADD_ALLOW, f"no policy of the role{read} allows {what}"


_OUTSIDE: Final = "a policy outside the role took it away"


def _denied(denial: Denial, now: Decision, what: str) -> str:
    found = now.denied_by or now.maybe_denied_by
    where = ", ".join(str(ref) for ref in found[:3]) or denial.policy_arn
    if where:
        return f"{where} denies {what}"
    return f"a Deny of {what}, which is not in the policies that could be read: they have changed since, or {_OUTSIDE}"


def _near(denial: Denial, grants: Grants) -> Iterator[tuple[StatementRef, str]]:
    """The Allows of the action that do not reach the resource, or only under a condition."""
    service, _, name = denial.action.lower().partition(":")
    for grant in grants.allows:
        if not grant.actions.holds(service, name):
            continue
        part = grant.resources.part(_literal(denial.resource)) if denial.resource else 1
        if part == 0:
            yield grant.statement.ref, "allows it on other resources"
        elif grant.conditional:
            keys = ", ".join(dict.fromkeys(each.key for each in grant.statement.conditions))
            yield grant.statement.ref, f"allows it if {keys} is as it says"
        elif part == 1:
            yield grant.statement.ref, "allows it on some resources"


def _statement(denial: Denial) -> dict[str, Any]:
    """Exactly this action on exactly this resource: ``*`` only where the action may be asked about none."""
    resource = _escaped(denial.resource)
    if denial.resource in ("", "*") or _masked(denial.resource):
        fact = action_fact(denial.action)
        resource = "*" if fact and not fact.takes_resources else FILL_IN
    return {"Effect": "Allow", "Action": denial.action, "Resource": resource}


def _of_message(denial: Denial) -> Iterator[str]:
    if denial.encoded:
        yield "the rest of AWS's reason is encoded: sts:DecodeAuthorizationMessage reads it"
    if denial.inferred:
        yield f"{denial.action} is worked out from the operation's name: the message does not name the action"


def _of_decision(denial: Denial, now: Decision, *, lacks: bool) -> Iterator[str]:
    if now.unread:
        yield f"could not read {', '.join(now.unread[:3])}: what decides may stand there"
    if denial.source is DenialSource.UNKNOWN and denial.explicit is None:
        yield "AWS did not say whose policy decided: an SCP or the resource's own may stand in the way too"
    if now.maybe_denied_by and not denial.explicit:
        yield "a Deny may apply too: " + ", ".join(str(ref) for ref in now.maybe_denied_by[:3])
    if now.bounded_by and denial.source is DenialSource.IDENTITY:
        yield f"the permissions boundary {now.bounded_by} must allow it too"
    if lacks and now.verdict == "no" and not now.denied_by:
        yield "the role does not allow it either: both are needed"


def _of_action(denial: Denial) -> Iterator[str]:
    if denial.action.startswith("kms:"):
        yield "the key's policy must allow the role, or let the account's IAM policies decide"
    fact = action_fact(denial.action)
    if fact is None:
        yield "the action is not among AWS's published ones: check its spelling"
    elif fact.level == "Permissions management":
        yield "the action changes permissions: make sure that this function should, and that the line is its own"


def _what(denial: Denial) -> str:
    return f"{denial.action} on {denial.resource}" if denial.resource else denial.action


def _literal(resource: str) -> str:
    """The resource as a question: ``*`` and ``?`` in a name are asked about as any character would be, a masked account
    as any account."""
    fields = resource.split(":", _ACCOUNT + 1)
    literal = [each.replace("*", "_").replace("?", "_") for each in fields]
    if _masked(resource):
        literal[_ACCOUNT] = "*"
    return resource if resource == "*" else ":".join(literal)


def _masked(resource: str) -> bool:
    """Whether AWS hides digits of the account, as API Gateway does: ``********9012``."""
    fields = resource.split(":")
    return len(fields) > _ACCOUNT and "*" in fields[_ACCOUNT]


def _escaped(resource: str) -> str:
    """The resource as a pattern that means it alone (IAM User Guide, "Policy variables": special characters)."""
    return "".join({"*": "${*}", "?": "${?}", "$": "${$}"}.get(sign, sign) for sign in resource)
