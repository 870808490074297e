"""Planning on the simulated account: history is told, and a plan that was applied is empty the next time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from aws.alarms.definition import Plan
from aws.alarms.desk import Result
from aws.alarms.journal import Journal
from aws.alarms.office import Office
from aws.alarms.planner import Planner
from aws.model import Snapshot
from aws.permissions import iam_action, policy
from aws.services import registry
from aws.settings import AlarmSettings
from tests.scenarios.stage import Stage, on_stage

START_S = 1_800_000_000.0
T = TypeVar("T")


async def meanwhile(stage: Stage, work: Coroutine[Any, Any, T]) -> T:
    """Let time pass for as long as the work needs its turn."""
    task = asyncio.ensure_future(work)
    while not task.done():
        await stage.clock.advance(1.0)
    return task.result()


def office(stage: Stage, folder: Path) -> Office:
    assert stage.clock.source is not None
    planner = Planner(AlarmSettings(), registry(), stage.clock)
    journal = Journal(folder / "journal.jsonl")
    return Office(stage.clock.source.call, clock=stage.clock, journal=journal, make_plan=planner)


def arn_of(snapshot: Snapshot, name: str) -> str:
    return next(arn for arn, resource in snapshot.resources.items() if resource.name == name)


async def test_what_was_planned_and_applied_is_not_planned_again(tmp_path: Path) -> None:
    async with on_stage("black-friday", seed=1, start_s=START_S, at_minute=30, read_only=False) as stage:
        seen = await stage.next_poll()
        desk = office(stage, tmp_path)
        whole = await meanwhile(stage, desk.plan(seen))
        assert whole.gaps == ()
        _holds_together(whole)

        chosen = [arn_of(seen, name) for name in ("gift-cron", "orders#by-status")]
        plan = await meanwhile(stage, desk.plan(seen, resources=chosen))
        # How often each would have fired is told by the minute of its plan, and the first plan takes a while.
        assert [each.definition for each in plan.create] == [
            each.definition for each in whole.create if each.resource in chosen
        ]
        by_rule = {each.rule: each for each in plan.create}
        assert by_rule["lambda.errors"].fires_now
        assert by_rule["lambda.errors"].owner_stack == "gift-prod"
        assert by_rule["lambda.log-errors"].usd_per_month == 0.40
        assert "dynamodb.write_throttles" in by_rule  # its alarm watches dimensions that nobody publishes

        async def applied() -> list[Result]:
            return [outcome.result async for outcome in desk.apply(plan.create)]

        assert set(await meanwhile(stage, applied())) == {Result.CREATED}
        _is_allowed(stage)
        # What was seen is as old as before: names in use are looked up all the same.
        stale = await meanwhile(stage, desk.plan(seen, resources=chosen))
        assert stale.create == ()
        assert {name for _, _, name in stale.present} >= {each.definition.name for each in plan.create}


def _is_allowed(stage: Stage) -> None:
    """All that was called is in the policy that `cwtop permissions --write` prints."""
    assert stage.clock.source is not None
    called = {iam_action(*operation.split(":")) for operation in stage.clock.source.api_use().calls} - {""}
    allowed = {action for each in policy(registry().values(), write=True)["Statement"] for action in each["Action"]}
    assert called <= allowed
    assert {"cloudwatch:PutMetricAlarm", "tag:GetResources", "apigateway:GET"} <= called


def _holds_together(plan: Plan) -> None:
    names = [each.definition.name for each in plan.create]
    assert len(names) == len(set(names)) > 100
    for each in plan.create:
        if each.definition.filter is None:
            assert each.would_have_fired is not None
            # The account is hours old; queues tell when they were made, by a clock of their own.
            assert each.history_days < 1 or each.service != "lambda"
        else:
            assert (each.would_have_fired, each.fires_now) == (None, None)
    assert any("dead" in each.problem for each in plan.attention)
    assert any("silent" in each.problem for each in plan.attention)
