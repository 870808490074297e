"""Every kind of fault meets every operation that the poller uses, on the virtual clock.

A region is watched for each operation, in which that operation alone is hit, and one more in which nothing is: what
the others must not contradict while the fault lasts, and must be equal to one poll after its end. Which operations
there are is what the calm region was asked for. Faults that the door turns into the same error take turns: of 500, 502
and 503 each operation meets one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from aws.model import Gap, Health, Snapshot
from aws.poller import Poller
from aws.settings import PollSettings
from demo.faults.plan import OF_METRIC_DATA, Kind
from tests.faults.account import Account, World
from tests.faults.outcomes import Recorded, alike, outcome
from tests.virtual_clock import VirtualClock

POLL_S = 60.0
METRICS = "cloudwatch:GetMetricData"
REGIONS = 4  # that one poller watches: several, so that none may disturb another, and few, because that is cheap
# Polls come five seconds past the minute, faults with the minute. Alarms, their topics and log groups are read anew
# with every poll, the inventory when somebody refreshes.
SETTINGS = PollSettings(interval_s=POLL_S, alarms_every_s=POLL_S / 2, window_s=900)
# What a large account is read by, and nothing else is.
OF_TIERS = (METRICS, "cloudwatch:ListMetrics")
# Answers that are right all the same, if late.
HARMLESS = frozenset({Kind.SLOW})


@dataclass
class Watched:
    """Regions that are hit in one operation each, by their pollers, and one in which nothing ever is."""

    clock: VirtualClock
    world: World
    calm: Account
    pollers: dict[Poller, list[Column]]

    def columns(self) -> Iterator[Column]:
        """All that is hit."""
        return (column for columns in self.pollers.values() for column in columns)

    async def looks(self) -> list[tuple[Column, Snapshot]]:
        """The newest of each."""
        newest = [(await anext(aiter(poller)), columns) for poller, columns in self.pollers.items()]
        return [(column, snapshot) for snapshot, columns in newest for column in columns]

    def refresh(self) -> None:
        for poller in self.pollers:
            poller.refresh()


@dataclass(frozen=True, eq=False)
class Column:
    """A region, and the faults that operations meet there one after the other: two that have little in common."""

    account: Account
    faults: Mapping[str, list[Kind]] = field(default_factory=dict)


def faults_of(operation: str, number: int, groups: list[tuple[Kind, ...]]) -> list[Kind]:
    """One fault of each group that can hit an operation; ``number`` chooses among those that are alike."""
    kinds = (group[number % len(group)] for group in groups)
    return [kind for kind in kinds if kind not in OF_METRIC_DATA or operation == METRICS]


def columns(operations: set[str], groups: list[tuple[Kind, ...]], world: World, clock: VirtualClock) -> list[Column]:
    """Every operation with one fault of each group, another one of the group for each operation.

    Two operations of different services share a region, and meet different faults at the same time; all are denied
    together, because then somebody must refresh.
    """
    most = sum(group[0] not in OF_METRIC_DATA for group in groups)
    rows: list[tuple[str, list[Kind]]] = []
    for number, operation in enumerate(sorted(operations)):
        others = [kind for kind in faults_of(operation, number, groups) if kind is not Kind.DENIED]
        first = number % len(others)
        kinds = [Kind.DENIED, *others[first:], *others[:first]]
        rows += [(operation, kinds[start : start + most]) for start in range(0, len(kinds), most)]
    half = (len(rows) + 1) // 2
    return [Column(Account(f"r{at}", world, clock), dict(rows[at::half])) for at in range(half)]


@asynccontextmanager
async def watched(recorded: Recorded, settings: PollSettings, world: World) -> AsyncIterator[Watched]:
    """What is hit is what a look without any fault has asked for."""
    clock = VirtualClock(1_800_000_000.0)
    calm = Column(Account("calm-1", world, clock))
    async with AsyncExitStack() as stack:

        async def watch(some: list[Column]) -> Poller:
            sources = [column.account for column in some]
            return await stack.enter_async_context(Poller(sources, settings=settings, clock=clock))

        pollers = {await watch([calm]): [calm]}
        await clock.advance(3 * POLL_S)
        hit = columns(calm.account.asked, alike(recorded), world, clock)
        for start in range(0, len(hit), REGIONS):
            some = hit[start : start + REGIONS]
            pollers[await watch(some)] = some
        await clock.advance(3 * POLL_S)
        yield Watched(clock, world, calm.account, pollers)


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


async def test_no_fault_of_any_operation_shows_anything_false_and_all_is_right_a_poll_later(
    recorded: Recorded,
) -> None:
    async with watched(recorded, SETTINGS, World()) as region:
        wrong = [f"before: {each}" for each in _differences(await region.looks())]
        for number in range(max(len(kinds) for column in region.columns() for kinds in column.faults.values())):
            wrong += await _played(region, number, recorded)
    assert not wrong, "\n".join(wrong)


async def _played(watched: Watched, number: int, recorded: Recorded) -> list[str]:
    """What goes wrong while every region meets its next fault, and after it."""
    playing = {
        column: {operation: kinds[number] for operation, kinds in column.faults.items() if number < len(kinds)}
        for column in watched.columns()
    }
    for column, kinds in playing.items():
        column.account.faults = {operation: outcome(kind, recorded) for operation, kind in kinds.items()}
        column.account.hits.clear()
    # While it lasts, the world goes on: one more function errs, one more alarm fires, or those are well again.
    watched.world.erring ^= {"b-thumbnails"}
    watched.world.firing ^= {"b-thumbnails-errors"}
    watched.refresh()
    await watched.clock.advance(POLL_S)
    looks = await watched.looks()
    truth = next(ill(snapshot, column.account) for column, snapshot in looks if column.account is watched.calm)
    wrong = [
        f"{playing[column]}: {each}"
        for column, snapshot in looks
        for each in _false(playing[column], snapshot, column.account, truth)
    ]
    for column in playing:
        column.account.faults = {}
    if any(Kind.DENIED in kinds.values() for kinds in playing.values()):
        watched.refresh()  # nobody knocks at a closed door every minute: whoever opened it says so
    await watched.clock.advance(POLL_S)
    return wrong + [f"after round {number}: {each}" for each in _differences(await watched.looks())]


def _differences(looks: list[tuple[Column, Snapshot]]) -> Iterator[str]:
    """What the regions show otherwise than the first one, which is never hit."""
    (calm, snapshot), *others = looks
    truth = seen(snapshot, calm.account)
    assert not gaps_of(snapshot, calm.account)
    for column, snapshot in others:
        shown = seen(snapshot, column.account)
        yield from (
            f"{tuple(column.faults)}: {part}: {shown[part]} != {truth[part]}"
            for part in truth
            if shown[part] != truth[part]
        )


def _false(hit: Mapping[str, Kind], during: Snapshot, account: Account, truth: Mapping[str, Health]) -> Iterator[str]:
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
    told = {gap.action for gap in gaps_of(during, account)}
    if told - hit.keys():
        yield f"gaps although nothing is wrong: {told - hit.keys()}"
    if shown != truth and HARMLESS.issuperset(hit.values()):
        yield "shows otherwise what only came late"
    for operation, kind in hit.items():
        if not account.hits[operation]:
            yield f"{operation} was never asked for"
        elif operation not in told and kind not in HARMLESS | {Kind.TOKEN_LOOP}:
            yield f"nothing tells of {operation}"


@pytest.mark.parametrize("operation", OF_TIERS)
async def test_a_large_account_first_seen_under_a_fault_shows_nothing_false_and_is_right_a_poll_after_it(
    operation: str, recorded: Recorded
) -> None:
    """In a large account not everything is read with every poll: what tiers stand on is hit from the first look on."""
    _, _, truth, whole = await _first_seen(operation, None, recorded)
    wrong = []
    for kind in faults_of(operation, 0, alike(recorded)):
        account, during, _, after = await _first_seen(operation, kind, recorded)
        wrong += [f"{kind}: {each}" for each in _false_at_first(kind, during, account, truth)]
        # Since when something errs is said as far back as was read, and that began at another moment.
        unlike = [part for part in whole.keys() - {"findings"} if after[part] != whole[part]]
        wrong += [f"after {kind}: {part}: {after[part]} != {whole[part]}" for part in unlike]
    assert not wrong, "\n".join(wrong)


async def _first_seen(
    operation: str, kind: Kind | None, recorded: Recorded
) -> tuple[Account, Snapshot, dict[str, Health], dict[str, Any]]:
    """A large account, what is shown of it under a fault, its health then, and all that is shown a poll after it."""
    clock = VirtualClock(1_800_000_000.0)
    account = Account("r0", World(functions=[*World().functions, *(f"idle-{n:02d}" for n in range(36))]), clock)
    account.faults = {} if kind is None else {operation: outcome(kind, recorded)}
    async with Poller([account], settings=replace(SETTINGS, mode="economy"), clock=clock) as poller:
        await clock.advance(1.5 * POLL_S)
        during = await anext(aiter(poller))
        assert operation in account.asked
        account.faults = {}
        poller.refresh()  # for whoever was refused
        await clock.advance(POLL_S)
        return account, during, ill(during, account), seen(await anext(aiter(poller)), account)


def _false_at_first(kind: Kind, during: Snapshot, account: Account, truth: Mapping[str, Health]) -> Iterator[str]:
    """The same where nothing was seen before: what is not known is missing, and that is told."""
    shown, told = ill(during, account), gaps_of(during, account)
    yield from (f"{name} is ok, and is not" for name in shown if shown[name] is Health.OK is not truth[name])
    if shown.keys() - truth.keys():
        yield f"there are no {shown.keys() - truth.keys()}"
    if not account.hits:
        yield "was never asked for"
    if not told and (shown != truth or kind not in HARMLESS | {Kind.TOKEN_LOOP}):
        yield "nothing tells it"
