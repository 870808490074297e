"""Takes back what a run created, where it is still what the run made of it; and ours that a better alarm covers.

Everything is described directly before it is deleted. Running it again finds nothing left to do.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from aws.alarms import journal
from aws.alarms.desk import Outcome, Result
from aws.alarms.differences import differences, filter_fingerprint, fingerprint
from aws.alarms.existing import (
    MANAGED_BY,
    OURS,
    RUN_TAG,
    STACK_TAG,
    Raw,
    alarms_named,
    filter_named,
    tags_of,
    watchers_of,
)
from aws.alarms.journal import Entry
from aws.alarms.writing import UNSURE, Run
from aws.errors import AwsError
from aws.model import Scope

_MAY_BE_THERE = frozenset({Result.CREATED.value, journal.UNKNOWN})


def created_by(entries: Sequence[Entry], run: str, scope: Scope) -> list[Entry]:
    """The alarms and metric filters that a run created, or may have: what it began and nobody knows the end of."""
    kinds = (journal.PUT_ALARM, journal.PUT_FILTER)
    return [
        entry
        for entry in entries
        if entry.run == run and entry.within(scope) and entry.op in kinds and entry.result in _MAY_BE_THERE
    ]


def latest_run(entries: Sequence[Entry], scope: Scope) -> str | None:
    """The newest run that created something there and was not taken back since; None where there is none."""
    deleted = {entry.name for entry in entries if entry.op == journal.DELETE_ALARM and entry.within(scope)}
    runs = dict.fromkeys(entry.run for entry in entries if entry.op == journal.PUT_ALARM and entry.within(scope))
    for run in reversed(runs):
        if any(entry.name not in deleted for entry in created_by(entries, run, scope)):
            return run
    return None


class Undoing:
    """One run that deletes. ``entries`` is the journal, which says what was ours to begin with."""

    def __init__(self, run: Run, entries: Sequence[Entry]) -> None:
        self._run = run
        self._entries = [entry for entry in entries if entry.within(run.call.scope)]

    async def run(self, run: str) -> AsyncGenerator[Outcome, None]:
        """Delete what that run created. Raises `JournalError` where writing must stop."""
        made = created_by(self._entries, run, self._run.call.scope)
        replaced = [
            entry.name
            for entry in self._entries
            if entry.run == run and entry.op == journal.PUT_ALARM and entry.result == Result.REPLACED.value
        ]
        for entry in made:
            if entry.op == journal.PUT_ALARM:
                yield await self._alarm(entry)
        for entry in made:
            if entry.op == journal.PUT_FILTER:
                yield await self._filter(entry)
        for name in replaced:
            yield Outcome(name, Result.SKIPPED, "replaced, not created: the journal holds what it was before")

    async def superseded(self, pairs: Mapping[str, Sequence[str]]) -> AsyncGenerator[Outcome, None]:
        """Delete alarms of ours that others do as well: by the name of each, the names of those others."""
        for name, others in pairs.items():
            try:
                outcome = await self._superseded(name, others)
            except AwsError as error:
                outcome = Outcome(name, Result.FAILED, str(error))
            yield outcome
            if outcome.result is Result.DELETED:
                for entry in self._entries:
                    if entry.op == journal.PUT_FILTER and entry.for_alarm == name and entry.result in _MAY_BE_THERE:
                        yield await self._filter(entry)

    async def _superseded(self, name: str, others: Sequence[str]) -> Outcome:
        found = await alarms_named(self._run.call, [name, *others])
        if name not in found:
            return Outcome(name, Result.SKIPPED, "not there any more")
        if not any(other in found for other in others):
            return Outcome(name, Result.SKIPPED, "the alarm that covered it is not there any more")
        if (await tags_of(self._run.call, found[name]["AlarmArn"])).get(MANAGED_BY) != OURS:
            return Outcome(name, Result.SKIPPED, "not created by cwtop")
        return await self._delete(found[name])

    async def _alarm(self, entry: Entry) -> Outcome:
        try:
            existing = (await alarms_named(self._run.call, [entry.name])).get(entry.name)
            if existing is None:
                return Outcome(entry.name, Result.SKIPPED, "not there any more")
            if fingerprint(existing) != entry.fingerprint:
                return Outcome(entry.name, Result.SKIPPED, f"changed since{_how(existing, entry.definition)}")
            if reason := await self._somebody_elses(existing, entry.run):
                return Outcome(entry.name, Result.SKIPPED, reason)
            return await self._delete(existing)
        except AwsError as error:
            return Outcome(entry.name, Result.FAILED, str(error))

    async def _somebody_elses(self, existing: Raw, run: str) -> str:
        """Whose the alarm is, if not that run's; its tags tell, which only its creation can have set."""
        tags = await tags_of(self._run.call, existing["AlarmArn"])
        if stack := tags.get(STACK_TAG):
            return f"stack {stack} owns it now"
        maker = tags.get(RUN_TAG)
        if maker is None:
            return "not created by cwtop: it has no tag of ours"
        return "" if maker == run else f"created by another run, {maker}"

    async def _delete(self, existing: Raw) -> Outcome:
        name = str(existing["AlarmName"])
        try:
            await self._run.write(
                "cloudwatch",
                "DeleteAlarms",
                {"AlarmNames": [name]},
                op=journal.DELETE_ALARM,
                name=name,
                done=Result.DELETED,
                fingerprint=fingerprint(existing),
            )
        except UNSURE as error:
            if name in await alarms_named(self._run.call, [name]):
                return Outcome(name, Result.UNKNOWN, f"{error}; it is still there: run again")
            await self._run.settle(Result.DELETED.value, "no answer came, but it is gone")
        except AwsError as error:
            return Outcome(name, Result.FAILED, str(error))
        return Outcome(name, Result.DELETED)

    async def _filter(self, entry: Entry) -> Outcome:
        """A metric filter that we made, unchanged, with no other alarm on its metric."""
        group, name = _filter_name(entry)
        shown = f"metric filter {name} of {group}"
        try:
            existing = await filter_named(self._run.call, group, name)
            if existing is None:
                return Outcome(shown, Result.SKIPPED, "not there any more")
            if filter_fingerprint(existing) != entry.fingerprint:
                return Outcome(shown, Result.SKIPPED, "changed since")
            for metric in existing["metricTransformations"]:
                if watchers := await watchers_of(self._run.call, metric):
                    return Outcome(shown, Result.SKIPPED, f"alarm {watchers[0]} needs it")
            await self._run.write(
                "logs",
                "DeleteMetricFilter",
                {"logGroupName": group, "filterName": name},
                op=journal.DELETE_FILTER,
                name=entry.name,
                done=Result.DELETED,
                fingerprint=entry.fingerprint,
                for_alarm=entry.for_alarm,
            )
        except AwsError as error:
            return Outcome(shown, Result.UNKNOWN if isinstance(error, UNSURE) else Result.FAILED, str(error))
        return Outcome(shown, Result.DELETED)


def _filter_name(entry: Entry) -> tuple[str, str]:
    params: Mapping[str, Any] = entry.definition or {}
    group, _, name = entry.name.rpartition("/")
    return str(params.get("logGroupName", group)), str(params.get("filterName", name))


def _how(existing: Raw, definition: Mapping[str, Any] | None) -> str:
    if definition is None:
        return ""
    return f": {', '.join(differences(existing, definition))}"
