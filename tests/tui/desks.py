"""A desk whose answers a test writes, and which remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from aws.alarms.definition import Definition, Plan, Planned
from aws.alarms.desk import Outcome, Result, Routing
from aws.alarms.topics import Topic
from aws.errors import CwtopError
from aws.model import Alarm, MetricKey, Resource, Scope, Severity, Snapshot
from tests.builders import NOW, SCOPE, arn

ONCALL, TICKETS = arn("sns", "pay-oncall"), arn("sns", "pay-tickets")
TOPICS = (
    Topic(arn=ONCALL, name="pay-oncall", confirmed=2, used_by=141),
    Topic(arn=TICKETS, name="pay-tickets", confirmed=1, used_by=60),
    Topic(arn=arn("sns", "old-list"), name="old-list", confirmed=0, problem="no confirmed subscription"),
)


def planned(resource: Resource, rule: str = "lambda.errors", **more: object) -> Planned:
    """One alarm on a function's errors, that was quiet for 14 days; ``more`` changes it, ``…_`` its definition."""
    severity = more.pop("severity", Severity.CRITICAL)
    topics = more.pop("topics", (ONCALL if severity is Severity.CRITICAL else TICKETS,))
    given: dict[str, object] = {
        "name": f"cwtop/{rule}/{resource.name}",
        "description": "More than 5 errors in 5 minutes.",
        "metric": MetricKey("AWS/Lambda", "Errors", (("FunctionName", resource.name),)),
        "stat": "Sum",
        "period_s": 300,
        "evaluation_periods": 1,
        "datapoints_to_alarm": 1,
        "comparison": "GreaterThanThreshold",
        "threshold": 5.0,
        "treat_missing": "notBreaching",
        "alarm_actions": topics,
        "ok_actions": topics,
        "tags": {"managed-by": "cwtop"},
    }
    given |= {name.removesuffix("_"): more.pop(name) for name in list(more) if name.endswith("_")}
    told: dict[str, object] = {"would_have_fired": 0, "history_days": 14.0, "fires_now": False, **more}
    return Planned(
        definition=Definition(**given),  # type: ignore[arg-type]
        resource=resource.arn,
        service=resource.service,
        rule=rule,
        severity=severity,  # type: ignore[arg-type]
        usd_per_month=0.10,
        **told,  # type: ignore[arg-type]
    )


class FakeDesk:
    """``plan_`` is what it plans, ``results`` says what becomes of an alarm by name (created, unless given).

    ``calls`` records what was asked for. ``gate``, where set, is awaited before each outcome. ``fail`` is raised
    by the next call.
    """

    def __init__(self, *create: Planned, topics: Sequence[Topic] = TOPICS, **plan: object) -> None:
        self.scope: Scope = SCOPE
        self.plan_ = Plan(at_s=NOW, account=SCOPE.account, region=SCOPE.region, create=create, **plan)  # type: ignore[arg-type]
        self.results: dict[str, Outcome] = {}
        self.topics_ = tuple(topics)
        self.calls: list[tuple[object, ...]] = []
        self.gate: asyncio.Semaphore | None = None
        self.fail: CwtopError | None = None
        self.past: tuple[tuple[float, str], ...] = ()
        self.last_run = ""
        self.written: list[str] = []

    async def _asked(self, *call: object) -> None:
        self.calls.append(call)
        if self.fail is not None:
            error, self.fail = self.fail, None
            raise error

    def asked(self, what: str) -> list[tuple[object, ...]]:
        """The calls of that name."""
        return [call for call in self.calls if call[0] == what]

    async def plan(self, snapshot: Snapshot, *, resources: Sequence[str] | None, routing: Routing | None) -> Plan:
        """What was written for the test, for the resources asked for."""
        await self._asked("plan", tuple(resources or ()))
        wanted = tuple(one for one in self.plan_.create if resources is None or one.resource in resources)
        return replace(self.plan_, create=tuple(one for one in wanted if one.definition.name not in self.written))

    async def topics(self, snapshot: Snapshot) -> tuple[Topic, ...]:
        """Those given."""
        await self._asked("topics")
        return self.topics_

    async def create_topic(self, name: str, email: str) -> Topic:
        """One that waits for its confirmation."""
        await self._asked("create_topic", name, email)
        return Topic(arn=arn("sns", name), name=name, confirmed=0, pending=1, problem="no confirmed subscription")

    async def apply(self, planned: Sequence[Planned], *, replace: Sequence[str] = ()) -> AsyncIterator[Outcome]:
        """Each as `results` has it."""
        await self._asked("apply", tuple(one.definition.name for one in planned), tuple(replace), tuple(planned))
        self.last_run = f"run-{len(self.asked('apply'))}"
        for one in planned:
            if self.gate is not None:
                await self.gate.acquire()
            name = one.definition.name
            outcome = self.results.pop(name, Outcome(name, Result.CREATED))
            if outcome.result is Result.CREATED:
                self.written.append(name)
            yield outcome

    async def undo(self, run: str) -> AsyncIterator[Outcome]:
        """All that was written."""
        await self._asked("undo", run)
        while self.written:
            yield Outcome(self.written.pop(0), Result.DELETED)

    async def prove(self, alarm: str) -> Outcome:
        """It was heard."""
        await self._asked("prove", alarm)
        return Outcome(alarm, Result.PROVED, "notified pay-oncall")

    async def set_actions(self, alarms: Sequence[str], *, enabled: bool) -> tuple[Outcome, ...]:
        """Done."""
        await self._asked("set_actions", tuple(alarms), enabled)
        return tuple(Outcome(name, Result.CHANGED) for name in alarms)

    async def history(self, alarm: Alarm) -> tuple[tuple[float, str], ...]:
        """What was given."""
        await self._asked("history", alarm.name)
        return self.past
