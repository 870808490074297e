"""Sets an alarm off once, and looks whether its action ran. It notifies people: whoever calls this has asked first."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
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
    began_s = run.clock.now()
    wanted = set(existing["AlarmActions"])
    try:
        await _set_state(run, name, AlarmState.ALARM)
        ran = await _actions(run, name, existing, wanted, began_s)
    finally:
        # Even when we are stopped: CloudWatch would put it right at its next evaluation, a composite alarm's may be far.
        await asyncio.shield(asyncio.ensure_future(_set_state(run, name, AlarmState(existing["StateValue"]))))
    if failed := [each for each in ran.values() if each.failure]:
        return Outcome(name, Result.FAILED, f"{_topic(failed[0].target)} was not notified: {failed[0].failure}")
    if missing := wanted - set(ran):
        return Outcome(name, Result.UNKNOWN, f"no word of {_topic(min(missing))} within {_LOOK_FOR_S:.0f} s")
    names = ", ".join(sorted(map(_topic, wanted)))
    return Outcome(name, Result.PROVED, f"notified {names}")


async def _set_state(run: Run, name: str, state: AlarmState) -> None:
    params = {"AlarmName": name, "StateValue": state.value, "StateReason": _REASON}
    await run.write("cloudwatch", "SetAlarmState", params, op=journal.PROVE, name=name, done=Result.CHANGED)


async def _actions(
    run: Run, name: str, existing: Mapping[str, Any], wanted: set[str], began_s: float
) -> dict[str, Acted]:
    """What became of each action since then, as far as it is told in time."""
    kind = "CompositeAlarm" if "AlarmRule" in existing else "MetricAlarm"
    since = datetime.fromtimestamp(began_s - 1, UTC)
    ends_s = run.clock.monotonic() + _LOOK_FOR_S
    ran: dict[str, Acted] = {}
    while True:
        selection = {"AlarmName": name, "AlarmTypes": [kind], "HistoryItemType": "Action", "StartDate": since}
        async for item in walk_history(run.call, **selection):
            done = acted(item)
            ran.setdefault(done.target, done)
        if wanted <= set(ran) or run.clock.monotonic() >= ends_s:
            return ran
        await run.clock.sleep(_LOOK_EVERY_S)


def _topic(arn: str) -> str:
    return arn.rpartition(":")[2]
