"""Sets an alarm off once, and looks whether its action ran. It notifies people: whoever calls this has asked first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from aws.alarms import journal
from aws.alarms.desk import Outcome, Result
from aws.alarms.existing import alarms_named
from aws.alarms.history import Acted, acted, walk_history
from aws.alarms.writing import Run
from aws.errors import AwsError
from aws.model import AlarmState

_LOOK_EVERY_S: Final = 2.0
_LOOK_FOR_S: Final = 60.0
_NEWEST: Final = 50
_REASON: Final = "Delivery test by cwtop: nothing is wrong. The alarm takes its own state again by itself."


async def prove(run: Run, name: str) -> Outcome:
    """Put the alarm into ALARM, wait for its actions in its history, and put its state back. Raises `JournalError`."""
    try:
        existing = (await alarms_named(run.call, [name])).get(name)
        if problem := _problem(existing):
            return Outcome(name, Result.SKIPPED, problem)
        assert existing is not None
        return await _set_off(run, name, existing)
    except AwsError as error:
        return Outcome(name, Result.FAILED, str(error))


def _problem(existing: Mapping[str, Any] | None) -> str:
    if existing is None:
        return "there is no alarm of this name any more"
    if existing.get("StateValue") == AlarmState.ALARM:
        return "it is in ALARM already: actions run on a change of state only"
    if not existing.get("ActionsEnabled", True):
        return "its actions are switched off"
    return "" if existing.get("AlarmActions") else "it has no action that could run"


async def _set_off(run: Run, name: str, existing: Mapping[str, Any]) -> Outcome:
    wanted = set(existing["AlarmActions"])
    before = [item async for item in _actions_of(run, name, existing)]
    await _set_state(run, name, AlarmState.ALARM)
    try:
        ran = await _new_actions(run, name, existing, wanted, before)
    finally:
        # Even when we are stopped: CloudWatch puts it right at its next evaluation, but a composite's may be far off.
        await asyncio.shield(asyncio.ensure_future(_set_state(run, name, AlarmState(existing["StateValue"]))))
    if failed := [each for each in ran.values() if each.failure]:
        return Outcome(name, Result.FAILED, f"{_topic(failed[0].target)} was not notified: {failed[0].failure}")
    if missing := wanted - set(ran):
        return Outcome(name, Result.UNKNOWN, f"no word of {_topic(min(missing))} within {_LOOK_FOR_S:.0f} s")
    return Outcome(name, Result.PROVED, f"notified {', '.join(sorted(map(_topic, wanted)))}")


async def _set_state(run: Run, name: str, state: AlarmState) -> None:
    params = {"AlarmName": name, "StateValue": state.value, "StateReason": _REASON}
    await run.write("cloudwatch", "SetAlarmState", params, op=journal.PROVE, name=name, done=Result.CHANGED)


async def _new_actions(
    run: Run, name: str, existing: Mapping[str, Any], wanted: set[str], before: Sequence[Acted]
) -> dict[str, Acted]:
    """What became of each wanted action that was not in the history before, as far as it is told in time."""
    ends_s = run.clock.monotonic() + _LOOK_FOR_S
    while True:
        new = [done async for done in _actions_of(run, name, existing) if done not in before]
        ran = {done.target: done for done in reversed(new) if done.target in wanted}
        if wanted <= set(ran) or run.clock.monotonic() >= ends_s:
            return ran
        await run.clock.sleep(_LOOK_EVERY_S)


async def _actions_of(run: Run, name: str, existing: Mapping[str, Any]) -> AsyncIterator[Acted]:
    """The alarm's newest actions, newest first. Told apart by what they say: our clock need not be AWS's."""
    kind = "CompositeAlarm" if "AlarmRule" in existing else "MetricAlarm"
    count = 0
    async for item in walk_history(run.call, AlarmName=name, AlarmTypes=[kind], HistoryItemType="Action"):
        yield acted(item)
        count += 1
        if count >= _NEWEST:
            return


def _topic(arn: str) -> str:
    return arn.rpartition(":")[2]
