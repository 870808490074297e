"""The desk where alarms are planned, created and taken back, on a connected account."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace as changed
from typing import Final, Protocol

from aws.alarms import journal
from aws.alarms.apply import Applying
from aws.alarms.definition import Plan, Planned
from aws.alarms.desk import Outcome, Result, Routing
from aws.alarms.existing import alarms_named
from aws.alarms.history import read_history
from aws.alarms.journal import Entry, Journal
from aws.alarms.prove import prove
from aws.alarms.routing import alarms_of, default_routing, uses
from aws.alarms.topic_reads import create_topic, read_topics
from aws.alarms.topics import Topic
from aws.alarms.undo import Undoing, created_by, latest_run
from aws.alarms.writing import Run
from aws.call import Call
from aws.clock import Clock
from aws.errors import AwsError, ReadOnlyRefused, UsageError
from aws.model import Alarm, Scope, Snapshot
from aws.settings import DEFAULT_LOG_PATTERNS, LogPattern

_HISTORY_ITEMS: Final = 300
_NAMES_A_CALL: Final = 100


class MakePlan(Protocol):
    """What is missing, with the routing decided: the planner's part of the desk."""

    def __call__(
        self, call: Call, snapshot: Snapshot, *, resources: Sequence[str] | None, routing: Routing
    ) -> Awaitable[Plan]:
        """Plan for these resources (None: all) of the call's scope. Raises `CwtopError`."""
        ...


class Office:
    """One account in one region. Fulfils `aws.alarms.desk.AlarmDesk`.

    ``ok_actions``: new alarms tell of their end too, unless a plan is given another routing. ``log_patterns`` are the
    settings', whose severities say whom alarms on log lines notify. ``read_only`` refuses
    every write before anything at all is sent. The journal's file is opened in threads.
    """

    def __init__(
        self,
        call: Call,
        *,
        clock: Clock,
        journal: Journal,
        make_plan: MakePlan,
        ok_actions: bool = True,
        log_patterns: Mapping[str, LogPattern] = DEFAULT_LOG_PATTERNS,
        read_only: bool = False,
    ) -> None:
        self._call = call
        self._clock = clock
        self._journal = journal
        self._make_plan = make_plan
        self._ok_actions = ok_actions
        self._log_patterns = log_patterns
        self._read_only = read_only
        self._last_run = ""

    @property
    def scope(self) -> Scope:
        """The account and region that it writes to."""
        return self._call.scope

    @property
    def last_run(self) -> str:
        """The id of the newest `apply`, known once it has begun; empty before the first."""
        return self._last_run

    async def plan(
        self, snapshot: Snapshot, *, resources: Sequence[str] | None = None, routing: Routing | None = None
    ) -> Plan:
        """What is missing for these resources (None: all). ``routing`` None: as most of the account's alarms do."""
        if routing is None:
            routing = await self.usual_routing(snapshot)
        return await self._make_plan(self._call, snapshot, resources=resources, routing=routing)

    async def topics(self, snapshot: Snapshot) -> tuple[Topic, ...]:
        """The topics that may be notified, the most used first."""
        return await read_topics(self._call, uses(alarms_of(snapshot, self.scope)))

    async def usual_routing(self, snapshot: Snapshot, topics: Sequence[Topic] | None = None) -> Routing:
        """Whom most of the account's alarms notify. Where topics cannot be read, usage alone decides."""
        if topics is None:
            try:
                topics = await self.topics(snapshot)
            except AwsError:
                topics = ()
        # In a thread: it goes over all that is known of ten thousand functions.
        usual = await asyncio.to_thread(default_routing, snapshot, self.scope, topics, self._log_patterns)
        return changed(usual, ok_actions=self._ok_actions)

    async def create_topic(self, name: str, email: str) -> Topic:
        """A topic with one e-mail subscription, which that person has to confirm."""
        return await create_topic(await self._begin("create a topic"), name, email)

    async def apply(self, planned: Sequence[Planned], *, replace: Sequence[str] = ()) -> AsyncIterator[Outcome]:
        """Create alarms, an outcome as each is done; ``replace`` names conflicts that may be overwritten."""
        run = await self._begin("create alarms")
        self._last_run = run.id
        async with aclosing(Applying(run, planned, replace).outcomes()) as outcomes:
            async for outcome in outcomes:
                yield outcome

    async def undo(self, run: str) -> AsyncIterator[Outcome]:
        """Delete exactly what a run created, where it is unchanged since. Raises `UsageError` for an unknown run."""
        deleting = await self._begin("delete alarms")
        entries = await self._journal.read()
        if not any(entry.run == run and entry.within(self.scope) for entry in entries):
            raise UsageError(
                f"no run {run} in the journal for account {self.scope.account} in {self.scope.region}",
                f"the journal is {self._journal.path}; what another machine created is in that machine's journal",
            )
        async with aclosing(Undoing(deleting, entries).run(run)) as outcomes:
            async for outcome in outcomes:
                yield outcome

    async def undo_superseded(self, snapshot: Snapshot) -> AsyncIterator[Outcome]:
        """Delete alarms of ours that an equal alarm, not ours, covers as well."""
        deleting = await self._begin("delete alarms")
        pairs = self.superseded(snapshot)
        async with aclosing(Undoing(deleting, await self._journal.read()).superseded(pairs)) as outcomes:
            async for outcome in outcomes:
                yield outcome

    def superseded(self, snapshot: Snapshot) -> Mapping[str, tuple[str, ...]]:
        """The names of our alarms that others do as well, each with the names of those others."""
        own = {alarm.arn: alarm.name for alarm in alarms_of(snapshot, self.scope)}
        pairs: dict[str, tuple[str, ...]] = {}
        for covers in (snapshot.coverage or {}).values():
            for covered in covers:
                others = tuple(own[arn] for arn in covered.alarms if arn in own and arn not in covered.superseded)
                if others:
                    pairs |= {own[arn]: others for arn in covered.superseded if arn in own}
        return pairs

    async def newest_run(self) -> str | None:
        """The newest run of this account and region of which something may be left to take back."""
        return latest_run(await self._journal.read(), self.scope)

    async def created_by(self, run: str) -> list[Entry]:
        """The alarms and metric filters that a run created, as the journal says."""
        return created_by(await self._journal.read(), run, self.scope)

    async def prove(self, alarm: str) -> Outcome:
        """Set the alarm off once and look whether its action ran. It notifies people."""
        return await prove(await self._begin("set an alarm off"), alarm)

    async def set_actions(self, alarms: Sequence[str], *, enabled: bool) -> tuple[Outcome, ...]:
        """Let alarms notify, or keep them from it."""
        run = await self._begin("switch actions")
        outcomes: list[Outcome] = []
        for at in range(0, len(alarms), _NAMES_A_CALL):
            outcomes += await self._switch(run, list(alarms[at : at + _NAMES_A_CALL]), enabled)
        return tuple(outcomes)

    async def history(self, alarm: Alarm) -> tuple[tuple[float, str], ...]:
        """What happened to an alarm, newest first: (UTC epoch seconds, words)."""
        return await read_history(self._call, alarm.name, alarm.kind, most=_HISTORY_ITEMS)

    async def _switch(self, run: Run, names: list[str], enabled: bool) -> list[Outcome]:
        """One request for a hundred; CloudWatch passes over names that are not there, so they are looked up after."""
        operation = "EnableAlarmActions" if enabled else "DisableAlarmActions"
        op = journal.ENABLE if enabled else journal.DISABLE
        problem = ""
        try:
            await run.write(
                "cloudwatch", operation, {"AlarmNames": names}, op=op, name="\n".join(names), done=Result.CHANGED
            )
        except AwsError as error:
            problem = str(error)
        try:
            found = await alarms_named(self._call, names)
        except AwsError as error:
            result = Result.FAILED if problem else Result.CHANGED
            return [Outcome(name, result, problem or f"not looked at again: {error}") for name in names]
        outcomes = []
        for name in names:
            if name not in found:
                outcomes.append(Outcome(name, Result.FAILED, "there is no alarm of this name any more"))
            elif bool(found[name].get("ActionsEnabled", True)) is enabled:
                outcomes.append(Outcome(name, Result.CHANGED))
            else:
                outcomes.append(Outcome(name, Result.FAILED, problem or "its actions are as they were"))
        return outcomes

    async def _begin(self, what: str) -> Run:
        if self._read_only:
            raise ReadOnlyRefused(f"cwtop is in read-only mode: it does not {what}", "start it without --read-only")
        run = Run(self._call, self._journal, self._clock)
        await run.begin()
        return run
