"""The inspector's two lists: findings worst first, and services granted against their last use. Pure."""

from __future__ import annotations

from aws.iam.denials import Remedy
from aws.iam.findings import IamFinding, NotJudged
from aws.iam.services import EVERY_OTHER, ServiceAccess, Used, granted_actions
from tui.present import role_words, styles
from tui.present.figures import age, clock
from tui.present.role_page import Refused, RolePage
from tui.present.view import Look
from widgets.cells import Cell, Column, Row

_SERVICE_NAME = 16
_REMEDY = {
    Remedy.ADD_ALLOW: "no Allow",
    Remedy.REMOVE_DENY: "a Deny",
    Remedy.WIDEN_BOUNDARY: "the boundary",
    Remedy.ELSEWHERE: "not the role's policies",
    Remedy.ALLOWED_NOW: "allowed now",
}


class FindingRows:
    """What is denied right now, then the findings, then what could not be judged."""

    def __init__(self, page: RolePage, look: Look) -> None:
        self._page, self._look = page, look
        self._items: dict[str, Refused | IamFinding | NotJudged] = {}
        for refused in page.refused:
            self._items[f"denied {refused.denial.action} {refused.denial.resource} {refused.denial.policy_arn}"] = (
                refused
            )
        for finding in page.findings:
            self._items[f"{finding.id} {finding.key}"] = finding
        for unread in page.unread:
            self._items[f"unread {unread.what}"] = unread

    @property
    def keys(self) -> tuple[str, ...]:
        """In order."""
        return tuple(self._items)

    @property
    def columns(self) -> tuple[Column, ...]:
        """For the width."""
        width = self._look.width
        where = Column("where", "WHERE", 44 if width >= 150 else 26 if width >= 120 else 22)
        title = (Column("title", "RULE", 34 if width >= 150 else 26),) if width >= 120 else ()
        return (Column("sev", "SEV", 5), Column("id", "ID", 3), *title, Column("said", "FINDING", 0), where)

    def item(self, key: str | None) -> Refused | IamFinding | NotJudged | None:
        """What a row stands for."""
        return self._items.get(key or "")

    def row(self, key: str) -> Row:
        """One of them."""
        item = self._items[key]
        if isinstance(item, Refused):
            cells = [
                Cell("DENY", styles.CRITICAL),
                Cell("log"),
                Cell("denied just now"),
                Cell(denied(item, self._look)),
            ]
            cells.append(Cell(_deciding(item), styles.QUIET))
        elif isinstance(item, NotJudged):
            named = Cell(", ".join(item.rules[:6]) + (" …" if len(item.rules) > 6 else ""), styles.QUIET)
            cells = [Cell("?", styles.UNKNOWN), Cell(""), Cell("not judged"), Cell(role_words.unread_words(item))]
            cells.append(named)
        else:
            style = role_words.STYLE[item.severity]
            cells = [Cell(role_words.severity(item), style), Cell(item.id, style), Cell(item.title)]
            cells += [Cell(item.evidence), Cell(role_words.where(item), styles.QUIET)]
        if self._look.width < 120:
            del cells[2]
        return Row(key, tuple(cells))

    def empty(self) -> str:
        """In place of rows."""
        if self._page.report.pending:
            return "nothing found so far"
        return "No rule has anything against it; service control policies are not evaluated"


def denied(refused: Refused, look: Look) -> str:
    """``12x dynamodb:PutItem last 14:01Z on …/payments``: on a narrow terminal the end of it may be cut."""
    denial = refused.denial
    on = f" on {role_words.short_arn(denial.resource)}" if denial.resource else ""
    return f"{refused.times}x {denial.action or 'an action'} last {clock(refused.last_s, local=look.local)}{on}"


def _deciding(refused: Refused) -> str:
    told = refused.told
    return role_words.place(told.statements[0]) if told.statements else _REMEDY.get(told.remedy, "unclear")


class ServiceRows:
    """The services, the newest use first."""

    def __init__(self, page: RolePage) -> None:
        self._page = page
        self._services = {each.service: each for each in page.services}

    @property
    def keys(self) -> tuple[str, ...]:
        """In order."""
        return tuple(self._services)

    columns = (
        Column("service", "SERVICE", _SERVICE_NAME),
        Column("granted", "GRANTED", 10),
        Column("used", "LAST USED", 14),
        Column("evidence", "EVIDENCE", 0),
    )

    def item(self, key: str | None) -> ServiceAccess | None:
        """What a row stands for."""
        return self._services.get(key or "")

    def row(self, key: str) -> Row:
        """One of them; its actions are counted now."""
        access = self._services[key]
        used, style = last_used(access, self._page.report.view.now_s)
        name = "all others" if key == EVERY_OTHER else key
        return Row(key, (Cell(name), Cell(self._granted(key)), Cell(used, style), Cell(evidence(access), styles.QUIET)))

    def _granted(self, key: str) -> str:
        if key == EVERY_OTHER:
            return "all"
        number = granted_actions(self._page.case, key)
        return f"{number} act{'' if number == 1 else 's'}" if number else "unknown"

    def empty(self) -> str:
        """In place of rows."""
        if not self._page.readable:
            return "which services are granted is not known: the policies could not be read"
        return "no service is granted"


def last_used(access: ServiceAccess, now_s: float) -> tuple[str, str]:
    """``2h``, ``never (400d)``, ``not tracked``, ``reading``, ``?``, with its style."""
    if access.used is Used.YES and access.last_used_s is not None:
        return age(now_s - access.last_used_s), styles.PLAIN
    if access.used is Used.NEVER:
        return f"never ({access.window_days:.0f}d)", styles.WARNING
    if access.used is Used.PENDING:
        return "reading", styles.NOTE
    return ("?", styles.UNKNOWN) if access.used is Used.UNREAD else ("not tracked", styles.QUIET)


def evidence(access: ServiceAccess) -> str:
    """What calls for the service: ``env TABLE_NAME``."""
    return access.evidence.replace("environment variable", "env")
