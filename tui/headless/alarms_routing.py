"""``--topic-arn`` as a routing, and ``--resource`` as resources. Pure; wrong words raise `UsageError`."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from aws.alarms.desk import Routing
from aws.errors import UsageError
from aws.model import Scope, Severity, Snapshot
from tui.options_alarms import NO_TOPIC


def routing_of(topic_arns: Sequence[str], scope: Scope, usual: Routing) -> Routing:
    """Whom to notify in one scope: what was given for a severity, else what was given for all, else as usual.

    A topic of another region says nothing about this scope: alarms notify topics of their own region only.
    """
    everyone: list[str] | None = None
    by_severity: dict[Severity, list[str]] = {}
    for given in topic_arns:
        severity, arn = _split(given)
        if arn != NO_TOPIC and arn.split(":")[3] != scope.region:
            continue
        arns = [] if arn == NO_TOPIC else [arn]
        if severity is None:
            everyone = (everyone or []) + arns
        else:
            by_severity[severity] = by_severity.get(severity, []) + arns
    topics = {severity: tuple(usual.topics.get(severity, ())) for severity in Severity}
    if everyone is not None:
        topics = dict.fromkeys(Severity, tuple(dict.fromkeys(everyone)))
    topics |= {severity: tuple(dict.fromkeys(arns)) for severity, arns in by_severity.items()}
    return Routing(topics=topics, ok_actions=usual.ok_actions)


def check_regions(topic_arns: Sequence[str], scopes: Sequence[Scope]) -> None:
    """Raise `UsageError` for a topic that is in none of the regions, and for what is no topic's ARN."""
    regions = {scope.region for scope in scopes}
    for given in topic_arns:
        _, arn = _split(given)
        if arn != NO_TOPIC and arn.split(":")[3] not in regions:
            raise UsageError(
                f"--topic-arn {given}: alarms of {', '.join(sorted(regions))} cannot notify a topic of another region",
                "give a topic of the alarms' own region",
            )


def chosen_resources(snapshot: Snapshot, names: Sequence[str]) -> list[str] | None:
    """The ARNs of resources by name or ARN, with * and ?; None for all. Raises `UsageError` where a name has none."""
    if not names:
        return None
    found: dict[str, None] = {}
    for name in names:
        matching = [arn for arn, each in snapshot.resources.items() if _matches(name, each.name, arn)]
        if not matching:
            raise UsageError(f"--resource {name}: there is no such resource", "`cwtop check` lists what there is")
        found |= dict.fromkeys(matching)
    return list(found)


def _matches(pattern: str, name: str, arn: str) -> bool:
    return pattern in (name, arn) or fnmatchcase(name, pattern) or fnmatchcase(arn, pattern)


def _split(given: str) -> tuple[Severity | None, str]:
    word, sign, arn = given.partition("=")
    severity = next((each for each in Severity if sign and each.value == word), None)
    arn = arn if severity is not None else given
    if arn != NO_TOPIC and (arn.split(":")[:1] != ["arn"] or arn.split(":")[2:3] != ["sns"] or arn.count(":") != 5):
        raise UsageError(
            f"--topic-arn {given}: expected the ARN of an SNS topic, severity=ARN, or {NO_TOPIC}",
            f"such as critical=arn:aws:sns:eu-west-1:123456789012:oncall; severities: {', '.join(Severity)}",
        )
    return severity, arn
