"""The simulated account must add up: whoever compares its figures with each other finds one story."""

from __future__ import annotations

import subprocess
import sys

import pytest

from aws.model import MetricKey
from demo.build import make_world
from demo.story import StoryWorld
from demo.world import Datapoint

START_S = 1_800_000_000.0
BUSY = ("black-friday", 300)  # a padded account in the middle of its troubles


def metric(namespace: str, name: str, **dimensions: str) -> MetricKey:
    return MetricKey(namespace, name, tuple(sorted(dimensions.items())))


def total(point: Datapoint | None) -> float:
    return 0.0 if point is None else sum(v * n for v, n in zip(point.values, point.counts, strict=True))


def of(world: StoryWorld, minute: int, namespace: str, name: str, **dimensions: str) -> Datapoint | None:
    return world.series(metric(namespace, name, **dimensions))(world.start_minute + minute)


@pytest.fixture(scope="module")
def world() -> StoryWorld:
    return make_world(BUSY[0], 7, BUSY[1], START_S)


@pytest.mark.parametrize("minute", [-50, 5, 44, 64])
@pytest.mark.parametrize("name", ["Invocations", "Errors", "Throttles"])
def test_the_accounts_figures_are_the_sum_of_its_functions(world: StoryWorld, minute: int, name: str) -> None:
    functions = [function.name for function in world.shop.functions]
    alone = sum(total(of(world, minute, "AWS/Lambda", name, FunctionName=function)) for function in functions)
    assert total(of(world, minute, "AWS/Lambda", name)) == alone


@pytest.mark.parametrize("minute", [5, 64])
def test_concurrency_adds_up_and_never_exceeds_the_pool(world: StoryWorld, minute: int) -> None:
    settings = world.account_settings()["AccountLimit"]
    points = [
        of(world, minute, "AWS/Lambda", "ConcurrentExecutions", FunctionName=f.name) for f in world.shop.functions
    ]
    account = of(world, minute, "AWS/Lambda", "ConcurrentExecutions")
    unreserved = of(world, minute, "AWS/Lambda", "UnreservedConcurrentExecutions")
    claimed = of(world, minute, "AWS/Lambda", "ClaimedAccountConcurrency")
    looks = zip(*(point.values for point in points if point is not None), strict=True)
    assert account is not None
    assert unreserved is not None
    assert claimed is not None
    assert account.values == tuple(sum(look) for look in looks)
    assert max(unreserved.values) <= settings["UnreservedConcurrentExecutions"]
    assert max(claimed.values) <= settings["ConcurrentExecutions"]


@pytest.mark.parametrize("minute", [-50, 5, 64])
def test_stages_add_up_to_their_api_and_errors_never_exceed_requests(world: StoryWorld, minute: int) -> None:
    for api in world.shop.apis:
        for name in ("Count", "4XXError", "5XXError"):
            stages = sum(
                total(of(world, minute, "AWS/ApiGateway", name, ApiName=api.name, Stage=s)) for s in api.stages
            )
            assert stages == total(of(world, minute, "AWS/ApiGateway", name, ApiName=api.name))
        count = of(world, minute, "AWS/ApiGateway", "Count", ApiName=api.name)
        failed = of(world, minute, "AWS/ApiGateway", "5XXError", ApiName=api.name)
        assert (count is None) == (failed is None)
        if count is not None and failed is not None:
            assert sum(failed.counts) == total(count)
            assert total(failed) <= total(count)


def test_errors_of_a_function_reach_the_api_in_front_of_it(world: StoryWorld) -> None:
    for minute in range(3, 12):
        behind = ("checkout-place", "checkout-status", "checkout-cancel", "checkout-quote", "coupon-validate")
        errors = sum(total(of(world, minute, "AWS/Lambda", "Errors", FunctionName=name)) for name in behind)
        assert total(of(world, minute, "AWS/ApiGateway", "5XXError", ApiName="checkout")) == errors > 10


def test_a_throttled_index_says_its_reason_and_its_table_does_not_count_it(world: StoryWorld) -> None:
    index = {"TableName": "orders", "GlobalSecondaryIndexName": "by-status"}
    events = total(of(world, 6, "AWS/DynamoDB", "WriteThrottleEvents", **index))
    assert events > 100
    assert total(of(world, 6, "AWS/DynamoDB", "WriteKeyRangeThroughputThrottleEvents", **index)) == events
    assert of(world, 6, "AWS/DynamoDB", "WriteProvisionedThroughputThrottleEvents", **index) is None
    assert of(world, 6, "AWS/DynamoDB", "WriteThrottleEvents", TableName="orders") is None
    assert total(of(world, 6, "AWS/DynamoDB", "ThrottledRequests", TableName="orders", Operation="PutItem")) > 0
    assert of(world, -5, "AWS/DynamoDB", "WriteThrottleEvents", **index) is None


def test_series_are_sparse_as_in_aws() -> None:
    world = make_world("calm", 1, None, START_S)
    runs = [of(world, minute, "AWS/Lambda", "Invocations", FunctionName="order-export") for minute in range(-180, 0)]
    assert sum(run is not None for run in runs) == 3  # an hourly cron
    assert of(world, -5, "AWS/Lambda", "Invocations", FunctionName="video-thumbs") is None  # switched off
    errors = of(world, -5, "AWS/Lambda", "Errors", FunctionName="cart-get")
    assert errors is not None
    assert sum(errors.counts) > 100  # zeros, one for each call


def test_what_is_not_there_has_no_data(world: StoryWorld) -> None:
    for key in (
        metric("AWS/Lambda", "Errors", FunctionName="no-such"),
        metric("AWS/Lambda", "Errors", FunctionName="cart-get", Resource="cart-get"),
        metric("AWS/Lambda", "Nonsense", FunctionName="cart-get"),
        metric("AWS/DynamoDB", "WriteThrottleEvents", TableName="orders", GlobalSecondaryIndex="by-status"),
        metric("AWS/ApiGateway", "Count", ApiName="checkout", Stage="no-such"),
        metric("AWS/Nothing", "Errors"),
    ):
        assert world.series(key)(world.start_minute + 6) is None


def test_every_listed_metric_publishes_once_it_has_begun(world: StoryWorld) -> None:
    hourly = {f.name for f in world.shop.functions if f.every_min or f.per_minute < 1}
    for key, first in world.metrics():
        dimensions = dict(key.dimensions)
        if dimensions.get("FunctionName") in hourly or first > world.start_minute or "Throttle" in key.name:
            continue
        window = range(world.start_minute - 190, world.start_minute)
        assert any(world.series(key)(minute) is not None for minute in window), key


def test_another_process_tells_the_same_story() -> None:
    program = (
        "import hashlib; from demo.build import make_world\n"
        f"world = make_world('black-friday', 3, 60, {START_S})\n"
        "looks = [(key, world.series(key)(world.start_minute + 7)) for key, _ in world.metrics()]\n"
        "start_s = world.start_minute * 60\n"
        "lines = list(world.log_events('/aws/lambda/checkout-place', start_s, start_s + 600))\n"
        "print(hashlib.sha256(repr((looks, lines)).encode()).hexdigest())"
    )
    command = [sys.executable, "-c", program]
    first, second = (subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(2))
    assert first.stdout == second.stdout != ""


def test_a_deployment_shows_at_the_function_that_was_deployed(world: StoryWorld) -> None:
    start_s = world.start_minute * 60.0
    before = world.deployed_s("storefront-product", start_s)
    assert before is not None
    assert before < start_s
    assert world.deployed_s("storefront-product", start_s + 25 * 60) == start_s + 20 * 60
    assert world.deployed_s("storefront-product", start_s + 40 * 60) == start_s + 29 * 60  # the rollback
    assert world.deployed_s("no-such", start_s) is None


def test_generated_functions_publish_what_they_go_through() -> None:
    world = make_world("concurrency", 4, 200, START_S)  # throttles everybody
    generated = [function for function in world.shop.functions if function.profile is not None]
    ran = 0
    for function in generated:
        for minute in range(world.start_minute - 3, world.start_minute + 28, 5):
            now = world.traffic.of(function.name, minute)
            published = {
                name: world.series(metric("AWS/Lambda", name, FunctionName=function.name))(minute)
                for name in ("Invocations", "Throttles", "Duration", "ConcurrentExecutions", "AsyncEventsReceived")
            }
            ran += now.throttles
            assert total(published["Invocations"]) == now.invocations
            assert total(published["Throttles"]) == now.throttles
            assert total(published["AsyncEventsReceived"]) == (now.attempts if function.trigger == "event" else 0)
            if now.invocations:
                durations, looks = published["Duration"], published["ConcurrentExecutions"]
                assert durations is not None
                assert looks is not None
                assert (durations.values, durations.counts) == now.durations
                assert looks.values == now.in_flight
    assert ran
