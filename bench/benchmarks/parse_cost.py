"""CPU that one GetMetricData page of 500 series × 180 points costs the event loop, beside plain aiobotocore."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from typing import Any

from aiobotocore.session import get_session

from aws.clock import SystemClock
from aws.session import Sessions, Target
from bench.programs.stub_cloudwatch import POINTS, QUERIES, START_S
from bench.report import Result
from bench.terminal import ROOT

RUNS = 5
BUDGET_MS = 50.0  # the longest that the event loop may stand still


def measure() -> list[Result]:
    """Milliseconds of CPU from request to parsed answer, in this process; the server is another."""
    with _stub() as endpoint_url:
        ours, plain = asyncio.run(_both(endpoint_url))
    return [
        Result(
            what=f"one page of {QUERIES} × {POINTS} points, CPU",
            measured=ours,
            yardstick=plain,
            yardstick_is="plain aiobotocore",
            unit="ms",
            budget=f"≤ {BUDGET_MS:g} ms",
            met=ours <= BUDGET_MS,
        )
    ]


async def _both(endpoint_url: str) -> tuple[float, float]:
    os.environ.update(AWS_ACCESS_KEY_ID="bench", AWS_SECRET_ACCESS_KEY="bench", AWS_REGION="eu-west-1")
    query = _query()
    async with (
        Sessions(clock=SystemClock()) as sessions,
        get_session().create_client("cloudwatch", "eu-west-1", endpoint_url=endpoint_url) as plain,
    ):
        connection = await sessions.connect(Target(region="eu-west-1", endpoint_url=endpoint_url))

        async def ours() -> Any:
            return await connection.call("cloudwatch", "GetMetricData", **query)

        async def theirs() -> Any:
            return await plain.get_metric_data(**query)

        taken = [(await _cpu_ms(ours), await _cpu_ms(theirs)) for _ in range(RUNS)]
    # The first turn also connects and loads models.
    return median(one for one, _ in taken[1:]), median(other for _, other in taken[1:])


async def _cpu_ms(ask: Callable[[], Awaitable[Any]]) -> float:
    began = time.process_time()
    answer = await ask()
    took = time.process_time() - began
    points = sum(len(result["Values"]) for result in answer["MetricDataResults"])
    if points != QUERIES * POINTS:
        raise ValueError(f"{points} points came instead of {QUERIES * POINTS}")
    return 1000 * took


def _query() -> dict[str, Any]:
    metric = {"Namespace": "AWS/Lambda", "MetricName": "Errors"}
    return {
        "StartTime": datetime.fromtimestamp(START_S, UTC),
        "EndTime": datetime.fromtimestamp(START_S + 60 * POINTS, UTC),
        "MetricDataQueries": [
            {"Id": f"m{index}", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}
            for index in range(QUERIES)
        ],
    }


@contextmanager
def _stub() -> Iterator[str]:
    command = [sys.executable, "-m", "bench.programs.stub_cloudwatch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server:
        try:
            assert server.stdout is not None
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()
