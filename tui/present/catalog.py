"""The declared services, looked up by resource: short words, metrics, columns and console addresses."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from urllib.parse import quote

from aws.model import MetricKey, Resource, Scope, Series, Snapshot
from aws.model.snapshot import NOT_FETCHED
from aws.services import registry
from aws.services.base import Kind, Metric, Service
from aws.services.recommendation import Recommendation

CONSOLE_HOSTS = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


class Catalog:
    """What the service files declare. The lookups answer None for a service or kind that no file declares."""

    def __init__(self, services: Mapping[str, Service] | None = None) -> None:
        self._given = services

    @cached_property
    def services(self) -> Mapping[str, Service]:
        """The services by name; the built-in ones unless others were given."""
        return registry() if self._given is None else self._given

    @cached_property
    def _kinds(self) -> dict[tuple[str, str], Kind]:
        return {(service.name, kind.name): kind for service in self.services.values() for kind in service.kinds}

    @cached_property
    def _metrics(self) -> dict[tuple[str, str, str], Metric]:
        return {
            (service.name, metric.kind, metric.id): metric
            for service in self.services.values()
            for metric in service.metrics
        }

    def kind(self, resource: Resource) -> Kind | None:
        """The kind of this resource."""
        return self._kinds.get((resource.service, resource.kind))

    def short(self, resource: Resource) -> str:
        """The kind's word for a narrow column: "fn". A dead-letter queue says so itself."""
        kind = self.kind(resource)
        return (kind.short_for(resource) or kind.short) if kind else resource.kind

    def metric(self, resource: Resource, metric_id: str) -> Metric | None:
        """The metric of that id, or of that CloudWatch name, which this kind of resource publishes."""
        return self.metric_of(resource.service, resource.kind, metric_id)

    def metric_of(self, service_name: str, kind: str, metric_id: str) -> Metric | None:
        """The same for every resource of a kind."""
        found = self._metrics.get((service_name, kind, metric_id))
        if found is not None:
            return found
        service = self.services.get(service_name)
        return next(
            (m for m in service.metrics if m.kind == kind and m.name == metric_id) if service else iter(()), None
        )

    @cached_property
    def _units(self) -> dict[tuple[str, str], str]:
        return {(m.namespace, m.name): m.unit for service in self.services.values() for m in service.metrics}

    def unit(self, key: MetricKey) -> str:
        """The unit that CloudWatch gives a metric, such as "Milliseconds"; empty where no service declares it."""
        return self._units.get((key.namespace, key.name), "")

    def recommendation(self, rule: str) -> Recommendation | None:
        """The recommended alarm of that id."""
        return self._recommendations.get(rule)

    @cached_property
    def _recommendations(self) -> dict[str, Recommendation]:
        return {one.id: one for service in self.services.values() for one in service.recommendations}

    def series(self, snapshot: Snapshot, resource: Resource, metric: Metric, stat: str = "") -> Series:
        """One statistic of a metric of this resource; a NOT_FETCHED series where it was never asked for."""
        key = metric.key(resource)
        return NOT_FETCHED if key is None else snapshot.reading(resource, key, stat or metric.shown)

    def kinds_of_view(self, view: str) -> list[tuple[Service, Kind]]:
        """The kinds that a view lists."""
        return [(service, kind) for service in self.services.values() for kind in service.kinds if kind.view == view]

    def console_link(self, snapshot: Snapshot, arn: str) -> str | None:
        """The page of a resource or an alarm in the AWS console; None for what we know no page of."""
        if alarm := snapshot.alarms.get(arn):
            path = f"cloudwatch/home?region={alarm.scope.region}#alarmsV2:alarm/{quote(alarm.name, safe='')}"
            return _console(alarm.scope, path)
        if ":role/" in arn and (scope := account_scope(snapshot, arn)):
            name = quote(arn.rpartition("/")[2], safe="")
            return _console(scope, f"iam/home?region={scope.region}#/roles/details/{name}")
        resource = snapshot.resources.get(arn)
        service = self.services.get(resource.service) if resource else None
        return _console(resource.scope, service.console_path(resource)) if resource and service else None


def account_scope(snapshot: Snapshot, arn: str) -> Scope | None:
    """A scope of the account in an ARN; None where none is looked at."""
    account = arn.split(":")[4] if arn.count(":") > 4 else ""
    return next((scope for scope in snapshot.scopes if scope.account == account), None)


def _console(scope: Scope, path: str) -> str:
    host = CONSOLE_HOSTS.get(scope.partition, CONSOLE_HOSTS["aws"])
    return f"https://{scope.region}.{host}/{path.lstrip('/')}"
