"""Which alarms on log lines a function should have, by what its log group is and which metric filters it has. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from aws.alarms.define import log_metric
from aws.alarms.figures import TAG_PREFIX, Figures
from aws.alarms.log_patterns import at_least_as_wide
from aws.alarms.wanted import Wanted
from aws.model import MetricKey, Resource
from aws.model.logs import FilterFound, LogGroups
from aws.settings import AlarmSettings, LogPattern, log_rule

LOGGED: Final = ("lambda", "function")
"""Service and kind of what the patterns of the settings are about."""

_NO_GROUP: Final = "it has no log group yet: nothing was ever logged"


class _Chosen(NamedTuple):
    """A pattern, and how many lines are too many for a resource."""

    name: str
    rule: str
    pattern: LogPattern
    threshold: float


class LogCatalogue:
    """The settings' log patterns, ready to be asked about resources. ``groups`` None: nothing is said of logs."""

    def __init__(self, settings: AlarmSettings, figures: Figures, groups: LogGroups | None) -> None:
        self._patterns = settings.log_patterns
        self._figures = figures
        self._groups = groups
        self._usual: list[_Chosen] | None = None  # for resources without a tag of ours, and most have none

    def of(self, resource: Resource) -> Iterator[Wanted]:
        """The alarms on its log lines that the resource's profile has, and why some do not apply to it."""
        group = resource.text("log_group")
        if self._groups is None or group is None or (resource.service, resource.kind) != LOGGED:
            return
        filters = self._groups.filters.get(group)
        for name, rule, pattern, threshold in self._chosen(resource):
            if filters is not None:
                yield _wanted(rule, group, name, pattern, filters, threshold)
            elif other := self._groups.other_class.get(group):
                words = other.replace("_", " ").lower()
                yield Wanted(rule, why_not=f"its log group is of the class {words}, which takes no metric filters")
            elif self._groups.unread:
                yield Wanted(rule, unread=self._groups.unread)
            else:
                yield Wanted(rule, why_not=_NO_GROUP)

    def _chosen(self, resource: Resource) -> list[_Chosen]:
        if any(key.startswith(TAG_PREFIX) for key in resource.tags):
            return self._read(resource)
        if self._usual is None:
            self._usual = self._read(resource)
        return self._usual

    def _read(self, resource: Resource) -> list[_Chosen]:
        """The patterns that its profile has."""
        found = ((name, each, self._figures.of_log_pattern(resource, name)) for name, each in self._patterns.items())
        return [_Chosen(name, log_rule(name), each, own["threshold"]) for name, each, own in found if own is not None]


def counted(filters: Sequence[FilterFound], pattern: LogPattern) -> list[MetricKey]:
    """The metrics that every line of the pattern is counted into, those of an equal filter first."""
    wide = [each for each in filters if at_least_as_wide(each.pattern, pattern.pattern)]
    wide.sort(key=lambda each: not at_least_as_wide(pattern.pattern, each.pattern))
    return list(dict.fromkeys(metric for each in wide for metric in each.metrics))


def _wanted(
    rule: str, group: str, name: str, pattern: LogPattern, filters: Sequence[FilterFound], threshold: float
) -> Wanted:
    fed = counted(filters, pattern)
    period_s = pattern.minutes * 60
    return Wanted(
        rule,
        fed[0] if fed else log_metric(group, name),
        "Sum",
        "GreaterThanThreshold",
        threshold,
        period_s,
        within_s=period_s,
        others=tuple(fed[1:]),
        unfed="" if fed else "no metric filter counts into what it watches",
    )
