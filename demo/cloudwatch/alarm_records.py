"""The account's alarms: what was put, in which state they are, what happened to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from aws.evaluate.composite import Rule, children
from aws.evaluate.reasons import INITIAL
from aws.model import AlarmState
from demo.cloudwatch.alarm_history import HistoryItem, acted, changed

Definition: TypeAlias = dict[str, Any]

ACTIONS = {
    AlarmState.OK: "OKActions",
    AlarmState.ALARM: "AlarmActions",
    AlarmState.INSUFFICIENT_DATA: "InsufficientDataActions",
}
_KEPT_ITEMS = 1_000  # of one alarm


def _never(_name: str, _at_s: float) -> bool:
    return False


class Transition(NamedTuple):
    """A change of state."""

    at_s: float
    state: AlarmState


@dataclass(slots=True, kw_only=True)
class AlarmRecord:
    """One alarm. ``definition`` holds its PutMetricAlarm or PutCompositeAlarm keys; ``rule`` is a composite's.

    ``updated_s`` and ``transitioned_s`` are when the state was last set and last changed; ``evaluation_error`` says
    why it cannot be evaluated. ``quiet`` tells of a name and a time whether a mute rule keeps its actions from running.
    ``seen`` are the children's states that a composite was last judged by. ``seeded`` is
    True until the first evaluation of an alarm that is older than the history.
    """

    name: str
    arn: str
    definition: Definition
    configured_s: float
    updated_s: float
    transitioned_s: float
    rule: Rule | None = None
    state: AlarmState = AlarmState.INSUFFICIENT_DATA
    reason: str = INITIAL
    reason_data: str = ""
    evaluation_error: bool = False
    suppressed: bool = False
    quiet: Callable[[str, float], bool] = _never
    seeded: bool = False
    seen: tuple[AlarmState | None, ...] | None = None
    transitions: list[Transition] = field(default_factory=list)
    history: list[HistoryItem] = field(default_factory=list)

    @property
    def composite(self) -> bool:
        """Whether it looks at other alarms."""
        return self.rule is not None

    @property
    def children(self) -> tuple[str, ...]:
        """The names of the alarms that a composite alarm looks at."""
        return children(self.rule) if self.rule is not None else ()

    def become(self, state: AlarmState, reason: str, reason_data: str, at_s: float) -> None:
        """Take a state; where it differs, the actions of the new state run, if they are enabled."""
        old = self.state, self.reason
        self.state, self.reason, self.reason_data, self.updated_s = state, reason, reason_data, at_s
        if state is old[0]:
            return
        self.transitioned_s = at_s
        self.transitions.append(Transition(at_s, state))
        del self.transitions[:-_KEPT_ITEMS]
        self.record(changed(at_s, old, (state, reason), reason_data))
        self.act(at_s)

    def act(self, at_s: float) -> None:
        """Run the actions of the state that it is in, unless they are switched off, suppressed or muted."""
        if self.definition["ActionsEnabled"] and not self.suppressed and not self.quiet(self.name, at_s):
            for action in self.definition[ACTIONS[self.state]]:
                self.record(acted(at_s, action))

    def transition_at(self, at_s: float) -> Transition:
        """The newest change of state that had happened by then."""
        for transition in reversed(self.transitions):
            if transition.at_s <= at_s:
                return transition
        return Transition(self.configured_s, AlarmState.INSUFFICIENT_DATA)

    def backdate(self) -> None:
        """Let an alarm that does not fire have been what it is since it was put; one that fires begins to now."""
        self.seeded = False
        if self.state is AlarmState.ALARM:
            return
        self.transitioned_s = self.updated_s = self.configured_s + 60
        self.transitions = [Transition(self.transitioned_s, self.state)]
        self.history = [item._replace(at_s=min(item.at_s, self.transitioned_s)) for item in self.history]

    def record(self, item: HistoryItem) -> None:
        """Add an item to the history."""
        self.history.append(item)
        del self.history[:-_KEPT_ITEMS]


class AlarmBook:
    """All alarms, by name. Histories outlive their alarms."""

    def __init__(self) -> None:
        self._records: dict[str, AlarmRecord] = {}
        self._deleted: list[AlarmRecord] = []
        self._sorted: list[AlarmRecord] | None = None
        self.revision = 0

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[AlarmRecord]:
        return iter(self._records.values())

    def get(self, name: str) -> AlarmRecord | None:
        """The alarm of that name."""
        return self._records.get(name)

    def by_name(self) -> Sequence[AlarmRecord]:
        """All, in the order of their names; put in order when there are others than before."""
        if self._sorted is None:
            self._sorted = [record for _, record in sorted(self._records.items())]
        return self._sorted

    def put(self, record: AlarmRecord) -> None:
        """Add an alarm, or note that one was changed."""
        self._records[record.name] = record
        self._sorted = None
        self.revision += 1

    def delete(self, name: str) -> None:
        """Forget an alarm, but not its history."""
        self._deleted.append(self._records.pop(name))
        self._sorted = None
        self.revision += 1

    def ever(self) -> Iterator[AlarmRecord]:
        """Every alarm, deleted ones included, in no particular order."""
        yield from self._deleted
        yield from self._records.values()

    def parents(self, name: str) -> list[AlarmRecord]:
        """The composite alarms that look at it, by name."""
        return [record for record in self.by_name() if name in record.children]

    def state_at(self, name: str, at_s: float) -> AlarmState | None:
        """The state that an alarm had then; None where there is none of that name."""
        record = self._records.get(name)
        return record.transition_at(at_s).state if record is not None else None
