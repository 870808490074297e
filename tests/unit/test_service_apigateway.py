"""What a walk through API Gateway finds, whole or in pieces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from aws.errors import AccessDenied, NotFound
from aws.model import Gap, Link, LinkKind, Resource
from aws.services import registry
from aws.services.apigateway.discovery import function_of
from aws.services.base import Milestone
from tests.builders import arn
from tests.fakes import FakeCall, discovered

SERVICE = registry()["apigateway"]


def uri(function: str) -> str:
    function_arn = arn("lambda", f"function:{function}")
    return f"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{function_arn}/invocations"


def resource(path: str, **methods: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": path,
        "path": path,
        "resourceMethods": {verb: {"methodIntegration": m} for verb, m in methods.items()},
    }


def account(*resources: Mapping[str, Any], **more: Any) -> FakeCall:
    script: dict[tuple[str, str], Any] = {
        ("apigateway", "GetRestApis"): {"items": [{"id": "abc", "name": "checkout"}]},
        ("apigateway", "GetStages"): {"item": [{"stageName": "prod"}, {"stageName": "dev"}]},
        ("apigateway", "GetResources"): {"items": list(resources)},
    }
    return FakeCall(script | {("apigateway", operation): answer for operation, answer in more.items()})


def stages(found: list[Any]) -> dict[str, Resource]:
    return {r.name: r for r in found if isinstance(r, Resource)}


def links(found: list[Any]) -> list[Link]:
    return [link for link in found if isinstance(link, Link)]


async def test_stages_and_the_functions_that_answer_for_them() -> None:
    orders = resource(
        "/orders",
        POST={"type": "AWS_PROXY", "uri": uri("place:live"), "timeoutInMillis": 10_000},
        GET={"type": "AWS_PROXY", "uri": uri("place")},
        OPTIONS={"type": "MOCK"},
    )
    found = await discovered(SERVICE, account(orders, {"id": "root", "path": "/"}))
    assert list(stages(found)) == ["checkout/prod", "checkout/dev"]
    stage = stages(found)["checkout/prod"]
    assert stage.arn == "arn:aws:apigateway:eu-west-1::/restapis/abc/stages/prod"
    assert (stage.number("integration_timeout_ms"), stage.number("integration_timeout_min_ms")) == (29_000, 10_000)
    link = links(found)[0]
    assert (link.cause, link.effect, link.kind) == (arn("lambda", "function:place"), stage.arn, LinkKind.INTEGRATION)
    assert link.evidence == "answers POST /orders and 1 more of checkout/prod"
    assert {key.dimensions for _, key in SERVICE.metrics_of(stage)} == {(("ApiName", "checkout"), ("Stage", "prod"))}


@pytest.mark.parametrize(
    ("integration", "variables", "function"),
    [
        (uri("place"), {}, "place"),
        (uri("place:live"), {}, "place"),
        (uri("place:${stageVariables.alias}"), {}, "place"),
        (uri("${stageVariables.fn}"), {"fn": "place"}, "place"),
        (uri("${stageVariables.fn}"), {"fn": "place:live"}, "place"),
        (uri("${stageVariables.fn}"), {}, None),
        ("arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem", {}, None),
        ("https://example.com/functions/arn:aws:lambda/invocations", {}, None),
        ("", {}, None),
    ],
)
def test_the_function_behind_an_integration(integration: str, variables: dict[str, str], function: str | None) -> None:
    expected = None if function is None else arn("lambda", f"function:{function}")
    assert function_of(integration, variables) == expected


async def test_apis_of_one_name_say_so() -> None:
    pages = [
        {"items": [{"id": "abc", "name": "checkout"}], "position": "next"},
        {"items": [{"id": "def", "name": "checkout"}, {"id": "ghi", "name": "search"}]},
    ]
    call = account(GetRestApis=pages, GetStages={"item": [{"stageName": "prod"}]})
    found = {r.arn: r for r in await discovered(SERVICE, call) if isinstance(r, Resource)}
    assert [r.facts.get("shared_name") for r in found.values()] == [True, True, None]


async def test_what_may_not_be_read_of_one_api_hides_no_other() -> None:
    def some(params: Mapping[str, Any]) -> Any:
        failures = {
            "gone": NotFound("apigateway", "GetStages", ""),
            "secret": AccessDenied("apigateway", "GetStages", ""),
        }
        return failures.get(params["restApiId"], {"item": [{"stageName": "prod"}]})

    apis = {"items": [{"id": one, "name": one} for one in ("gone", "secret", "open")] + [{"name": "odd"}]}
    found = await discovered(SERVICE, account(GetRestApis=apis, GetStages=some))
    assert list(stages(found)) == ["open/prod"]
    assert [gap.action for gap in found if isinstance(gap, Gap)] == ["apigateway:GetRestApis", "apigateway:GetStages"]


async def test_stages_are_there_even_if_integrations_may_not_be_read() -> None:
    found = await discovered(SERVICE, account(GetResources=AccessDenied("apigateway", "GetResources", "no")))
    assert list(stages(found)) == ["checkout/prod", "checkout/dev"]
    assert [gap.action for gap in found if isinstance(gap, Gap)] == ["apigateway:GetResources"]
    limits = {stage.number("integration_timeout_ms") for stage in stages(found).values()}
    assert limits == {29_000}, "judged by the usual limit, and the gap says why"


async def test_all_stages_are_named_before_any_api_is_asked_how_it_is_integrated() -> None:
    apis = {"items": [{"id": f"api{number}", "name": f"api{number}"} for number in range(20)]}
    call = account(GetRestApis=apis)
    found = await discovered(SERVICE, call)
    named = found.index(Milestone.NAMED)
    assert len(stages(found[:named])) == 40
    assert {stage.number("integration_timeout_ms") for stage in stages(found[:named]).values()} == {None}
    operations = [operation for _, operation, _ in call.asked]
    assert operations.index("GetResources") == 21, "five in two seconds: nobody waits for that to see the stages"


async def test_an_api_that_went_in_between_leaves_no_gap() -> None:
    found = await discovered(SERVICE, account(GetResources=NotFound("apigateway", "GetResources", "gone")))
    assert [item for item in found if isinstance(item, Gap | Link)] == []


def test_metrics_leave_out_what_is_not_ascii_in_a_name() -> None:
    stage = Resource(
        FakeCall({}).scope, "apigateway", "rest-api-stage", "café/prod", "arn", {"api_name": "café", "stage": "prod"}
    )
    assert {key.dimensions for _, key in SERVICE.metrics_of(stage)} == {(("ApiName", "caf"), ("Stage", "prod"))}
