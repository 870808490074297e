"""A plan out of candidates: which names are free, what is there already, what stands in the way. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from aws.alarms.candidates import Candidates, by_urgency
from aws.alarms.definition import Attention, Conflict, Plan, Planned
from aws.alarms.differences import differences, in_words
from aws.alarms.existing import Raw
from aws.alarms.ownership import Ownership
from aws.model import Gap, Scope


class Past(NamedTuple):
    """What history says of one planned alarm; ``days`` of history there were. None: it could not be read."""

    fires: int | None
    fires_now: bool | None
    days: float


def make_plan(
    found: Candidates,
    existing: Mapping[str, Raw],
    *,
    at_s: float,
    scope: Scope,
    ownership: Ownership,
    gaps: Sequence[Gap] = (),
) -> Plan:
    """What to create, and what not. ``existing`` are the alarms with names that candidates have, as AWS describes them.

    An alarm of that name which is the same counts as present, another one as a conflict.
    """
    create: dict[str, Planned] = {}
    present, conflicts, attention = list(found.present), list(found.conflicts), list(found.attention)
    for planned in by_urgency(found.wanted):
        name = planned.definition.name
        there = None if planned.filter_only else existing.get(name)
        if there is None and name not in create:
            create[name] = planned
        elif there is None:
            problem = f"{planned.rule}: another alarm of this plan has the name {name}"
            attention.append(Attention("", planned.resource, problem))
        elif different := differences(there, planned.definition.parameters()):
            stack = ownership.stack_of(str(there.get("AlarmArn", "")))
            owner = f"; stack {stack} owns it: change it there" if stack else ""
            conflicts.append(Conflict(planned, f"the name is used: {in_words(different)}{owner}", different))
        else:
            present.append((planned.resource, planned.rule, name))
    return Plan(
        at_s=at_s,
        account=scope.account,
        region=scope.region,
        create=tuple(create.values()),
        present=tuple(sorted(set(present))),
        attention=tuple(sorted(set(attention), key=lambda each: (each.resource, each.name, each.problem))),
        conflicts=tuple(sorted(conflicts, key=lambda each: each.planned.definition.name)),
        gaps=tuple(dict.fromkeys(gaps)),
    )


def with_past(plan: Plan, past: Mapping[str, Past], *, noisy_fires: int) -> Plan:
    """The plan with what history says, by alarm name; those not in ``past`` stay without."""
    return replace(plan, create=tuple(_with(planned, past, noisy_fires) for planned in plan.create))


def _with(planned: Planned, past: Mapping[str, Past], noisy_fires: int) -> Planned:
    known = past.get(planned.definition.name)
    if known is None:
        return planned
    return replace(
        planned,
        would_have_fired=known.fires,
        fires_now=known.fires_now,
        history_days=known.days,
        noisy=known.fires is not None and known.fires >= noisy_fires,
    )
