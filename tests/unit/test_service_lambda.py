"""What a walk through Lambda finds, whole or in pieces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws.errors import AccessDenied, Throttled
from aws.model import Gap, Link, LinkKind, Resource
from aws.services import registry
from tests.builders import SCOPE, arn
from tests.fakes import FakeCall, discovered

SERVICE = registry()["lambda"]
Script = dict[tuple[str, str], Any]


def record(name: str, **more: Any) -> dict[str, Any]:
    return {
        "FunctionName": name,
        "FunctionArn": arn("lambda", f"function:{name}"),
        "Runtime": "nodejs22.x",
        "MemorySize": 512,
        "Timeout": 15,
        "LastModified": "2027-01-15T03:01:00.000+0000",
        **more,
    }


def account(*pages: Sequence[Mapping[str, Any]], unreserved: int = 1000, **more: Any) -> Script:
    """Everything allowed; one page of functions after another."""
    answers = [
        {"Functions": list(page), **({"NextMarker": f"page {at}"} if at < len(pages) else {})}
        for at, page in enumerate(pages, start=1)
    ]
    limit = {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": unreserved}
    return {
        ("lambda", "GetAccountSettings"): {"AccountLimit": limit},
        ("lambda", "ListEventSourceMappings"): {"EventSourceMappings": []},
        ("lambda", "ListFunctions"): answers,
        ("events", "ListRules"): {"Rules": []},
        ("scheduler", "ListSchedules"): {"Schedules": []},
        **{("lambda", operation): answer for operation, answer in more.items()},
    }


def functions(found: Sequence[object]) -> dict[str, Resource]:
    return {r.name: r for r in found if isinstance(r, Resource) and r.kind == "function"}


async def test_every_page_is_walked() -> None:
    call = FakeCall(account([record("a"), record("b")], [record("c")]))
    found = await discovered(SERVICE, call)
    assert list(functions(found)) == ["a", "b", "c"]
    assert [params for _, operation, params in call.asked if operation == "ListFunctions"] == [
        {"MaxItems": 50},
        {"MaxItems": 50, "Marker": "page 1"},
    ]
    function = functions(found)["a"]
    assert (function.number("timeout_s"), function.text("log_group")) == (15, "/aws/lambda/a")
    assert function.number("last_modified_s") == 1799982060
    assert function.facts["reserved_concurrency"] is None  # nothing is reserved in this account: known without asking
    assert not [gap for gap in found if isinstance(gap, Gap)]


async def test_the_account_is_there_even_if_its_limits_may_not_be_read() -> None:
    denied = AccessDenied("lambda", "GetAccountSettings", "no")
    found = await discovered(SERVICE, FakeCall(account([record("a")], GetAccountSettings=denied)))
    pool = next(r for r in found if isinstance(r, Resource) and r.kind == "account")
    assert (pool.name, pool.arn, pool.facts["concurrency_limit"]) == (
        "account concurrency",
        arn("lambda", "account"),
        None,
    )
    assert [gap.action for gap in found if isinstance(gap, Gap)] == ["lambda:GetAccountSettings"]
    assert "reserved_concurrency" not in functions(found)["a"].facts


async def test_one_odd_record_does_not_hide_the_others() -> None:
    odd = {"FunctionName": "odd"}
    found = await discovered(SERVICE, FakeCall(account([record("a"), odd, record("b")])))
    assert list(functions(found)) == ["a", "b"]
    assert len([gap for gap in found if isinstance(gap, Gap)]) == 1


async def test_event_sources_are_listed_once_and_lead_to_their_consumers() -> None:
    mapping = {
        "UUID": "u-1",
        "EventSourceArn": arn("dynamodb", "table/orders/stream/2027-01-01T00:00:00.000"),
        "FunctionArn": arn("lambda", "function:a:live"),
        "State": "Enabled",
    }
    off = {**mapping, "EventSourceArn": arn("sqs", "jobs"), "State": "Disabled"}
    foreign = {"UUID": "u-3", "FunctionArn": arn("lambda", "function:a"), "State": "Enabled"}
    mappings = {"EventSourceMappings": [mapping, off, foreign]}
    call = FakeCall(account([record("a")], ListEventSourceMappings=mappings))
    found = await discovered(SERVICE, call)
    links = [link for link in found if isinstance(link, Link)]
    assert [(link.cause, link.effect, link.kind) for link in links] == [
        (arn("dynamodb", "table/orders"), arn("lambda", "function:a"), LinkKind.EVENT_SOURCE)
    ]
    assert "u-1" in links[0].evidence
    assert functions(found)["a"].facts["event_sources"] == (arn("dynamodb", "table/orders"),)
    assert call.count("ListEventSourceMappings") == 1


async def test_values_of_environment_variables_never_enter_what_is_found() -> None:
    variables = {"TABLE_NAME": "orders", "PAYMENTS": arn("dynamodb", "table/payments"), "DB_PASSWORD": "hunter2hunter2"}
    call = FakeCall(account([record("a", Environment={"Variables": variables})]))
    orders, payments = arn("dynamodb", "table/orders"), arn("dynamodb", "table/payments")
    names = {"dynamodb": {"orders": orders, orders: orders, "payments": payments, payments: payments}}
    found = await discovered(SERVICE, call, names)
    links = [link for link in found if isinstance(link, Link)]
    assert [(link.cause, link.kind) for link in links] == [
        (orders, LinkKind.ENVIRONMENT),
        (payments, LinkKind.ENVIRONMENT),
    ]
    assert "TABLE_NAME" in links[0].evidence
    assert "hunter2hunter2" not in repr(found)


async def test_reserves_are_asked_for_only_until_all_are_accounted_for() -> None:
    def reserve(params: Mapping[str, Any]) -> dict[str, Any]:
        numbered = {"ResponseMetadata": {"RequestId": "r"}}
        return {"ReservedConcurrentExecutions": 100} if params["FunctionName"] == "b" else numbered

    page = [record(name) for name in ("a", "b", "c", "d")]
    call = FakeCall(account(page, unreserved=900, GetFunctionConcurrency=reserve))
    found = functions(await discovered(SERVICE, call))
    assert {name: r.facts["reserved_concurrency"] for name, r in found.items()} == {
        "a": None,
        "b": 100,
        "c": None,
        "d": None,
    }
    assert call.count("GetFunctionConcurrency") == 2


async def test_reserves_that_may_not_be_read_are_a_gap_and_not_known() -> None:
    call = FakeCall(account([record("a"), record("b")], unreserved=900))
    found = await discovered(SERVICE, call)
    assert "reserved_concurrency" not in functions(found)["b"].facts
    assert [gap.action for gap in found if isinstance(gap, Gap)] == ["lambda:GetFunctionConcurrency"]
    assert call.count("GetFunctionConcurrency") == 1


async def test_an_answer_that_is_nobodys_does_not_say_that_nothing_is_reserved() -> None:
    call = FakeCall(account([record("a")], unreserved=900, GetFunctionConcurrency={}))
    found = await discovered(SERVICE, call)
    assert "reserved_concurrency" not in functions(found)["a"].facts
    assert [gap.action for gap in found if isinstance(gap, Gap)] == ["lambda:GetFunctionConcurrency"]


async def test_mappings_that_cannot_be_listed_hide_no_function() -> None:
    throttled = Throttled("lambda", "ListEventSourceMappings", "slow down")
    found = await discovered(SERVICE, FakeCall(account([record("a")], ListEventSourceMappings=throttled)))
    assert list(functions(found)) == ["a"]
    assert [gap.action for gap in found if isinstance(gap, Gap)] == ["lambda:ListEventSourceMappings"]


def test_metrics_are_published_by_name_and_for_the_account_without_dimensions() -> None:
    function = Resource(SCOPE, "lambda", "function", "a", arn("lambda", "function:a"))
    pool = Resource(SCOPE, "lambda", "account", "account concurrency", arn("lambda", "account"))
    assert {key.dimensions for _, key in SERVICE.metrics_of(function)} == {(("FunctionName", "a"),)}
    assert {key.dimensions for _, key in SERVICE.metrics_of(pool)} == {()}
    assert all(len(metric.stats) <= 5 for service in registry().values() for metric in service.metrics)
