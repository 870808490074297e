"""What the inspector knows of one role at this moment, and its head: who it is, and how it stands. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from aws.iam.denials import DenialExplained, explain
from aws.iam.findings import IamFinding, NotJudged
from aws.iam.policy import Policy, PolicyKind, StatementRef
from aws.iam.rules.base import RoleCase
from aws.iam.services import ServiceAccess, services_of
from tui.present import role_words, styles
from tui.present.figures import age
from tui.present.view import Look
from widgets.cells import Cell
from widgets.layout import clip
from widgets.parts import Part

if TYPE_CHECKING:
    from aws.iam.denials import Denial
    from aws.iam.desk import RoleReport
    from aws.iam.suggest.suggestion import Suggestion
    from aws.iam.view import FunctionUse
    from aws.logs.denials import DenialsRead
    from aws.model import Resource

LOGS_READ = 3  # of a shared role whose function was not named: each log costs up to four requests
_OF_FUNCTIONS = frozenset({"lambda:GetPolicy", "lambda:ListFunctions"})  # what reading the functions answers
_LARGE = 1_000  # patterns of actions
_MANAGED = (PolicyKind.MANAGED, PolicyKind.AWS_MANAGED)


@dataclass(frozen=True, slots=True)
class Refused:
    """A denial in a function's log, with what the role says of it. ``last_s``: UTC epoch seconds."""

    denial: Denial
    times: int
    last_s: float
    told: DenialExplained


@dataclass(frozen=True)
class RolePage:
    """One role under inspection. ``subject`` is what it was opened from; None where it was opened by itself.

    ``case`` and ``services`` follow from the report: `of` works them out. ``denials`` are what was read from the
    functions' logs so far, by the function's name.
    """

    report: RoleReport
    case: RoleCase
    services: tuple[ServiceAccess, ...]
    subject: Resource | None = None
    denials: Mapping[str, DenialsRead] = field(default_factory=dict)

    @classmethod
    def of(cls, report: RoleReport, subject: Resource | None = None) -> RolePage:
        """All that painting would else have to wait for is worked out here: for a large role not on the loop."""
        case = RoleCase(report.view)
        _ = case.paths
        services = () if report.view.policies is None else services_of(case)
        return cls(report, case, services, subject)

    @cached_property
    def refused(self) -> tuple[Refused, ...]:
        """The denials, the latest first."""
        every = [each for read in self.denials.values() for each in read.denials]
        every.sort(key=lambda each: -each[2])
        view = self.report.view
        return tuple(Refused(denial, times, last_s, explain(denial, view)) for denial, times, last_s in every)

    @cached_property
    def suggestion(self) -> Suggestion:
        """The least-privilege policy."""
        from aws.iam.suggest.build import suggest

        return suggest(self.report.view)

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """Every document of the role that its findings may be about: its policies, the boundary, the trust, the
        functions' own."""
        view = self.report.view
        of_functions = [p for each in view.functions or () for p in each.resource_policies or ()]
        trust = [view.trust] if view.trust else []
        return (*(view.policies or ()), *(view.boundary or ()), *trust, *of_functions)

    def policy_of(self, ref: StatementRef) -> Policy | None:
        """The document that a statement stands in."""
        return next((each for each in self.policies if (each.name, each.kind) == (ref.policy, ref.kind)), None)

    @cached_property
    def large(self) -> bool:
        """Whether to write its statements out takes longer than a key may wait."""
        return sum(len(each.actions) for policy in self.policies for each in policy.statements) > _LARGE

    @property
    def findings(self) -> tuple[IamFinding, ...]:
        """Worst first."""
        return self.report.inspection.findings

    @property
    def unread(self) -> tuple[NotJudged, ...]:
        """What could not be judged, and which logs could not be searched."""
        logs = [
            NotJudged((), f"the log of {name}: {read.gap.error}", read.gap.action)
            for name, read in self.denials.items()
            if read.gap is not None
        ]
        coming = _OF_FUNCTIONS if "functions" in self.report.pending else frozenset()
        refused = (each for each in self.report.inspection.not_judged if each.action not in coming)
        return (*refused, *logs)

    @property
    def logged(self) -> tuple[FunctionUse, ...]:
        """The functions whose logs are searched for denials: the one it was opened from, else the first few."""
        functions = self.report.view.functions or ()
        own = tuple(each for each in functions if self.subject is not None and each.arn == self.subject.arn)
        return own or functions[:LOGS_READ]

    @property
    def readable(self) -> bool:
        """Whether the role's own policies were read: without them no finding means nothing."""
        view = self.report.view
        return view.policies is not None and not any(each.trouble for each in view.policies)


def title(page: RolePage) -> list[Part]:
    """``ROLE order-proc-role  <  fn order-proc  shared by 3 fns  used 2h ago  eu-west-1``."""
    view = page.report.view
    parts = [Part((Cell("ROLE ", styles.QUIET), Cell(view.name, styles.STRONG)))]
    subject = page.subject
    if subject is not None:
        word = "fn" if subject.kind == "function" else subject.kind
        parts.append(Part((Cell(f"< {word} ", styles.QUIET), Cell(subject.name, styles.STRONG)), 1))
    parts.append(_functions(page))
    parts.append(_used(page))
    if subject is not None:
        parts.append(Part((Cell(subject.scope.region, styles.QUIET),), 2))
    parts.append(Part((Cell(view.account, styles.QUIET),), 4))
    return parts


def _functions(page: RolePage) -> Part:
    functions = page.report.view.functions
    if functions is None:
        return Part((Cell("functions ?", styles.UNKNOWN),), 1)
    if not functions:
        return Part((Cell("no function runs with it", styles.NOTE),), 1)
    if len(functions) == 1:
        told = "" if page.subject is not None else f"of {functions[0].name}"
        return Part((Cell(told, styles.QUIET),), 3) if told else Part((), 3)
    return Part((Cell(f"shared by {len(functions)} fns", styles.WARNING),))


def _used(page: RolePage) -> Part:
    view = page.report.view
    if view.last_used is None:
        return Part((Cell("last use ?", styles.UNKNOWN),), 2)
    at_s = view.last_used.at_s
    if at_s is None:
        return Part((Cell("not used in 400d", styles.WARNING),), 2)
    return Part((Cell(f"used {age(view.now_s - at_s)} ago", styles.QUIET),), 2)


def facts(page: RolePage) -> list[Part]:
    """``Trust lambda ok   Boundary none   Managed 2  Inline 1   SCP not evaluated``."""
    view = page.report.view
    trust = ", ".join(role_words.trusted(view.trust))
    bad = [each for each in page.findings if each.id in ("R02", "R14")]
    unknown = view.trust is None or bool(view.trust.trouble)
    style = styles.UNKNOWN if unknown else role_words.STYLE[bad[0].severity] if bad else styles.GOOD
    parts = [Part((Cell("Trust ", styles.QUIET), Cell(trust + ("" if unknown or bad else " ok"), style)))]
    if view.boundary is None:
        parts.append(Part((Cell("Boundary ", styles.QUIET), Cell("?", styles.UNKNOWN))))
    else:
        name = view.boundary[0].name if view.boundary else "none"
        parts.append(Part((Cell("Boundary ", styles.QUIET), Cell(name)), short=(Cell(f"Boundary {clip(name, 12)}"),)))
    if view.policies is None:
        parts.append(Part((Cell("Policies ", styles.QUIET), Cell("?", styles.UNKNOWN))))
    else:
        managed = sum(each.kind in _MANAGED for each in view.policies)
        unread = sum(bool(each.trouble) for each in view.policies)
        inline = len(view.policies) - managed
        cells = [Cell(f"Managed {managed}  Inline {inline}")]
        cells += [Cell(f" ({unread} not read)", styles.UNKNOWN)] if unread else []
        parts.append(Part(tuple(cells)))
    parts.append(Part((Cell("SCP not evaluated", styles.QUIET),), short=(Cell("SCP ?", styles.QUIET),)))
    return parts


def tally(page: RolePage, look: Look, problem: str = "") -> list[Part]:
    """``1 HIGH  2 MED  1 LOW   invoke policy: events, scoped ok   read 14:02:11Z``, and what is still being read.

    ``problem``: it could not be read again, so that it is as old as it says.
    """
    cells = [
        Cell(f"{number} {role_words.WORD[severity]}  ", role_words.STYLE[severity])
        for severity, number in role_words.counts(page.findings)
    ]
    if not page.readable:
        cells.append(Cell("its policies could not all be read", styles.UNKNOWN))
    elif not cells:
        sure = not page.unread and not page.report.pending
        cells.append(Cell("no finding" if sure else "nothing found so far", styles.GOOD if sure else styles.UNKNOWN))
    parts = [Part(tuple(cells)), _callers(page)]
    if page.unread:
        parts.append(Part((Cell(f"{len(page.unread)} NOT READ", styles.UNKNOWN),)))
    if problem:
        parts.append(Part((Cell("NOT READ AGAIN", styles.CRITICAL),)))
    reading = [page.report.pending] if page.report.pending else []
    reading += ["the log"] if any(each.name not in page.denials for each in page.logged) else []
    if reading:
        parts.append(Part((Cell(f"reading {', '.join(reading)}", styles.NOTE),), 2))
    parts.append(Part((Cell(f"read {_second(page.report.read_at_s, look)}", styles.QUIET),), 1, right=True))
    return parts


def _callers(page: RolePage) -> Part:
    """Who may call the functions, by their resource policies."""
    functions = page.report.view.functions
    if not functions:
        return Part(())
    policies = [policy for each in functions for policy in each.resource_policies or ()]
    names = {
        principal.value.partition(".")[0]
        for policy in policies
        for statement in policy.statements
        for principal in statement.principals
    }
    who = ", ".join(sorted(names)[:3]) or "none"
    if any(each.resource_policies is None for each in functions) or any(each.trouble for each in policies):
        return Part((Cell("invoke policy: ", styles.QUIET), Cell("?", styles.UNKNOWN)), 3)
    bad = next((each for each in page.findings if each.id in ("R03", "R19")), None)
    ok = "" if not policies else ", scoped ok" if bad is None else f", {bad.id}"
    style = styles.GOOD if bad is None else role_words.STYLE[bad.severity]
    return Part((Cell("invoke policy: ", styles.QUIET), Cell(who + ok, style)), 3)


def _second(at_s: float, look: Look) -> str:
    moment = datetime.fromtimestamp(at_s, UTC)
    return moment.astimezone().strftime("%H:%M:%S") if look.local else moment.strftime("%H:%M:%SZ")
