"""``cwtop role`` for people: the inspector on plain lines. Nothing foreign is alive in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aws.iam.desk import Posture, RoleReport
from aws.iam.findings import IamFinding
from aws.iam.services import EVERY_OTHER
from aws.model import Gap
from tui.present import role_page, role_rows, role_words
from tui.present.figures import age, counted
from tui.present.role_page import RolePage
from tui.present.view import Look
from widgets.inert import inert
from widgets.parts import Part

_LOOK = Look(width=160)


def role_table(report: RoleReport, gaps: Sequence[Gap] = ()) -> str:
    """One role."""
    return "\n".join(_role(report, gaps)) + "\n"


def all_table(postures: Sequence[tuple[str, Posture]], gaps: Sequence[Gap] = ()) -> str:
    """All roles, a line each, the worst first."""
    return "\n".join(_all(postures, gaps)) + "\n"


def _role(report: RoleReport, gaps: Sequence[Gap]) -> Iterator[str]:
    page = RolePage.of(report)
    yield _text(role_page.title(page))
    yield inert(report.view.arn)
    yield _text(role_page.facts(page))
    functions = report.view.functions
    if functions:
        yield inert(f"functions: {', '.join(each.name for each in functions)}")
    yield ""
    yield from map(_finding, page.findings)
    yield from (inert(f"?      {role_words.unread_words(each)}") for each in page.unread)
    if not page.findings and not page.unread:
        yield "no finding"
    if page.services:
        yield ""
        yield from _services(page)
    suggestion = page.suggestion
    yield ""
    if suggestion.document is None:
        yield inert(f"no suggestion: {suggestion.refusal}")
    else:
        yield f"a suggestion of {counted(len(suggestion.statements), 'statements')}: --output json prints it"
    yield from _gaps((*gaps, *report.gaps))


def _services(page: RolePage) -> Iterator[str]:
    rows = role_rows.ServiceRows(page)
    yield f"{'SERVICE':<24} {'GRANTED':<10} {'LAST USED':<14} EVIDENCE"
    for key in rows.keys:
        name, granted, used, evidence = (inert(cell.text) for cell in rows.row(key).cells)
        line = f"{name:<24} {granted:<10} {used:<14} {evidence}"
        yield line.rstrip() if key != EVERY_OTHER else line


def _finding(finding: IamFinding) -> str:
    where = f"  [{finding.where}]" if finding.where else ""
    unless = f"  {finding.unless}" if finding.unless else ""
    word = role_words.severity(finding)
    return inert(f"{word:<6} {finding.id}  {finding.title}: {finding.evidence}{where}{unless}")


def _all(postures: Sequence[tuple[str, Posture]], gaps: Sequence[Gap]) -> Iterator[str]:
    reports = {arn: each for _, posture in postures for arn, each in posture.roles.items()}
    for account, posture in postures:
        found = posture.account_findings.findings if posture.account_findings else ()
        yield from (inert(f"{role_words.severity(each):<6} {each.id}  {account}: {each.evidence}") for each in found)
    yield f"{'WORST':<6} {'ESC':<4} {'FNS':>4} {'USED':<6} {'ROLE':<40} FINDING"
    ordered = sorted(reports.values(), key=lambda each: (_rank(each), each.view.name))
    yield from map(_line, ordered)
    if not ordered:
        unread = bool(gaps) or any(posture.gaps or posture.pending for _, posture in postures)
        yield "no role was read" if unread or not postures else "no function was seen here that runs with a role"
    if unasked := role_words.unasked_words(each.inspection for each in ordered):
        yield ""
        yield f"{unasked}: cwtop role NAME reads who may call a role's functions, and which services it used"
    yield from _gaps([*gaps, *(gap for _, posture in postures for gap in posture.gaps)])


def _rank(report: RoleReport) -> int:
    worst = report.inspection.worst
    return worst.rank if worst else 9


def _line(report: RoleReport) -> str:
    view, found = report.view, report.inspection.findings
    escalates, _ = role_words.escalation(report.inspection)
    used = view.last_used
    last = "?" if used is None else "never" if used.at_s is None else age(view.now_s - used.at_s)
    unread = view.policies is None or any(each.trouble for each in view.policies)
    said = f"{found[0].id} {found[0].title}" + (f" +{len(found) - 1}" if len(found) > 1 else "") if found else ""
    if unread:
        said = "; ".join(part for part in (said, "its policies could not all be read") if part)
    unjudged = any(each.rules != ("R17",) for each in report.inspection.not_judged)  # R17 is read role by role
    worst = role_words.severity(found[0]) if found else "?" if unread or unjudged else "ok"
    functions = "?" if view.functions is None else str(len(view.functions))
    return inert(f"{worst:<6} {escalates:<4} {functions:>4} {last:<6} {view.name:<40} {said or 'no finding'}").rstrip()


def _gaps(gaps: Sequence[Gap]) -> Iterator[str]:
    for number, gap in enumerate(dict.fromkeys(gaps)):
        if not number:
            yield ""
            yield "could not be read:"
        yield inert(f"  {gap.service}  {gap.action}  {gap.error}")
        if gap.hint:
            yield inert(f"    {gap.hint}")


def _text(parts: Sequence[Part]) -> str:
    return inert("  ".join("".join(cell.text for cell in part.cells) for part in parts if part.cells))
