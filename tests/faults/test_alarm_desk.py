"""Every kind of fault meets every operation with which alarms are planned, created, proved, switched and taken back.

Nothing is done twice, nothing is lost unsaid, every item is told of as it is, and doing it again completes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from aws.alarms.definition import Plan, Planned
from aws.alarms.desk import Outcome, Result
from aws.alarms.topics import Topic
from aws.errors import CwtopError
from tests.alarm_account import GROUP
from tests.faults.desk_account import EMAIL, NAMES, NEW_TOPIC, PLAN, STACK
from tests.faults.outcomes import Recorded
from tests.faults.stage import Act, Stage, played, told

FILTERS = [f"{GROUP}/cwtop-error"]
DONE = {Result.CREATED, Result.DELETED, Result.SKIPPED}


async def planning(stage: Stage) -> list[str]:
    found = await stage.in_trouble(stage.desk.plan(stage.seen()))
    truth = await stage.desk.plan(stage.seen())
    assert {each.owner_stack for each in truth.create} == {STACK}
    assert not truth.gaps
    if isinstance(found, CwtopError) or found.gaps or replace(found, at_s=truth.at_s) == truth:
        same = isinstance(found, CwtopError) or _names(found) == _names(truth)
        return [] if same else [f"{found}"]
    told = [(one, other) for one, other in zip(found.create, truth.create, strict=True) if one != other]
    return [f"{found.gaps} {told}"]


def _names(plan: Plan) -> list[str]:
    return [each.definition.name for each in plan.create]


async def choosing_topics(stage: Stage) -> list[str]:
    found = await stage.in_trouble(stage.desk.topics(stage.seen()))
    truth = await stage.desk.topics(stage.seen())
    if isinstance(found, CwtopError):
        return []
    known = {each.arn: each for each in found}
    return [f"{known.get(each.arn)}, and is {each}" for each in truth if each.used_by and not _same(known, each)]


def _same(known: dict[str, Topic], truth: Topic) -> bool:
    shown = known.get(truth.arn)
    return shown == truth or (shown is not None and bool(shown.unsure or shown.problem))


async def creating(stage: Stage) -> list[str]:
    """An alarm on a metric, and one on log lines; all of it is taken back in the end."""
    desk, account = stage.desk, stage.account
    wrong, run = await _created(stage, PLAN[:2])
    if account.filters() != FILTERS:
        wrong.append(f"in the end there are {account.filters()}")
    for each in [desk.last_run, run, desk.last_run]:
        wrong += _undone(await told(desk.undo(each))) if await desk.created_by(each) else []
    return wrong + [f"left over: {each}" for each in (*account.alarms(), *account.filters())]


async def creating_elsewhere(stage: Stage) -> list[str]:
    """Alarms on everything else, of which each kind is looked for in its own way."""
    return (await _created(stage, PLAN[2:]))[0]


async def _created(stage: Stage, plan: Sequence[Planned]) -> tuple[list[str], str]:
    """What goes wrong in creating it, and in doing so again; the run in which there was trouble."""
    desk, account, names = stage.desk, stage.account, [each.definition.name for each in plan]
    first = await stage.in_trouble(told(desk.apply(plan)))
    run, there = desk.last_run, set(account.alarms())
    if isinstance(first, CwtopError):
        wrong = [f"written, and only told that {first}"] if there or account.filters() else []
    else:
        wrong = _untold(first, names) + [
            f"{each} and there: {each.name in there}"
            for each in first
            if each.result is not Result.UNKNOWN and (each.result is Result.CREATED) != (each.name in there)
        ]
    wrong += _undone(await told(desk.apply(plan)))
    puts = [params["AlarmName"] for operation, params in account.asked if operation == "PutMetricAlarm"]
    if sorted(puts) != sorted(names) or set(account.alarms()) != set(names):
        wrong.append(f"in the end written {puts}, and there are {set(account.alarms())}")
    return wrong, run


async def taking_back(stage: Stage) -> list[str]:
    desk, account = stage.desk, stage.account
    names = NAMES[:2]
    await told(desk.apply(PLAN[:2]))
    first = await stage.in_trouble(told(desk.undo(desk.last_run)))
    there = set(account.alarms())
    if isinstance(first, CwtopError):
        wrong = [f"deleted, and only told that {first}"] if there != set(names) else []
    else:
        alarms = [each for each in first if each.name in names]
        wrong = _untold(alarms, names) + [
            f"{each} and there: {each.name in there}"
            for each in alarms
            if each.result is not Result.UNKNOWN and (each.result is Result.DELETED) == (each.name in there)
        ]
        if len(first) != len(alarms) + len(FILTERS):
            wrong.append(f"nothing told of the metric filter: {first}")
    wrong += _undone(await told(desk.undo(desk.last_run)))
    return wrong + [f"left over: {each}" for each in (*account.alarms(), *account.filters())]


async def switching(stage: Stage) -> list[str]:
    desk, names = stage.desk, NAMES[:2]
    await told(desk.apply(PLAN[:2]))
    wrong = []
    for enabled in (False, True):
        first = await stage.in_trouble(desk.set_actions(names, enabled=enabled))
        now = stage.enabled()
        if not isinstance(first, CwtopError):
            wrong += _untold(first, names) + [
                f"{each} and enabled: {now[each.name]}"
                for each in first
                if (each.result is Result.CHANGED) != (now[each.name] is enabled) and not _unknown(each)
            ]
        elif set(now.values()) != {not enabled}:
            wrong.append(f"switched, and only told that {first}")
        wrong += _undone(await desk.set_actions(names, enabled=enabled), {Result.CHANGED})
    return wrong


def _unknown(outcome: Outcome) -> bool:
    return outcome.result is Result.UNKNOWN or "not looked at again" in outcome.text


async def proving(stage: Stage) -> list[str]:
    desk, account, name = stage.desk, stage.account, NAMES[0]
    await told(desk.apply(PLAN[:1]))
    await stage.clock.advance(900)
    before = account.alarms()[name]["StateValue"]
    first = await stage.in_trouble(desk.prove(name))
    after = account.alarms()[name]["StateValue"]
    wrong = []
    if isinstance(first, Outcome) and first.result is Result.PROVED and after != before:
        wrong.append(f"{first}, and it stays in {after}")
    if isinstance(first, CwtopError) and after != before:
        wrong.append(f"set off, and only told that {first}")
    await stage.clock.advance(900)
    return wrong + _undone([await desk.prove(name)], {Result.PROVED})


async def creating_a_topic(stage: Stage) -> list[str]:
    account = stage.account
    first = await stage.in_trouble(stage.desk.create_topic(NEW_TOPIC, EMAIL))
    made = (NEW_TOPIC in "".join(account.topics), bool(account.subscribed))
    wrong = []
    if isinstance(first, Topic) and made != (True, True) and "could not be subscribed" not in first.problem:
        wrong.append(f"{first} and made: {made}")
    await stage.desk.create_topic(NEW_TOPIC, EMAIL)
    if len(account.topics) != 2 or len(set(account.subscribed)) != 1:
        wrong.append(f"in the end {account.topics}, {account.subscribed}")
    return wrong


async def looking_back(stage: Stage) -> list[str]:
    (alarm,) = stage.seen().alarms.values()
    found = await stage.in_trouble(stage.desk.history(alarm))
    truth = await stage.desk.history(alarm)
    return [] if isinstance(found, CwtopError) or found == truth else [f"{found} and is {truth}"]


ACTS: Sequence[Act] = (
    planning,
    choosing_topics,
    creating,
    creating_elsewhere,
    taking_back,
    switching,
    proving,
    creating_a_topic,
    looking_back,
)


@pytest.mark.parametrize("act", ACTS)
async def test_no_fault_of_any_operation_doubles_or_loses_anything(
    act: Act, recorded: Recorded, tmp_path: Path
) -> None:
    besides = creating if act is creating_elsewhere else None
    wrong = await played(act, recorded, tmp_path, besides=besides)
    assert not wrong, "\n".join(wrong)


def _untold(outcomes: Sequence[Outcome], names: Sequence[str]) -> list[str]:
    return [] if [each.name for each in outcomes] == list(names) else [f"told of {outcomes}"]


def _undone(again: Sequence[Outcome], done: set[Result] = DONE) -> list[str]:
    return [f"again: {each}" for each in again if each.result not in done]
