"""The yardstick: a plain aiobotocore poller as one writes it at first. Prints what it cost.

python -m bench.programs.naive FUNCTIONS ROUNDS: four statistics of each function, 500 queries a call, all calls at
once, default settings of session and clients; five one-minute points, which is kind to it.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from aiobotocore.session import get_session

from bench.programs.watching import Stalls

STATS = (("Invocations", "Sum"), ("Errors", "Sum"), ("Throttles", "Sum"), ("Duration", "p99"))
_QUERIES = 500
_POINTS = 5


async def _main(functions: int, rounds: int) -> dict[str, Any]:
    session = get_session()
    async with session.create_client("lambda") as lambdas, session.create_client("cloudwatch") as cloudwatch:
        names: list[str] = []
        async for page in lambdas.get_paginator("list_functions").paginate():
            names += [each["FunctionName"] for each in page["Functions"]]
            if len(names) >= functions:
                break
        queries = [_query(name, *stat) for name in names[:functions] for stat in STATS]
        stalls = Stalls()
        watching = asyncio.create_task(stalls.watch())
        cpu = time.process_time()
        for _ in range(rounds):
            end = datetime.now(UTC).replace(second=0, microsecond=0)
            window = {"StartTime": end - timedelta(minutes=_POINTS), "EndTime": end}
            pages = [queries[at : at + _QUERIES] for at in range(0, len(queries), _QUERIES)]
            asked = [[{**query, "Id": f"m{n}"} for n, query in enumerate(page)] for page in pages]
            await asyncio.gather(*(cloudwatch.get_metric_data(MetricDataQueries=page, **window) for page in asked))
        spent_s = (time.process_time() - cpu) / rounds
        watching.cancel()
    return {"functions": len(names[:functions]), "cpu_s_per_round": spent_s, "worst_stall_ms": 1000 * stalls.worst_s}


def _query(function: str, metric: str, stat: str) -> dict[str, Any]:
    dimensions = [{"Name": "FunctionName", "Value": function}]
    named = {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": dimensions}
    return {"MetricStat": {"Metric": named, "Period": 60, "Stat": stat}}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_main(int(sys.argv[1]), int(sys.argv[2])))), flush=True)
