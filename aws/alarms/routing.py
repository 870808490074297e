"""Whom new alarms notify where nobody says otherwise: as most of the account's alarms do. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from aws.alarms.desk import Routing
from aws.alarms.topics import Topic, is_topic
from aws.model import Alarm, Scope, Severity, Snapshot
from aws.services import registry
from aws.settings import DEFAULT_LOG_PATTERNS, LogPattern, log_rule

ROUTED = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)


def uses(alarms: Iterable[Alarm]) -> Counter[str]:
    """How many alarms notify each topic when they go into ALARM."""
    return Counter(arn for alarm in alarms for arn in dict.fromkeys(alarm.alarm_actions) if is_topic(arn))


def alarms_of(snapshot: Snapshot, scope: Scope) -> list[Alarm]:
    """The alarms of one account and region."""
    place = (scope.account, scope.region)
    return [alarm for alarm in snapshot.alarms.values() if (alarm.scope.account, alarm.scope.region) == place]


def default_routing(
    snapshot: Snapshot,
    scope: Scope,
    topics: Sequence[Topic],
    log_patterns: Mapping[str, LogPattern] = DEFAULT_LOG_PATTERNS,
) -> Routing:
    """For each severity the topic that most alarms of that severity use; where none does, the one most used at all.

    An alarm's severity is that of the recommendation, or of the log pattern, that it covers. A topic that is known to
    reach nobody is no default, whatever uses it.
    """
    useless = {topic.arn for topic in topics if topic.problem}
    alarms = alarms_of(snapshot, scope)
    by_severity = _by_severity(snapshot, alarms, log_patterns)
    overall = _most_used(uses(alarms), useless)
    chosen = {severity: _most_used(uses(by_severity.get(severity, ())), useless) or overall for severity in ROUTED}
    return Routing(topics={severity: (arn,) for severity, arn in chosen.items() if arn})


def _by_severity(
    snapshot: Snapshot, alarms: Iterable[Alarm], log_patterns: Mapping[str, LogPattern]
) -> Mapping[Severity, list[Alarm]]:
    severities = {
        recommendation.id: recommendation.severity
        for service in registry().values()
        for recommendation in service.recommendations
    }
    severities |= {log_rule(name): pattern.severity for name, pattern in log_patterns.items()}
    worst: dict[str, Severity] = {}
    for covers in (snapshot.coverage or {}).values():
        for covered in covers:
            severity = severities.get(covered.rule)
            if severity is None:
                continue
            for arn in covered.alarms:
                worst[arn] = min(worst.get(arn, severity), severity, key=lambda each: each.rank)
    found: dict[Severity, list[Alarm]] = {}
    for alarm in alarms:
        if alarm.arn in worst:
            found.setdefault(worst[alarm.arn], []).append(alarm)
    return found


def _most_used(counts: Counter[str], useless: set[str]) -> str | None:
    """The most used that may reach somebody; of two used as much the first by name."""
    ranked = sorted((-count, arn) for arn, count in counts.items() if arn not in useless)
    return ranked[0][1] if ranked else None
