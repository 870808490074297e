"""The ``:`` line: names complete, unknown ones are answered with the nearest."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from aws.errors import UsageError
from tui.actions.action import Action


def words(actions: Iterable[Action]) -> Iterator[tuple[str, Action]]:
    """Every word that names an action, its own id first."""
    for action in actions:
        yield action.id, action
        for name in action.names:
            yield name, action


def complete(text: str, actions: Iterable[Action]) -> str | None:
    """The first name that goes on from ``text``; None where none does, or an argument has begun."""
    if not text or " " in text:
        return None
    fits = sorted(name for name, _ in words(actions) if name.startswith(text.lower()) and name != text)
    return min(fits, key=len) if fits else None


def parse(line: str, actions: Iterable[Action]) -> tuple[Action, str]:
    """The action that a line names, and its argument. A beginning that only one name has is enough.

    Raises `UsageError` for an unknown or ambiguous name.
    """
    name, _, argument = line.strip().partition(" ")
    known = dict(reversed(list(words(actions))))
    if action := known.get(name.lower()):
        return action, argument.strip()
    fits = {found.id: found for word, found in known.items() if name and word.startswith(name.lower())}
    if len(fits) == 1:
        return next(iter(fits.values())), argument.strip()
    if fits:
        raise UsageError(f":{name} could be {', '.join(sorted(fits))}")
    near = difflib.get_close_matches(name.lower(), list(known), n=1)
    raise UsageError(f"no command :{name}", f"did you mean :{near[0]}?" if near else ": then tab completes")
