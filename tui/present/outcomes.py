"""A run of writes as it goes and as it ended: one row an alarm, nothing lost. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from aws.alarms.definition import Planned
from aws.alarms.desk import Outcome, Result
from aws.model import Scope
from tui.present import plan_words as words
from tui.present import styles
from tui.present.view import Look
from widgets.cells import Cell, Column, Row
from widgets.lines import Line
from widgets.parts import Part

_BAR, _BAR_ASCII = ("█", "░"), ("#", ".")
_STYLE = {
    Result.CREATED: styles.GOOD,
    Result.REPLACED: styles.GOOD,
    Result.DELETED: styles.GOOD,
    Result.CHANGED: styles.GOOD,
    Result.PROVED: styles.GOOD,
    Result.SKIPPED: styles.NOTE,
    Result.FAILED: styles.CRITICAL,
    Result.UNKNOWN: styles.UNKNOWN,
}
_TO_RETRY = frozenset({Result.FAILED, Result.UNKNOWN})


class Doing(StrEnum):
    """What a run does."""

    CREATE = "creating"
    UNDO = "taking back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run. ``names`` are the alarms in their order, ``planned`` what was to be written, by name.

    ``ids`` are the runs' in the journal: one, and one more for each retry. ``proofs`` are what setting alarms off
    came to; ``stopped`` says why the run ended early.
    """

    doing: Doing
    scope: Scope
    where: str
    names: tuple[str, ...]
    planned: Mapping[str, Planned] = field(default_factory=dict)
    replacing: frozenset[str] = frozenset()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    proofs: Mapping[str, Outcome] = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    running: bool = True
    stopped: str = ""

    def having(self, outcome: Outcome) -> Run:
        """With one item's end."""
        names = self.names if outcome.name in self.names else (*self.names, outcome.name)
        return replace(self, names=names, outcomes={**self.outcomes, outcome.name: outcome})

    def known_as(self, id: str) -> Run:
        """With its id in the journal."""
        return self if not id or id in self.ids else replace(self, ids=(*self.ids, id))

    def again(self) -> Run:
        """What is left of it, once more; what is done stays done."""
        done = {name: one for name, one in self.outcomes.items() if one.result not in _TO_RETRY}
        return replace(self, outcomes=done, running=True, stopped="")

    def proved(self, outcome: Outcome) -> Run:
        """With what became of setting one alarm off."""
        return replace(self, proofs={**self.proofs, outcome.name: outcome})

    def ended(self, why: str = "") -> Run:
        """No more outcomes come."""
        return replace(self, running=False, stopped=why)

    @property
    def created(self) -> tuple[str, ...]:
        """What this run wrote and did not take back."""
        made = {Result.CREATED, Result.REPLACED}
        return tuple(name for name in self.names if name in self.outcomes and self.outcomes[name].result in made)

    @property
    def to_retry(self) -> tuple[str, ...]:
        """What failed, got no answer, or was never reached."""
        return () if self.running else tuple(name for name in self.names if self._wants_retry(name))

    def _wants_retry(self, name: str) -> bool:
        outcome = self.outcomes.get(name)
        return outcome is None or outcome.result in _TO_RETRY

    @property
    def left(self) -> int:
        """How many have no outcome yet."""
        return sum(name not in self.outcomes for name in self.names)


def summary(run: Run) -> str:
    """``5 created, 1 skipped, 1 failed``."""
    numbers = Counter(outcome.result for outcome in run.outcomes.values())
    parts = [f"{numbers[result]} {_word(run, result)}" for result in Result if numbers[result]]
    if not run.running and run.left:
        parts.append(f"{run.left} not reached")
    return ", ".join(parts) or "nothing done"


def worth_a_look(run: Run) -> str | None:
    """The first alarm that did not become what was asked for; None where all did."""
    asked = {Result.CREATED, Result.REPLACED, Result.DELETED}
    return next((name for name in run.names if name in run.outcomes and run.outcomes[name].result not in asked), None)


def title(run: Run) -> list[Part]:
    """What is going on, or what came of it, and where."""
    state = run.doing.value.upper() if run.running else "STOPPED" if run.stopped else "DONE"
    what = f"{len(run.outcomes)} of {len(run.names)}" if run.running else summary(run)
    return [
        Part((Cell(f"{state} ", styles.STRONG), Cell(what))),
        Part((Cell(f"in {run.where}", styles.STRONG),)),
    ]


def bar(run: Run, look: Look) -> Line:
    """How far it is."""
    full, empty = _BAR_ASCII if look.ascii else _BAR
    width = max(10, min(60, look.width - 20))
    done = width * len(run.outcomes) // max(1, len(run.names))
    failed = sum(outcome.result in _TO_RETRY for outcome in run.outcomes.values())
    told = f" {len(run.outcomes)}/{len(run.names)}" + (f"  {failed} failed" if failed else "")
    return (Cell(full * done, styles.GOOD), Cell(empty * (width - done), styles.QUIET), Cell(told))


def columns(look: Look) -> tuple[Column, ...]:
    """The columns for a terminal of that width."""
    name = 44 if look.width < 110 else 60
    return (Column("result", "RESULT", 9), Column("name", "ALARM", name), Column("text", "WHY", 0))


def row(run: Run, name: str) -> Row:
    """One item, done or not."""
    outcome = run.outcomes.get(name)
    if outcome is None:
        word = "waiting" if run.running else "untouched"
        return Row(name, (Cell(word, styles.QUIET), Cell(name, styles.QUIET), Cell("")))
    return Row(name, (Cell(_word(run, outcome.result), _STYLE[outcome.result]), Cell(name), Cell(outcome.text)))


def _word(run: Run, result: Result) -> str:
    """In the words of what was asked for."""
    return "kept" if run.doing is Doing.UNDO and result is Result.SKIPPED else result.value


def pane(run: Run, name: str | None, keys: Mapping[str, str]) -> list[Line]:
    """The selected item, then what can be done about the run."""
    lines: list[Line] = []
    if run.stopped:
        lines.append((Cell(run.stopped, styles.CRITICAL),))
    outcome, planned = run.outcomes.get(name or ""), run.planned.get(name or "")
    if name is not None:
        said = _word(run, outcome.result) if outcome else "waiting" if run.running else "never reached"
        why = f": {outcome.text}" if outcome and outcome.text else ""
        lines.append((Cell(f"{name}  ", styles.STRONG), Cell(said + why, _STYLE[outcome.result] if outcome else "")))
    if outcome is not None and outcome.result is Result.UNKNOWN:
        lines.append(
            (Cell("It was sent and no answer came. A retry looks first, so nothing is doubled.", styles.NOTE),)
        )
    if proof := run.proofs.get(name or ""):
        lines.append(
            (Cell("delivery: ", styles.QUIET), Cell(f"{proof.result.value}, {proof.text}", _STYLE[proof.result]))
        )
    if planned is not None:
        told = words.topics_names(planned.definition.alarm_actions)
        lines.append((Cell("tells: ", styles.QUIET), Cell(told)))
    if not run.running and run.created:
        lines.append((Cell(_next(run.created, keys), styles.QUIET),))
    return lines


def _next(created: Sequence[str], keys: Mapping[str, str]) -> str:
    where = f": {keys['alarms']} lists them" if keys.get("alarms") else ""
    told = "It starts as INSUFFICIENT_DATA and finds its state within minutes"
    if len(created) > 1:
        told = "They start as INSUFFICIENT_DATA and find their states within minutes"
    return f"{told}{where}."
