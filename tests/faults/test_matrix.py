"""Every kind of fault meets every operation that the poller uses, on the virtual clock.

One poller watches a region for each operation, in which that operation alone is hit, and one more in which nothing is:
what the others must not contradict while the fault lasts, and must be equal to one poll after its end.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from aws.model import Gap, Health, Snapshot
from aws.poller import Poller
from aws.settings import PollSettings
from demo.faults.plan import OF_METRIC_DATA, Kind
from tests.faults.account import Account, World
from tests.faults.outcomes import outcome, record
from tests.virtual_clock import VirtualClock

POLL_S = 60.0
CALM = "calm-1"
OPERATIONS = (
    "apigateway:GetResources",
    "apigateway:GetRestApis",
    "apigateway:GetStages",
    "application-autoscaling:DescribeScalableTargets",
    "cloudwatch:DescribeAlarmHistory",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetAlarmMuteRule",
    "cloudwatch:GetMetricData",
    "cloudwatch:ListAlarmMuteRules",
    "cognito-idp:ListUserPoolClients",
    "cognito-idp:ListUserPools",
    "dynamodb:DescribeTable",
    "dynamodb:ListTables",
    "events:ListRules",
    "events:ListTargetsByRule",
    "lambda:GetAccountSettings",
    "lambda:GetFunctionConcurrency",
    "lambda:ListEventSourceMappings",
    "lambda:ListFunctions",
    "logs:DescribeLogGroups",
    "logs:DescribeMetricFilters",
    "resourcegroupstaggingapi:GetResources",
    "scheduler:ListSchedules",
    "sns:GetTopicAttributes",
    "sqs:GetQueueAttributes",
    "sqs:ListQueues",
)
# Polls come five seconds past the minute, faults with the minute. Alarms, their topics and log groups are read anew
# with every poll, the inventory when somebody refreshes.
SETTINGS = PollSettings(interval_s=POLL_S, alarms_every_s=POLL_S / 2, window_s=900)
# Answers that are right all the same, if late.
HARMLESS = frozenset({Kind.SLOW})


@dataclass
class Watched:
    """The poller, and the regions by the operation that is hit in them."""

    clock: VirtualClock
    world: World
    poller: Poller
    regions: Mapping[str, Account]

    async def look(self) -> Snapshot:
        """The newest."""
        return await anext(aiter(self.poller))


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    clock, world = VirtualClock(1_800_000_000.0), World()
    regions = {operation: Account(f"r{number}", world, clock) for number, operation in enumerate(OPERATIONS)}
    for operation, account in regions.items():
        account.hit = operation
    regions[CALM] = Account(CALM, world, clock)
    async with Poller(list(regions.values()), settings=SETTINGS, clock=clock) as poller:
        await clock.advance(3 * POLL_S)
        yield Watched(clock, world, poller, regions)


def seen(snapshot: Snapshot, account: Account) -> dict[str, Any]:
    """All that a snapshot says of a region, apart from times and the region's name."""
    region = account.call.scope.region

    def plain(value: object) -> str:
        return repr(value).replace(region, "REGION")

    def here(arn: str) -> bool:
        return f":{region}:" in arn

    gaps = [replace(gap, since_s=None) for gap in snapshot.gaps if gap.region == region]
    return {
        "resources": sorted(plain(r) for arn, r in snapshot.resources.items() if here(arn)),
        "links": sorted(plain(link) for link in snapshot.links if here(link.effect) or here(link.cause)),
        "health": sorted(plain(item) for item in snapshot.health.items() if here(item[0])),
        "findings": sorted(plain(item) for item in snapshot.findings.items() if here(item[0])),
        "alarms": sorted(plain(alarm) for arn, alarm in snapshot.alarms.items() if here(arn)),
        "targets": sorted(plain(item) for item in snapshot.alarm_targets.items() if here(item[0])),
        "coverage": sorted(plain(item) for item in (snapshot.coverage or {}).items() if here(item[0])),
        "muted": sorted(plain(arn) for arn in snapshot.delivery.muted if here(arn)),
        "unsure": sorted(plain(arn) for arn in snapshot.delivery.unsure if here(arn)),
        "tags": plain(snapshot.tags.get(account.call.scope)),
        "log groups": plain(snapshot.log_groups.get(account.call.scope)),
        "readings": sorted(
            plain((series_id, series.state, list(series.values)))
            for series_id, series in snapshot.series[account.call.scope].items()
        ),
        "gaps": sorted(map(plain, gaps)),
    }


def gaps_of(snapshot: Snapshot, account: Account) -> list[Gap]:
    return [gap for gap in snapshot.gaps if gap.region == account.call.scope.region]


def ill(snapshot: Snapshot, account: Account) -> dict[str, Health]:
    """The health of a region's resources, by kind and name."""
    return {
        f"{resource.kind} {resource.name}": snapshot.health[arn]
        for arn, resource in snapshot.resources.items()
        if resource.scope == account.call.scope
    }


async def test_no_fault_of_any_operation_shows_anything_false_and_all_is_right_a_poll_later(watched: Watched) -> None:
    recorded = await record()
    calm = watched.regions[CALM]
    assert {action for account in watched.regions.values() for action in account.asked} == set(OPERATIONS)
    wrong: list[str] = []
    for kind in Kind:
        wrong += [f"before {kind}: {each}" for each in _differences(await watched.look(), watched)]
        for account in watched.regions.values():
            account.outcome, account.hits = outcome(kind, recorded), 0
        # While it lasts, the world goes on: one more function errs, one more alarm fires, or those are well again.
        watched.world.erring ^= {"b-thumbnails"}
        watched.world.firing ^= {"b-thumbnails-errors"}
        watched.poller.refresh()
        await watched.clock.advance(POLL_S)
        during = await watched.look()
        for operation, account in watched.regions.items():
            wrong += [f"{kind} of {operation}: {each}" for each in _false(kind, during, account, ill(during, calm))]
        for account in watched.regions.values():
            account.outcome = None
        if kind is Kind.DENIED:  # nobody knocks at a closed door every minute: whoever opened it says so
            watched.poller.refresh()
        await watched.clock.advance(POLL_S)
        wrong += [f"after {kind}: {each}" for each in _differences(await watched.look(), watched)]
    assert not wrong, "\n".join(wrong)


def _differences(snapshot: Snapshot, watched: Watched) -> Iterator[str]:
    """What the regions show otherwise than the one that is never hit."""
    truth = seen(snapshot, watched.regions[CALM])
    for operation, account in watched.regions.items():
        shown = seen(snapshot, account)
        yield from (
            f"{operation}: {part}: {shown[part]} != {truth[part]}" for part in truth if shown[part] != truth[part]
        )


def _false(kind: Kind, during: Snapshot, account: Account, truth: Mapping[str, Health]) -> Iterator[str]:
    """What a region shows that is not so while it is hit."""
    shown = ill(during, account)
    if shown.keys() != truth.keys():
        yield f"exist: {shown.keys() ^ truth.keys()}"
    for name, health in shown.items():
        if health is Health.OK and truth.get(name) is not Health.OK:
            yield f"{name} is ok, and is not"
    alarms = sorted(alarm.name for alarm in during.alarms.values() if alarm.scope == account.call.scope)
    if len(alarms) != 4 or len(set(alarms)) != 4:
        yield f"alarms: {alarms}"
    told = gaps_of(during, account)
    if not account.hit or (kind in OF_METRIC_DATA and account.hit != "cloudwatch:GetMetricData"):
        if told:
            yield f"gaps although nothing is wrong: {told}"
    elif not account.hits:
        yield "was never asked for"
    elif kind in HARMLESS:
        if shown != truth:
            yield "shows otherwise what only came late"
    elif kind is not Kind.TOKEN_LOOP and not told:
        yield "nothing tells it"
