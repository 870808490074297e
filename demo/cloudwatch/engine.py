"""The simulated CloudWatch, as one operation after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from aws.clock import Clock
from aws.evaluate.composite import children, parse_rule
from demo.cloudwatch import alarm_answers, listing, metric_statistics, putting
from demo.cloudwatch.alarm_records import AlarmBook
from demo.cloudwatch.alarm_writes import AlarmWrites
from demo.cloudwatch.evaluation import MAX_MINUTES, Evaluator
from demo.cloudwatch.metric_data import MetricData
from demo.cloudwatch.metrics import Metrics
from demo.cloudwatch.mute_rules import MuteRules
from demo.cloudwatch.reader import Reader
from demo.cloudwatch.tags import Tags
from demo.errors import ServiceError
from demo.world import World

_Operation: TypeAlias = Callable[[Mapping[str, Any], float], dict[str, Any]]

# What alarms do not show in: ten thousand need not be evaluated for it.
_METRICS_READ = frozenset({"GetMetricData", "GetMetricStatistics", "ListMetrics"})
_ACCOUNT_AGE_S = 9 * 86_400
"""How long before the history begins the account's own alarms were put."""


class CloudWatch:
    """One account's CloudWatch in one region, over a world and a clock. Not thread-safe.

    Alarms of the world are evaluated from three hours before the engine was made; they have been what they are then
    since they were put, days ago.
    """

    def __init__(self, world: World, clock: Clock) -> None:
        self._clock = clock
        metrics = Metrics(world)
        reader = Reader(metrics)
        book = AlarmBook()
        tags = self._tags = Tags()
        mine = f"arn:aws:cloudwatch:{world.region}:{world.account}"
        mutes = MuteRules(book, tags, f"{mine}:alarm-mute-rule:")
        writes = AlarmWrites(book, tags, mutes, f"{mine}:alarm:")
        self._evaluator = Evaluator(book, reader, int(clock.now() // 60) - MAX_MINUTES)
        self._operations: dict[str, _Operation] = {
            **_metric_operations(metrics, reader),
            **_alarm_operations(book, writes),
            "PutAlarmMuteRule": mutes.put,
            "GetAlarmMuteRule": mutes.get,
            "ListAlarmMuteRules": mutes.list,
            "DeleteAlarmMuteRule": mutes.delete,
            "TagResource": lambda params, _: tags.tag(params),
            "UntagResource": lambda params, _: tags.untag(params),
            "ListTagsForResource": lambda params, _: tags.list(params),
        }
        self._seed(world, book, writes, mutes)

    def handle(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one request; ``params`` and the answer have AWS's JSON shape, times are UTC epoch seconds.

        Raises `ServiceError` with AWS's code where AWS would refuse, InvalidAction for an operation it has not.
        """
        answer = self._operations.get(operation)
        if answer is None:
            raise ServiceError("InvalidAction", f"The simulated CloudWatch has no operation {operation}.")
        now_s = self._clock.now()
        if operation not in _METRICS_READ:
            self._evaluator.advance(now_s)
        return answer(params, now_s)

    def prepare(self, operation: str) -> bool:
        """Do a part of what must be done before that operation is answered; whether it can be now.

        `handle` does all that is left of it; who asks here first can answer others in between.
        """
        return operation in _METRICS_READ or self._evaluator.advance_some(self._clock.now())

    def alarm_tags(self) -> dict[str, dict[str, str]]:
        """The tags of all alarms, by ARN."""
        return self._tags.all()

    def _seed(self, world: World, book: AlarmBook, writes: AlarmWrites, mutes: MuteRules) -> None:
        put_s = 60.0 * (int(self._clock.now() // 60) - MAX_MINUTES) - _ACCOUNT_AGE_S
        waiting = []
        for params in world.alarms():
            if "AlarmRule" in params:
                waiting.append(params)
            else:
                writes.put_metric_alarm(params, put_s)
        for params in _children_first(waiting):
            writes.put_composite_alarm(params, put_s)
        for params in world.mute_rules():
            mutes.put(params, put_s)
        for record in book:
            record.seeded = True


def _children_first(composites: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """In an order in which each finds the composite alarms that its rule names."""
    ordered: list[Mapping[str, Any]] = []
    waiting = list(composites)
    while waiting:
        names = {params["AlarmName"] for params in waiting}
        ready = [params for params in waiting if names.isdisjoint(children(parse_rule(params["AlarmRule"])))] or waiting
        ordered += ready
        waiting = [params for params in waiting if params not in ready]
    return ordered


def _metric_operations(metrics: Metrics, reader: Reader) -> dict[str, _Operation]:
    return {
        "GetMetricData": MetricData(metrics, reader).answer,
        "GetMetricStatistics": partial(metric_statistics.metric_statistics, metrics, reader),
        "ListMetrics": partial(listing.list_metrics, metrics),
        "PutMetricData": partial(putting.put_metric_data, metrics, reader),
    }


def _alarm_operations(book: AlarmBook, writes: AlarmWrites) -> dict[str, _Operation]:
    return {
        "DescribeAlarms": partial(alarm_answers.describe_alarms, book),
        "DescribeAlarmsForMetric": lambda params, _: alarm_answers.describe_alarms_for_metric(book, params),
        "DescribeAlarmHistory": partial(alarm_answers.describe_alarm_history, book),
        "PutMetricAlarm": writes.put_metric_alarm,
        "PutCompositeAlarm": writes.put_composite_alarm,
        "DeleteAlarms": writes.delete_alarms,
        "SetAlarmState": writes.set_alarm_state,
        "EnableAlarmActions": partial(writes.switch_actions, enabled=True),
        "DisableAlarmActions": partial(writes.switch_actions, enabled=False),
    }
