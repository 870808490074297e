"""Creates planned alarms: looks before each write, looks again after it, and gives each its own outcome."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from dataclasses import replace
from typing import Any, Final

from aws.alarms import journal
from aws.alarms.definition import Definition, MetricFilter, Planned
from aws.alarms.desk import Outcome, Result
from aws.alarms.differences import differences, filter_fingerprint, filter_form, fingerprint, in_words
from aws.alarms.existing import RUN_TAG, STACK_TAG, Raw, alarms_named, filter_named, tags_of
from aws.alarms.presence import gone
from aws.alarms.topics import is_topic
from aws.alarms.writing import UNSURE, Run
from aws.errors import AwsError

_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,255}")  # PutMetricAlarm's reference


class Applying:
    """One run over a plan.

    Everything is looked up first, a hundred names a request: what is there already needs nothing more. Each write is
    then preceded by a look of its own, which is also the look that follows the write before it.
    """

    def __init__(self, run: Run, planned: Sequence[Planned], replaceable: Collection[str] = ()) -> None:
        self._run = run
        self._planned = planned
        self._replaceable = frozenset(replaceable)
        self._fresh: dict[str, Raw | None] = {}
        self._known_gone: dict[str, str] = {}

    async def outcomes(self) -> AsyncGenerator[Outcome, None]:
        """Every item's outcome, in order, as each is done. Raises `JournalError` where writing must stop."""
        waiting: list[Planned] = []
        async for planned, outcome in self._sorted_out():
            if outcome is not None:
                yield outcome
            else:
                waiting.append(planned)
        for at, planned in enumerate(waiting):
            following = waiting[at + 1].definition.name if at + 1 < len(waiting) else None
            yield await (self._feed(planned) if planned.filter_only else self._one(planned, following))

    async def _sorted_out(self) -> AsyncIterator[tuple[Planned, Outcome | None]]:
        """Each item with its outcome where that needs no write, else with None."""
        seen: set[str] = set()
        sendable = []
        for planned in self._planned:
            name = planned.definition.name
            if problem := _name_problem(name, seen):
                yield planned, Outcome(name, Result.FAILED, problem)
            else:
                sendable.append(planned)
            seen.add(name)
        for at in range(0, len(sendable), 100):
            some = sendable[at : at + 100]
            try:
                found = await alarms_named(self._run.call, [planned.definition.name for planned in some])
            except AwsError as error:
                for planned in some:
                    yield planned, _unseen(planned.definition.name, error)
                continue
            for planned in some:
                name = planned.definition.name
                there = name in found and not planned.filter_only
                yield planned, self._without_a_write(planned.definition, found[name]) if there else None

    def _without_a_write(self, definition: Definition, existing: Raw) -> Outcome | None:
        found = differences(existing, definition.parameters())
        if not found:
            return Outcome(definition.name, Result.SKIPPED, "already there")
        if definition.name not in self._replaceable:
            return Outcome(definition.name, Result.SKIPPED, f"another alarm has this name: {in_words(found)}")
        return None

    async def _one(self, planned: Planned, following: str | None) -> Outcome:
        """Create, or replace, one alarm that the first look left to do."""
        name = planned.definition.name
        try:
            existing = await self._look(name)
            if existing is not None and (outcome := self._without_a_write(planned.definition, existing)):
                return outcome
            if reason := await self._refusal(planned, existing):
                return Outcome(name, Result.SKIPPED, reason)
            for topic in planned.definition.alarm_actions:
                if is_topic(topic) and (why := await self._gone(topic)):
                    return Outcome(name, Result.FAILED, f"topic {topic.rpartition(':')[2]}: {why}")
        except AwsError as error:
            return _unseen(name, error)
        if outcome := await self._filtered(planned.definition):
            return outcome
        return await self._put(planned.definition, existing, following)

    async def _feed(self, planned: Planned) -> Outcome:
        """Make the metric filter that an alarm has lost. The alarm itself is not touched."""
        name = planned.definition.name
        try:
            if await self._look(name) is None:
                return Outcome(name, Result.SKIPPED, "not there any more: plan again")
            if why := await self._gone(planned.resource):
                return Outcome(name, Result.SKIPPED, f"nothing to watch: {why}")
        except AwsError as error:
            return _unseen(name, error)
        failed = await self._filtered(planned.definition)
        return failed or Outcome(name, Result.CHANGED, "it has its metric filter again")

    async def _filtered(self, definition: Definition) -> Outcome | None:
        """See to the alarm's metric filter, if it needs one. None: nothing stands in its way."""
        if definition.filter is None:
            return None
        try:
            problem = await self._filter(definition.filter, definition.name)
        except AwsError as error:
            result = Result.UNKNOWN if isinstance(error, UNSURE) else Result.FAILED
            return Outcome(definition.name, result, f"its metric filter: {error}")
        return Outcome(definition.name, Result.SKIPPED, problem) if problem else None

    async def _look(self, name: str) -> Raw | None:
        if name in self._fresh:
            return self._fresh.pop(name)
        return (await alarms_named(self._run.call, [name])).get(name)

    async def _refusal(self, planned: Planned, existing: Raw | None) -> str:
        """Why nothing is to be written, although the name is free or may be replaced."""
        if existing is not None and (stack := (await tags_of(self._run.call, existing["AlarmArn"])).get(STACK_TAG)):
            return f"stack {stack} owns the alarm of this name: change it there"
        why = await self._gone(planned.resource)
        return f"nothing to watch: {why}" if why else ""

    async def _gone(self, arn: str) -> str:
        """Why there is no such resource, or topic, any more; asked once a run."""
        if arn not in self._known_gone:
            self._known_gone[arn] = await gone(self._run.call, arn)
        return self._known_gone[arn]

    async def _filter(self, wanted: MetricFilter, alarm: str) -> str:
        """See to the metric filter; what stands in its way, or nothing. Raises `AwsError`."""
        params = wanted.parameters()
        existing = await filter_named(self._run.call, wanted.log_group, wanted.name)
        if existing is not None:
            same = filter_form(existing) == filter_form(params)
            return "" if same else f"log group {wanted.log_group} has another metric filter called {wanted.name}"
        try:
            await self._run.write(
                "logs",
                "PutMetricFilter",
                params,
                op=journal.PUT_FILTER,
                name=f"{wanted.log_group}/{wanted.name}",
                done=Result.CREATED,
                fingerprint=filter_fingerprint(params),
                for_alarm=alarm,
                definition=params,
            )
        except UNSURE:
            again = await filter_named(self._run.call, wanted.log_group, wanted.name)
            if again is None or filter_form(again) != filter_form(params):
                raise
            await self._run.settle(Result.CREATED.value, "no answer came, but it is there")
        return ""

    async def _put(self, definition: Definition, existing: Raw | None, following: str | None) -> Outcome:
        tagged = replace(definition, tags={**definition.tags, RUN_TAG: self._run.id})
        params = tagged.parameters()
        done = Result.CREATED if existing is None else Result.REPLACED
        before = None if existing is None else _definition_of(existing)
        if existing is not None:
            del params["Tags"]  # CloudWatch ignores them on an alarm that exists
        try:
            await self._run.write(
                "cloudwatch",
                "PutMetricAlarm",
                params,
                op=journal.PUT_ALARM,
                name=definition.name,
                done=done,
                fingerprint=fingerprint(params),
                definition=params,
                before=before,
            )
        except UNSURE as error:
            return await self._looked_up(definition, done, error)
        except AwsError as error:
            return Outcome(definition.name, Result.FAILED, str(error))
        return await self._checked(definition, done, following)

    async def _looked_up(self, definition: Definition, done: Result, error: AwsError) -> Outcome:
        """No answer came: whether it is there all the same."""
        try:
            found = (await alarms_named(self._run.call, [definition.name])).get(definition.name)
        except AwsError as again:
            return Outcome(definition.name, Result.UNKNOWN, f"{error}; and it cannot be looked up: {again}")
        if found is None or differences(found, definition.parameters()):
            return Outcome(definition.name, Result.UNKNOWN, f"{error}; it is not there yet: run again")
        await self._run.settle(done.value, "no answer came, but it is there")
        return Outcome(definition.name, done, "no answer came, but it is there")

    async def _checked(self, definition: Definition, done: Result, following: str | None) -> Outcome:
        """Look whether what we put is what is there; somebody else may be putting at this moment."""
        names = [definition.name] if following is None else [definition.name, following]
        try:
            found = await alarms_named(self._run.call, names)
        except AwsError as error:
            return Outcome(definition.name, done, f"not looked at again: {error}")
        if following is not None:
            self._fresh[following] = found.get(following)
        now = found.get(definition.name)
        changed = {} if now is None else differences(now, definition.parameters())
        if changed:
            text = f"somebody changed it while we wrote: {in_words(changed)}"
            await self._run.settle(Result.UNKNOWN.value, text)
            return Outcome(definition.name, Result.UNKNOWN, text)
        return Outcome(definition.name, done)


def _name_problem(name: str, seen: Collection[str]) -> str:
    if not _NAME.fullmatch(name):
        return f"CloudWatch takes names of 1 to 255 characters without control characters, not {len(name)}"
    return "the plan has this name twice" if name in seen else ""


def _unseen(name: str, error: AwsError) -> Outcome:
    return Outcome(name, Result.FAILED, f"not written, because it cannot be told what is there: {error}")


def _definition_of(existing: Raw) -> dict[str, Any]:
    """What the journal keeps of an alarm that is replaced: its definition, without its state."""
    state = ("State", "AlarmConfigurationUpdated", "EvaluationState", "ActionsSuppressed")
    return {key: value for key, value in existing.items() if not key.startswith(state)}
