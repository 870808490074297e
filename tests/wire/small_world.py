"""A made-up account for the front's tests: 55 functions, one metric, one alarm, one log line a minute.

Run as a program it serves that account: moto keeps its state in the process, so the account gets one of its own.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import boto3

from aws.clock import Clock, SystemClock
from aws.model import MetricKey
from demo.front.chain import Between, Middleware
from demo.options import read_options
from demo.serve import serve
from demo.world import Datapoint, Identity, LogEvent, Series, silent

_FUNCTIONS = tuple(f"fn-{number:02d}" for number in range(55))
_ERRORS = MetricKey("AWS/Lambda", "Errors", (("FunctionName", "fn-00"),))
_HISTORY_MINUTES = 180


class SmallWorld:
    """Two errors a minute, for ever; history starts three hours before now."""

    account = "210987654321"
    region = "eu-west-1"

    def __init__(self) -> None:
        self._start_minute = int(SystemClock().now() // 60) - _HISTORY_MINUTES

    def metrics(self) -> Iterable[tuple[MetricKey, int]]:
        return [(_ERRORS, self._start_minute)]

    def series(self, key: MetricKey) -> Series:
        two = Datapoint((1.0,), (2.0,), "Count")
        return (lambda minute: two if minute >= self._start_minute else None) if key == _ERRORS else silent

    def log_groups(self) -> Mapping[str, Mapping[str, Any]]:
        return {f"/aws/lambda/{name}": {} for name in _FUNCTIONS[:3]}

    def log_events(self, group: str, start_s: float, end_s: float) -> Iterator[LogEvent]:
        for minute in range(int(start_s // 60), int(end_s // 60) + 1):
            if start_s <= minute * 60 < end_s:
                yield LogEvent(minute * 60_000, "stream", "INFO sold" if minute % 2 else "ERROR out of stock")

    def alarms(self) -> Iterable[Mapping[str, Any]]:
        return [
            {
                "AlarmName": "fn-00-errors",
                "Namespace": _ERRORS.namespace,
                "MetricName": _ERRORS.name,
                "Dimensions": [{"Name": "FunctionName", "Value": "fn-00"}],
                "Statistic": "Sum",
                "Period": 60,
                "EvaluationPeriods": 1,
                "Threshold": 1.0,
                "ComparisonOperator": "GreaterThanThreshold",
            }
        ]

    def mute_rules(self) -> Iterable[Mapping[str, Any]]:
        return ()

    def seed(self, endpoint_url: str) -> None:
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": self.region}
        role = boto3.client("iam", endpoint_url=endpoint_url, **keys).create_role(
            RoleName="runs", AssumeRolePolicyDocument='{"Version":"2012-10-17","Statement":[]}'
        )
        functions = boto3.client("lambda", endpoint_url=endpoint_url, **keys)
        for name in _FUNCTIONS:
            functions.create_function(
                FunctionName=name,
                Runtime="python3.12",
                Role=role["Role"]["Arn"],
                Handler="app.handler",
                Code={"ZipFile": empty_zip()},
            )

    def links(self, clock: Clock, between: Between) -> Sequence[Middleware]:
        return ()

    def account_settings(self) -> Mapping[str, Any]:
        return {
            "AccountLimit": {"ConcurrentExecutions": 250, "UnreservedConcurrentExecutions": 250},
            "AccountUsage": {"FunctionCount": len(_FUNCTIONS)},
        }

    def identity(self, now_s: float) -> Identity:
        return Identity()

    def deployed_s(self, function: str, now_s: float) -> float | None:
        return 1_750_000_000.5 if function in _FUNCTIONS else None


def empty_zip() -> bytes:
    """The smallest code that a function can have."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): ...\n")
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(serve(read_options(sys.argv[1:]), lambda *_: SmallWorld()))
