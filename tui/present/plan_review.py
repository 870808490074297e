"""A plan under review: what is picked, whom it tells, what it costs. A value; every key makes another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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

    @classmethod
    def of(cls, plan: Plan, asked: Review | None = None, *, topics: Iterable[Topic] = ()) -> Review:
        """A new plan, for what ``asked`` says. What would fire right now or is noisy is not picked: nobody wants to be
        paged by it."""
        quiet = frozenset(p.definition.name for p in plan.create if not (p.fires_now or p.noisy))
        told = {topic.arn: topic for topic in topics}
        return replace(asked or cls(plan=plan), plan=plan, picked=quiet, topics=told)

    # -- rows ---------------------------------------------------------------------------------------------------

    @property
    def items(self) -> tuple[Item, ...]:
        """What could be created first, then what needs a word, then what is there already."""
        return tuple(self._items())

    def _items(self) -> Iterator[Item]:
        for planned in self.plan.create:
            name = planned.definition.name
            yield Item(f"create\t{name}", Mark.PICKED if name in self.picked else Mark.LEFT, self._routed(planned))
        for conflict in self.plan.conflicts:
            name = conflict.planned.definition.name
            mark = Mark.REPLACE if name in self.replacing else Mark.CONFLICT
            yield Item(f"conflict\t{name}", mark, self._routed(conflict.planned), conflict=conflict)
        for index, attention in enumerate(self.plan.attention):
            yield Item(f"attention\t{index}\t{attention.name}", Mark.ATTENTION, attention=attention)
        for index, present in enumerate(self.plan.present):
            yield Item(f"present\t{index}\t{present[2]}", Mark.PRESENT, present=present)

    def item(self, key: str | None) -> Item | None:
        """The row of that key."""
        return next((item for item in self._items() if item.key == key), None)

    # -- choices ------------------------------------------------------------------------------------------------

    def toggled(self, key: str) -> Review:
        """Pick an alarm or leave it; name a conflict to be replaced or spare it. Other rows cannot be picked."""
        kind, _, name = key.partition("\t")
        if kind == "create":
            return replace(self, picked=self.picked ^ {name})
        return replace(self, replacing=self.replacing ^ {name}) if kind == "conflict" else self

    def all_toggled(self) -> Review:
        """Pick everything that can be created, or nothing where all of it is picked."""
        everything = frozenset(planned.definition.name for planned in self.plan.create)
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
    def chosen(self) -> tuple[Planned, ...]:
        """What would be written, as it would be written."""
        wanted = [p for p in self.plan.create if p.definition.name in self.picked]
        wanted += [c.planned for c in self.plan.conflicts if c.planned.definition.name in self.replacing]
        return tuple(map(self._routed, wanted))

    @property
    def severities(self) -> tuple[Severity, ...]:
        """Those that the plan has alarms of, the worst first."""
        everything = [*self.plan.create, *(conflict.planned for conflict in self.plan.conflicts)]
        return tuple(severity for severity in Severity if any(p.severity is severity for p in everything))

    def notified(self, severity: Severity) -> tuple[str, ...]:
        """The actions of the alarms of a severity."""
        everything = [*self.plan.create, *(conflict.planned for conflict in self.plan.conflicts)]
        arns = (a for p in everything if p.severity is severity for a in self._routed(p).definition.alarm_actions)
        return tuple(dict.fromkeys(arns))

    @property
    def usd_per_month(self) -> float:
        """List price of what is chosen, free tier not deducted. Replacing costs nothing more."""
        return sum(p.usd_per_month for p in self.plan.create if p.definition.name in self.picked)

    @property
    def stacks(self) -> tuple[str, ...]:
        """The CloudFormation stacks that own the resources."""
        return tuple(dict.fromkeys(p.owner_stack for p in self.plan.create if p.owner_stack))
