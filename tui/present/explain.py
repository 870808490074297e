"""The pane at the foot: what the selected row is about, how we know, what changed before, and who would hear."""

from __future__ import annotations

from aws.model import Alarm, AlarmState, Incident, Link, Phase, Resource, Snapshot
from aws.model import Cover as Recommended
from tui.present import gaps, styles
from tui.present.alarms import condition, marks, unheard, watches_nothing
from tui.present.cover import Coverage, alarms_unread
from tui.present.evidence import reason
from tui.present.figures import MINUTE_S, age
from tui.present.problems import FOLD_KEY
from tui.present.view import Look, Subject
from tui.present.words import first_of_each_metric, resource_name, told_findings
from widgets.cells import Cell
from widgets.lines import Line

_MARKED = {
    "dead": ", can never fire",
    "muted": ", muted",
    "off": ", actions off",
    "silent": ", tells nobody",
    "?": ", perhaps unheard",
}
CHANGE_REACH_S = 3_600  # a deployment longer before the onset explains it no better than chance


def explain(snapshot: Snapshot | None, subject: Subject | None, look: Look) -> list[Line]:
    """The pane's lines, the most needed first."""
    if snapshot is None or subject is None:
        return []
    if subject.kind == "gap":
        return _gap(snapshot, subject)
    if subject.kind == "alarm":
        alarm = snapshot.alarms.get(subject.arn)
        return _alarm(snapshot, alarm, look) if alarm else []
    if subject.kind == "fold":
        return [(Cell("These have not changed for 24 hours. They still count: z opens or folds them.", styles.QUIET),)]
    return _resource(snapshot, subject, look)


def incident_of(snapshot: Snapshot, subject: Subject) -> Incident | None:
    """The incident whose line the subject was, or the first that the resource is part of."""
    key = subject.key.partition("\t")[0]
    named = next((incident for incident in snapshot.incidents if incident.key == key), None)
    if named or subject.key == FOLD_KEY:
        return named
    return next((i for i in snapshot.incidents if any(m.arn == subject.arn for m in i.members)), None)


def _gap(snapshot: Snapshot, subject: Subject) -> list[Line]:
    held = next((found for service, found in gaps.by_service(snapshot) if service == subject.name), [])
    lines: list[Line] = []
    for gap in held:
        lines.append((Cell(f"{gap.service}  ", styles.STRONG), Cell(f"{gap.action}: {gap.error}")))
        if gap.hint:
            lines.append((Cell("to do: ", styles.QUIET), Cell(gap.hint)))
    lines.append((Cell("What hangs on it is unknown, not healthy.  ! shows every gap", styles.QUIET),))
    return lines


def _alarm(snapshot: Snapshot, alarm: Alarm, look: Look) -> list[Line]:
    since = look.moment(alarm.since_s, snapshot.at_s)
    targets = [resource_name(snapshot, arn) for arn in snapshot.alarm_targets.get(alarm.arn, ())]
    lines: list[Line] = [
        (Cell(f"{alarm.name}  ", styles.STRONG), Cell(f"{alarm.state.value} since {since}  {condition(alarm)}")),
    ]
    if alarm.reason:
        lines.append((Cell("reason: ", styles.QUIET), Cell(reason(alarm.reason, local=look.local))))
    lines.append((Cell("watches: ", styles.QUIET), Cell(", ".join(targets) or watches_nothing(snapshot))))
    tells = ", ".join(arn.rsplit(":", 1)[-1] for arn in alarm.alarm_actions)
    mark, why = marks(snapshot, alarm), unheard(snapshot, alarm)
    if mark in ("muted", "off", "silent"):
        tells = f"nobody: {why}" + (f" ({tells})" if tells else "")
    elif why:
        tells = f"{tells or 'nobody by itself'}; but {why}"
    lines.append((Cell("tells: ", styles.QUIET), Cell(tells or "nobody by itself, but through an alarm above it")))
    return lines


def _resource(snapshot: Snapshot, subject: Subject, look: Look) -> list[Line]:
    incident = incident_of(snapshot, subject)
    lines = [_what(snapshot, subject, incident, look)]
    if because := _because(snapshot, subject, incident):
        lines.append(because)
    if changed := _changed(snapshot, subject, incident, look):
        lines.append(changed)
    lines.append(_covered(snapshot, subject, incident, look))
    if incident and incident.evidence and subject.arn == incident.cause:
        lines.append((Cell("spreads: ", styles.QUIET), Cell(incident.evidence)))
    lines.append((Cell("next: ", styles.QUIET), Cell(_next(snapshot, subject, look))))
    return lines


def _next(snapshot: Snapshot, subject: Subject, look: Look) -> str:
    if subject.arn not in snapshot.resources:
        return "it is not in the inventory (any more)"
    found = (snapshot.coverage or {}).get(subject.arn, ())
    missing = sum(one.cover in (Recommended.MISSING, Recommended.DEAD) for one in found)
    alarms = "its missing alarm" if missing == 1 else f"its {missing} missing alarms"
    steps = (
        *((("create-alarms", f"creates {alarms}"),) if missing else ()),
        ("open", "opens"),
        ("commands", "commands"),
        ("console", "console"),
    )
    return "   ".join(f"{key} {words}" for action, words in steps if (key := look.keys.get(action)))


def _what(snapshot: Snapshot, subject: Subject, incident: Incident | None, look: Look) -> Line:
    found = told_findings(snapshot, subject.arn)
    # That an alarm fires is said by the line on cover, unless it is all that is known.
    told_here = [finding for finding in found if finding.rule != "alarm.firing"] or found
    parts = [finding.evidence or finding.text for finding in first_of_each_metric(told_here)]
    told = " ".join(f"{reason(part).rstrip('.')}." for part in dict.fromkeys(parts) if part)
    if found and found[0].phase is Phase.RECOVERED:
        ended_s = max(finding.recovered_s or 0.0 for finding in found)
        told = f"Recovered {look.moment(ended_s, snapshot.at_s)}. At its worst: {told}"
    if not told and incident:
        told = incident.text
    if not told:
        health = snapshot.health.get(subject.arn)
        known = health is not None and health.value in ("ok", "warning", "critical")
        told = "nothing wrong in what was read" if known else "not known: its readings are incomplete (! says why)"
    return (Cell(f"{subject.name}  ", styles.STRONG), Cell(told))


def _because(snapshot: Snapshot, subject: Subject, incident: Incident | None) -> Line | None:
    """Why it stands below another: a cause is never claimed without its evidence."""
    if incident is None:
        return None
    via: Link | None = next((m.via for m in incident.members if m.arn == subject.arn and m.via), None)
    if via is not None and via.cause != subject.arn:
        cause = resource_name(snapshot, via.cause)
        return (Cell("cause? ", styles.QUIET), Cell(f"{cause}: {via.evidence}"))
    return None


def deployed_s(resource: Resource) -> float | None:
    """When its code or configuration last changed, as its service file read it; UTC epoch seconds."""
    return resource.number("deployed_s") or resource.number("last_modified_s")


def _changed(snapshot: Snapshot, subject: Subject, incident: Incident | None, look: Look) -> Line | None:
    """The newest change among those concerned that came shortly before the first sign of trouble."""
    onset = incident.since_s if incident else None
    if onset is None or incident is None:
        return None
    arns = dict.fromkeys([subject.arn, *(member.arn for member in incident.members[:50])])
    changes = [
        (at_s, resource)
        for arn in arns
        if (resource := snapshot.resources.get(arn))
        and (at_s := deployed_s(resource)) is not None
        and 0 <= onset - at_s <= CHANGE_REACH_S
    ]
    if not changes:
        return None
    at_s, resource = max(changes, key=lambda change: change[0])
    version = resource.text("version")
    what = f"{resource.name} {'v' + version if version and version.isdigit() else ''}".strip()
    before = f"{age(onset - at_s)} before" if onset - at_s >= MINUTE_S else "in the minute of"
    return (
        Cell("changed: ", styles.QUIET),
        Cell(f"{what} deployed {look.moment(at_s, snapshot.at_s)}, {before} the first sign"),
    )


def _covered(snapshot: Snapshot, subject: Subject, incident: Incident | None, look: Look) -> Line:
    coverage = Coverage.of(snapshot)
    here = coverage.alarms(subject.arn)
    told = [_alarm_words(snapshot, alarm, look) for alarm in sorted(here, key=lambda alarm: alarm.state.value)[:3]]
    if len(here) > 3:
        told.append(f"{len(here) - 3} more")
    if not told:
        unknown = "alarms not read" if alarms_unread(snapshot) else "not known yet" if snapshot.progress else ""
        told.append(unknown or "nothing watches it")
    others = [m.arn for m in incident.members if m.arn != subject.arn] if incident else []
    fired = [alarm for arn in others for alarm in coverage.alarms(arn) if _told_of(coverage, alarm)]
    if fired and not any(_told_of(coverage, alarm) for alarm in here):
        first = min(fired, key=lambda alarm: alarm.since_s or 0.0)
        told.append(f"told by {first.name} {look.moment(first.since_s, snapshot.at_s)}")
    return (Cell("covered: ", styles.QUIET), Cell("; ".join(told)))


def _told_of(coverage: Coverage, alarm: Alarm) -> bool:
    """Whether it fires, and somebody is told by it or by one above it: a doubt is no telling."""
    heard = coverage.silence.heard(alarm)
    return alarm.state is AlarmState.ALARM and not (heard.silent or heard.unsure)


def _alarm_words(snapshot: Snapshot, alarm: Alarm, look: Look) -> str:
    why = _MARKED.get(marks(snapshot, alarm), "")
    if alarm.state is AlarmState.ALARM:
        return f"{alarm.name} fired {look.moment(alarm.since_s, snapshot.at_s)}{why}"
    return f"{alarm.name} {alarm.state.value}{why}"
