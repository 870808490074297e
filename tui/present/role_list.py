"""The rows of view 0: roles by their worst finding. Pure; loaded once there is a role to list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from aws.iam.findings import IamSeverity
from aws.model import Resource
from tui.present import role_words, styles
from tui.present.figures import age
from tui.present.order import Candidates, Filter
from tui.present.view import Look, Query
from widgets.cells import Cell, Column, Row
from widgets.lines import Line

if TYPE_CHECKING:
    from aws.iam.desk import RoleReport
    from aws.iam.findings import IamFinding, NotJudged

WORST = (IamSeverity.CRITICAL, IamSeverity.HIGH)
_UNREAD_RANK = 1.5  # a role that could not be read stands below what is high, above what is medium
_ESCALATION_RANK = {"YES": 0, "if": 1, "?": 2, "no": 3}
_NAMED = 8


@dataclass(frozen=True)
class Entry:
    """One row. ``changers`` are ARNs of principals that may change the code of its functions; None: not read."""

    arn: str
    functions: tuple[Resource, ...]
    report: RoleReport | None
    changers: frozenset[str] | None
    reading: bool

    @property
    def name(self) -> str:
        return role_words.role_name(self.arn)

    @property
    def worst(self) -> IamFinding | None:
        return self.report.inspection.findings[0] if self.report and self.report.inspection.findings else None

    @cached_property
    def unread(self) -> bool:
        """Whether its own policies are not known, so that no finding would mean nothing."""
        view = self.report.view if self.report else None
        return view is None or view.policies is None or any(each.trouble for each in view.policies)

    @property
    def unjudged(self) -> tuple[NotJudged, ...]:
        """What could not be judged. When services were used is read by the inspector, one role at a time."""
        every = self.report.inspection.not_judged if self.report else ()
        return tuple(each for each in every if each.rules != ("R17",))

    @cached_property
    def rank(self) -> tuple[float, bool]:
        worst = self.worst
        if worst is None or (self.unread and worst.severity.rank > 1):
            return (_UNREAD_RANK if self.unread else 9.0), False
        return float(worst.severity.rank), bool(worst.conditional or worst.unless)

    @cached_property
    def escalation(self) -> tuple[str, str]:
        if self.report is None:
            return ("..", styles.QUIET) if self.reading else ("?", styles.UNKNOWN)
        return role_words.escalation(self.report.inspection)

    @property
    def unused(self) -> bool:
        return bool(self.report) and any(each.id == "R18" for each in self.report.inspection.findings)  # type: ignore[union-attr]

    @cached_property
    def text(self) -> str:
        """What a filter looks at, in lower case."""
        found = self.report.inspection.findings if self.report else ()
        words = [self.name, *(each.name for each in self.functions), *(f"{each.id} {each.title}" for each in found)]
        words += ["escalates"] if self.escalation[0] == "YES" else []
        words += ["shared"] if len(self.functions) > 1 else []
        words += ["unused"] if self.unused else []
        return " ".join(words).lower()


def chosen(entries: Mapping[str, Entry], query: Query) -> list[str]:
    """The ARNs of those that the query asks for."""
    wanted = Filter.parse(query.text)
    keys = list(entries)
    if wanted:
        texts = {arn: entry.text for arn, entry in entries.items()}
        keys = wanted.among(Candidates(texts, {"sev": lambda arn: _severity(entries[arn])}))
    if query.problems_only:
        keys = [arn for arn in keys if entries[arn].rank[0] <= IamSeverity.MEDIUM.rank]
    return keys


def _severity(entry: Entry) -> str:
    return entry.worst.severity.value if entry.worst else ""


def sort_value(entries: Mapping[str, Entry], sort: str) -> Callable[[str], Any]:
    """What sorts a role, given its ARN."""

    def by(arn: str) -> Any:
        entry = entries[arn]
        if sort == "role":
            return entry.name.lower()
        if sort == "functions":
            return (-len(entry.functions), entry.name.lower())
        if sort == "used":
            used = entry.report.view.last_used if entry.report else None
            return None if used is None else (used.at_s or 0.0)
        if sort == "escalates":
            return (_ESCALATION_RANK.get(entry.escalation[0], 2), entry.rank, entry.name.lower())
        if sort == "changers":
            return None if entry.changers is None else (-len(entry.changers), entry.name.lower())
        return (entry.rank, -len(entry.functions), entry.name.lower())

    return by


def columns(look: Look) -> tuple[Column, ...]:
    """For the width."""
    wide = look.width >= 120
    return (
        Column("worst", "WORST", 5),
        Column("role", "ROLE", 40 if wide else 25),
        Column("escalates", "ESC", 3),
        Column("functions", "FNS", 4),
        Column("used", "USED", 5),
        Column("changers", "CODE", 4),
        Column("finding", "FINDING", 0),
    )


def row(entry: Entry) -> Row:
    """As it is painted."""
    escalation = entry.escalation
    shared = styles.WARNING if len(entry.functions) > 1 else styles.PLAIN
    changers = "?" if entry.changers is None else str(len(entry.changers))
    return Row(
        entry.arn,
        (
            _worst(entry),
            Cell(entry.name),
            Cell(*escalation),
            Cell(str(len(entry.functions)), shared),
            _used(entry),
            Cell(changers, styles.UNKNOWN if entry.changers is None else styles.PLAIN),
            _finding(entry),
        ),
    )


def _worst(entry: Entry) -> Cell:
    if entry.report is None:
        return Cell("..", styles.QUIET) if entry.reading else Cell("?", styles.UNKNOWN)
    if entry.worst is None or entry.rank[0] == _UNREAD_RANK:
        return Cell("?", styles.UNKNOWN) if entry.unread or entry.unjudged else Cell("ok", styles.GOOD)
    return Cell(role_words.severity(entry.worst), role_words.STYLE[entry.worst.severity])


def _used(entry: Entry) -> Cell:
    used = entry.report.view.last_used if entry.report else None
    if entry.report is None or used is None:
        return Cell("?", styles.UNKNOWN)
    if used.at_s is None:
        return Cell("never", styles.WARNING)
    return Cell(age(entry.report.view.now_s - used.at_s), styles.WARNING if entry.unused else styles.PLAIN)


def _finding(entry: Entry) -> Cell:
    if entry.report is None:
        return Cell("reading" if entry.reading else "not read", styles.QUIET)
    found = entry.report.inspection.findings
    if entry.unread:
        said = next((role_words.unread_words(each) for each in entry.report.inspection.not_judged), "not all was read")
        return Cell(said, styles.UNKNOWN)
    if not found:
        unasked = role_words.unasked_words([entry.report.inspection])
        return Cell(f"no finding; {unasked}" if unasked else "no finding", styles.QUIET)
    more = f" +{len(found) - 1}" if len(found) > 1 else ""
    return Cell(f"{found[0].id} {found[0].title}{more}: {found[0].evidence}")


def explain(entry: Entry) -> list[Line]:
    """For the pane: who runs with it, who may change their code, what is found."""
    names = ", ".join(each.name for each in entry.functions[:_NAMED])
    rest = f" and {len(entry.functions) - _NAMED} more" if len(entry.functions) > _NAMED else ""
    lines: list[Line] = [(Cell(entry.name, styles.STRONG), Cell(f"  runs {names}{rest}", styles.QUIET))]
    lines.append(_changed_by(entry))
    report = entry.report
    if report is None:
        lines.append((Cell("its policies are being read" if entry.reading else "its policies were not read"),))
    for each in report.inspection.findings[:4] if report else ():
        head = Cell(f"{role_words.severity(each)} {each.id} {each.title}: ", role_words.STYLE[each.severity])
        lines.append((head, Cell(each.evidence)))
    refused = [each for each in entry.unjudged if not role_words.left_to_inspector(each)]
    lines += [(Cell(role_words.unread_words(each), styles.UNKNOWN),) for each in refused[:3]]
    if report and (unasked := role_words.unasked_words([report.inspection])):
        lines.append(
            (Cell(f"{unasked}: i reads who may call its functions, and which services it used", styles.QUIET),)
        )
    return lines


def _changed_by(entry: Entry) -> Line:
    if entry.changers is None:
        return (Cell("who may change the functions' code is not known", styles.UNKNOWN),)
    if not entry.changers:
        return (Cell("no role or user that was read may change the functions' code", styles.QUIET),)
    names = sorted(role_words.role_name(each) for each in entry.changers)
    rest = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return (Cell("may change the functions' code: ", styles.QUIET), Cell(", ".join(names[:_NAMED]) + rest))
