"""The matrix holds every operation that cwtop can send: a new one is in it by itself, or this fails."""

from __future__ import annotations

from pathlib import Path

from aws.permissions import iam_action, policy
from aws.poller import Poller
from aws.services import registry
from tests.faults import test_alarm_desk, test_role_desk
from tests.faults.account import Account, World
from tests.faults.outcomes import Recorded
from tests.faults.sent import operations
from tests.faults.stage import asked_by
from tests.faults.test_matrix import OF_TIERS, SETTINGS
from tests.faults.test_role_desk import Desk
from tests.virtual_clock import VirtualClock


async def test_whatever_can_be_sent_meets_every_fault_and_is_allowed_by_the_policy(
    recorded: Recorded, tmp_path: Path
) -> None:
    clock = VirtualClock(1_800_000_000.0)
    account = Account("r0", World(), clock)
    async with Poller([account], settings=SETTINGS, clock=clock):
        await clock.advance(100)
    asked = account.asked | set(OF_TIERS)
    for act in test_alarm_desk.ACTS:
        asked |= await asked_by(act, recorded, tmp_path)
    for look, denied in test_role_desk.CELLS:
        desk = Desk(recorded, denied=denied)
        await desk.in_trouble(look(desk))
        asked |= desk.asked
    assert asked == operations()
    allowed = {action for each in policy(registry().values(), write=True)["Statement"] for action in each["Action"]}
    assert {iam_action(*action.split(":")) for action in asked} <= allowed | {""}
