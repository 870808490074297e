"""A plan under review: what is picked, whom it tells, what it costs. A value; every key makes another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from aws.alarms.definition import Attention, Conflict, Plan, Planned
from aws.alarms.desk import Routing
from aws.alarms.topics import Topic
from aws.model import Severity


class Mark(StrEnum):
    """What stands at the front of a row."""

    PICKED = "[x]"
    LEFT = "[ ]"
    CONFLICT = "[!]"
    REPLACE = "[R]"
    ATTENTION = "[~]"
    PRESENT = "[=]"


@dataclass(frozen=True, slots=True)
class Item:
    """One row: an alarm to create, one in conflict, one that wants attention, or one that is there already."""

    key: str
    mark: Mark
    planned: Planned | None = None
    conflict: Conflict | None = None
    attention: Attention | None = None
    present: tuple[str, str, str] | None = None  # resource ARN, rule, alarm name


@dataclass(frozen=True, slots=True)
class _Index:
    """A plan by name, made once: a plan for a whole account has tens of thousands of alarms."""

    keys: tuple[str, ...]
    create: Mapping[str, Planned]
    conflicts: Mapping[str, Conflict]
    actions: Mapping[Severity, tuple[str, ...]]

    @classmethod
    def of(cls, plan: Plan) -> _Index:
        create = {planned.definition.name: planned for planned in plan.create}
        conflicts = {conflict.planned.definition.name: conflict for conflict in plan.conflicts}
        actions: dict[Severity, dict[str, None]] = {}
        for planned in (*plan.create, *(conflict.planned for conflict in plan.conflicts)):
            actions.setdefault(planned.severity, {}).update(dict.fromkeys(planned.definition.alarm_actions))
        keys = [
            *(f"create\t{name}" for name in create),
            *(f"conflict\t{name}" for name in conflicts),
            *(f"attention\t{index}" for index in range(len(plan.attention))),
            *(f"present\t{index}" for index in range(len(plan.present))),
        ]
        return cls(tuple(keys), create, conflicts, {severity: tuple(arns) for severity, arns in actions.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """``asked`` says in words for what the plan was made, ``asked_short`` in few; ``left_out`` counts resources of
    other scopes.

    ``picked`` and ``replacing`` are alarms' names, ``rerouted`` what was chosen in place of the plan's own topics.
    """

    plan: Plan
    asked: str = ""
    asked_short: str = ""
    left_out: int = 0
    picked: frozenset[str] = frozenset()
    replacing: frozenset[str] = frozenset()
    rerouted: Routing = field(default_factory=Routing)
    topics: Mapping[str, Topic] = field(default_factory=dict)
    index: _Index

    @classmethod
    def of(cls, plan: Plan, asked: Review | None = None, *, topics: Iterable[Topic] = ()) -> Review:
        """A new plan, for what ``asked`` says. What would fire right now or is noisy is not picked: nobody wants to be
        paged by it."""
        quiet = frozenset(p.definition.name for p in plan.create if not (p.fires_now or p.noisy))
        told = {topic.arn: topic for topic in topics}
        index = _Index.of(plan)
        return replace(asked or cls(plan=plan, index=index), plan=plan, picked=quiet, topics=told, index=index)

    # -- rows ---------------------------------------------------------------------------------------------------

    @property
    def keys(self) -> tuple[str, ...]:
        """The rows: what could be created first, then what needs a word, then what is there already."""
        return self.index.keys

    def item(self, key: str | None) -> Item | None:
        """The row of that key."""
        kind, _, name = (key or "").partition("\t")
        if kind == "create" and name in self.index.create:
            mark = Mark.PICKED if name in self.picked else Mark.LEFT
            return Item(f"create\t{name}", mark, self._routed(self.index.create[name]))
        if kind == "conflict" and name in self.index.conflicts:
            conflict = self.index.conflicts[name]
            mark = Mark.REPLACE if name in self.replacing else Mark.CONFLICT
            return Item(f"conflict\t{name}", mark, self._routed(conflict.planned), conflict=conflict)
        if kind == "attention" and int(name) < len(self.plan.attention):
            return Item(f"attention\t{name}", Mark.ATTENTION, attention=self.plan.attention[int(name)])
        if kind == "present" and int(name) < len(self.plan.present):
            return Item(f"present\t{name}", Mark.PRESENT, present=self.plan.present[int(name)])
        return None

    # -- choices ------------------------------------------------------------------------------------------------

    def toggled(self, key: str) -> Review:
        """Pick an alarm or leave it; name a conflict to be replaced or spare it. Other rows cannot be picked."""
        kind, _, name = key.partition("\t")
        if kind == "create":
            return replace(self, picked=self.picked ^ {name})
        return replace(self, replacing=self.replacing ^ {name}) if kind == "conflict" else self

    def all_toggled(self) -> Review:
        """Pick everything that can be created, or nothing where all of it is picked."""
        everything = frozenset(self.index.create)
        return replace(self, picked=frozenset() if self.picked == everything else everything)

    def notifying(self, severities: Iterable[Severity], arns: Sequence[str]) -> Review:
        """Let alarms of these severities notify these topics; none: nobody."""
        topics = {**self.rerouted.topics, **{severity: tuple(arns) for severity in severities}}
        return replace(self, rerouted=replace(self.rerouted, topics=topics))

    def knowing(self, topics: Iterable[Topic]) -> Review:
        """With what is known of the topics."""
        return replace(self, topics={topic.arn: topic for topic in topics})

    def _routed(self, planned: Planned) -> Planned:
        return self.rerouted.applied_to(planned)

    # -- what it comes to ---------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many would be written."""
        return len(self.picked) + len(self.replacing)

    @property
    def chosen(self) -> tuple[Planned, ...]:
        """What would be written, as it would be written."""
        wanted = [planned for name, planned in self.index.create.items() if name in self.picked]
        wanted += [conflict.planned for name, conflict in self.index.conflicts.items() if name in self.replacing]
        return tuple(map(self._routed, wanted))

    @property
    def severities(self) -> tuple[Severity, ...]:
        """Those that the plan has alarms of, the worst first."""
        return tuple(severity for severity in Severity if severity in self.index.actions)

    def notified(self, severity: Severity) -> tuple[str, ...]:
        """The actions of the alarms of a severity."""
        chosen = self.rerouted.topics.get(severity)
        return self.index.actions.get(severity, ()) if chosen is None else chosen

    @property
    def usd_per_month(self) -> float:
        """List price of what is chosen, free tier not deducted. Replacing costs nothing more."""
        return sum(self.index.create[name].usd_per_month for name in self.picked)

    @property
    def stacks(self) -> tuple[str, ...]:
        """The CloudFormation stacks that own the resources."""
        return tuple(dict.fromkeys(p.owner_stack for p in self.plan.create if p.owner_stack))
