"""The desk's other doings: refusing, switching, proving, taking back what is superseded, and its journal."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from aws.alarms.desk import Outcome, Result
from aws.alarms.journal import Journal, JournalError
from aws.errors import ReadOnlyRefused
from aws.model import Cover, Covered, Snapshot
from tests.alarm_account import SCOPE, TOPIC, WHO, AlarmAccount, planned
from tests.alarm_office import NAMES, PLAN, applied, foreign, office, undone
from tests.builders import an_alarm, snapshot


@pytest.fixture
def account() -> AlarmAccount:
    return AlarmAccount("fn-0", "fn-1", "fn-2", "fn-3")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state" / "journal.jsonl")


async def test_read_only_refuses_before_any_call(account: AlarmAccount, journal: Journal) -> None:
    desk = office(account, journal, read_only=True)
    for refused in (applied(desk), undone(desk, "x"), desk.prove("a"), desk.set_actions(["a"], enabled=False)):
        with pytest.raises(ReadOnlyRefused):
            await refused
    with pytest.raises(ReadOnlyRefused):
        await desk.create_topic("t", "a@example.com")
    assert account.asked == []
    assert not journal.path.exists()


async def test_a_new_alarm_finds_its_state_by_itself(account: AlarmAccount, journal: Journal) -> None:
    await applied(office(account, journal), [planned(0), planned(1)])

    def states() -> list[str]:
        return [raw["StateValue"] for _, raw in sorted(account.alarms().items())]

    assert states() == ["INSUFFICIENT_DATA", "INSUFFICIENT_DATA"]
    await account.clock.advance(10 * 60)
    assert states() == ["OK", "ALARM"]


async def test_actions_are_switched_and_proved_and_the_history_tells(account: AlarmAccount, journal: Journal) -> None:
    desk = office(account, journal)
    await applied(desk, PLAN[:1])
    name = PLAN[0].definition.name
    off = await desk.set_actions([name, "no such alarm"], enabled=False)
    assert [each.result for each in off] == [Result.CHANGED, Result.FAILED]
    assert (await desk.prove(name)).text == "its actions are switched off"
    await desk.set_actions([name], enabled=True)
    proof = await desk.prove(name)
    assert (proof.result, proof.text) == (Result.PROVED, "notified pay-oncall")
    assert account.alarms()[name]["StateValue"] == "INSUFFICIENT_DATA"
    words = [text for _, text in await desk.history(an_alarm(name))]
    assert words[-1] == "created"
    assert "notified pay-oncall" in words


async def test_a_notification_that_fails_or_is_never_told_of_is_no_proof(
    account: AlarmAccount, journal: Journal
) -> None:
    desk = office(account, journal)
    await applied(desk, PLAN[:1])
    name = PLAN[0].definition.name
    account.delivery_error = "not authorized to perform: SNS:Publish"
    failed = await desk.prove(name)
    assert failed.result is Result.FAILED
    assert failed.text == "pay-oncall was not notified: not authorized to perform: SNS:Publish"
    account.delivery_error = None
    asking = asyncio.ensure_future(desk.prove(name))
    while not asking.done():
        await account.clock.advance(1.0)
        await asyncio.to_thread(lambda: None)
    assert asking.result().result is Result.UNKNOWN
    assert account.alarms()[name]["StateValue"] == "INSUFFICIENT_DATA"
    account.cloudwatch.handle("SetAlarmState", {"AlarmName": name, "StateValue": "ALARM", "StateReason": "r"})
    assert (await desk.prove(name)).result is Result.SKIPPED
    assert (await desk.prove("no such alarm")).result is Result.SKIPPED


async def test_ours_go_where_an_alarm_of_theirs_does_the_same_and_only_then(
    account: AlarmAccount, journal: Journal
) -> None:
    desk = office(account, journal)
    await applied(desk)
    foreign(account, PLAN[0], AlarmName="theirs")
    foreign(account, PLAN[0], AlarmName="not ours, though it is said to be")

    def seen(ours: str, covering: str) -> Snapshot:
        alarms = [an_alarm(name, scope=SCOPE) for name in (ours, covering)]
        covered = Covered(
            "lambda.errors",
            Cover.PRESENT,
            alarms=tuple(each.arn for each in alarms),
            superseded=(alarms[0].arn,),
        )
        return snapshot(alarms={each.arn: each for each in alarms}, coverage={PLAN[0].resource: (covered,)})

    async def undone_superseded(ours: str, covering: str = "theirs") -> list[Outcome]:
        return [each async for each in desk.undo_superseded(seen(ours, covering))]

    (kept,) = await undone_superseded(PLAN[0].definition.name, covering="was deleted meanwhile")
    assert (kept.result, "not there any more" in kept.text) == (Result.SKIPPED, True)
    (kept,) = await undone_superseded("not ours, though it is said to be")
    assert (kept.result, kept.text) == (Result.SKIPPED, "not created by cwtop")
    outcomes = await undone_superseded(PLAN[1].definition.name)
    assert [each.result for each in outcomes] == [Result.DELETED, Result.DELETED]  # with its metric filter
    assert account.filters() == []
    assert (await undone_superseded(PLAN[1].definition.name))[0].result is Result.SKIPPED
    assert set(account.alarms()) == NAMES - {PLAN[1].definition.name} | {"theirs", "not ours, though it is said to be"}


async def test_the_journal_says_who_when_where_what_and_survives_a_torn_line(
    account: AlarmAccount, journal: Journal
) -> None:
    await applied(office(account, journal), PLAN[:1])
    assert journal.path.stat().st_mode & 0o777 == 0o600
    lines = journal.path.read_bytes().splitlines(keepends=True)
    intent = json.loads(lines[0])
    assert (intent["step"], intent["who"], intent["account"], intent["region"]) == (
        "intent",
        WHO,
        SCOPE.account,
        SCOPE.region,
    )
    assert intent["definition"]["AlarmActions"] == [TOPIC]
    journal.path.write_bytes(b"".join(lines)[:-20])
    assert [entry.result for entry in journal.entries()] == ["unknown"]
    await applied(office(account, journal), [PLAN[2]])
    assert [(entry.name, entry.result) for entry in journal.entries()] == [
        (PLAN[0].definition.name, "unknown"),
        (PLAN[2].definition.name, "created"),
    ]


async def test_nothing_is_sent_that_cannot_be_written_down(account: AlarmAccount, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="cannot be written"):
        await applied(office(account, Journal(tmp_path / "file" / "journal.jsonl")))
    assert account.writes() == []
