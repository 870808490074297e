"""What each kind of fault comes to at the seam where botocore's answers come in: recorded over the wire, then replayed.

Recorded once for each way of speaking; every operation that speaks so meets the same.
"""

from __future__ import annotations

import copy
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeAlias

import pytest
from botocore.exceptions import ReadTimeoutError

from aws import wire
from aws.clock import Clock, SystemClock
from aws.failures import Asked, translate
from demo.faults.link import Faults
from demo.faults.plan import OF_METRIC_DATA, Fault, Kind, Plan
from demo.front.server import Front
from tests.wire.faulty_world import START_S, guarded

REGION = "eu-west-1"
LATE_S, PATIENCE_S = 5.0, float(wire.READ_TIMEOUT_S)

# Over the wire these are told by what they do to an answer, or by how long it takes.
_DONE_HERE = OF_METRIC_DATA | {Kind.HANG, Kind.SLOW, Kind.TOKEN_LOOP}
_METRICS = "cloudwatch:GetMetricData"
_QUERY = {"Id": "m0", "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "M"}, "Period": 60, "Stat": "Sum"}}
_ASKED: dict[str, dict[str, Any]] = {
    _METRICS: {"StartTime": START_S, "EndTime": START_S + 240, "MetricDataQueries": [_QUERY]},
    "cloudwatch:DescribeAlarms": {},
    "dynamodb:ListTables": {},
    "lambda:ListFunctions": {},
    "apigateway:GetRestApis": {},
    "sns:ListTopics": {},
}
# Whoever is not named speaks JSON as DynamoDB does.
_SPEAKS = {action.partition(":")[0]: action for action in reversed(_ASKED)} | {"scheduler": "lambda:ListFunctions"}
_NOBODY = Asked("any", "Any")
# Where the token of the next page stands in an answer.
_TOKENS = {
    "lambda:ListFunctions": "NextMarker",
    "lambda:ListEventSourceMappings": "NextMarker",
    "dynamodb:ListTables": "LastEvaluatedTableName",
    "apigateway:GetRestApis": "position",
    "apigateway:GetResources": "position",
    "logs:DescribeLogGroups": "nextToken",
    "logs:DescribeMetricFilters": "nextToken",
    "resourcegroupstaggingapi:GetResources": "PaginationToken",
}

Answers: TypeAlias = Callable[[Mapping[str, Any]], dict[str, Any]]
Recorded: TypeAlias = Mapping[tuple[Kind, str], Exception | dict[str, Any]]


class Outcome(Protocol):
    """What becomes of one request. Raises what botocore would."""

    async def __call__(
        self, service: str, operation: str, params: Mapping[str, Any], answer: Answers, clock: Clock
    ) -> dict[str, Any]:
        """The parsed answer of a request that ``answer`` would have answered."""
        ...


def outcome(kind: Kind, recorded: Recorded) -> Outcome:
    """How that kind of fault goes, for any operation."""

    async def happens(
        service: str, operation: str, params: Mapping[str, Any], answer: Answers, clock: Clock
    ) -> dict[str, Any]:
        action = f"{service}:{operation}"
        if kind not in _DONE_HERE:
            speaks = action if action == _METRICS else _SPEAKS.get(service, "dynamodb:ListTables")
            return _replayed(recorded[kind, speaks], operation)
        if kind is Kind.HANG:
            await clock.sleep(PATIENCE_S)
            raise ReadTimeoutError(endpoint_url="https://hangs.invalid")
        if kind is Kind.SLOW:
            await clock.sleep(LATE_S)
        whole = {**answer(params), "ResponseMetadata": {"RequestId": "r", "HTTPStatusCode": 200}}
        if kind is Kind.TOKEN_LOOP:
            return {**whole, _TOKENS.get(action, "NextToken"): "the-same-again"}
        if kind in OF_METRIC_DATA and action == _METRICS:
            return {**whole, "MetricDataResults": [_broken(each, kind) for each in whole["MetricDataResults"]]}
        return whole

    return happens


def _replayed(found: Exception | dict[str, Any], operation: str) -> dict[str, Any]:
    if isinstance(found, dict):
        return dict(found)
    if hasattr(found, "operation_name"):  # a ClientError, which says what was asked for
        raise type(found)(found.response, operation)  # type: ignore[attr-defined]
    raise copy.copy(found)


def _broken(result: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """One series as the fault leaves it."""
    kept = len(result["Values"]) // 2 if kind is Kind.PARTIAL_DATA else 0
    status = "PartialData" if kind is Kind.PARTIAL_DATA else "InternalError"
    return {"Id": result["Id"], "StatusCode": status, **{k: result[k][:kept] for k in ("Timestamps", "Values")}}


def alike(recorded: Recorded) -> list[tuple[Kind, ...]]:
    """All kinds; those together of which nobody behind the door can tell which it was: they come to the same class of
    ours in each way of speaking."""
    groups: dict[tuple[object, ...], list[Kind]] = {}
    for kind in Kind:
        came_to = [] if kind in _DONE_HERE else [recorded[kind, action] for action in _ASKED]
        classes = tuple(type(translate(each, _NOBODY)) for each in came_to if isinstance(each, Exception))
        groups.setdefault(classes if classes and len(classes) == len(came_to) else (kind,), []).append(kind)
    return [tuple(group) for group in groups.values()]


async def record() -> Recorded:
    """Every kind over the wire, in each way of speaking."""
    found: dict[tuple[Kind, str], Exception | dict[str, Any]] = {}
    async with _clients() as (faults, ask):
        for kind in Kind:
            if kind not in _DONE_HERE:
                faults.play(Plan((Fault(kind=kind, seconds=3600.0),)))
                for action, params in _ASKED.items():
                    try:
                        found[kind, action] = await ask(action, params)
                    except Exception as error:  # noqa: BLE001 - whatever botocore raises is what is recorded
                        found[kind, action] = error
    return found


@asynccontextmanager
async def _clients() -> AsyncIterator[tuple[Faults, Callable[[str, dict[str, Any]], Any]]]:
    faults, connections = Faults(SystemClock()), wire.Connections()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "k")
        environment.setenv("AWS_CONFIG_FILE", os.devnull)
        environment.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        environment.setenv("AWS_SECRET_ACCESS_KEY", "s")
        profile = wire.Profile(None)
        await profile.sign_in()
        made: dict[str, wire.Client] = {}
        async with Front(guarded({}, faults)) as front:

            async def ask(action: str, params: dict[str, Any]) -> dict[str, Any]:
                service, _, operation = action.partition(":")
                if action not in made:
                    made[action] = await profile.client(
                        service, operation, region=REGION, endpoint_url=front.endpoint_url, connections=connections
                    )
                return await made[action].request(operation, params)

            try:
                yield faults, ask
            finally:
                await connections.aclose()
