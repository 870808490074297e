"""The scale server's quotas and meter, checked by what boto3 asks and is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import boto3
import pytest
import pytest_asyncio
from botocore.config import Config
from botocore.exceptions import ClientError

from demo.front.server import Front
from demo.scale.link import Gateway
from demo.scale.meter import metrics_billed
from demo.scale.quotas import QUOTAS, Quota, Quotas
from tests.wire.faulty_world import START_S, guarded

pytestmark = pytest.mark.asyncio(loop_scope="module")


class _StandingClock:
    """Time goes on when the test says so."""

    def __init__(self) -> None:
        self.at_s = 100.0
        self.slept_s = 0.0

    def now(self) -> float:
        return START_S + self.at_s

    def monotonic(self) -> float:
        return self.at_s

    async def sleep(self, seconds: float) -> None:
        self.slept_s += seconds


class _Account:
    def __init__(self, url: str, gateway: Gateway, clock: _StandingClock) -> None:
        self.gateway = gateway
        self.clock = clock
        config = Config(retries={"total_max_attempts": 1}, read_timeout=30)
        keys = {"aws_access_key_id": "k", "aws_secret_access_key": "s", "region_name": "eu-west-1"}
        services = ("cloudwatch", "lambda", "apigateway")
        self._clients = {name: boto3.client(name, endpoint_url=url, config=config, **keys) for name in services}

    async def ask(self, service: str, operation: str, **params: Any) -> str:
        try:
            await asyncio.to_thread(self._clients[service]._make_api_call, operation, params)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "ok"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def account() -> AsyncIterator[_Account]:
    clock = _StandingClock()
    gateway = Gateway(clock, Quotas(), 0.05)
    async with Front(guarded({"meter": lambda _: gateway.state()}, gateway)) as front:
        yield _Account(front.endpoint_url, gateway, clock)


async def test_what_is_too_much_is_throttled_counted_and_free(account: _Account) -> None:
    account.clock.at_s += 60
    before, slept_s = account.gateway.state(), account.clock.slept_s
    told = [await account.ask("cloudwatch", "DescribeAlarms") for _ in range(10)]
    assert told == ["ok"] * 9 + ["Throttling"]
    account.clock.at_s += 1 / 9
    assert await account.ask("cloudwatch", "DescribeAlarms") == "ok"
    lists = [await account.ask("cloudwatch", "ListMetrics") for _ in range(26)]
    assert lists.count("Throttling") == 1
    state = account.gateway.state()
    assert state["calls"]["cloudwatch:DescribeAlarms"] - before["calls"].get("cloudwatch:DescribeAlarms", 0) == 11
    assert (
        state["throttled"]["cloudwatch:DescribeAlarms"] - before["throttled"].get("cloudwatch:DescribeAlarms", 0) == 1
    )
    assert state["usd"] - before["usd"] == pytest.approx(25 * 0.01 / 1000)
    assert account.clock.slept_s - slept_s == pytest.approx(37 * 0.05)


async def test_a_whole_control_plane_shares_one_quota(account: _Account) -> None:
    account.clock.at_s += 60
    told = [await account.ask("lambda", "ListFunctions") for _ in range(16)]
    assert told == ["ok"] * 15 + ["TooManyRequestsException"]
    told = [await account.ask("apigateway", "GetRestApis") for _ in range(41)]
    assert told == ["ok"] * 40 + ["TooManyRequestsException"]


def _query(n: int, stat: str, function: str) -> dict[str, Any]:
    metric = {
        "Namespace": "AWS/Lambda",
        "MetricName": "Duration",
        "Dimensions": [{"Name": "FunctionName", "Value": function}],
    }
    return {"Id": f"m{n}", "MetricStat": {"Metric": metric, "Period": 60, "Stat": stat}}


async def test_metrics_are_billed_as_aws_bills_them(account: _Account) -> None:
    account.clock.at_s += 60
    before = account.gateway.state()
    stats = ["Average", "Maximum", "p50", "p90", "p99"]
    queries = [_query(n, stat, "one") for n, stat in enumerate(stats)] + [_query(9, "Sum", "two")]
    window = {"StartTime": START_S, "EndTime": START_S + 300}
    assert await account.ask("cloudwatch", "GetMetricData", MetricDataQueries=queries, **window) == "ok"
    next_page = await account.ask("cloudwatch", "GetMetricData", MetricDataQueries=queries, NextToken="n", **window)
    assert next_page == "ok"
    state = account.gateway.state()
    assert state["metrics_requested"] - before["metrics_requested"] == 2
    assert state["queries"] - before["queries"] == 12
    assert state["datapoints_asked"] - before["datapoints_asked"] == 2 * 6 * 5
    assert state["usd"] - before["usd"] == pytest.approx(2 * 0.01 / 1000)
    assert metrics_billed([*queries, _query(10, "p95", "one")]) == 3


async def test_searches_are_refused_and_ask_for_nothing(account: _Account) -> None:
    account.clock.at_s += 60
    before = account.gateway.state()["metrics_requested"]
    window = {"StartTime": START_S, "EndTime": START_S + 300}
    for text in ("SEARCH('{AWS/Lambda,FunctionName} Errors', 'Sum', 60)", 'SELECT SUM(Errors) FROM "AWS/Lambda"'):
        query = {"Id": "e", "Expression": text, "Period": 60}
        told = await account.ask("cloudwatch", "GetMetricData", MetricDataQueries=[query], **window)
        assert told == "ValidationError"
    assert account.gateway.state()["metrics_requested"] == before


async def test_datapoints_have_a_quota_of_their_own_and_every_region_its_own() -> None:
    quotas = Quotas({**QUOTAS, "lambda": Quota(2, 2)}, Quota(1000, 1000))
    assert quotas.admits("cloudwatch", "GetMetricData", "a", 0.0, datapoints=900)
    assert not quotas.admits("cloudwatch", "GetMetricData", "a", 0.0, datapoints=900)
    assert quotas.admits("cloudwatch", "GetMetricData", "b", 0.0, datapoints=900)
    assert quotas.admits("cloudwatch", "GetMetricData", "a", 0.9, datapoints=900)
    assert [quotas.admits("lambda", name, "a", 0.0) for name in ("ListFunctions", "GetFunction", "GetPolicy")] == [
        True,
        True,
        False,
    ]
    assert all(quotas.admits("sqs", "ListQueues", "a", 0.0) for _ in range(500))  # no quota is stated
