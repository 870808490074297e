"""What exists in API Gateway: the stages of REST APIs, and the functions that answer for them."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from aws.call import items
from aws.errors import AwsError, NotFound
from aws.model import Fact, Gap, Link, LinkKind, Resource, Scope
from aws.services.arns import without_qualifier
from aws.services.base import Discovered, Discovery, Milestone
from aws.services.records import MALFORMED, bad_record, epoch_s

_PAGES = ("position", "position")
ABREAST = 8  # APIs asked for their stages at once; the door paces them besides
DEFAULT_TIMEOUT_MS = 29_000  # API Gateway's own, where an integration names none

# arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION-ARN/invocations
_FUNCTION_URI = re.compile(r":lambda:path/[^/]+/functions/(?P<function>arn:[^/]+)/")
_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")
_UNANSWERED = frozenset({"MOCK"})


@dataclass(frozen=True, slots=True)
class _Integration:
    """How one method is answered. ``uri`` may hold stage variables."""

    method: str
    uri: str
    timeout_ms: int


@dataclass(frozen=True, slots=True)
class _Api:
    """A REST API and its stages, each with its record."""

    id: str
    name: str
    stages: list[tuple[Resource, Mapping[str, Any]]]


async def discover(discovery: Discovery) -> AsyncIterator[Discovered]:
    """Walk one scope. Raises `AwsError` where APIs cannot be listed; everything else that fails is a gap.

    All stages are named before any API is asked how it is integrated, which may be asked of five in two seconds.
    """
    scope = discovery.scope
    listing = items(discovery.call, "apigateway", "GetRestApis", result="items", token=_PAGES, limit=500)
    listed: list[tuple[str, str]] = []
    async for record in listing:
        try:
            listed.append((str(record["id"]), str(record["name"])))
        except MALFORMED as error:
            yield bad_record(scope, "apigateway", "GetRestApis", "the record of one API", error)
    shared = {name for name, count in Counter(name for _, name in listed).items() if count > 1}
    apis: list[_Api] = []
    for start in range(0, len(listed), ABREAST):
        asked = (_staged(discovery, *one, shared_name=one[1] in shared) for one in listed[start : start + ABREAST])
        for found in await asyncio.gather(*asked):
            if isinstance(found, Gap):
                yield found
            elif found is not None:
                apis.append(found)
                for stage, _ in found.stages:
                    yield stage
    yield Milestone.NAMED
    for api in apis:
        async for item in _integrated(discovery, api):
            yield item


async def _staged(discovery: Discovery, api_id: str, name: str, *, shared_name: bool) -> _Api | Gap | None:
    """An API with its stages; None where it was deleted since it was listed."""
    try:
        answer = await discovery.call("apigateway", "GetStages", require=("item",), restApiId=api_id)
        stages = [(_stage(discovery.scope, api_id, name, record), record) for record in answer["item"]]
    except NotFound:
        return None
    except AwsError as error:
        return error.gap(discovery.scope)
    except MALFORMED as error:
        return bad_record(discovery.scope, "apigateway", "GetStages", f"the stages of API {api_id}", error)
    if shared_name:
        stages = [(replace(stage, facts={**stage.facts, "shared_name": True}), record) for stage, record in stages]
    return _Api(api_id, name, stages)


async def _integrated(discovery: Discovery, api: _Api) -> AsyncIterator[Discovered]:
    """The stages of an API once more, now with how long its integrations may take, and the functions behind them.

    Where that cannot be read they are judged by API Gateway's own limit, and the gap says so.
    """
    if not api.stages:
        return
    integrations: list[_Integration] = []
    try:
        async for found in _integrations(discovery, api.id):
            if isinstance(found, Gap):
                yield found
                integrations = []
                break
            integrations.append(found)
        for stage, record in api.stages:
            yield replace(stage, facts={**stage.facts, **_timeouts(integrations)})
            for link in _links(stage, integrations, record.get("variables") or {}):
                yield link
    except NotFound:  # deleted since its stages were read
        return
    except MALFORMED as error:
        yield bad_record(discovery.scope, "apigateway", "GetStages", f"the stages of API {api.id}", error)


def _stage(scope: Scope, api_id: str, api_name: str, record: Mapping[str, Any]) -> Resource:
    stage = str(record["stageName"])
    facts: dict[str, Fact] = {
        "api_id": api_id,
        "api_name": api_name,
        "stage": stage,
        "deployment": record.get("deploymentId"),
        "last_modified_s": epoch_s(record.get("lastUpdatedDate")),
        "created_s": epoch_s(record.get("createdDate")),
        "tracing": record.get("tracingEnabled"),
        "cache": record.get("cacheClusterEnabled"),
        "access_log": (record.get("accessLogSettings") or {}).get("destinationArn"),
        "canary_percent": (record.get("canarySettings") or {}).get("percentTraffic"),
        "web_acl": record.get("webAclArn"),
    }
    return Resource(
        scope=scope,
        service="apigateway",
        kind="rest-api-stage",
        name=f"{api_name}/{stage}",
        arn=f"arn:{scope.partition}:apigateway:{scope.region}::/restapis/{api_id}/stages/{stage}",
        facts=facts,
        tags=record.get("tags") or {},
    )


async def _integrations(discovery: Discovery, api_id: str) -> AsyncIterator[_Integration | Gap]:
    """How the API's methods are answered, as configured now: a deployment that is older may differ.

    Raises `NotFound` where the API has gone.
    """
    listing = items(
        discovery.call,
        "apigateway",
        "GetResources",
        result="items",
        token=_PAGES,
        restApiId=api_id,
        embed=["methods"],
        limit=500,
    )
    try:
        async for record in listing:
            for integration in _of_resource(record):
                yield integration
    except NotFound:
        raise
    except AwsError as error:
        yield error.gap(discovery.scope)
    except MALFORMED as error:
        yield bad_record(discovery.scope, "apigateway", "GetResources", f"a resource of API {api_id}", error)


def _of_resource(record: Mapping[str, Any]) -> Iterator[_Integration]:
    for verb, method in (record.get("resourceMethods") or {}).items():
        integration = (method or {}).get("methodIntegration") or {}
        if not integration or integration.get("type") in _UNANSWERED:
            continue
        yield _Integration(
            method=f"{verb} {record.get('path', '/')}",
            uri=integration.get("uri") or "",
            timeout_ms=int(integration.get("timeoutInMillis") or DEFAULT_TIMEOUT_MS),
        )


def _timeouts(integrations: list[_Integration]) -> dict[str, Fact]:
    timeouts = [integration.timeout_ms for integration in integrations]
    if not timeouts:
        return {"integration_timeout_ms": DEFAULT_TIMEOUT_MS}
    return {"integration_timeout_ms": max(timeouts), "integration_timeout_min_ms": min(timeouts)}


def _links(stage: Resource, integrations: list[_Integration], variables: Mapping[str, str]) -> Iterator[Link]:
    """One link for each function that answers for the stage; its evidence names the methods."""
    methods: dict[str, list[str]] = {}
    for integration in integrations:
        if function := function_of(integration.uri, variables):
            methods.setdefault(function, []).append(integration.method)
    for function, answered in methods.items():
        more = f" and {len(answered) - 1} more" if len(answered) > 1 else ""
        evidence = f"answers {answered[0]}{more} of {stage.name}"
        yield Link(cause=function, effect=stage.arn, kind=LinkKind.INTEGRATION, evidence=evidence)


def function_of(uri: str, variables: Mapping[str, str]) -> str | None:
    """The function behind an integration's URI; None where it is none, or a stage variable that nobody has set."""
    found = _FUNCTION_URI.search(_VARIABLE.sub(lambda match: variables.get(match[1], match[0]), uri))
    if found is None:
        return None
    arn = without_qualifier(found["function"])
    return arn if len(arn.split(":")) == 7 and "${" not in arn else None
