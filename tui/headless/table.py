"""``check`` for people: what is wrong, worst first, then what could not be read. Plain text, nothing foreign alive."""

from __future__ import annotations

from collections.abc import Sequence

from aws.model import Finding, Gap, Incident, Phase, Snapshot
from tui.config import Config
from tui.headless.report import iso
from tui.headless.verdict import counts, verdict
from tui.present import spending
from widgets.inert import inert


def table(snapshot: Snapshot, config: Config, *, allow_gaps: bool = False) -> str:
    """The look as lines; the first is the whole in one, as monitoring plugins want it."""
    lines = [_summary(snapshot, allow_gaps)]
    lines += [f"account {_account(scope.account, config)}  region {scope.region}" for scope in snapshot.scopes]
    for incident in snapshot.incidents:
        if not incident.recovered:
            lines += ["", *_incident(snapshot, incident)]
    if snapshot.gaps:
        lines += ["", "could not be read:", *_gaps(snapshot.gaps)]
    if snapshot.api.calls:
        lines += ["", spending.look(snapshot)]
    return "\n".join(lines) + "\n"


def _gaps(gaps: Sequence[Gap]) -> list[str]:
    """A line each; what to do about those that have the same cure is said once, below the last of them."""
    by_hint: dict[str, list[Gap]] = {}
    for gap in gaps:
        by_hint.setdefault(gap.hint, []).append(gap)
    lines: list[str] = []
    for hint, same in by_hint.items():
        lines += [f"  {inert(gap.service)}  {inert(gap.action)}  {inert(gap.error)}" for gap in same]
        lines += [f"    {inert(hint)}"] if hint else []
    return lines


def _summary(snapshot: Snapshot, allow_gaps: bool) -> str:
    figures = ", ".join(f"{number} {word}" for word, number in counts(snapshot).items())
    firing = sum(alarm.state == "ALARM" for alarm in snapshot.alarms.values())
    word = verdict(snapshot, allow_gaps=allow_gaps).value.upper()
    gaps = f", {len(snapshot.gaps)} gaps" if snapshot.gaps else ""
    return f"CWTOP {word}: {figures}; {firing} of {len(snapshot.alarms)} alarms firing{gaps}"


def _account(account: str, config: Config) -> str:
    note = config.accounts.get(account)
    return inert(f"{note.name} {account}" if note and note.name else account)


def _incident(snapshot: Snapshot, incident: Incident) -> list[str]:
    """One line for each member's worst finding, indented below its cause."""
    if incident.folded_rule:
        return [f"{incident.severity.value.upper():<8} {_since(incident)}  {inert(incident.text)}"]
    lines = []
    for member in incident.members:
        findings = [found for found in snapshot.findings.get(member.arn, ()) if found.phase is Phase.OPEN]
        name = inert(_name(snapshot, member.arn))
        branch = "  " * member.depth + ("`- " if member.depth else "")
        lines += [
            f"{finding.severity.value.upper():<8} {_since(finding)}  {branch}{name}  {inert(finding.text)}"
            for finding in findings
        ]
    return lines


def _name(snapshot: Snapshot, arn: str) -> str:
    if resource := snapshot.resources.get(arn):
        return f"{resource.kind} {resource.name}"
    if alarm := snapshot.alarms.get(arn):
        return f"alarm {alarm.name}"
    return arn


def _since(item: Finding | Incident) -> str:
    return f"{item.since_mark}{iso(item.since_s) or 'unknown since when'}"
