"""Opens the feed: connects to every account and region that was asked for, starts a poller on them, and opens the
desk of each, where alarms are planned and written."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from aws.clock import Clock, SystemClock
from aws.errors import AwsError, CredentialsError, CwtopError, TimedOut
from aws.model import Gap, Scope
from tui import logfile
from tui.collecting import collecting_seldom
from tui.config import Config
from tui.options import Options

if TYPE_CHECKING:
    from aws.alarms.office import Office
    from aws.cache import InventoryCache
    from aws.iam.reading.office import RoleOffice
    from aws.poller import Poller
    from aws.session import Target
    from aws.source import Source

T = TypeVar("T")
_log = logging.getLogger(__name__)

# With several accounts and regions: how long the others wait for one that does not answer.
_LONGEST_WAIT_FOR_OTHERS_S = 15.0
# A call that takes longer than this has failed; --timeout may bound it tighter.
_LONGEST_CALL_S = 30.0
# Between one try to reach what could not be reached and the next.
_FIRST_PAUSE_S = 10.0
_LONGEST_PAUSE_S = 300.0

OpenPoller: TypeAlias = "Callable[[Callable[[str], None]], AbstractAsyncContextManager[Poller]]"


def feed_of(
    options: Options,
    config: Config,
    clock: Clock | None = None,
    *,
    recalls: bool = False,
    roles: dict[str, Any] | None = None,
) -> OpenPoller:
    """How to connect with these options: an `OpenFeed` whose feed can also take a single look.

    ``recalls``: it begins with what an earlier run saw, where the configuration allows it. For a screen that says how
    old that is, never for an answer that scripts take for today's. ``roles``: see `aws.session.Sessions`.
    """

    def opener(say: Callable[[str], None]) -> AbstractAsyncContextManager[Poller]:
        return opened(options, config, clock or SystemClock(), say, recalls=recalls and config.cache, roles=roles)

    return opener


@asynccontextmanager
async def opened(
    options: Options,
    config: Config,
    clock: Clock,
    say: Callable[[str], None],
    *,
    recalls: bool = False,
    roles: dict[str, Any] | None = None,
) -> AsyncIterator[Poller]:
    """A poller on every (profile, region) asked for; those that cannot be reached are gaps beside the others.

    ``recalls``, ``roles``: see `feed_of`.

    Raises `CwtopError` where none of them can be reached, or the command line names one wrongly.
    """
    with collecting_seldom():
        async with connected(options, config, clock, say, roles=roles) as reached:
            poller = await asyncio.to_thread(importlib.import_module, "aws.poller")
            desks = await asyncio.to_thread(desk_opener, config, clock)
            async with (
                poller.Poller(
                    reached.sources,
                    settings=config.poll,
                    clock=clock,
                    unreached=reached.unreached,
                    open_desk=desks,
                    open_roles=await asyncio.to_thread(roles_opener, clock),
                    open_memory=memory_opener(clock) if recalls else None,
                ) as running,
                _reconnecting(reached, running, clock),
            ):
                yield running


@dataclass(frozen=True, slots=True)
class Reached:
    """The accounts and regions that answer, and the others as gaps; ``again`` connects to the one of a gap."""

    sources: Sequence[Source]
    unreached: Sequence[Gap]
    again: Callable[[Gap], Awaitable[Source]]


@asynccontextmanager
async def _reconnecting(reached: Reached, poller: Poller, clock: Clock) -> AsyncIterator[None]:
    """Those that could not be reached join as soon as they can be."""
    tasks = [asyncio.create_task(reconnect(reached, gap, poller, clock)) for gap in reached.unreached]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception):
                _log.error("reconnecting broke", exc_info=result)


async def reconnect(reached: Reached, gap: Gap, poller: Poller, clock: Clock) -> None:
    """Try again, ever more seldom; where only a sign-in is missing not so: that costs nothing, and somebody waits."""
    pause_s = _FIRST_PAUSE_S
    while True:
        await clock.sleep(_FIRST_PAUSE_S if gap.credentials else pause_s)
        try:
            source = await reached.again(gap)
        except CwtopError as error:
            before, hint = gap, error.hint
            gap = replace(gap, error=error.brief if isinstance(error, AwsError) else error.message, hint=hint,
                          credentials=isinstance(error, CredentialsError))  # fmt: skip
            poller.unreached(before, gap)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
        else:
            poller.join(source, settles=gap)
            return


@asynccontextmanager
async def connected(
    options: Options,
    config: Config,
    clock: Clock,
    say: Callable[[str], None],
    *,
    roles: dict[str, Any] | None = None,
) -> AsyncIterator[Reached]:
    """Every (profile, region) asked for, signed in. Raises as `opened`."""
    say("loading the AWS library")
    # In a thread: importing aiobotocore takes a quarter of a second, in which no key would be answered.
    session = await asyncio.to_thread(importlib.import_module, "aws.session")
    call_timeout_s = min(options.timeout_s, _LONGEST_CALL_S)
    async with session.Sessions(
        clock=clock, read_only=config.read_only, timeout_s=call_timeout_s, roles=roles
    ) as sessions:
        targets = [
            session.Target(profile=profile, region=region, endpoint_url=options.endpoint_url)
            for profile in options.profiles or (None,)
            for region in options.regions or (None,)
        ]
        say("asking who we are")
        answers = await _answers([sessions.connect(target) for target in targets], options.timeout_s)
        sources = [answer for answer in answers if not isinstance(answer, BaseException)]
        unreached = dict(_unreached(zip(targets, answers, strict=True), any_reached=bool(sources)))
        places = {(gap.profile, gap.region): target for gap, target in unreached.items()}

        def again(gap: Gap) -> Awaitable[Source]:
            connecting: Awaitable[Source] = sessions.connect(places[gap.profile, gap.region])
            return connecting

        yield Reached(sources, tuple(unreached), again)


def memory_opener(clock: Clock) -> Callable[[Source], InventoryCache]:
    """Where what is seen of an account is kept for the next run: in the XDG cache folder."""
    import platformdirs

    from aws.cache import InventoryCache, Place

    folder = Path(platformdirs.user_cache_path("cwtop"))
    return lambda source: InventoryCache(folder, Place(source.call.scope, source.endpoint), clock)


def desk_opener(config: Config, clock: Clock) -> Callable[[Source], Office]:
    """How to open the desk of a connected account. What is written there is journalled beside the log file."""
    from aws.alarms.journal import Journal
    from aws.alarms.office import Office
    from aws.alarms.planner import Planner
    from aws.services import registry

    journal = Journal(logfile.path().with_name("alarms.jsonl"))
    planner = Planner(config.alarms, registry(), clock)

    def open_desk(source: Source) -> Office:
        return Office(
            source.call,
            clock=clock,
            journal=journal,
            make_plan=planner,
            ok_actions=config.alarms.ok_actions,
            log_patterns=config.alarms.log_patterns,
            read_only=config.read_only,
        )

    return open_desk


def roles_opener(clock: Clock) -> Callable[[Source], RoleOffice]:
    """How to open the desk where roles of a connected account are read; nothing is ever written there."""
    from aws.iam.reading.last_access import LastAccessJobs
    from aws.iam.reading.office import RoleOffice

    jobs: dict[str, LastAccessJobs] = {}

    def open_roles(source: Source) -> RoleOffice:
        # AWS does such jobs slowly, and roles belong to the account: its regions wait in one line.
        of_account = jobs.setdefault(source.call.scope.account, LastAccessJobs(clock))
        return RoleOffice(source.call, clock=clock, jobs=of_account)

    return open_roles


async def _answers(connecting: Sequence[Coroutine[Any, Any, T]], timeout_s: float) -> list[T | BaseException]:
    """What came of each, in order. Once there is one to look at, the others are not waited for without end."""
    tasks = [asyncio.ensure_future(one) for one in connecting]
    patience_s = min(_LONGEST_WAIT_FOR_OTHERS_S, timeout_s / 2)
    try:
        await asyncio.wait(tasks, timeout=patience_s)
        waiting = {task for task in tasks if not task.done()}
        while waiting and not any(task.done() and task.exception() is None for task in tasks):
            _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        late = [task for task in tasks if task.cancel()]
        results = await asyncio.gather(*tasks, return_exceptions=True)
    too_late = TimedOut("aws", "connect", f"not connected within {patience_s:.3g} s")
    return [too_late if task in late else result for task, result in zip(tasks, results, strict=True)]


def _unreached(answers: Iterable[tuple[Target, object]], *, any_reached: bool) -> Iterator[tuple[Gap, Target]]:
    for target, answer in answers:
        if isinstance(answer, AwsError) and any_reached:
            where = Scope("", target.region or "", target.profile)
            gap = answer.gap(where, service=f"account of {target.profile or 'the default profile'}")
            yield replace(gap, profile=target.profile), target
        elif isinstance(answer, BaseException):
            raise answer
