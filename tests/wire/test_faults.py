"""Each kind of fault does over the wire what it says: boto3's own client is the referee."""

from __future__ import annotations

import asyncio
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from typing import Any

import boto3
import pytest
import pytest_asyncio
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from aws.clock import SystemClock
from demo.faults.link import Faults
from demo.faults.plan import Fault, Kind, Plan, read_plan
from demo.front.server import Front
from tests.wire.faulty_world import START_S, guarded

_CONFIG = Config(retries={"total_max_attempts": 1}, read_timeout=30)
_HASTY = _CONFIG.merge(Config(read_timeout=0.05))
_LIST_METRICS = {"X-Amz-Target": "GraniteServiceVersion20100801.ListMetrics"}

pytestmark = pytest.mark.asyncio(loop_scope="module")


class _Account:
    def __init__(self, faults: Faults, url: str) -> None:
        self.faults = faults
        self.url = url
        self._clients: dict[str, Any] = {}

    def play(self, kind: Kind, **figures: Any) -> None:
        self.faults.play(Plan((Fault(kind=kind, **figures),)))

    def client(self, service: str, config: Config = _CONFIG) -> Any:
        keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "eu-west-1"}
        return boto3.client(service, endpoint_url=self.url, config=config, **keys)

    async def ask(self, service: str, operation: str, **params: Any) -> Any:
        if service not in self._clients:
            self._clients[service] = self.client(service)
        return await asyncio.to_thread(self._clients[service]._make_api_call, operation, params)

    async def code(self, service: str, operation: str, **params: Any) -> tuple[int, str]:
        with pytest.raises(ClientError) as caught:
            await self.ask(service, operation, **params)
        answer = caught.value.response
        return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def account() -> AsyncIterator[_Account]:
    faults = Faults(SystemClock())
    async with Front(guarded({"faults": faults.control}, faults)) as front:
        yield _Account(faults, front.endpoint_url)


async def test_refusals_come_in_the_words_of_each_service(account: _Account) -> None:
    listings = {"cloudwatch": "ListMetrics", "dynamodb": "ListTables", "lambda": "ListFunctions", "sns": "ListTopics"}
    denied, expired = "AccessDenied", "ExpiredToken"
    expected = {
        Kind.THROTTLE: [
            (400, "Throttling"),
            (400, "ThrottlingException"),
            (429, "TooManyRequestsException"),
            (400, "Throttling"),
        ],
        Kind.DENIED: [(403, denied), (400, f"{denied}Exception"), (403, f"{denied}Exception"), (403, denied)],
        Kind.EXPIRED_TOKEN: [
            (403, expired),
            (400, f"{expired}Exception"),
            (403, f"{expired}Exception"),
            (403, expired),
        ],
        Kind.INTERNAL: [(500, "InternalFailure")] * 4,
        Kind.UNAVAILABLE: [(503, "ServiceUnavailable")] * 4,
    }
    for kind, codes in expected.items():
        account.play(kind)
        assert [await account.code(*listing) for listing in listings.items()] == codes


async def test_a_fault_hits_what_it_names_and_spares_the_rest(account: _Account) -> None:
    account.play(Kind.DENIED, on=("lambda:*",), count=1)
    assert (await account.ask("dynamodb", "ListTables"))["TableNames"] == ["orders"]
    assert await account.code("lambda", "ListFunctions") == (403, "AccessDeniedException")
    assert (await account.ask("lambda", "ListFunctions"))["Functions"] == [{"FunctionName": "checkout"}]


async def test_pages_that_are_not_aws_s(account: _Account) -> None:
    account.play(Kind.BAD_GATEWAY)
    assert await account.code("lambda", "ListFunctions") == (502, "502")
    account.play(Kind.CAPTIVE_PORTAL)
    request = urllib.request.Request(account.url, b"{}", _LIST_METRICS)
    status, kind, page = await asyncio.to_thread(_get, request)
    assert (status, kind) == (200, "text/html")
    assert b"<html>" in page
    account.play(Kind.EMPTY_OBJECT)
    assert "TableNames" not in await account.ask("dynamodb", "ListTables")


def _get(request: urllib.request.Request) -> tuple[int, str, bytes]:
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status, answer.headers["Content-Type"], answer.read()


async def test_connections_that_end_too_early(account: _Account) -> None:
    for kind in (Kind.DROP, Kind.REGION_DOWN):
        account.play(kind)
        with pytest.raises(ConnectionClosedError):
            await account.ask("cloudwatch", "ListMetrics")
    account.play(Kind.TRUNCATED)
    request = urllib.request.Request(account.url, b"{}", _LIST_METRICS)
    with pytest.raises(http.client.IncompleteRead):
        await asyncio.to_thread(_get, request)
    account.play(Kind.HALF_BODY)
    _, _, body = await asyncio.to_thread(_get, request)
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


async def test_answers_that_are_late_or_never_come(account: _Account) -> None:
    account.play(Kind.SLOW, seconds=0.01)
    assert (await account.ask("dynamodb", "ListTables"))["TableNames"] == ["orders"]
    account.play(Kind.HANG)
    with pytest.raises(ReadTimeoutError):
        await asyncio.to_thread(account.client("dynamodb", _HASTY).list_tables)


async def test_metric_data_that_is_partly_there(account: _Account) -> None:
    metric = {"Namespace": "AWS/Lambda", "MetricName": "Errors"}
    queries = [{"Id": f"m{n}", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}} for n in range(4)]
    window = {"StartTime": START_S, "EndTime": START_S + 240, "MetricDataQueries": queries}
    account.play(Kind.PARTIAL_DATA)
    partial = (await account.ask("cloudwatch", "GetMetricData", **window))["MetricDataResults"]
    found = [(each["StatusCode"], len(each["Values"])) for each in partial]
    assert found == [("PartialData", 2), ("PartialData", 2), ("Complete", 4), ("Complete", 4)]
    assert partial[0]["Messages"][0]["Code"] == "PartialData"
    account.play(Kind.INTERNAL_ERROR, share=1.0)
    failed = (await account.ask("cloudwatch", "GetMetricData", **window))["MetricDataResults"]
    assert [(each["StatusCode"], each["Values"]) for each in failed] == [("InternalError", [])] * 4


async def test_a_listing_that_never_ends(account: _Account) -> None:
    account.play(Kind.TOKEN_LOOP)
    listings = [
        ("cloudwatch", "ListMetrics", "NextToken", "NextToken"),
        ("dynamodb", "ListTables", "ExclusiveStartTableName", "LastEvaluatedTableName"),
        ("lambda", "ListFunctions", "Marker", "NextMarker"),
        ("sns", "ListTopics", "NextToken", "NextToken"),
    ]
    for service, operation, asked, given in listings:
        first = await account.ask(service, operation)
        second = await account.ask(service, operation, **{asked: first[given]})
        assert {**first, "ResponseMetadata": None} == {**second, "ResponseMetadata": None}


async def test_a_clock_that_is_wrong(account: _Account) -> None:
    account.play(Kind.WRONG_CLOCK, seconds=3600)
    with pytest.raises(ClientError, match=r"Signature expired: 2\w+Z is now earlier than 2") as caught:
        await account.ask("dynamodb", "ListTables")
    assert caught.value.response["Error"]["Code"] == "InvalidSignatureException"
    assert await account.code("sns", "ListTopics") == (403, "SignatureDoesNotMatch")


async def test_the_plan_is_changed_while_it_serves(account: _Account) -> None:
    control = f"{account.url}/_cwtop/faults"
    plan = b'[[fault]]\non = "dynamodb:*"\nkind = "500"\n'
    await asyncio.to_thread(_get, urllib.request.Request(control, plan, method="POST"))
    assert await account.code("dynamodb", "ListTables") == (500, "InternalFailure")
    _, _, body = await asyncio.to_thread(_get, urllib.request.Request(control))
    assert json.loads(body)["faults"] == [{"kind": "500", "on": ["dynamodb:*"], "hits": 1}]
    with pytest.raises(urllib.error.HTTPError) as caught:
        await asyncio.to_thread(_get, urllib.request.Request(control, b'[[fault]]\nkind = "x"', method="POST"))
    with caught.value as refused:
        assert "line 2: kind" in json.load(refused)["error"]
    assert await account.code("dynamodb", "ListTables") == (500, "InternalFailure")  # a wrong plan changes nothing
    await asyncio.to_thread(_get, urllib.request.Request(control, b"", method="POST"))
    assert await account.ask("dynamodb", "ListTables")


async def test_the_documented_example_is_a_plan() -> None:
    from demo.faults import plan

    text = (plan.__doc__ or "").partition("\n\n")[2]
    (fault,) = read_plan(text, "example").faults
    assert fault.kind is Kind.THROTTLE
