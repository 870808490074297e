"""Why a row of the inspector stands there: the very statement, what it reaches, which way it opens. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from aws.iam.action_sets import ActionSet
from aws.iam.escalation.find import OpenPath
from aws.iam.findings import IamFinding, NotJudged
from aws.iam.policy import StatementRef
from aws.iam.rules.registry import RULES
from aws.iam.services import EVERY_OTHER, ServiceAccess
from tui.present import role_json, role_rows, role_words, styles
from tui.present.role_page import Refused, RolePage
from tui.present.view import Look
from widgets.cells import Cell
from widgets.lines import Line

Item = Refused | IamFinding | NotJudged | ServiceAccess | None
_ACTION: Final = re.compile(r"\b[a-z][a-z0-9-]+:[A-Za-z*?]+")
_OF_RULE: Final = {
    "R06": ("iam:PassRole",),
    "R07": ("lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"),
    "R08": ("sts:AssumeRole",),
}
_SOURCES: Final = {rule.id: rule.source for rule in RULES}
_SHOWN_PATHS: Final = 40
_STATEMENTS_IN_SHORT: Final = 2


def in_short(page: RolePage, item: Item, look: Look) -> list[Line]:
    """For the pane: the sentence, then the statement in one line."""
    return list(_lines(page, item, look, short=True))


def in_full(page: RolePage, item: Item, look: Look) -> list[Line]:
    """For a screen of its own: each statement as JSON, one value a line, and every way that it opens."""
    return list(_lines(page, item, look, short=False))


def copied(item: Item, lines: Sequence[Line]) -> str:
    """What the copy key takes: the statement that would allow what was denied, else all that is told."""
    if isinstance(item, Refused) and item.told.would_allow is not None:
        return json.dumps(item.told.would_allow, indent=2) + "\n"
    return "\n".join("".join(cell.text for cell in line) for line in lines) + "\n"


def deciding(page: RolePage, item: Item) -> dict[tuple[str, str], dict[int, role_json.Decides]]:
    """Which statements a row rests on, and what to mark in them: (policy, kind) -> index -> marks."""
    found: dict[tuple[str, str], dict[int, role_json.Decides]] = {}
    for ref in _statements(page, item):
        found.setdefault((ref.policy, ref.kind.value), {})[ref.index] = _marks(page, item)
    return found


def _lines(page: RolePage, item: Item, look: Look, *, short: bool) -> Iterator[Line]:
    if isinstance(item, Refused):
        yield from _of_refused(page, item, look, short)
    elif isinstance(item, IamFinding):
        yield from _of_finding(page, item, short)
    elif isinstance(item, NotJudged):
        yield (Cell(role_words.unread_words(item), styles.UNKNOWN),)
        if item.rules:
            yield (Cell(f"not judged without it: {', '.join(item.rules)}; that is not the same as clean"),)
        yield from _gaps(page)
    elif isinstance(item, ServiceAccess):
        yield from _of_service(page, item, short)


def _of_finding(page: RolePage, finding: IamFinding, short: bool) -> Iterator[Line]:
    style = role_words.STYLE[finding.severity]
    head = f"{role_words.severity(finding)} {finding.id} {finding.title}: "
    yield (Cell(head, style), Cell(finding.evidence))
    if finding.conditional:
        yield (Cell("only while the condition of the statement holds, which AWS alone can tell", styles.NOTE),)
    if finding.unless:
        yield (Cell(finding.unless, styles.NOTE),)
    ways = _ways(page, finding)
    if short:
        yield from (_way(each) for each in ways[:1])
    yield from _statement_lines(page, finding, _statements(page, finding), short)
    if short:
        return
    yield from _of_ways(ways)
    if source := _SOURCES.get(finding.id):
        yield (Cell(f"Source of the rule: {source}", styles.QUIET),)


def _statement_lines(page: RolePage, item: Item, refs: Sequence[StatementRef], short: bool) -> Iterator[Line]:
    marks = _marks(page, item)
    for ref in refs[: _STATEMENTS_IN_SHORT if short else None]:
        policy = page.policy_of(ref)
        statement = role_json.statement_of(policy, ref.index)
        if statement is None:
            yield (Cell(f"{role_words.place(ref)} ", styles.STRONG), Cell("cannot be shown", styles.UNKNOWN))
        elif short:
            yield (Cell(f"{role_words.place(ref)} ", styles.STRONG), *role_json.in_short(statement, marks))
        else:
            yield (Cell(""),)
            yield (Cell(role_words.place(ref), styles.STRONG), Cell(f"  {_reach(page, ref)}", styles.QUIET))
            yield from role_json.shown(role_json.statement_lines(statement, marks))
    if short and len(refs) > _STATEMENTS_IN_SHORT:
        yield (Cell(f"and {len(refs) - _STATEMENTS_IN_SHORT} more statements", styles.QUIET),)


def _reach(page: RolePage, ref: StatementRef) -> str:
    """What a statement reaches, in words: all resources, or those that it names."""
    policy = page.policy_of(ref)
    statement = next((each for each in policy.statements if each.ref.index == ref.index), None) if policy else None
    if statement is None or statement.principals or statement.not_principal:
        return ""
    if statement.not_resource:
        return f"reaches all but {len(statement.resources)} named"
    if "*" in statement.resources:
        return "reaches every resource of every account that lets it"
    wild = sum("*" in each for each in statement.resources)
    exact = len(statement.resources) - wild
    parts = [f"{exact} named" if exact else "", f"{wild} by pattern" if wild else ""]
    return "reaches " + ", ".join(part for part in parts if part)


def _statements(page: RolePage, item: Item) -> tuple[StatementRef, ...]:
    if isinstance(item, IamFinding):
        return item.statements
    if isinstance(item, Refused):
        return tuple(dict.fromkeys((*item.told.statements, *(ref for ref, _ in item.told.near))))
    if isinstance(item, ServiceAccess):
        return tuple(
            each.statement.ref
            for each in page.case.grants.allows
            if (each.actions.any_service if item.service == EVERY_OTHER else _names(each.actions, item.service))
        )
    return ()


def _names(actions: ActionSet, service: str) -> bool:
    return actions.any_service or service in actions.services


def _marks(page: RolePage, item: Item) -> role_json.Decides:
    if isinstance(item, Refused):
        return role_json.deciding([item.denial.action] if item.denial.action else [])
    if isinstance(item, ServiceAccess):
        return role_json.deciding([] if item.service == EVERY_OTHER else [f"{item.service}:*"])
    if not isinstance(item, IamFinding):
        return role_json.nothing
    needed = [need for each in _ways(page, item) for need in each.path.needs]
    actions = needed or [*_OF_RULE.get(item.id, ()), *_ACTION.findall(item.evidence)]
    return role_json.deciding(actions, conditional=item.conditional)


def _ways(page: RolePage, finding: IamFinding) -> list[OpenPath]:
    """The escalation paths that a finding is about."""
    found = [each for each in page.case.paths if each.path.rule == finding.id]
    if finding.id == "R05" and finding.key:
        return [each for each in found if each.path.service == finding.key]
    refs = set(finding.statements)
    return [each for each in found if any(refs & set(decision.allowed_by) for decision in each.decisions)]


def _way(path: OpenPath) -> Line:
    doubt = " (under a condition)" if path.conditional else ""
    needs = " + ".join(path.path.needs)
    return (Cell("opens: ", styles.QUIET), Cell(needs, styles.STRONG), Cell(f": the role {path.path.how}{doubt}"))


def _of_ways(ways: Sequence[OpenPath]) -> Iterator[Line]:
    if not ways:
        return
    yield (Cell(""),)
    yield (Cell(f"Ways to more that stand open: {len(ways)}", styles.STRONG),)
    yield from (_way(each) for each in ways[:_SHOWN_PATHS])
    if len(ways) > _SHOWN_PATHS:
        yield (Cell(f"and {len(ways) - _SHOWN_PATHS} more", styles.QUIET),)
    yield (Cell(""),)


def _of_refused(page: RolePage, refused: Refused, look: Look, short: bool) -> Iterator[Line]:
    told = refused.told
    yield (Cell("DENIED ", styles.CRITICAL), Cell(f"{role_rows.denied(refused, look)}: "), Cell(told.because))
    yield (Cell(told.remedy.value, styles.NOTE),)
    if told.would_allow is not None:
        yield (Cell("the smallest statement that would allow it:", styles.QUIET),)
        if short:
            yield role_json.in_short(told.would_allow, role_json.nothing)
        else:
            yield from role_json.shown(role_json.statement_lines(told.would_allow))
    yield from ((Cell(each, styles.NOTE),) for each in told.caveats)
    yield from ((Cell(f"{role_words.place(ref)} {why}", styles.QUIET),) for ref, why in told.near)
    yield from _statement_lines(page, refused, _statements(page, refused), short)


def _of_service(page: RolePage, access: ServiceAccess, short: bool) -> Iterator[Line]:
    used, style = role_rows.last_used(access, page.report.view.now_s)
    name = "all other services" if access.service == EVERY_OTHER else access.service
    calls = f"; {role_rows.evidence(access)}" if access.evidence else ""
    yield (Cell(f"{name}: ", styles.STRONG), Cell("last used "), Cell(used, style), Cell(calls))
    yield (
        Cell("AWS's record is up to 4 h late, counts denied attempts, and has no data calls by action", styles.QUIET),
    )
    yield from _statement_lines(page, access, _statements(page, access), short)


def _gaps(page: RolePage) -> Iterator[Line]:
    for gap in page.report.gaps:
        yield (Cell(f"{gap.action}: {gap.error}", styles.UNKNOWN), Cell(f"  {gap.hint}" if gap.hint else ""))
