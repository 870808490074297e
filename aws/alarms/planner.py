"""Plans alarms for a scope: gathers owners, log groups, names in use and history, and puts them together.

What cannot be read becomes a gap of the plan; only a plan for which the alarms themselves were never read is refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from aws.alarms.candidates import Candidates, World, candidates
from aws.alarms.coverage import coverage
from aws.alarms.definition import Attention, Plan
from aws.alarms.desk import Routing
from aws.alarms.existing import MANAGED_BY, OURS, Raw, alarms_named
from aws.alarms.figures import TAG_PREFIX
from aws.alarms.ownership import Ownership, read_owners, read_stacks
from aws.alarms.past import read_past
from aws.alarms.plan import make_plan, with_past
from aws.call import Call
from aws.clock import Clock
from aws.errors import AwsError, CwtopError
from aws.model import Alarm, Cover, Covered, Gap, MetricKey, Resource, Scope, Snapshot
from aws.model.logs import LogGroups
from aws.services.base import Service
from aws.settings import AlarmSettings

_MOST_NAMES: Final = 1_000


class Planner:
    """Fulfils `aws.alarms.office.MakePlan`."""

    def __init__(self, settings: AlarmSettings, services: Mapping[str, Service], clock: Clock) -> None:
        self._settings = settings
        self._services = services
        self._clock = clock

    async def __call__(
        self, call: Call, snapshot: Snapshot, *, resources: Sequence[str] | None, routing: Routing
    ) -> Plan:
        """What is missing for these resources (ARNs; None: all) of the call's scope.

        Raises `CwtopError` where the account's alarms were never read: everything would seem to be missing.
        """
        scope = call.scope
        if snapshot.coverage is None:
            raise _unread(snapshot)
        chosen = set(resources) if resources is not None else None
        # What goes over everything is done in threads: of ten thousand functions it is seconds of work.
        everything, selected, alarms = await asyncio.to_thread(_here, snapshot, scope, chosen)
        owned = await _owners(call, snapshot, selected)
        selected = await asyncio.to_thread(_tagged, selected, owned)
        owned = await read_stacks(call, owned, [each.arn for each in selected])
        logs = snapshot.log_groups.get(scope)
        world = World(
            resources=selected,
            everything=everything,
            services=self._services,
            coverage=await asyncio.to_thread(self._coverage, snapshot, selected, alarms, owned, logs),
            alarms=alarms,
            log_filters=logs.filters if logs else {},
            ownership=owned,
            settings=self._settings,
            routing=routing,
        )
        found = await asyncio.to_thread(candidates, world)
        found.attention += [
            Attention("", arn, "it is not known: deleted, or not read") for arn in (chosen or set()) - _arns(everything)
        ]
        existing, owned, gaps = await self._names_in_use(call, found, alarms, owned)
        gaps = [*_inventory_gaps(snapshot, scope, chosen, selected), *owned.gaps, *gaps]
        plan = await asyncio.to_thread(
            make_plan, found, existing, at_s=self._clock.now(), scope=scope, ownership=owned, gaps=gaps
        )
        return await self._with_past(call, plan, {each.arn: each for each in selected})

    def _coverage(
        self,
        snapshot: Snapshot,
        selected: Sequence[Resource],
        alarms: Mapping[str, Alarm],
        owned: Ownership,
        logs: LogGroups | None,
    ) -> Mapping[str, tuple[Covered, ...]]:
        """The snapshot's, judged anew for resources whose tags choose other figures than it knew of."""
        known = snapshot.coverage or {}
        tagged = [each for each in selected if _choices(each.tags) != _choices(snapshot.resources[each.arn].tags)]
        if not tagged:
            return known
        ours = {arn for arn in alarms if owned.tags.of(arn).get(MANAGED_BY) == OURS}

        def unread(resource: Resource) -> str:
            by_rule = {each.id for each in self._services[resource.service].recommendations}  # not by its log lines
            unclear = (each for each in known.get(resource.arn, ()) if each.rule in by_rule)
            return next((each.detail for each in unclear if each.cover is Cover.UNKNOWN), "")

        again = coverage(
            tagged,
            self._services,
            alarms,
            settings=self._settings,
            dead=snapshot.dead_alarms,
            delivery=snapshot.delivery,
            ours=ours,
            logs=logs,
            tags_read=not owned.gaps,
            unread=unread,
        )
        return {**known, **{each.arn: again.get(each.arn, ()) for each in tagged}}

    async def _names_in_use(
        self, call: Call, found: Candidates, alarms: Mapping[str, Alarm], owned: Ownership
    ) -> tuple[Mapping[str, Raw], Ownership, list[Gap]]:
        """Alarms that have a candidate's name, and who owns them.

        Of very many names only those that were seen in use: whoever writes looks again, name by name.
        """
        names = await asyncio.to_thread(_names_to_look_up, found, alarms)
        try:
            existing = await alarms_named(call, names)
        except AwsError as error:
            return {}, owned, [error.gap(call.scope, service="alarms")]
        owned = await read_stacks(call, owned, [str(raw.get("AlarmArn", "")) for raw in existing.values()])
        return existing, owned, []

    async def _with_past(self, call: Call, plan: Plan, resources: Mapping[str, Resource]) -> Plan:
        if not plan.create:
            return plan
        past, gaps = await read_past(
            call,
            plan.create,
            resources,
            activity=self._activity,
            days=self._settings.history_days,
            clock=self._clock,
        )
        told = await asyncio.to_thread(with_past, plan, past, noisy_fires=self._settings.noisy_fires)
        return replace(told, gaps=(*plan.gaps, *gaps))

    def _activity(self, resource: Resource) -> MetricKey | None:
        """What a service publishes first of a resource: its invocations, its requests."""
        service = self._services.get(resource.service)
        metrics = service.metrics_of(resource) if service is not None else []
        return metrics[0][1] if metrics else None


def _here(
    snapshot: Snapshot, scope: Scope, chosen: set[str] | None
) -> tuple[list[Resource], list[Resource], dict[str, Alarm]]:
    """The scope's resources, those of them that were chosen (None: all), and its alarms."""
    everything = [each for each in snapshot.resources.values() if _place(each.scope) == _place(scope)]
    selected = [each for each in everything if chosen is None or each.arn in chosen]
    alarms = {arn: alarm for arn, alarm in snapshot.alarms.items() if _place(alarm.scope) == _place(scope)}
    return everything, selected, alarms


def _names_to_look_up(found: Candidates, alarms: Mapping[str, Alarm]) -> list[str]:
    """The names that candidates have; of very many only those that were seen in use."""
    names = list(dict.fromkeys(each.definition.name for each in found.wanted))
    if len(names) <= _MOST_NAMES:
        return names
    seen = {alarm.name for alarm in alarms.values()}
    return [name for name in names if name in seen]


async def _owners(call: Call, snapshot: Snapshot, selected: Sequence[Resource]) -> Ownership:
    """What tags tell: those of the snapshot, by which coverage has gone too, or else read for these resources."""
    known = snapshot.tags.get(call.scope)
    return await read_owners(call, [each.arn for each in selected]) if known is None else Ownership(tags=known)


def _tagged(resources: Sequence[Resource], owned: Ownership) -> list[Resource]:
    """The resources with their tags, in the order of their ARNs."""
    tagged = [replace(each, tags={**each.tags, **owned.tags.of(each.arn)}) for each in resources]
    return sorted(tagged, key=lambda each: each.arn)


def _place(scope: Scope) -> tuple[str, str]:
    return scope.account, scope.region


def _arns(resources: Sequence[Resource]) -> set[str]:
    return {each.arn for each in resources}


def _choices(tags: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if key.startswith(TAG_PREFIX)}


def _inventory_gaps(
    snapshot: Snapshot, scope: Scope, chosen: set[str] | None, selected: Sequence[Resource]
) -> list[Gap]:
    """What the snapshot itself could not read, as far as the plan stands on it."""
    services = {each.service for each in selected} | {"cloudwatch", "tags", "log groups"}
    gaps = [
        gap
        for gap in snapshot.gaps
        if (gap.account, gap.region) in (_place(scope), ("", "")) and (chosen is None or gap.service in services)
    ]
    if not snapshot.complete or snapshot.progress is not None:
        unfinished = "the account was not read to the end yet"
        gaps.append(Gap("inventory", "plan", unfinished, "plan again in a moment", scope.account, scope.region))
    return gaps


def _unread(snapshot: Snapshot) -> CwtopError:
    why = next((gap for gap in snapshot.gaps if gap.action == "cloudwatch:DescribeAlarms"), None)
    reason = f": {why.error}" if why else " yet"
    hint = why.hint if why and why.hint else "plan again in a moment"
    return CwtopError(f"the account's alarms could not be read{reason}; all of them would seem to be missing", hint)
