"""A desk on an account in this process, and short words for what is done at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws.alarms.definition import Plan, Planned
from aws.alarms.desk import Outcome, Result, Routing
from aws.alarms.journal import Journal
from aws.alarms.office import Office
from aws.call import Call
from aws.model import Snapshot
from tests.alarm_account import SCOPE, AlarmAccount, planned

PLAN = [planned(0), planned(0, log=True), planned(1), planned(2)]
NAMES = {each.definition.name for each in PLAN}


def office(account: AlarmAccount, journal: Journal, *, read_only: bool = False) -> Office:
    async def nothing(call: Call, seen: Snapshot, *, resources: Sequence[str] | None, routing: Routing) -> Plan:
        return Plan(at_s=0, account=SCOPE.account, region=SCOPE.region)

    return Office(account, clock=account.clock, journal=journal, make_plan=nothing, read_only=read_only)


async def applied(desk: Office, plan: Sequence[Planned] = PLAN, *, replace: Sequence[str] = ()) -> dict[str, Outcome]:
    return {outcome.name: outcome async for outcome in desk.apply(plan, replace=replace)}


async def undone(desk: Office, run: str) -> dict[str, Outcome]:
    return {outcome.name: outcome async for outcome in desk.undo(run)}


def results(outcomes: Mapping[str, Outcome]) -> set[Result]:
    return {outcome.result for outcome in outcomes.values()}


def thresholds(account: AlarmAccount) -> dict[str, float]:
    return {name: raw["Threshold"] for name, raw in account.alarms().items()}


def foreign(account: AlarmAccount, item: Planned, **changed: Any) -> None:
    parameters = item.definition.parameters() | changed
    del parameters["Tags"]
    account.cloudwatch.handle("PutMetricAlarm", parameters)
