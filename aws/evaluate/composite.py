"""A composite alarm's rule: parsed, its children, its truth.

Grammar (CloudWatch, PutCompositeAlarm): ALARM(x), OK(x), INSUFFICIENT_DATA(x), TRUE, FALSE, NOT, AND, OR, parentheses.
``x`` is an alarm's name or ARN, bare or in double quotes. NOT binds tighter than AND, AND tighter than OR.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from aws.evaluate.errors import RuleError
from aws.model import AlarmState

MAX_CHILDREN = 100
MAX_ELEMENTS = 500
MAX_DEPTH = 100

_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"[A-Za-z_]+")
_QUOTED = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*\)')
_BARE = re.compile(r'([^()"]+)\)')
_STATES = {state.value: state for state in AlarmState}


@dataclass(frozen=True, slots=True)
class Constant:
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True, slots=True)
class InState:
    """Whether an alarm, by name or ARN as written, is in a state."""

    state: AlarmState
    alarm: str


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    operand: Rule


@dataclass(frozen=True, slots=True)
class And:
    """Whether all hold."""

    operands: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Whether any holds."""

    operands: tuple[Rule, ...]


Rule: TypeAlias = Constant | InState | Not | And | Or


def alarm_name(reference: str) -> str:
    """The alarm's name, of a name or an ARN."""
    return reference.split(":alarm:", 1)[1] if reference.startswith("arn:") and ":alarm:" in reference else reference


def parse_rule(text: str) -> Rule:
    """The rule as a tree. Raises `RuleError` with the position of the first fault."""
    parser = _Parser(text)
    rule = parser.alternatives()
    parser.end()
    names = children(rule)
    if len(names) > MAX_CHILDREN:
        raise RuleError(f"a rule can name {MAX_CHILDREN} alarms, this one names {len(names)}", 0)
    if parser.elements > MAX_ELEMENTS:
        raise RuleError(f"a rule can have {MAX_ELEMENTS} elements, this one has {parser.elements}", 0)
    return rule


def children(rule: Rule) -> tuple[str, ...]:
    """The names of the alarms that the rule looks at, each once, in order."""
    return tuple(dict.fromkeys(alarm_name(reference) for reference in _references(rule)))


def accused(rule: Rule, *, negated: bool = False) -> tuple[str, ...]:
    """The names of the alarms whose trouble helps the rule to hold, each once, in order.

    What only holds it back is not among them: in ``ALARM(a) AND NOT ALARM(deploying)`` that is ``deploying``.
    """
    match rule:
        case Constant():
            return ()
        case InState(state, alarm):
            return (alarm_name(alarm),) if (state is AlarmState.OK) is negated else ()
        case Not(operand):
            return accused(operand, negated=not negated)
        case And(operands) | Or(operands):
            return tuple(dict.fromkeys(name for each in operands for name in accused(each, negated=negated)))


def holds(rule: Rule, state_of: Callable[[str], AlarmState | None]) -> bool:
    """Whether the rule is true; ``state_of`` gives the state of an alarm by name, None for an alarm that is gone."""
    match rule:
        case Constant(value):
            return value
        case InState(state, alarm):
            return state_of(alarm_name(alarm)) is state
        case Not(operand):
            return not holds(operand, state_of)
        case And(operands):
            return all(holds(operand, state_of) for operand in operands)
        case Or(operands):
            return any(holds(operand, state_of) for operand in operands)


def _references(rule: Rule) -> Iterator[str]:
    match rule:
        case Constant():
            return
        case InState(_, alarm):
            yield alarm
        case Not(operand):
            yield from _references(operand)
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _references(operand)


class _Parser:
    """Recursive descent over the text; ``at`` is the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.elements = 0
        self._depth = 0
        self._skip()

    def alternatives(self) -> Rule:
        operands = [self._conjunction()]
        while self._take_word("OR"):
            operands.append(self._conjunction())
        return operands[0] if len(operands) == 1 else Or(tuple(operands))

    def end(self) -> None:
        if self.at < len(self.text):
            raise RuleError(f"expected AND, OR or the end, found {self.text[self.at :][:20]!r}", self.at)

    def _conjunction(self) -> Rule:
        operands = [self._negation()]
        while self._take_word("AND"):
            operands.append(self._negation())
        return operands[0] if len(operands) == 1 else And(tuple(operands))

    def _negation(self) -> Rule:
        negated = False
        while self._take_word("NOT"):
            negated = not negated
        operand = self._primary()
        return Not(operand) if negated else operand

    def _primary(self) -> Rule:
        start = self.at
        if self._take("("):
            self.elements += 1
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise RuleError("parentheses are nested too deeply", start)
            inner = self.alternatives()
            if not self._take(")"):
                raise RuleError("expected )", self.at)
            self._depth -= 1
            return inner
        word = self._word()
        self.elements += 1
        if word in ("TRUE", "FALSE"):
            self._advance(len(word))
            return Constant(word == "TRUE")
        if word not in _STATES:
            raise RuleError("expected ALARM(…), OK(…), INSUFFICIENT_DATA(…), TRUE, FALSE, NOT or (", start)
        self._advance(len(word))
        return InState(_STATES[word], self._reference())

    def _reference(self) -> str:
        if not self._take("("):
            raise RuleError("expected (", self.at)
        found = _QUOTED.match(self.text, self.at) or _BARE.match(self.text, self.at)
        name = re.sub(r"\\(.)", r"\1", found[1]) if found and '"' in found[0] else found[1].strip() if found else ""
        if found is None or not name:
            raise RuleError("expected an alarm's name or ARN and )", self.at)
        self._advance(len(found[0]))
        return name

    def _word(self) -> str:
        found = _WORD.match(self.text, self.at)
        return found[0].upper() if found else ""

    def _take_word(self, word: str) -> bool:
        if self._word() != word:
            return False
        self._advance(len(word))
        return True

    def _take(self, character: str) -> bool:
        if not self.text.startswith(character, self.at):
            return False
        self._advance(1)
        return True

    def _advance(self, characters: int) -> None:
        self.at += characters
        self._skip()

    def _skip(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
