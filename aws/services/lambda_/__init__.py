"""AWS Lambda: functions, and the account's pool of concurrency that they share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import quote

from aws.model import Resource
from aws.services.base import Column, Dimensions, Discovered, Discovery, Kind, Metric, Pace, Pressure, Rule, Service
from aws.services.lambda_ import alarms, discovery, errors, limits, throttles
from aws.services.lambda_.unattributed import UNATTRIBUTED, unattributed

_NAMED_IN = ("dynamodb", "sqs")  # services whose resources environment variables may name


def _of_function(function: Resource) -> Dimensions:
    return (("FunctionName", function.name),)


def _of_account(_: Resource) -> Dimensions:
    return ()


_PACES = {"invocations": Pace.TRAFFIC, "duration": Pace.SLOW, "concurrency": Pace.SLOW}
_SUMMED = ("errors", "throttles")  # the metric without dimensions is the sum over all functions: Lambda's metric page
_SIGNS_OF_LIFE = ("invocations", "throttles")  # a function whose calls are all turned away has no invocations


def _metric(kind: str, id: str, name: str, unit: str, *stats: str) -> Metric:
    function = kind == "function"
    return Metric(
        id=id,
        kind=kind,
        namespace="AWS/Lambda",
        name=name,
        stats=stats,
        unit=unit,
        dimensions=_of_function if function else _of_account,
        pace=_PACES.get(id, Pace.NEEDED),
        summed_in=("account", id) if function and id in _SUMMED else None,
        sign_of_life=function and id in _SIGNS_OF_LIFE,
    )


def _common(kind: str) -> tuple[Metric, ...]:
    return (
        _metric(kind, "invocations", "Invocations", "Count", "Sum"),
        _metric(kind, "errors", "Errors", "Count", "Sum"),
        _metric(kind, "throttles", "Throttles", "Count", "Sum"),
        _metric(kind, "duration", "Duration", "Milliseconds", "p50", "p90", "p99", "Maximum", "Average"),
        _metric(kind, "concurrency", "ConcurrentExecutions", "Count", "Maximum"),
    )


_METRICS = (
    *_common("function"),
    *_common("account"),
    _metric("account", "unreserved_concurrency", "UnreservedConcurrentExecutions", "Count", "Maximum"),
    _metric("account", "claimed_concurrency", "ClaimedAccountConcurrency", "Count", "Maximum"),
)

_COLUMNS = (
    Column(title="CALLS/m", width=7, form="count", metric="invocations", stat="Sum"),
    Column(title="ERR 5m", width=6, form="sum_5m", metric="errors", stat="Sum"),
    Column(title="THR 5m", width=6, form="sum_5m", metric="throttles", stat="Sum"),
    Column(title="p99", width=6, form="ms", metric="duration", stat="p99"),
    Column(title="ERRORS", width=12, form="spark", metric="errors", stat="Sum", min_width=80),
    Column(title="CONC", width=5, form="count", metric="concurrency", stat="Maximum", min_width=100),
    Column(title="p50", width=6, form="ms", metric="duration", stat="p50", min_width=100),
    Column(title="CALLS", width=16, form="spark", metric="invocations", stat="Sum", min_width=120),
    Column(title="RUNTIME", width=11, fact="runtime", min_width=120),
    Column(title="MEM MB", width=6, form="number", fact="memory_mb", min_width=140),
    Column(title="TIMEOUT s", width=9, form="number", fact="timeout_s", min_width=140),
    Column(title="DURATION p99", width=16, form="spark", metric="duration", stat="p99", min_width=160),
)

_RULES = (
    Rule(
        id="lambda.errors",
        kind="function",
        title="more than five errors in five minutes",
        needs=("errors",),
        thresholds=errors.ERRORS,
        judge=errors.errors,
    ),
    Rule(
        id="lambda.error_rate",
        kind="function",
        title="a share of the calls fails",
        needs=("errors", "invocations"),
        thresholds=errors.ERROR_RATE,
        judge=errors.error_rate,
    ),
    Rule(
        id="lambda.all_failing",
        kind="function",
        title="every call fails, or the last run did",
        needs=("errors", "invocations"),
        thresholds=errors.ALL_FAILING,
        judge=errors.all_failing,
    ),
    Rule(
        id="lambda.throttles",
        kind="function",
        title="calls are turned away",
        needs=("throttles",),
        thresholds=throttles.THROTTLES,
        judge=throttles.throttles,
    ),
    Rule(
        id="lambda.reserved_concurrency",
        kind="function",
        title="at its own reserve, nothing lost",
        needs=(),
        thresholds=throttles.RESERVED_CONCURRENCY,
        judge=throttles.reserved_concurrency,
        applies=lambda function: bool(function.number("reserved_concurrency")),
    ),
    Rule(
        id="lambda.duration",
        kind="function",
        title="close to the timeout",
        needs=("duration", "invocations"),
        needs_facts=("timeout_s",),
        thresholds=limits.DURATION,
        judge=limits.duration,
    ),
    Rule(
        id="lambda.account_concurrency",
        kind="account",
        title="the account's pool of concurrency runs out",
        needs=("unreserved_concurrency", "claimed_concurrency", "throttles"),
        needs_facts=("concurrency_limit",),
        thresholds=limits.ACCOUNT_CONCURRENCY,
        judge=limits.account_concurrency,
    ),
    *(
        Rule(
            id=f"lambda.unattributed_{id}",
            kind="account",
            title=f"{id} that no function accounts for yet",
            needs=(id,),
            thresholds=UNATTRIBUTED,
            judge=unattributed(id, id.capitalize(), f"lambda.unattributed_{id}"),
            of_rest=True,
        )
        for id in _SUMMED
    ),
)


def _discover(where: Discovery) -> AsyncIterator[Discovered]:
    return discovery.discover(where, _NAMED_IN)


def _console_path(resource: Resource) -> str:
    region = resource.scope.region
    page = f"/functions/{quote(resource.name)}?tab=monitoring" if resource.kind == "function" else "/discover"
    return f"lambda/home?region={region}#{page}"


_FUNCTION_SETS = ((), ("FunctionName",), ("FunctionName", "Resource"), ("FunctionName", "Resource", "ExecutedVersion"))
_MAPPING_SETS = (("EventSourceMappingUUID",), ("FunctionName", "EventSourceMappingUUID"))
_MAPPING_METRICS = (
    "PolledEventCount",
    "FilteredOutEventCount",
    "InvokedEventCount",
    "FailedInvokeEventCount",
    "DroppedEventCount",
    "OnFailureDestinationDeliveredEventCount",
    "DeletedEventCount",
    "ProvisionedPollers",
)

SERVICE = Service(
    name="lambda",
    title="Lambda",
    kinds=(
        Kind(
            name="function",
            short="fn",
            plural="functions",
            view="functions",
            columns=_COLUMNS,
            dimensions=("FunctionName",),
        ),
        Kind(name="account", short="acct", plural="accounts"),
    ),
    discover=_discover,
    metrics=_METRICS,
    rules=_RULES,
    permissions=(
        "events:ListRules",
        "events:ListTargetsByRule",
        "lambda:GetAccountSettings",
        "lambda:GetFunctionConcurrency",
        "lambda:ListEventSourceMappings",
        "lambda:ListFunctions",
        "scheduler:ListSchedules",
    ),
    console_path=_console_path,
    after=_NAMED_IN,
    # Sources: Lambda's own pages on metric types and on event source mapping metrics.
    shapes={
        "AWS/Lambda": {
            "*": _FUNCTION_SETS,
            "UnreservedConcurrentExecutions": ((),),
            "ClaimedAccountConcurrency": ((),),
            **dict.fromkeys(_MAPPING_METRICS, _MAPPING_SETS),
        }
    },
    recommendations=alarms.recommendations(_of_function, _of_account),
    pressures=(Pressure(on="account", kind="function", metric="concurrency", holds=limits.pool_runs_low),),
)
