"""An account in this process that alarms are written to, through a door that breaks where a test wants it to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aws.alarms.definition import Definition, MetricFilter, Planned
from aws.call import Answer
from aws.errors import AwsError, BadAnswer, InvalidRequest, NotFound
from aws.model import MetricKey, Scope, Severity
from demo.cloudwatch import CloudWatch
from demo.errors import ServiceError
from demo.front.worlds import EmptyWorld
from demo.logs import Logs
from demo.world import Datapoint, Series, silent
from tests.virtual_clock import VirtualClock

SCOPE = Scope("482193019034", "eu-west-1")
TOPIC = "arn:aws:sns:eu-west-1:482193019034:pay-oncall"
WHO = "arn:aws:sts::482193019034:assumed-role/oncall/ada"
GROUP = "/aws/lambda/fn-0"


class Killed(BaseException):
    """The process ends here: nothing after it is carried out, nothing is written down."""


Trouble = Callable[[int, str], "BaseException | None"]


def never(_step: int, _operation: str) -> None:
    """No trouble."""


class AlarmAccount:
    """A `Call` on the simulated engines. ``before`` and ``after`` may break a call, by its number and operation:
    before it was carried out, or after it. ``functions`` exist."""

    def __init__(self, *functions: str, clock: VirtualClock | None = None) -> None:
        self.clock = clock or VirtualClock()
        self.functions = {f"arn:aws:lambda:eu-west-1:482193019034:function:{name}" for name in functions}
        world = _World(SCOPE.account, SCOPE.region)
        self.cloudwatch, self.logs = CloudWatch(world, self.clock), Logs(world, self.clock)
        self.before: Trouble = never
        self.after: Trouble = never
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.topics = {TOPIC}
        self.deaf = False  # carries everything out, and never answers a write
        self.unheard = asyncio.Event()
        self.delivery_error: str | None = ""  # what every notification fails with; None: nothing is ever told of it

    @property
    def scope(self) -> Scope:
        return SCOPE

    async def __call__(
        self,
        service: str,
        operation: str,
        /,
        *,
        require: Sequence[str] = (),
        attempts: int | None = None,
        **params: Any,
    ) -> Answer:
        self.asked.append((operation, params))
        step = len(self.asked)
        _raise(self.before(step, operation))
        await asyncio.sleep(0)
        answer = self._carried_out(service, operation, params)
        _raise(self.after(step, operation))
        if self.deaf and operation.startswith(("Put", "Delete")):
            self.unheard.set()
            await self.clock.sleep(3600)
        if missing := [key for key in require if key not in answer]:
            raise BadAnswer(service, operation, f"no {missing}")
        return answer

    def alarms(self) -> dict[str, Mapping[str, Any]]:
        """What is there, whatever the door does."""
        answer = self.cloudwatch.handle("DescribeAlarms", {"MaxRecords": 100})
        return {raw["AlarmName"]: raw for raw in answer["MetricAlarms"]}

    def filters(self) -> list[str]:
        """The metric filters, as group/name."""
        answer = self.logs.handle("DescribeMetricFilters", {})
        return [f"{each['logGroupName']}/{each['filterName']}" for each in answer["metricFilters"]]

    def writes(self) -> list[str]:
        """The writes that were asked for, in order."""
        return [operation for operation, _ in self.asked if operation.startswith(("Put", "Delete", "Set", "Create"))]

    def _carried_out(self, service: str, operation: str, params: Mapping[str, Any]) -> Answer:
        if operation == "GetCallerIdentity":
            return {"Arn": WHO, "Account": SCOPE.account}
        if operation in ("GetFunctionConfiguration", "GetTopicAttributes"):
            if not {params.get("FunctionName"), params.get("TopicArn")} & (self.functions | self.topics):
                raise NotFound(service, operation, "there is no such thing")
            return {}
        engine = {"cloudwatch": self.cloudwatch, "logs": self.logs}[service]
        try:
            answer = engine.handle(operation, params)
        except ServiceError as error:
            kind = NotFound if "NotFound" in error.code else InvalidRequest
            raise kind(service, operation, error.message, code=error.code) from error
        if history := answer.get("AlarmHistoryItems"):
            times = [datetime.fromtimestamp(item["Timestamp"], UTC) for item in history]
            history[:] = [self._told(item | {"Timestamp": at}) for item, at in zip(history, times, strict=True)]
            if self.delivery_error is None:
                history.clear()
        return answer

    def _told(self, item: dict[str, Any]) -> dict[str, Any]:
        if item["HistoryItemType"] != "Action" or not self.delivery_error:
            return item
        summary = f'Failed to execute action {TOPIC}. Received error: "{self.delivery_error}"'
        return item | {"HistorySummary": summary, "HistoryData": '{"actionState":"Failed","notificationResource":"'}


class _World(EmptyWorld):
    """fn-0 has no errors, fn-1 has nine a minute."""

    def metrics(self) -> Iterable[tuple[MetricKey, int]]:
        return [(errors_of(number), 0) for number in (0, 1)]

    def series(self, key: MetricKey) -> Series:
        values = {errors_of(0): 0.0, errors_of(1): 9.0}
        return (lambda _: Datapoint((values[key],), (1.0,), "Count")) if key in values else silent

    def log_groups(self) -> Mapping[str, Mapping[str, Any]]:
        return {GROUP: {}}


def errors_of(number: int) -> MetricKey:
    """The errors of function fn-N."""
    return MetricKey("AWS/Lambda", "Errors", (("FunctionName", f"fn-{number}"),))


def planned(number: int, *, threshold: float = 5.0, log: bool = False) -> Planned:
    """An alarm on function fn-N, on its errors or on its log lines."""
    function = f"fn-{number}"
    definition = Definition(
        name=f"cwtop/lambda.errors/{function}",
        description="errors",
        metric=errors_of(number),
        stat="Sum",
        period_s=300,
        evaluation_periods=1,
        datapoints_to_alarm=1,
        comparison="GreaterThanThreshold",
        threshold=threshold,
        treat_missing="notBreaching",
        alarm_actions=(TOPIC,),
        ok_actions=(TOPIC,),
        tags={"managed-by": "cwtop", "cwtop:rule": "lambda.errors"},
    )
    if log:
        lines = MetricKey("cwtop/logs", f"{function}-error", ())
        counting = MetricFilter(log_group=GROUP, name="cwtop-error", pattern="?ERROR ?Exception", metric=lines)
        definition = replace(definition, name=f"cwtop/logs.error/{function}", metric=lines, filter=counting)
    return Planned(
        definition=definition,
        resource=f"arn:aws:lambda:eu-west-1:482193019034:function:{function}",
        service="lambda",
        rule="logs.error" if log else "lambda.errors",
        severity=Severity.CRITICAL,
        usd_per_month=0.1,
    )


def _raise(error: BaseException | AwsError | None) -> None:
    if error is not None:
        raise error
