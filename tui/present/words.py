"""What the home view says of one resource of an incident: name, kind, now, and whether an alarm watches it."""

from __future__ import annotations

from collections.abc import Iterable

from aws.model import Finding, Incident, Phase, Severity, Snapshot
from tui.present.catalog import Catalog
from tui.present.cover import Cover, Coverage
from tui.present.figures import since
from tui.present.view import Look

_BESIDE = 24  # cells of the columns beside RESOURCE and NOW, and of the gaps


def resource_width(look: Look) -> int:
    """Cells of the RESOURCE column."""
    return 24 if look.width < 100 else min(48, 24 + (look.width - 80) // 3)


def now_width(look: Look) -> int:
    """Cells that are left for the NOW column."""
    return look.width - resource_width(look) - _BESIDE


class Words:
    """The words for one snapshot."""

    def __init__(self, snapshot: Snapshot, look: Look, catalog: Catalog) -> None:
        self.snapshot, self.look, self.catalog = snapshot, look, catalog

    def name(self, arn: str) -> str:
        """The resource's name; the ARN's last part where it has left the inventory."""
        return resource_name(self.snapshot, arn)

    def kind(self, arn: str) -> str:
        """The kind's short word."""
        resource = self.snapshot.resources.get(arn)
        if resource is None:
            return "alrm" if arn in self.snapshot.alarms else "?"
        return self.catalog.short(resource)

    def findings(self, arn: str) -> list[Finding]:
        """The findings a line speaks for, worst and oldest first: the open ones, or else what healed."""
        return told_findings(self.snapshot, arn)

    def healed(self, arn: str) -> bool:
        """Whether all that was wrong here has ended, be it in an incident that goes on elsewhere."""
        found = self.findings(arn)
        return bool(found) and found[0].phase is Phase.RECOVERED

    def severity(self, incident: Incident, arn: str) -> Severity:
        """The worst of the resource's findings."""
        found = self.findings(arn)
        return found[0].severity if found else incident.severity

    def cover(self, arn: str) -> Cover:
        """Whether an alarm watches what is wrong here. An alarm that watches nothing we found speaks for itself."""
        if alarm := self.snapshot.alarms.get(arn):
            silence = Coverage.of(self.snapshot).silence
            if silence.own(alarm):
                return Cover.SILENT
            return Cover.FIRED_UNSURE if silence.doubt(alarm) else Cover.FIRED
        resource = self.snapshot.resources.get(arn)
        metrics = frozenset(
            metric.name
            for finding in self.snapshot.findings.get(arn, ())
            if resource and finding.metric and (metric := self.catalog.metric(resource, finding.metric))
        )
        return Coverage.of(self.snapshot).says(arn, metrics)

    def now(self, incident: Incident, arn: str) -> str:
        """The NOW column: the findings' own words; an alarm that fires is said by its column unless it is all."""
        found = self.findings(arn)
        told = [f for f in found if f.rule != "alarm.firing"] or found
        if not told:
            return incident.text if arn == incident.cause else "nothing found any more"
        width = now_width(self.look)
        if self.healed(arn):
            ends = [finding.recovered_s for finding in told if finding.recovered_s is not None]
            at = f" {since(max(ends), self.snapshot.at_s, local=self.look.local)}" if ends else ""
            before = f"recovered{at}, was "
            return before + _within(told[0].text, width - len(before))
        again = f"×{told[0].relapses + 1} " if told[0].relapses else ""
        texts = [finding.text for finding in first_of_each_metric(told)]
        return _within(again + _as_many_as_fit(dict.fromkeys(texts), width), width)


def first_of_each_metric(findings: Iterable[Finding]) -> list[Finding]:
    """Several rules may judge one metric; in short the first says what the others would say with other words."""
    found: dict[str, Finding] = {}
    for finding in findings:
        found.setdefault(finding.metric or finding.rule, finding)
    return list(found.values())


def _as_many_as_fit(texts: Iterable[str], width: int) -> str:
    """The texts in a row; those that would be cut off are left out, the first never is."""
    row = ""
    for text in texts:
        if row and len(row) + 2 + len(text) > width:
            break
        row = f"{row}; {text}" if row else text
    return row


def _within(text: str, width: int) -> str:
    """The text without the last of its details that would be cut in the middle."""
    while len(text) > width and ", " in text:
        text = text.rpartition(", ")[0]
    return text


def resource_name(snapshot: Snapshot, arn: str) -> str:
    """The resource's name as lists show it; the ARN's last part where it has left the inventory."""
    resource = snapshot.resources.get(arn)
    if resource is None:
        alarm = snapshot.alarms.get(arn)
        return alarm.name if alarm else arn.rsplit(":", 1)[-1]
    # An index is called "table#index"; apart, the two words are read faster.
    return resource.name.replace("#", " #", 1) if resource.kind == "index" else resource.name


def told_findings(snapshot: Snapshot, arn: str) -> list[Finding]:
    """A resource's open findings, worst and oldest first; where none is open, those that have recovered."""
    return shown_findings(snapshot, arn) or shown_findings(snapshot, arn, recovered=True)


def shown_findings(snapshot: Snapshot, arn: str, *, recovered: bool = False) -> list[Finding]:
    """A resource's findings, worst and oldest first: the open ones, or the recovered ones."""
    wanted = Phase.RECOVERED if recovered else Phase.OPEN
    found = [finding for finding in snapshot.findings.get(arn, ()) if finding.phase is wanted]
    return sorted(found, key=lambda f: (f.severity.rank, f.since_s is None, f.since_s or 0.0))
