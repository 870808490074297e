"""What is read because something is wrong: resources in trouble, and statistics that only a finding asks for. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from aws.model import Finding, Phase, Resource, SeriesId
from aws.poller.tiers import HOT_SET
from aws.services.base import Service


def hot_set(findings: Mapping[str, tuple[Finding, ...]], erring: Iterable[str]) -> list[str]:
    """The ARNs of resources in trouble, the worst first: with findings, or ``erring`` without any yet. As many as are
    read with every poll; no more of ``erring`` is looked at than that takes.
    """
    troubled = sorted(
        (found[0].phase is Phase.RECOVERED, found[0].severity.rank, arn) for arn, found in findings.items() if found
    )
    hot = dict.fromkeys(arn for _, _, arn in troubled[:HOT_SET])
    for arn in erring:
        if len(hot) >= HOT_SET:
            break
        hot[arn] = None
    return list(hot)


def demanded(
    services: Mapping[str, Service], resources: Mapping[str, Resource], open_rules: Mapping[str, Collection[str]]
) -> dict[str, tuple[SeriesId, ...]]:
    """By ARN, the series that open findings ask for; ``open_rules`` are those findings' rules."""
    asking = {rule for service in services.values() for metric in service.metrics for rule in metric.on_demand_for}
    found = {}
    for arn, rules in open_rules.items():
        if asking.isdisjoint(rules):
            continue
        resource = resources[arn]
        if wanted := _series_ids(services[resource.service], resource, frozenset(rules)):
            found[arn] = wanted
    return found


def _series_ids(service: Service, resource: Resource, rules: frozenset[str]) -> tuple[SeriesId, ...]:
    """The statistics that a resource's service wants of it for open findings of these rules."""
    return tuple(
        SeriesId(key, stat)
        for metric, key in service.metrics_of(resource)
        if not rules.isdisjoint(metric.on_demand_for)
        for stat in metric.stats
    )
