"""cwtop held to the scenario files: each stated finding shows within one poll of its data, and nothing else is red."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from aws.model import Phase, Severity, Snapshot
from aws.services import registry
from demo.cloudwatch.publishing import SETTLED_AFTER_S
from demo.story import Expected, scenario
from tests.scenarios.stage import Stage, on_stage, resource_name

START_S = 1_800_000_000.0
# After the last bad minute: five quiet minutes, looked at over five-minute windows, once they are settled.
CLOSES_WITHIN_MIN = 12

# A long story is played in acts, which begin with the history that the acts before them left. Polls every minute show
# how a story is told; what is found does not depend on how often it is looked for.
ACTS = [
    ("calm", 0, 12, 120),
    ("hot-partition", 0, 26, 120),
    ("bad-deployment", 0, 26, 120),
    ("creeping-timeout", 0, 30, 120),
    ("concurrency", 0, 28, 120),
    ("black-friday", 0, 20, 60),
    ("black-friday", 20, 62, 120),
    ("black-friday", 62, 104, 120),
]

ONE_INCIDENT_AT = ("hot-partition", 10)


@pytest.mark.parametrize(("name", "first", "last", "poll_s"), ACTS)
async def test_what_is_stated_is_shown_in_time_and_nothing_else_is_critical(
    name: str, first: int, last: int, poll_s: float
) -> None:
    stated = [finding for finding in scenario(name).findings if finding.resource.split("/")[0] in registry()]
    async with on_stage(name, seed=1, start_s=START_S, at_minute=first, poll_s=poll_s) as stage:
        while stage.minute < last:
            snapshot = await stage.next_poll()
            shown = _shown(snapshot)
            assert snapshot.gaps == ()
            missing = [each for each in stated if _due(each, stage) and not _among(each, shown)]
            assert not missing, f"minute {stage.minute}"
            critical = [one for one, severity in shown.items() if severity is Severity.CRITICAL]
            unforeseen = [one for one in critical if not any(_foreseen(each, one, stage) for each in stated)]
            assert not unforeseen, f"minute {stage.minute}"
            if not stated:
                assert not [one for one, severity in shown.items() if severity is not Severity.INFO]
            if (name, stage.minute) == ONE_INCIDENT_AT:
                _reads_as_one_incident_from_its_first_cause(snapshot)


def _reads_as_one_incident_from_its_first_cause(snapshot: Snapshot) -> None:
    worst = snapshot.incidents[0]
    assert resource_name(snapshot, worst.cause) == "dynamodb/index/orders#by-status"
    members = {resource_name(snapshot, member.arn) for member in worst.members}
    assert members >= {"lambda/function/checkout-place", "apigateway/rest-api-stage/checkout/prod"}
    throttles = next(f for f in snapshot.findings[worst.cause] if f.rule == "dynamodb.throttles")
    assert "hot key" in throttles.text


def test_the_one_incident_is_looked_at() -> None:
    name, minute = ONE_INCIDENT_AT
    acts = [act for act in ACTS if act[0] == name]
    assert any(minute in range(first + every_s // 60, last + 1, every_s // 60) for _, first, last, every_s in acts)


def _shown(snapshot: Snapshot) -> dict[tuple[str, str], Severity]:
    """The open findings as (rule, resource), with their severities."""
    return {
        (finding.rule, resource_name(snapshot, arn)): finding.severity
        for arn, findings in snapshot.findings.items()
        for finding in findings
        if finding.phase is Phase.OPEN
    }


def _due(expected: Expected, stage: Stage) -> bool:
    """Whether the poll just done must show it: its data has been out for a poll, and its last is not out yet."""
    start_s, now_s = stage.world.start_minute * 60.0, stage.clock.now()
    published_s = start_s + expected.since * 60.0 + SETTLED_AFTER_S
    gone = expected.until is not None and now_s > start_s + expected.until * 60.0 + SETTLED_AFTER_S
    return expected.required and now_s >= published_s + stage.poll_s and not gone


def _among(expected: Expected, shown: dict[tuple[str, str], Severity]) -> bool:
    severity = shown.get((expected.rule, expected.resource))
    return severity is not None and severity.rank <= Severity(expected.severity).rank


def _foreseen(expected: Expected, one: tuple[str, str], stage: Stage) -> bool:
    rule, resource = one
    same = fnmatchcase(rule, expected.rule) and (
        resource == expected.resource or fnmatchcase(resource, expected.resource)
    )
    begun = stage.minute > expected.since
    over = expected.until is not None and stage.minute > expected.until + CLOSES_WITHIN_MIN
    return same and expected.severity == Severity.CRITICAL and begun and not over
