"""Definitions of alarms: what PutMetricAlarm gets for a resource and a recommendation. Pure."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from aws.alarms.definition import Definition, MetricFilter
from aws.alarms.desk import Routing
from aws.alarms.existing import MANAGED_BY, OURS
from aws.model import MetricKey, Resource, Severity
from aws.services.recommendation import Recommendation
from aws.settings import LogPattern, log_rule

RULE_TAG: Final = "cwtop:rule"
OWNER_TAG: Final = "cwtop:owner-stack"
LOG_NAMESPACE: Final = "cwtop/logs"

_LONGEST_NAME = 255  # PutMetricAlarm's reference: characters, control characters excluded
_LONGEST_DESCRIPTION = 1024
_LONGEST_FILTER_METRIC = 255
_MOST_ACTIONS = 5
_HASH_DIGITS = 8
_WORDS: Final[Mapping[str, str]] = {
    "GreaterThanThreshold": "over",
    "GreaterThanOrEqualToThreshold": "at least",
    "LessThanThreshold": "under",
    "LessThanOrEqualToThreshold": "at most",
}


def definitions(
    resource: Resource,
    recommendation: Recommendation,
    figures: Mapping[str, float],
    routing: Routing,
    *,
    template: str,
    owner_stack: str | None = None,
) -> tuple[Definition, ...]:
    """The alarms that a recommendation means for one resource, one for each metric; none where it does not apply.

    ``figures`` are those of `aws.alarms.figures`; ``template`` is `AlarmSettings.name_template`; ``owner_stack`` the
    CloudFormation stack that owns the resource.
    """
    if not recommendation.applies(resource):
        return ()
    threshold = recommendation.threshold(resource, figures)
    metrics = recommendation.metrics(resource)
    if threshold is None or not metrics:
        return ()
    periods = recommendation.periods_for(resource)
    return tuple(
        Definition(
            name=_name(template, resource, recommendation.id, recommendation.severity, suffix),
            description=_described(resource, recommendation, metric, periods, threshold),
            metric=metric,
            stat=recommendation.stat,
            period_s=recommendation.period_s,
            evaluation_periods=periods,
            datapoints_to_alarm=recommendation.datapoints,
            comparison=recommendation.comparison,
            threshold=threshold,
            treat_missing=recommendation.treat_missing,
            alarm_actions=_topics(routing, recommendation.severity),
            ok_actions=_topics(routing, recommendation.severity) if routing.ok_actions else (),
            tags=_tags(recommendation.id, owner_stack),
        )
        for metric, suffix in zip(metrics, _suffixes(metrics), strict=True)
    )


def log_definition(
    resource: Resource,
    pattern_name: str,
    pattern: LogPattern,
    threshold: float,
    routing: Routing,
    *,
    template: str,
    log_group: str,
    metric: MetricKey | None = None,
    owner_stack: str | None = None,
) -> Definition:
    """The alarm on a function's log lines, with the metric filter that it needs.

    ``metric`` is what a filter with the same pattern counts into already: then no filter of ours is needed.
    """
    rule = log_rule(pattern_name)
    own = None if metric is not None else _filter(log_group, pattern_name, pattern)
    watched = metric or log_metric(log_group, pattern_name)
    span = _span(pattern.minutes * 60)
    text = (
        f"{resource.name}: log lines that match {pattern.pattern}. In ALARM when there are over {threshold:.12g} of"
        f" them in {span}. The figure is cwtop's setting log_patterns.{pattern_name}."
    )
    return Definition(
        name=_name(template, resource, rule, pattern.severity),
        description=_fitting(text, _LONGEST_DESCRIPTION),
        metric=watched,
        stat="Sum",
        period_s=pattern.minutes * 60,
        evaluation_periods=1,
        datapoints_to_alarm=1,
        comparison="GreaterThanThreshold",
        threshold=threshold,
        treat_missing="notBreaching",
        alarm_actions=_topics(routing, pattern.severity),
        ok_actions=_topics(routing, pattern.severity) if routing.ok_actions else (),
        tags=_tags(rule, owner_stack),
        filter=own,
    )


def log_metric(log_group: str, pattern_name: str) -> MetricKey:
    """The metric that our filter for a pattern counts into: by the function, or by a log group of another name."""
    name = f"{log_group.removeprefix('/aws/lambda/')}-{pattern_name}"
    for refused in ":*$":  # PutMetricFilter's reference, MetricTransformation
        name = name.replace(refused, "_")
    return MetricKey(LOG_NAMESPACE, _fitting(name, _LONGEST_FILTER_METRIC))


def renamed(definition: Definition, resource: str) -> str:
    """Another name for it, where two resources (``resource`` is one's ARN) lead to the same."""
    return _cut(definition.name, f"{definition.name}\n{resource}", _LONGEST_NAME)


def _filter(log_group: str, pattern_name: str, pattern: LogPattern) -> MetricFilter:
    return MetricFilter(
        log_group=log_group,
        name=f"cwtop-{pattern_name}",
        pattern=pattern.pattern,
        metric=log_metric(log_group, pattern_name),
    )


def _name(template: str, resource: Resource, rule: str, severity: Severity, suffix: str = "") -> str:
    values = {
        "rule": rule,
        "resource": resource.name,
        "service": resource.service,
        "kind": resource.kind,
        "severity": severity.value,
    }
    # A resource's name may hold braces itself: every field is put in once, from left to right.
    name, rest = "", template
    while rest:
        before, brace, after = rest.partition("{")
        field, closed, behind = after.partition("}")
        name += before + (values.get(field, brace + field + closed) if brace else "")
        rest = behind if brace else ""
    return _fitting(f"{name}/{suffix}" if suffix else name, _LONGEST_NAME)


def _suffixes(metrics: Sequence[MetricKey]) -> list[str]:
    """What tells the alarms of one recommendation apart: nothing for a single one, else what differs."""
    if len(metrics) == 1:
        return [""]
    parts = [(metric.name, *(value for _, value in metric.dimensions)) for metric in metrics]
    if len({len(each) for each in parts}) > 1:
        return [" ".join(each) for each in parts]
    differing = [at for at in range(len(parts[0])) if len({each[at] for each in parts}) > 1]
    return [" ".join(each[at] for at in differing) for each in parts]


def _described(
    resource: Resource, recommendation: Recommendation, metric: MetricKey, periods: int, threshold: float
) -> str:
    held = f" in {recommendation.datapoints} of {periods} periods" if periods > 1 else ""
    text = (
        f"{resource.name}: {recommendation.title}. In ALARM when {recommendation.stat} of {metric.name} in"
        f" {_span(recommendation.period_s)} is {_WORDS[recommendation.comparison]} {threshold:.12g}{held}."
        f" Why: {recommendation.source}."
    )
    return _fitting(text, _LONGEST_DESCRIPTION)


def _span(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{seconds} s" if rest else f"{minutes} min"


def _topics(routing: Routing, severity: Severity) -> tuple[str, ...]:
    return tuple(dict.fromkeys(routing.topics.get(severity, ())))[:_MOST_ACTIONS]


def _tags(rule: str, owner_stack: str | None) -> dict[str, str]:
    owner = {OWNER_TAG: owner_stack} if owner_stack else {}
    return {MANAGED_BY: OURS, RULE_TAG: rule, **owner}


def _fitting(text: str, longest: int) -> str:
    """The text without control characters, cut where it is too long; what was changed gets a hash of the whole, so
    that two texts never become the same one."""
    if len(text) <= longest and text.isprintable() and text == text.strip():
        return text
    clean = "".join(letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cs")).strip()
    return clean if clean == text and len(clean) <= longest else _cut(clean, text, longest)


def _cut(clean: str, whole: str, longest: int) -> str:
    mark = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_DIGITS]
    return f"{clean[: longest - _HASH_DIGITS - 1]}-{mark}"
