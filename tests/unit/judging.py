"""One line to judge a resource in the tests of health rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from aws.health import judge
from aws.model import Finding, Resource, Series, SeriesId
from aws.services import registry
from tests.builders import NOW, readings

Values: TypeAlias = "Mapping[Any, Sequence[float | None] | Series]"  # by metric id, or (metric id, statistic)
Neighbours: TypeAlias = "Sequence[tuple[Resource, Values]]"
MINUTES = 180


def ending(last: Sequence[float], *, before: float = 0) -> list[float | None]:
    """Three hours of one value that end with these minutes, all of them settled: the newest two are not there yet."""
    return [*[before] * (MINUTES - len(last) - 2), *last, None, None]


def newest(last: Sequence[float], *, before: float = 0) -> list[float | None]:
    """The same, but up to the minute that has just ended."""
    return [*[before] * (MINUTES - len(last)), *last]


def verdicts(
    resource: Resource,
    values: Values,
    *,
    thresholds: Mapping[str, Mapping[str, float]] | None = None,
    causes: Neighbours = (),
    effects: Neighbours = (),
    siblings: Neighbours = (),
) -> dict[str, Finding]:
    """The findings of a resource by rule; everything that is not given was read, and there was nothing."""
    series: dict[SeriesId, Series] = {}
    for neighbour, its in (*causes, *effects, *siblings):
        series |= readings(neighbour, its)
    series |= readings(resource, values)
    found = judge(
        resource,
        registry()[resource.service],
        series,
        thresholds=thresholds or {},
        now_s=NOW,
        causes=[cause for cause, _ in causes],
        effects=[effect for effect, _ in effects],
        siblings=lambda kind: [sibling for sibling, _ in siblings if sibling.kind == kind],
        services=registry(),
    )
    return {finding.rule: finding for finding in found}


def severity(found: Mapping[str, Finding], rule: str) -> str | None:
    """The severity of one rule's finding, None where it found nothing."""
    return found[rule].severity.value if rule in found else None
