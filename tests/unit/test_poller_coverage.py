"""Coverage in the snapshots: nothing before alarms were read, unknown where they cannot be, no work for nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest

from aws.alarms.score import score_of
from aws.errors import AccessDenied, InvalidRequest, Throttled
from aws.model import Cover, Health, MetricKey, Resource, Severity, Snapshot
from aws.poller import Poller
from aws.services.recommendation import Recommendation
from aws.settings import PollSettings
from tests.poller_world import ELSEWHERE, GADGETS, FakeAws, FakeSource, newest
from tests.virtual_clock import VirtualClock
from tui.present.cover import Cover as Word
from tui.present.cover import Coverage
from tui.present.gaps import panel
from tui.present.view import Look

TURN_S = 65
ASKED: list[str] = []


def _threshold(resource: Resource, figures: Mapping[str, float]) -> float:
    ASKED.append(resource.name)
    if resource.name == "odd":
        raise ZeroDivisionError("a recommendation with a defect")
    return figures["threshold"]


ERRORS = Recommendation(
    id="gadget.errors",
    kind="gadget",
    title="it errs",
    severity=Severity.CRITICAL,
    metrics=lambda resource: (MetricKey("Test/Gadget", "Errors", (("Gadget", resource.name),)),),
    stat="Sum",
    comparison="GreaterThanThreshold",
    period_s=60,
    datapoints=1,
    periods=1,
    figures={"threshold": 5.0},
    threshold=_threshold,
    source="made up",
)


@pytest.fixture
def clock() -> VirtualClock:
    ASKED.clear()
    return VirtualClock()


def an_account(clock: VirtualClock, *names: str, **more: object) -> FakeAws:
    account = FakeAws(clock, **more)  # type: ignore[arg-type]
    account.add(*names)
    return account


def a_poller(*accounts: FakeAws) -> Poller:
    services = {"gadget": replace(GADGETS, recommendations=(ERRORS,))}
    sources = [FakeSource(account) for account in accounts]
    return Poller(sources, settings=PollSettings(), clock=accounts[0].clock, services=services)


def covers(snapshot: Snapshot) -> dict[str, Cover]:
    assert snapshot.coverage is not None
    return {arn.rpartition(":")[2]: each.cover for arn, covered in snapshot.coverage.items() for each in covered}


async def test_coverage_follows_alarms_and_resources(clock: VirtualClock) -> None:
    aws = an_account(clock, "a", "b")
    aws.alarm("a errs", "a", state="OK")
    async with a_poller(aws) as poller:
        await clock.advance(1)
        assert covers(await newest(poller)) == {"a": Cover.PRESENT, "b": Cover.MISSING}
        aws.add("c")
        aws.alarms["a errs"]["ActionsEnabled"] = False
        await clock.advance(11 * 60)
        assert covers(await newest(poller)) == {"a": Cover.SILENT, "b": Cover.MISSING, "c": Cover.MISSING}


async def test_nothing_is_judged_anew_for_a_state_or_another_resource(clock: VirtualClock) -> None:
    aws = an_account(clock, "a", "b")
    aws.alarm("a errs", "a", state="OK")
    async with a_poller(aws) as poller:
        await clock.advance(1)
        before = await newest(poller)
        aws.alarm("a errs", "a", state="ALARM")
        await clock.advance(TURN_S)
        after = await newest(poller)
        assert after.alarms != before.alarms
        assert after.coverage is before.coverage
        assert sorted(ASKED) == ["a", "b"]
        aws.add("c")
        await clock.advance(11 * 60)
        assert "c" in covers(await newest(poller))
    assert sorted(ASKED) == ["a", "b", "c"]


async def test_alarms_that_were_never_read_are_no_missing_ones(clock: VirtualClock) -> None:
    denied, other = an_account(clock, "a"), an_account(clock, "b", scope=ELSEWHERE)
    denied.fates["DescribeAlarms"] = AccessDenied("cloudwatch", "DescribeAlarms", "not you")
    async with a_poller(denied) as poller:
        await clock.advance(1)
        assert (await newest(poller)).coverage is None
    async with a_poller(denied, other) as poller:
        await clock.advance(1)
        assert covers(await newest(poller)) == {"a": Cover.UNKNOWN, "b": Cover.MISSING}
        denied.fates.clear()
        await clock.advance(TURN_S)
        assert covers(await newest(poller)) == {"a": Cover.MISSING, "b": Cover.MISSING}


async def test_what_was_read_once_is_kept_while_alarms_cannot_be_read(clock: VirtualClock) -> None:
    aws = an_account(clock, "a")
    aws.alarm("a errs", "a")
    async with a_poller(aws) as poller:
        await clock.advance(1)
        aws.fates["DescribeAlarms"] = Throttled("cloudwatch", "DescribeAlarms", "slow down")
        await clock.advance(12 * 60)
        seen = await newest(poller)
    assert covers(seen) == {"a": Cover.PRESENT}
    assert seen.gaps


async def test_a_topic_that_nobody_reads_makes_its_alarms_silent(clock: VirtualClock) -> None:
    aws = an_account(clock, "a", "b")
    aws.alarm("a errs", "a")
    async with a_poller(aws) as poller:
        await clock.advance(1)
        aws.alarm("b errs", "b")
        aws.alarms["b errs"]["AlarmActions"] = ["arn:aws:sns:eu-west-1:123456789012:nobody"]
        await clock.advance(TURN_S)
        seen = await newest(poller)
        assert covers(seen) == {"a": Cover.PRESENT, "b": Cover.SILENT}
        assert seen.delivery.undeliverable == {"arn:aws:sns:eu-west-1:123456789012:nobody"}
        assert aws.count("GetTopicAttributes") == 3, "again only where there is a new one"
        await clock.advance(5 * 60)
        assert aws.count("GetTopicAttributes") == 3


async def test_an_alarm_that_a_mute_rule_keeps_quiet_is_silent(clock: VirtualClock) -> None:
    aws = an_account(clock, "a", "b")
    aws.alarm("a errs", "a")
    aws.alarm("b errs", "b")
    aws.mutes = {"during: the night": ("a errs",)}
    seen = await a_poller(aws).look(45)
    assert covers(seen) == {"a": Cover.SILENT, "b": Cover.PRESENT}
    firing = {arn.rpartition(":")[2]: found[0].severity for arn, found in seen.findings.items()}
    assert firing == {"a": Severity.WARNING, "b": Severity.CRITICAL}, "nobody is told of a"
    assert Coverage.of(seen).says(aws.arn("a")) is Word.SILENT


AWS_SERVICE = {"GetTopicAttributes": "sns", "DescribeAlarmHistory": "cloudwatch", "ListAlarmMuteRules": "cloudwatch"}


@pytest.mark.parametrize("operation", AWS_SERVICE)
async def test_what_may_not_be_read_of_whom_alarms_reach_is_a_gap_and_no_claim(
    clock: VirtualClock, operation: str
) -> None:
    aws = an_account(clock, "a")
    aws.alarm("a errs", "a")
    aws.fates[operation] = AccessDenied(AWS_SERVICE[operation], operation, "not you")
    seen = await a_poller(aws).look(45)
    assert [(gap.action, gap.error) for gap in seen.gaps] == [
        (f"{AWS_SERVICE[operation]}:{operation}", "AccessDenied: not you")
    ]
    assert "cwtop permissions" in seen.gaps[0].hint
    assert covers(seen) == {"a": Cover.PRESENT}, "an alarm watches: there is nothing to create"
    (finding,) = seen.findings[aws.arn("a")]
    assert finding.severity is Severity.CRITICAL, "it cannot be told that nobody hears it"
    (covered,) = (seen.coverage or {})[aws.arn("a")]
    said = Coverage.of(seen).says(aws.arn("a"))
    if operation == "DescribeAlarmHistory":  # the topic itself shows that somebody reads it
        assert (covered.unsure, said) == (False, Word.FIRED)
    else:
        assert (covered.unsure, said) == (True, Word.FIRED_UNSURE)
        assert "is not known" in covered.detail
        assert "not you" in covered.detail
        counted = score_of(seen.coverage)
        assert counted is not None
        assert (counted.present, counted.unsure) == (1, 1)


async def test_gaps_of_topics_close_when_they_can_be_read(clock: VirtualClock) -> None:
    aws = an_account(clock, "a")
    aws.alarm("a errs", "a")
    aws.alarm("b errs", "a")
    aws.fates["GetTopicAttributes"] = AccessDenied("sns", "GetTopicAttributes", "not you")
    aws.alarms["b errs"]["AlarmActions"] = ["arn:aws:sns:eu-west-1:123456789012:more-oncall"]
    async with a_poller(aws) as poller:
        await clock.advance(1)
        seen = await newest(poller)
        assert [gap.error for gap in seen.gaps] == ["AccessDenied: not you (2 topics)"]
        aws.fates.clear()
        await clock.advance(11 * 60)
        seen = await newest(poller)
    assert seen.gaps == ()
    assert not any(each.unsure for covered in (seen.coverage or {}).values() for each in covered)


async def test_a_closed_topic_of_another_account_is_unsure_but_no_gap_that_we_could_close(clock: VirtualClock) -> None:
    aws = an_account(clock, "a")
    aws.alarm("a errs", "a")
    aws.alarms["a errs"]["AlarmActions"] = ["arn:aws:sns:eu-west-1:999999999999:central"]
    aws.fates["GetTopicAttributes"] = AccessDenied("sns", "GetTopicAttributes", "not you", code="AuthorizationError")
    seen = await a_poller(aws).look(45)
    assert seen.gaps == ()
    assert [each.unsure for each in (seen.coverage or {})[aws.arn("a")]] == [True]


async def test_an_endpoint_without_mute_rules_has_none_and_nobody_says_they_were_read(clock: VirtualClock) -> None:
    aws = an_account(clock, "a")
    aws.alarm("a errs", "a")
    aws.fates["ListAlarmMuteRules"] = InvalidRequest("cloudwatch", "ListAlarmMuteRules", "what?", code="InvalidAction")
    seen = await a_poller(aws).look(45)
    assert seen.gaps == ()
    assert seen.delivery.not_offered == {"cloudwatch:ListAlarmMuteRules"}
    told = "\n".join(line.text for line in panel(seen, Look(), []))
    assert "not offered by this endpoint, so nothing was read by it: cloudwatch:ListAlarmMuteRules" in told
    assert "was answered" not in told
    assert [each.unsure for each in (seen.coverage or {})[aws.arn("a")]] == [False]


async def test_a_look_waits_for_topics_but_not_long(clock: VirtualClock) -> None:
    aws = an_account(clock, "a")
    aws.alarm("a errs", "a")
    aws.fates["GetTopicAttributes"] = asyncio.Event()
    looking = asyncio.ensure_future(a_poller(aws).look(45))
    await clock.advance(9)
    assert not looking.done()
    await clock.advance(2)
    seen = await looking
    assert covers(seen) == {"a": Cover.PRESENT}
    assert [each.unsure for each in (seen.coverage or {})[aws.arn("a")]] == [True]
    assert [gap.action for gap in seen.gaps] == ["sns:GetTopicAttributes"]


async def test_a_defect_costs_one_resource(clock: VirtualClock) -> None:
    aws = an_account(clock, "a", "odd")
    async with a_poller(aws) as poller:
        await clock.advance(1)
        assert covers(await newest(poller)) == {"a": Cover.MISSING, "odd": Cover.UNKNOWN}


async def test_a_look_without_metrics_tells_coverage_and_misses_nothing_that_was_not_asked(clock: VirtualClock) -> None:
    aws = an_account(clock, "a", "b")
    aws.alarm("a errs", "a", state="OK")
    poller = Poller(
        [FakeSource(aws)],
        settings=PollSettings(metrics=False),
        clock=clock,
        services={"gadget": replace(GADGETS, recommendations=(ERRORS,))},
    )
    looking = asyncio.ensure_future(poller.look(45))
    await clock.advance(1)
    snapshot = await looking
    assert covers(snapshot) == {"a": Cover.PRESENT, "b": Cover.MISSING}
    assert snapshot.complete
    assert snapshot.gaps == ()
    assert aws.count("GetMetricData") == 0
    assert Health.OK not in snapshot.health.values()
