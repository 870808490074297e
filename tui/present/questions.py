"""The sentence before anything is written: what, where, and who will hear of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws.model import Alarm, Scope
from tui.present import plan_words as words
from tui.present.plan_review import Review

TYPED_ABOVE = 25  # more than this many is confirmed by typing the number


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence and how to agree: `y`, or ``typed``, which has to be typed where a slip would cost more.

    ``yes`` is the word beside the key; ``risky`` sentences stand out.
    """

    sentence: str
    yes: str
    typed: str = ""
    risky: bool = False


def place(scope: Scope, account_name: str) -> str:
    """``acme-prod 482193019034 eu-west-1``."""
    return " ".join(part for part in (account_name, scope.account, scope.region) if part)


def create(review: Review, where: str, *, production: str = "") -> Question:
    """Before a plan is applied. ``production`` is what to type in an account marked so: its name or number."""
    chosen, replaced = review.chosen, sorted(review.replacing)
    new = len(chosen) - len(replaced)
    does = [f"create {new}"] if new else []
    if replaced:
        does.append(f"REPLACE {len(replaced)} ({', '.join(replaced[:2])}{', …' if len(replaced) > 2 else ''})")
    told = tuple(arn for planned in chosen for arn in planned.definition.alarm_actions)
    silent = sum(not planned.definition.alarm_actions for planned in chosen)
    hears = words.topics_names(told)
    if silent and told:
        hears += f"; {silent} of them notify NOBODY"
    account = "PRODUCTION account " if production else ""
    sentence = f"{_capital(' and '.join(does))} in {account}{where}, notifying {hears}?"
    typed = production or (str(len(chosen)) if len(chosen) > TYPED_ABOVE or replaced else "")
    return Question(sentence, "create" if not replaced else "create and replace", typed, bool(replaced or production))


def undo(count: int, where: str) -> Question:
    """Before a run is taken back."""
    sentence = f"Delete the {_alarms(count)} that this run created in {where}, where unchanged since?"
    return Question(sentence, "delete", typed=str(count), risky=True)


def prove(name: str, actions: Sequence[str], where: str) -> Question:
    """Before an alarm is set off on purpose."""
    sentence = f"Set {name} off once in {where}? It pages {words.topics_names(actions)} now."
    return Question(sentence, "page them", risky=True)


def switch(alarms: Sequence[Alarm], where: str, *, enabled: bool) -> Question:
    """Before alarms are kept from notifying, or let again."""
    what = alarms[0].name if len(alarms) == 1 else _alarms(len(alarms))
    whom = words.topics_names(arn for alarm in alarms for arn in alarm.alarm_actions)
    typed = str(len(alarms)) if len(alarms) > TYPED_ABOVE else ""
    if enabled:
        return Question(f"Switch the actions of {what} on in {where}, notifying {whom}?", "switch on", typed)
    sentence = f"Switch the actions of {what} off in {where}? Then {whom} will not hear of it."
    return Question(sentence, "switch off", typed, risky=True)


def new_topic(name: str, email: str, where: str) -> Question:
    """Before a topic is made and somebody invited to it."""
    return Question(f"Create topic {name} in {where} and ask {email} by mail to confirm?", "create")


def leave(left: int) -> Question:
    """Before leaving in the middle of a run."""
    return Question(f"{_capital(_alarms(left))} still to be done. Stop after the one in flight and leave?", "leave")


def _alarms(count: int) -> str:
    return f"{count} alarm" if count == 1 else f"{count} alarms"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
