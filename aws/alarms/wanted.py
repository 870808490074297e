"""What a recommendation means for one resource, before it is anybody's alarm. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from aws.alarms.figures import TAG_PREFIX, Figures, FigureValues
from aws.model import MetricKey, Resource
from aws.services.base import Service
from aws.services.recommendation import Recommendation
from aws.settings import AlarmSettings


class Wanted(NamedTuple):
    """One alarm that a resource should have. ``metric`` is None where it does not apply; ``why_not`` then says why.
    ``several``: the same recommendation wants one on other metrics of the resource besides.

    ``within_s`` is how long the recommended alarm may itself take to fire under lasting trouble; ``looks_back_s`` how
    late datapoints of this resource may appear. ``others`` are metrics of which each would do as well. ``unfed`` says
    why nothing is published as ``metric`` yet; ``unread`` why it is not known whether the alarm applies.
    """

    rule: str
    metric: MetricKey | None = None
    stat: str = ""
    comparison: str = ""
    threshold: float = 0.0
    period_s: int = 60
    datapoints: int = 1
    treat_missing: str = "notBreaching"
    within_s: float = 60.0
    looks_back_s: float = 0.0
    why_not: str = ""
    others: tuple[MetricKey, ...] = ()
    unfed: str = ""
    unread: str = ""
    several: bool = False


# A recommendation, its figures, and what is said where it does not apply.
_Chosen: TypeAlias = tuple[Recommendation, FigureValues, Wanted]


class Catalogue:
    """Every service's recommendations with the user's figures, ready to be asked about resources."""

    def __init__(self, services: Mapping[str, Service], settings: AlarmSettings) -> None:
        self._services = services
        self._figures = Figures(settings)
        # Resources without a tag of ours have the same figures, and most have none.
        self._usual: dict[tuple[str, str], list[_Chosen]] = {}

    def of(self, resource: Resource) -> Iterator[Wanted]:
        """Every alarm that the resource's profile recommends for it, and those that do not apply to it."""
        for recommendation, figures, not_for_it in self._chosen(resource):
            if not recommendation.applies(resource):
                yield not_for_it
                continue
            threshold = recommendation.threshold(resource, figures)
            if threshold is None:
                yield not_for_it._replace(why_not="there is nothing to compare it with")
                continue
            metrics = recommendation.metrics(resource)
            if not metrics:
                yield not_for_it._replace(why_not="it publishes no such metric")
            for metric in metrics:
                yield Wanted(
                    recommendation.id,
                    metric,
                    recommendation.stat,
                    recommendation.comparison,
                    threshold,
                    recommendation.period_s,
                    recommendation.datapoints,
                    recommendation.treat_missing,
                    max(recommendation.datapoints, recommendation.periods) * recommendation.period_s,
                    recommendation.looks_back_s(resource),
                    several=len(metrics) > 1,
                )

    def _chosen(self, resource: Resource) -> list[_Chosen]:
        if resource.tags and any(key.startswith(TAG_PREFIX) for key in resource.tags):
            return self._read(resource)
        kind = (resource.service, resource.kind)
        if kind not in self._usual:
            self._usual[kind] = self._read(resource)
        return self._usual[kind]

    def _read(self, resource: Resource) -> list[_Chosen]:
        service = self._services.get(resource.service)
        asked = service.recommendations if service is not None else ()
        chosen = ((each, self._figures.of(resource, each)) for each in asked if each.kind == resource.kind)
        return [
            (each, figures, Wanted(each.id, why_not="not for a resource such as this"))
            for each, figures in chosen
            if figures is not None
        ]
