"""Answers about a role: may it do this, what AWS says beside, and what Access Analyzer remarks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from aws.errors import UsageError
from aws.iam.actions import action_fact
from aws.iam.decision import Decision
from aws.iam.desk import PolicyRemark, Simulated
from aws.iam.policy import StatementRef
from tui.present import role_json, role_words, styles
from tui.present.role_page import RolePage
from widgets.cells import Cell
from widgets.lines import Line

ASKING: Final = "dynamodb:PutItem arn:aws:dynamodb:…:table/payments   (* for any resource)"
_STYLE: Final = {"yes": styles.GOOD, "maybe": styles.WARNING, "no": styles.CRITICAL}
_KIND_STYLE: Final = {
    "ERROR": styles.CRITICAL,
    "SECURITY_WARNING": "red",
    "WARNING": styles.WARNING,
    "SUGGESTION": styles.NOTE,
}
_SHOWN: Final = 6


def parsed(line: str) -> tuple[str, str]:
    """Action and resource of a typed question. Raises `UsageError` for what is none."""
    action, _, resource = line.strip().replace(" on ", " ").partition(" ")
    service, colon, name = action.partition(":")
    if not (colon and service and name) or service == "arn":
        raise UsageError(f"{action or 'nothing'} is no action", "such as dynamodb:PutItem, then a resource or *")
    return action, resource.strip() or "*"


def question(page: RolePage, decision: Decision, simulated: Simulated | None, asking: str = "") -> list[Line]:
    """Our answer with the statements that decide; AWS's beside it once it is there. ``asking``: it is on its way."""
    return list(_question(page, decision, simulated, asking))


def _question(page: RolePage, decision: Decision, simulated: Simulated | None, asking: str) -> Iterator[Line]:
    verdict = decision.verdict
    yield (Cell(f"{decision.action} on {decision.resource}"),)
    yield (Cell("cwtop: ", styles.QUIET), Cell(verdict.upper(), _STYLE[verdict]), Cell(f"  {_because(decision)}"))
    if action_fact(decision.action) is None and "*" not in decision.action:
        yield (Cell("the action is not among those that AWS publishes: is it spelled right?", styles.NOTE),)
    if decision.unless:
        yield (Cell(decision.unless, styles.NOTE),)
    yield from _of_aws(simulated, asking)
    yield (Cell("service control policies and the resource's own policy are not part of our answer", styles.QUIET),)
    marks = role_json.deciding([decision.action], conditional=True)
    for head, refs in (
        ("denied by", decision.denied_by),
        ("allowed by", decision.allowed_by),
        ("may be denied by", decision.maybe_denied_by),
    ):
        for ref in refs[:_SHOWN]:
            yield from _statement(page, head, ref, marks)


def _because(decision: Decision) -> str:
    if decision.denied_by:
        return f"{role_words.place(decision.denied_by[0])} denies it"
    if decision.bounded_by and not decision.allowed_by:
        return f"the boundary {decision.bounded_by} does not let it through"
    if not decision.allowed_by:
        return "no policy allows it"
    bounded = f", and the boundary {decision.bounded_by} narrows it" if decision.bounded_by else ""
    if decision.verdict == "no":
        return f"allowed, but the boundary {decision.bounded_by} takes it away"
    if decision.conditional:
        return f"only under a condition{bounded}"
    part = "" if decision.verdict == "yes" else ", for part of what was asked"
    return f"{role_words.place(decision.allowed_by[0])} allows it{part}{bounded}"


def _of_aws(simulated: Simulated | None, asking: str) -> Iterator[Line]:
    if asking:
        yield (Cell("AWS:   ", styles.QUIET), Cell(asking, styles.NOTE))
    elif simulated is not None:
        style = styles.GOOD if simulated.decision == "allowed" else styles.CRITICAL
        yield (Cell("AWS:   ", styles.QUIET), Cell(simulated.decision, style))
        if not simulated.agrees:
            told = "The two differ: AWS's simulation sees SCPs, and conditions as if their keys were absent"
            yield (Cell(told, styles.WARNING),)
        if simulated.missing_context:
            yield (Cell(f"AWS was not given: {', '.join(simulated.missing_context)}", styles.NOTE),)


def _statement(page: RolePage, head: str, ref: StatementRef, marks: role_json.Decides) -> Iterator[Line]:
    statement = role_json.statement_of(page.policy_of(ref), ref.index)
    yield (Cell(""),)
    yield (Cell(f"{head} ", styles.QUIET), Cell(role_words.place(ref), styles.STRONG))
    if statement is not None:
        yield from role_json.shown(role_json.statement_lines(statement, marks))


def remarks(found: Sequence[tuple[str, Sequence[PolicyRemark]]], problem: str = "") -> list[Line]:
    """What Access Analyzer says of each document by its name."""
    lines: list[Line] = [(Cell(problem, styles.UNKNOWN),)] if problem else []
    for name, each in found:
        told = f"{len(each)} remarks" if len(each) != 1 else "1 remark"
        lines.append((Cell(f"{name}: ", styles.STRONG), Cell(told if each else "nothing to remark", styles.QUIET)))
        for remark in each:
            where = f"  {remark.where}" if remark.where else ""
            style = _KIND_STYLE.get(remark.kind, styles.PLAIN)
            lines.append((Cell(f"  {remark.kind} {remark.code} ", style), Cell(remark.text), Cell(where, styles.QUIET)))
    return lines
