"""The inspector's texts to read and to copy: policies, trust, and the suggestion with its reasons. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aws.iam.policy import PolicyKind, Statement
from aws.iam.suggest.suggestion import SuggestedStatement, Suggestion
from tui.present import role_json, role_why, role_words, styles
from tui.present.figures import counted
from tui.present.role_page import RolePage
from widgets.cells import Cell
from widgets.lines import Line

_MOST_LINES: Final = 4_000
_MOST_OF_A_STATEMENT: Final = 60


Documents = tuple[tuple[str, Mapping[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class Text:
    """Lines under a title. ``copied`` is what the copy key takes; ``start`` the line to begin at.

    ``documents`` are the policies in it that Access Analyzer can look at, by the name to show.
    """

    title: str
    lines: tuple[Line, ...]
    copied: str = ""
    start: int = 0
    documents: Documents = ()


def policies(page: RolePage, item: role_why.Item) -> Text:
    """Every policy of the role and its boundary as JSON, at the statement that the selected row rests on."""
    view = page.report.view
    own = [each for each in page.policies if each.kind is not PolicyKind.RESOURCE and each.kind is not PolicyKind.TRUST]
    marks = role_why.deciding(page, item)
    lines: list[Line] = []
    start = 0
    if view.policies is None:
        lines.append((Cell("The role's policies could not be read.", styles.UNKNOWN),))
        lines += [(Cell(f"{gap.action}: {gap.error}", styles.UNKNOWN),) for gap in page.report.gaps]
    for policy in own:
        if len(lines) > _MOST_LINES:
            lines.append((Cell(f"and more: c copies all {len(own)} policies", styles.NOTE),))
            break
        lines.append(role_json.policy_head(policy))
        if policy.document is not None:
            marked = list(role_json.document_lines(policy.document, marks.get((policy.name, policy.kind.value), {})))
            first = next((index for index, each in enumerate(marked) if each.decides), None)
            if first is not None and not start:
                start = max(0, len(lines) + first - 3)
            lines += role_json.shown(marked)
        lines.append((Cell(""),))
    copied = {role_words.policy_name(each.name, each.kind): each.document for each in own if each.document is not None}
    whole = next(iter(copied.values())) if len(copied) == 1 else copied
    return Text(policies_title(page), tuple(lines), _json(whole) if copied else "", start, own_documents(page))


def policies_title(page: RolePage) -> str:
    """Also while they are being written out."""
    return f"Policies of {page.report.view.name}"


def trust(page: RolePage, item: role_why.Item) -> Text:
    """Who may assume the role."""
    policy = page.report.view.trust
    title = f"Trust of {page.report.view.name}: who may assume it"
    if policy is None or policy.document is None:
        why = policy.trouble if policy else "need iam:GetRole"
        return Text(title, ((Cell(f"The trust policy could not be read: {why}", styles.UNKNOWN),),))
    about = [each for each in page.findings if each.id in ("R02", "R14", "R22")]
    lines: list[Line] = [(Cell(f"{', '.join(role_words.trusted(policy))} may assume it", styles.STRONG),)]
    lines += [
        (Cell(f"{role_words.severity(each)} {each.id} ", role_words.STYLE[each.severity]), Cell(each.evidence))
        for each in about
    ]
    marks = role_why.deciding(page, item).get((policy.name, policy.kind.value), {})
    lines += [(Cell(""),), *role_json.shown(role_json.document_lines(policy.document, marks))]
    return Text(title, tuple(lines), _json(policy.document))


def suggestion(page: RolePage) -> Text:
    """A policy in place of all that the role has today, why each line is there, and what changes."""
    found = page.suggestion
    lines = list(_suggestion(page, found))
    documents = (("the suggestion", found.document),) if found.document is not None else ()
    copied = _json(found.document) if found.document is not None else ""
    return Text(suggestion_title(page), tuple(lines), copied, documents=documents)


def suggestion_title(page: RolePage) -> str:
    """Also while it is being worked out."""
    return f"Suggested policy for {page.report.view.name}: nothing is written, c copies it"


def _suggestion(page: RolePage, found: Suggestion) -> Iterator[Line]:
    if found.document is None:
        yield (Cell("No suggestion: ", styles.UNKNOWN), Cell(found.refusal))
    else:
        today = len(page.report.view.policies or ())
        yield (Cell(f"{counted(len(found.statements), 'statements')} in place of {counted(today, 'policies')}"),)
        if found.fill_ins:
            said = f"{counted(found.fill_ins, 'resources')} to fill in (<FILL-IN>)"
            told = f"{said}: no configuration names them, and cwtop does not guess"
            yield (Cell(told, styles.WARNING),)
    if page.report.pending:
        yield (Cell(f"still reading {page.report.pending}: open it again for what that tells", styles.NOTE),)
    yield from ((Cell(f"mind: {each}", styles.NOTE),) for each in found.caveats)
    yield from _reasons(found)
    if found.dropped:
        yield from _headed("Left out")
        for dropped in found.dropped:
            yield (Cell(f"- {dropped.what}", "red"), Cell(f"  {dropped.why}", styles.QUIET))
    if found.document is not None:
        yield from _headed("The difference to today")
        yield from _difference(page, found)
        yield from _headed("The policy")
        yield from role_json.shown(role_json.document_lines(found.document, {}), gutter=False)


def _reasons(found: Suggestion) -> Iterator[Line]:
    if found.statements:
        yield from _headed("Why each line is there")
    for statement in found.statements:
        mark = (Cell("  REVIEW", styles.WARNING),) if statement.review else ()
        yield (Cell(statement.sid, styles.STRONG), *mark)
        for what, why in statement.reasons:
            yield (Cell(f"  {what}"), Cell(f"  {why}", styles.QUIET))
        if statement.conditions:
            yield (Cell(f"  under today's condition {json.dumps(_plain(statement))}", styles.QUIET),)


def _difference(page: RolePage, found: Suggestion) -> Iterator[Line]:
    """Grants that go and grants that come in their place, statement by statement."""
    suggested = {_grant(each.actions, each.resources) for each in found.statements}
    kept = 0
    for allow in (each.statement for each in page.case.grants.allows):
        if _grant(allow.actions, allow.resources) in suggested and not (allow.not_action or allow.not_resource):
            kept += 1
            continue
        yield (Cell(f"- {_told(allow)}", "red"), Cell(f"  {role_words.place(allow.ref)}", styles.QUIET))
    for each in found.statements:
        yield (Cell(f"+ {_in_words(each.actions)} on {_in_words(each.resources)}", styles.GOOD),)
    if kept:
        yield (Cell(f"= {kept} statements stay as they are", styles.QUIET),)


def _grant(actions: Sequence[str], resources: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(each.lower() for each in actions), frozenset(resources)


def _told(statement: Statement) -> str:
    actions = ("all but " if statement.not_action else "") + _in_words(statement.actions)
    return f"{actions} on {'all but ' if statement.not_resource else ''}{_in_words(statement.resources)}"


def _in_words(names: Sequence[str]) -> str:
    rest = len(names) - _MOST_OF_A_STATEMENT
    return ", ".join(names[:_MOST_OF_A_STATEMENT]) + (f" and {rest} more" if rest > 0 else "")


def _plain(statement: SuggestedStatement) -> dict[str, dict[str, list[str]]]:
    return {name: {k: list(v) for k, v in each.items()} for name, each in (statement.conditions or {}).items()}


def _headed(text: str) -> Iterator[Line]:
    yield (Cell(""),)
    yield (Cell(text, styles.STRONG),)


def own_documents(page: RolePage) -> Documents:
    """The role's policies that are the account's to change."""
    return tuple(
        (role_words.policy_name(each.name, each.kind), each.document)
        for each in page.report.view.policies or ()
        if each.document is not None and each.kind is not PolicyKind.AWS_MANAGED
    )


def _json(document: object) -> str:
    return json.dumps(document, indent=2) + "\n"
