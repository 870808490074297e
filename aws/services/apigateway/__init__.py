"""Amazon API Gateway: the stages of REST APIs. Their metrics know an API by its name, not by its id."""

from __future__ import annotations

from aws.model import Resource
from aws.services.apigateway import alarms, rules
from aws.services.apigateway.discovery import discover
from aws.services.base import Column, Dimensions, Kind, Metric, Pace, Rule, Service

KIND = "rest-api-stage"


def _of_stage(stage: Resource) -> Dimensions | None:
    api, name = stage.text("api_name"), stage.text("stage")
    if api is None or name is None:
        return None
    # CloudWatch leaves out of an API's name what is not ASCII.
    return (("ApiName", api.encode("ascii", "ignore").decode()), ("Stage", name))


def _metric(id: str, name: str, unit: str, *stats: str) -> Metric:
    return Metric(
        id=id,
        kind=KIND,
        namespace="AWS/ApiGateway",
        name=name,
        stats=stats,
        unit=unit,
        dimensions=_of_stage,
        pace=Pace.SLOW if id == "integration_latency" else Pace.NEEDED,
        sign_of_life=id == "count",
    )


_COLUMNS = (
    Column(title="REQ/m", width=7, form="count", metric="count", stat="Sum"),
    Column(title="5XX 5m", width=6, form="sum_5m", metric="5xx", stat="Sum"),
    Column(title="4XX 5m", width=6, form="sum_5m", metric="4xx", stat="Sum"),
    Column(title="p90", width=6, form="ms", metric="latency", stat="p90"),
    Column(title="5XX", width=12, form="spark", metric="5xx", stat="Sum", min_width=80),
    Column(title="p50", width=6, form="ms", metric="latency", stat="p50", min_width=100),
    Column(title="p99", width=6, form="ms", metric="latency", stat="p99", min_width=100),
    Column(title="BACKEND p90", width=11, form="ms", metric="integration_latency", stat="p90", min_width=120),
    Column(title="REQUESTS", width=16, form="spark", metric="count", stat="Sum", min_width=120),
    Column(title="API ID", width=11, fact="api_id", min_width=140),
    Column(title="LATENCY p90", width=16, form="spark", metric="latency", stat="p90", min_width=160),
)

_RULES = (
    Rule(
        id="apigateway.5xx",
        kind=KIND,
        title="server errors",
        needs=("count", "5xx"),
        thresholds=rules.SERVER_ERRORS,
        judge=rules.server_errors,
    ),
    Rule(
        id="apigateway.5xx_unexplained",
        kind=KIND,
        title="server errors without a failing function",
        needs=("count", "5xx"),
        thresholds=rules.UNEXPLAINED,
        judge=rules.unexplained,
    ),
    Rule(
        id="apigateway.4xx",
        kind=KIND,
        title="more client errors than usual",
        needs=("count", "4xx"),
        thresholds=rules.CLIENT_ERRORS,
        judge=rules.client_errors,
    ),
    Rule(
        id="apigateway.latency",
        kind=KIND,
        title="slow answers",
        needs=("count", "latency"),
        needs_facts=("integration_timeout_ms",),
        thresholds=rules.LATENCY,
        judge=rules.latency,
    ),
)


def _console_path(stage: Resource) -> str:
    api_id, name = stage.text("api_id") or "", stage.text("stage") or ""
    region = stage.scope.region
    return f"apigateway/main/apis/{api_id}/stages?api={api_id}&region={region}&stage={name}"


_BY_NAME = (("ApiName",), ("ApiName", "Stage"), ("ApiName", "Stage", "Method", "Resource"))
# HTTP and WebSocket APIs publish to the same namespace, by id.
_BY_ID = (
    ("ApiId",),
    ("ApiId", "Stage"),
    ("ApiId", "Stage", "Route"),
    ("ApiId", "Stage", "Method", "Resource"),
)
_REST_METRICS = ("4XXError", "5XXError", "CacheHitCount", "CacheMissCount")
_BOTH_METRICS = ("Count", "Latency", "IntegrationLatency")
_HTTP_METRICS = ("4xx", "5xx", "DataProcessed")

SERVICE = Service(
    name="apigateway",
    title="API Gateway",
    kinds=(
        Kind(
            name=KIND,
            short="api",
            plural="REST API stages",
            view="apis",
            columns=_COLUMNS,
            user_facing=True,
            dimensions=("ApiName", "Stage"),
        ),
    ),
    discover=discover,
    metrics=(
        _metric("count", "Count", "Count", "Sum"),
        _metric("5xx", "5XXError", "Count", "Sum", "Average"),
        _metric("4xx", "4XXError", "Count", "Sum", "Average"),
        _metric("latency", "Latency", "Milliseconds", "p90", "p50", "p99"),
        _metric("integration_latency", "IntegrationLatency", "Milliseconds", "p90"),
    ),
    rules=_RULES,
    permissions=("apigateway:GET",),
    console_path=_console_path,
    # Source: API Gateway's own pages on the metrics and dimensions of REST and of HTTP APIs.
    shapes={
        "AWS/ApiGateway": {
            **dict.fromkeys(_REST_METRICS, _BY_NAME),
            **dict.fromkeys(_BOTH_METRICS, _BY_NAME + _BY_ID),
            **dict.fromkeys(_HTTP_METRICS, _BY_ID),
        }
    },
    recommendations=alarms.recommendations(KIND, _of_stage),
)
