"""Looks at a large made-up account, a minute apart: they share the objects of what has not changed."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random

from aws.alarms.coverage import Coverage
from aws.alarms.silence import Silence
from aws.incidents import group
from aws.model import (
    Alarm,
    AlarmKind,
    AlarmState,
    Covered,
    Fact,
    Finding,
    Health,
    MetricKey,
    ReadState,
    Resource,
    Scope,
    Series,
    SeriesId,
    Severity,
    Snapshot,
    Watched,
)
from aws.services import registry
from aws.settings import AlarmSettings

FUNCTIONS, TABLES, APIS, ALARMS = 10_000, 500, 200, 10_000
FIRST_S = 1_800_000_000
MINUTE_S = 60
HISTORY_MIN = 180
_ACTIVE_EVERY = 3  # most functions of a large account are idle
_ILL_EVERY = 20  # five in a hundred have something wrong: hundreds of incidents
_RENEWED_EVERY = 5  # so many of the readings are others in the next look
_MOVED_ALARMS = 20

_SCOPE = Scope("123456789012", "eu-west-1")
_ONCALL = "arn:aws:sns:eu-west-1:123456789012:oncall"


class MadeUpAccount:
    """`look` is the account as it stands; `pass_minute` lets readings, findings and some alarms become others."""

    def __init__(self) -> None:
        self._services = registry()
        self._random = Random(1)
        self._at_s = FIRST_S
        self._minute = 0
        found = (*_functions(), *_tables(), *_apis())
        self._resources = {resource.arn: resource for resource in found}
        self._ill = found[::_ILL_EVERY]
        self._series = {
            SeriesId(key, stat): self._one_series(active=number % _ACTIVE_EVERY == 0)
            for number, resource in enumerate(found)
            for metric, key in self._services[resource.service].metrics_of(resource)
            for stat in metric.stats
        }
        self._alarms = {alarm.arn: alarm for alarm in map(_alarm, found[:ALARMS])}
        self._targets = {alarm: (arn,) for alarm, arn in zip(self._alarms, self._resources, strict=False)}
        self._coverage = self._covered(found)

    def pass_minute(self) -> None:
        """What a poll would bring."""
        self._at_s += MINUTE_S
        self._minute += 1
        ids = list(self._series)
        renewed = ids[self._minute % _RENEWED_EVERY :: _RENEWED_EVERY]
        self._series = self._series | {each: replace(self._series[each]) for each in renewed}
        moved = list(self._alarms)[self._minute :: ALARMS // _MOVED_ALARMS]
        self._alarms = self._alarms | {arn: _moved(self._alarms[arn], self._at_s) for arn in moved}

    def look(self) -> Snapshot:
        """A snapshot as the poller makes it: what is gathered is a new mapping, what is in it is not."""
        findings = {resource.arn: (self._finding(resource, number),) for number, resource in enumerate(self._ill)}
        health = dict.fromkeys(self._resources, Health.OK)
        health |= {arn: Health(found[0].severity.value) for arn, found in findings.items()}
        resources = dict(self._resources)
        return Snapshot(
            at_s=self._at_s,
            sequence=self._minute,
            complete=True,
            scopes=(_SCOPE,),
            resources=resources,
            series={_SCOPE: self._series},
            alarms=self._alarms,
            alarm_targets=self._targets,
            coverage=self._coverage,
            findings=findings,
            health=health,
            incidents=group(findings, resources, (), self._at_s, services=self._services),
            data_at_s=self._at_s - MINUTE_S,
        )

    def _one_series(self, *, active: bool) -> Series:
        point = self._random.random() * 100 if active else math.nan
        state = ReadState.VALUE if active else ReadState.NO_DATA
        start_s = FIRST_S - HISTORY_MIN * MINUTE_S
        return Series(start_s, MINUTE_S, array("f", [point]) * HISTORY_MIN, state, FIRST_S)

    def _finding(self, resource: Resource, number: int) -> Finding:
        severity = Severity.CRITICAL if number % 4 == 0 else Severity.WARNING
        errors = 3 + (number * 7 + self._minute) % 900
        return Finding(
            rule=f"{resource.service}.rule{number % 150}",  # so that not all of them fold
            severity=severity,
            resource=resource.arn,
            text=f"31% errors, {errors} of 2.1k in 5m",
            metric="errors",
            since_s=FIRST_S - 600 * (number % 100) - number,
        )

    def _covered(self, resources: Sequence[Resource]) -> Mapping[str, tuple[Covered, ...]]:
        held = Coverage(self._services, AlarmSettings(), Silence(self._alarms.values()))
        for alarm in self._alarms.values():
            held.add(alarm)
        return {resource.arn: found for resource in resources if (found := held.of(resource))}


def _functions() -> Iterator[Resource]:
    facts: dict[str, Fact] = {
        "runtime": "nodejs22.x",
        "memory_mb": 512,
        "timeout_s": 30,
        "package": "Zip",
        "version": "$LATEST",
    }
    for number in range(FUNCTIONS):
        name = f"service-{number % 97}-handler-{number:05}"
        yield Resource(_SCOPE, "lambda", "function", name, f"{_arn('lambda')}:function:{name}", facts)


def _tables() -> Iterator[Resource]:
    facts: dict[str, Fact] = {"billing_mode": "PAY_PER_REQUEST", "status": "ACTIVE"}
    for number in range(TABLES):
        name = f"table-of-things-{number:03}"
        yield Resource(_SCOPE, "dynamodb", "table", name, f"{_arn('dynamodb')}:table/{name}", facts)


def _apis() -> Iterator[Resource]:
    for number in range(APIS):
        facts: dict[str, Fact] = {"api_name": f"api-{number:03}", "api_id": f"id{number:03}", "stage": "prod"}
        arn = f"arn:aws:apigateway:eu-west-1::/restapis/id{number:03}/stages/prod"
        yield Resource(_SCOPE, "apigateway", "rest-api-stage", f"api-{number:03}/prod", arn, facts)


def _arn(service: str) -> str:
    return f"arn:aws:{service}:{_SCOPE.region}:{_SCOPE.account}"


def _alarm(function: Resource) -> Alarm:
    name = f"cwtop/lambda.errors/{function.name}"
    return Alarm(
        scope=_SCOPE,
        name=name,
        arn=f"{_arn('cloudwatch')}:alarm:{name}",
        kind=AlarmKind.METRIC,
        state=AlarmState.OK,
        since_s=FIRST_S - 97.0 * int(function.name[-5:]),
        reason="Threshold Crossed: 1 datapoint [0.0 (22/11/26 03:05:00)] was not greater than the threshold (5.0).",
        watches=(Watched(MetricKey("AWS/Lambda", "Errors", (("FunctionName", function.name),)), "Sum", 300),),
        comparison="GreaterThanThreshold",
        threshold=5.0,
        evaluation_periods=1,
        datapoints_to_alarm=1,
        alarm_actions=(_ONCALL,),
    )


def _moved(alarm: Alarm, at_s: float) -> Alarm:
    state = AlarmState.OK if alarm.state is AlarmState.ALARM else AlarmState.ALARM
    return replace(alarm, state=state, since_s=at_s)
