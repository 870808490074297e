"""Applying and taking back: nothing lost, nothing doubled, nobody else's touched, wherever it breaks."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from aws.alarms.definition import Planned
from aws.alarms.desk import Result
from aws.alarms.journal import Journal
from aws.errors import AccessDenied, Throttled, TimedOut, Unreachable, UsageError
from tests.alarm_account import AlarmAccount, Killed, never, planned
from tests.alarm_office import NAMES, PLAN, applied, foreign, office, results, thresholds, undone

STEPS = 17  # who we are, a look at everything, the topic; three functions; for each alarm: put, look; a metric filter


@pytest.fixture
def account() -> AlarmAccount:
    return AlarmAccount("fn-0", "fn-1", "fn-2", "fn-3")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "state" / "journal.jsonl")


async def test_what_is_applied_is_there_tagged_and_a_second_time_changes_nothing(
    account: AlarmAccount, journal: Journal
) -> None:
    desk = office(account, journal)
    first = await applied(desk)
    assert list(first) == [each.definition.name for each in PLAN]
    assert results(first) == {Result.CREATED}
    assert set(account.alarms()) == NAMES
    assert account.filters() == ["/aws/lambda/fn-0/cwtop-error"]
    tags = account.cloudwatch.handle(
        "ListTagsForResource", {"ResourceARN": account.alarms()[PLAN[0].definition.name]["AlarmArn"]}
    )
    assert {"Key": "managed-by", "Value": "cwtop"} in tags["Tags"]
    writes = len(account.writes())
    again = await applied(desk)
    assert results(again) == {Result.SKIPPED}
    assert {outcome.text for outcome in again.values()} == {"already there"}
    assert len(account.writes()) == writes


async def test_another_alarm_of_the_name_is_untouched_unless_it_is_named(
    account: AlarmAccount, journal: Journal
) -> None:
    foreign(account, PLAN[0], Threshold=50.0)
    desk = office(account, journal)
    outcome = (await applied(desk))[PLAN[0].definition.name]
    assert outcome.result is Result.SKIPPED
    assert "Threshold 50 instead of 5" in outcome.text
    assert thresholds(account)[PLAN[0].definition.name] == 50.0
    named = await applied(desk, replace=[PLAN[0].definition.name])
    assert named[PLAN[0].definition.name].result is Result.REPLACED
    assert thresholds(account)[PLAN[0].definition.name] == 5.0
    # What was replaced was not created: it stays, and the journal holds what it was.
    assert (await undone(desk, desk.last_run))[PLAN[0].definition.name].result is Result.SKIPPED
    (entry,) = [entry for entry in journal.entries() if entry.result == Result.REPLACED.value]
    assert entry.before is not None
    assert entry.before["Threshold"] == 50.0


async def test_an_alarm_that_a_stack_owns_is_not_even_replaced(account: AlarmAccount, journal: Journal) -> None:
    name = PLAN[0].definition.name
    foreign(account, PLAN[0], Threshold=50.0)
    account.cloudwatch.handle(
        "TagResource",
        {
            "ResourceARN": account.alarms()[name]["AlarmArn"],
            "Tags": [{"Key": "aws:cloudformation:stack-name", "Value": "shop"}],
        },
    )
    outcome = (await applied(office(account, journal), replace=[name]))[name]
    assert (outcome.result, "stack shop" in outcome.text) == (Result.SKIPPED, True)
    assert thresholds(account)[name] == 50.0


async def test_the_steps_at_which_it_is_broken_below_are_all_there_are(account: AlarmAccount, journal: Journal) -> None:
    await applied(office(account, journal))
    assert len(account.asked) == STEPS


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", range(1, STEPS + 1))
async def test_killed_at_any_step_and_run_again_gives_exactly_the_planned_set(
    account: AlarmAccount, journal: Journal, step: int, moment: str
) -> None:
    def dies(at: int, _operation: str) -> BaseException | None:
        return Killed() if at >= step else None

    setattr(account, moment, dies)
    desk = office(account, journal)
    with pytest.raises(Killed):
        await applied(desk)
    first_run = desk.last_run
    account.before = account.after = never
    again = office(account, journal)
    assert results(await applied(again)) <= {Result.CREATED, Result.SKIPPED}
    assert set(account.alarms()) == NAMES
    assert account.filters() == ["/aws/lambda/fn-0/cwtop-error"]
    puts = [params["AlarmName"] for operation, params in account.asked if operation == "PutMetricAlarm"]
    assert len(puts) <= len(NAMES) + 1  # the one that was sent when it died, perhaps twice
    # Both runs together take back everything, whoever's turn it is first.
    for run in (again.last_run, first_run, again.last_run):
        if any(entry.run == run for entry in journal.entries()):
            await undone(again, run)
    assert account.alarms() == {}
    assert account.filters() == []


@pytest.mark.parametrize("step", range(2, STEPS + 1))
async def test_stopped_at_any_step_a_write_on_the_wire_is_finished_and_written_down(
    account: AlarmAccount, journal: Journal, step: int
) -> None:
    desk = office(account, journal)
    task = asyncio.ensure_future(applied(desk))

    def stops(at: int, _operation: str) -> None:
        if at == step:
            task.cancel()

    account.before = stops
    with pytest.raises(asyncio.CancelledError):
        await task
    there = set(account.alarms())
    told = {entry.name for entry in journal.entries() if entry.op == "put-alarm" and entry.result == "created"}
    assert told == there
    account.before = never
    await applied(office(account, journal))
    assert set(account.alarms()) == NAMES


async def test_a_write_without_an_answer_when_we_are_stopped_is_unknown(
    account: AlarmAccount, journal: Journal
) -> None:
    desk = office(account, journal)
    account.deaf = True
    task = asyncio.ensure_future(applied(desk))
    await account.unheard.wait()
    task.cancel()
    await account.clock.advance(6.0)
    assert task.cancelled()
    assert [entry.result for entry in journal.entries()] == ["unknown"]
    account.deaf = False
    # It was carried out, though nobody knew: taking the run back finds it.
    assert results(await undone(desk, desk.last_run)) == {Result.DELETED}
    assert account.alarms() == {}


@pytest.mark.parametrize("kind", [TimedOut, Unreachable])
async def test_no_answer_is_looked_up_at_once(
    account: AlarmAccount, journal: Journal, kind: type[TimedOut | Unreachable]
) -> None:
    lost = kind("cloudwatch", "PutMetricAlarm", "no answer within 30 s")
    account.after = lambda _, operation: lost if operation == "PutMetricAlarm" else None
    outcome = (await applied(office(account, journal), PLAN[:1]))[PLAN[0].definition.name]
    assert outcome.result is Result.CREATED
    account.after, account.before = never, account.after
    outcome = (await applied(office(account, journal), [PLAN[2]]))[PLAN[2].definition.name]
    assert outcome.result is Result.UNKNOWN
    assert "run again" in outcome.text
    assert [entry.result for entry in journal.entries()] == ["created", "unknown"]


async def test_what_is_refused_in_the_middle_fails_alone(account: AlarmAccount, journal: Journal) -> None:
    denied = AccessDenied("cloudwatch", "PutMetricAlarm", "not authorized")
    throttled = Throttled("cloudwatch", "PutMetricAlarm", "Rate exceeded")
    errors = iter([None, denied, throttled, None])
    account.before = lambda _, operation: next(errors) if operation == "PutMetricAlarm" else None
    outcomes = list((await applied(office(account, journal))).values())
    assert [outcome.result for outcome in outcomes] == [Result.CREATED, Result.FAILED, Result.FAILED, Result.CREATED]
    assert "AccessDenied" in outcomes[1].text
    account.before = never
    assert results(await applied(office(account, journal))) == {Result.CREATED, Result.SKIPPED}
    assert set(account.alarms()) == NAMES


async def test_bad_items_hold_up_no_others(account: AlarmAccount, journal: Journal) -> None:
    def named(item: Planned, name: str) -> Planned:
        return replace(item, definition=replace(item.definition, name=name))

    account.functions = {PLAN[0].resource}
    outcomes = await applied(
        office(account, journal),
        [named(PLAN[0], "x" * 256), named(PLAN[0], "a\nb"), named(PLAN[0], "Übung 注文"), planned(1)],
    )
    assert [each.result for each in outcomes.values()] == [
        Result.FAILED,
        Result.FAILED,
        Result.CREATED,
        Result.SKIPPED,
    ]
    assert "does not exist any more" in outcomes[planned(1).definition.name].text
    assert set(account.alarms()) == {"Übung 注文"}


async def test_a_topic_that_was_deleted_since_the_plan_is_no_topic(account: AlarmAccount, journal: Journal) -> None:
    account.topics = set()
    outcomes = await applied(office(account, journal), PLAN[:1])
    assert results(outcomes) == {Result.FAILED}
    assert "topic pay-oncall" in outcomes[PLAN[0].definition.name].text
    assert account.writes() == []


async def test_what_we_may_not_look_at_by_itself_is_taken_to_exist(account: AlarmAccount, journal: Journal) -> None:
    denied = AccessDenied("any", "Get", "not authorized")
    account.before = lambda _, operation: denied if operation.startswith("Get") and "Caller" not in operation else None
    assert results(await applied(office(account, journal))) == {Result.CREATED}


async def test_nothing_is_written_where_it_cannot_be_told_what_is_there(
    account: AlarmAccount, journal: Journal
) -> None:
    denied = AccessDenied("cloudwatch", "DescribeAlarms", "not authorized")
    account.before = lambda _, operation: denied if operation == "DescribeAlarms" else None
    outcomes = await applied(office(account, journal))
    assert results(outcomes) == {Result.FAILED}
    assert set(outcomes) == NAMES
    assert account.writes() == []


async def test_two_people_at_once_neither_lose_nor_take_the_others(account: AlarmAccount, journal: Journal) -> None:
    other = planned(0, threshold=9.0)

    def somebody_else(_step: int, operation: str) -> None:
        if operation == "PutMetricAlarm":
            account.after = never
            foreign(account, other)

    account.after = somebody_else
    desk = office(account, journal)
    outcome = (await applied(desk, PLAN[:1]))[PLAN[0].definition.name]
    assert outcome.result is Result.UNKNOWN
    assert "somebody changed it" in outcome.text
    assert results(await undone(desk, desk.last_run)) == {Result.SKIPPED}
    assert thresholds(account) == {other.definition.name: 9.0}


async def test_undo_takes_exactly_what_the_run_created_and_nothing_when_run_again(
    account: AlarmAccount, journal: Journal
) -> None:
    desk = office(account, journal)
    await applied(desk, PLAN[2:])
    earlier = desk.last_run
    await applied(desk)
    later = desk.last_run
    foreign(account, PLAN[0], Threshold=7.0)  # changed since, by hand
    first = await undone(desk, later)
    assert first[PLAN[0].definition.name].text == "changed since: Threshold"
    assert first[PLAN[1].definition.name].result is Result.DELETED
    assert set(account.alarms()) == NAMES - {PLAN[1].definition.name}
    assert account.filters() == []
    assert Result.DELETED not in results(await undone(desk, later))
    assert await desk.newest_run() == later
    assert results(await undone(desk, earlier)) == {Result.DELETED}
    with pytest.raises(UsageError, match="no run"):
        await undone(desk, "20200101T000000Z-000000")


async def test_an_alarm_made_anew_by_another_run_is_not_taken_back(account: AlarmAccount, journal: Journal) -> None:
    desk, other = office(account, journal), office(account, Journal(journal.path.with_name("other.jsonl")))
    await applied(desk, PLAN[:1])
    account.cloudwatch.handle("DeleteAlarms", {"AlarmNames": [PLAN[0].definition.name]})
    await applied(other, PLAN[:1])
    assert results(await undone(desk, desk.last_run)) == {Result.SKIPPED}
    assert set(account.alarms()) == {PLAN[0].definition.name}


async def test_a_metric_filter_that_another_alarm_needs_stays(account: AlarmAccount, journal: Journal) -> None:
    desk = office(account, journal)
    await applied(desk, [PLAN[1]])
    foreign(account, PLAN[1], AlarmName="somebody else's")
    outcomes = await undone(desk, desk.last_run)
    assert [each.result for each in outcomes.values()] == [Result.DELETED, Result.SKIPPED]
    assert account.filters() == ["/aws/lambda/fn-0/cwtop-error"]


async def test_another_metric_filter_of_the_name_is_a_conflict(account: AlarmAccount, journal: Journal) -> None:
    definition = PLAN[1].definition
    assert definition.filter is not None
    account.logs.handle("PutMetricFilter", definition.filter.parameters() | {"filterPattern": "FATAL"})
    outcome = (await applied(office(account, journal), [PLAN[1]]))[definition.name]
    assert outcome.result is Result.SKIPPED
    assert "another metric filter" in outcome.text
    assert account.alarms() == {}


async def test_an_alarm_that_lost_its_metric_filter_gets_it_again_and_stays_as_it_is(
    account: AlarmAccount, journal: Journal
) -> None:
    desk = office(account, journal)
    await applied(desk, [PLAN[1]])
    made = PLAN[1].definition
    assert made.filter is not None
    foreign(account, PLAN[1], Threshold=77.0)
    lost = {"logGroupName": made.filter.log_group, "filterName": made.filter.name}
    account.logs.handle("DeleteMetricFilter", lost)
    before = account.alarms()
    again = replace(PLAN[1], filter_only=True)
    assert (await applied(desk, [again]))[made.name].result is Result.CHANGED
    assert account.alarms() == before
    assert account.filters() == ["/aws/lambda/fn-0/cwtop-error"]
    assert results(await undone(desk, desk.last_run)) == {Result.SKIPPED}  # the alarm needs it
    account.cloudwatch.handle("DeleteAlarms", {"AlarmNames": [made.name]})
    account.logs.handle("DeleteMetricFilter", lost)
    assert (await applied(desk, [again]))[made.name].text == "not there any more: plan again"
    assert account.filters() == []
