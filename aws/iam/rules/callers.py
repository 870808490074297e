"""Who may call the function: its resource policies. R03, R19."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from aws.iam.conditions import confines
from aws.iam.findings import IamFinding, NotJudged
from aws.iam.policy import Condition, Policy, Statement
from aws.iam.rules.base import RoleCase, Rule, Verdicts, listed
from aws.iam.view import FunctionUse

# What ties a grant to somebody in particular (IAM User Guide, "AWS global condition context keys"; Lambda's own keys).
# lambda:FunctionUrlAuthType does not: with NONE, the policy of a public URL carries it.
_WHO: Final = frozenset(
    {
        *("aws:sourceaccount", "aws:sourcearn", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths"),
        *("aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:userid"),
        *("aws:sourcevpc", "aws:sourcevpce", "aws:sourceip", "aws:vpcsourceip", "lambda:eventsourcetoken"),
    }
)
_SOURCE: Final = frozenset(
    {"aws:sourceaccount", "aws:sourcearn", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths"}
    | {"lambda:eventsourcetoken"}  # Alexa sends the skill's id in place of an ARN
)


def public(case: RoleCase, rule: Rule) -> Verdicts:
    """Anybody may call the function. Source: AWS Security Hub control Lambda.1."""
    for function, policy, statement in _statements(case):
        everyone = statement.not_principal or any(each.everyone for each in statement.principals)
        if everyone and not _tied(statement.conditions, _WHO):
            yield _about(rule, function, policy, statement, f"anybody may {_verb(statement)} {function.name}")


def unbound_service(case: RoleCase, rule: Rule) -> Verdicts:
    """A service may call the function for any account.

    Source: AWS Lambda Developer Guide, "Granting Lambda function access to AWS services" (SourceArn, SourceAccount).
    """
    for function, policy, statement in _statements(case):
        services = [each.value for each in statement.principals if each.kind == "Service"]
        if services and not _tied(statement.conditions, _SOURCE):
            said = f"{listed(services)} may {_verb(statement)} {function.name} for any account"
            yield _about(rule, function, policy, statement, said)


def _statements(case: RoleCase) -> Iterator[tuple[FunctionUse, Policy, Statement]]:
    for function in case.view.functions or ():
        for policy in function.resource_policies or ():
            yield from ((function, policy, each) for each in policy.statements if each.allow)


def unread_policies(case: RoleCase, rules: tuple[str, ...]) -> Iterator[NotJudged]:
    """The functions whose resource policies could not be read, or not wholly."""
    for function in case.view.functions or ():
        if function.resource_policies is None:
            yield NotJudged(rules, f"the resource policy of {function.name}", "lambda:GetPolicy")
        for policy in function.resource_policies or ():
            if policy.trouble:
                what = f"the resource policy of {policy.resource or function.name}"
                yield NotJudged.of_document(rules, what, policy.trouble)


def _about(rule: Rule, function: FunctionUse, policy: Policy, statement: Statement, said: str) -> IamFinding:
    return rule.finding(
        f"resource policy of {policy.resource or function.name} {_numbered(statement)}",
        said,
        key=f"{policy.resource or function.arn} {statement.ref.index}",
        statements=[statement.ref],
        conditional=bool(statement.conditions),
    )


def _numbered(statement: Statement) -> str:
    return str(statement.ref).removeprefix(f"{statement.ref.policy} ")


def _tied(conditions: tuple[Condition, ...], keys: frozenset[str]) -> bool:
    return any(each.key.lower() in keys and confines(each) for each in conditions)


def _verb(statement: Statement) -> str:
    actions = {action.lower().rpartition(":")[2] for action in statement.actions}
    return "call" if all(action.startswith("invoke") for action in actions) and not statement.not_action else "use"
