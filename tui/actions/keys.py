"""Keys as the user reads and writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.binding import Binding, BindingsMap

from tui.actions.action import Action
from tui.actions.situation import Situation

_SIGNS = {
    "slash": "/",
    "colon": ":",
    "question_mark": "?",
    "full_stop": ".",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "exclamation_mark": "!",
    "dollar_sign": "$",
    "plus": "+",
    "minus": "-",
    "asterisk": "*",
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "equals_sign": "=",
}


def shown(keys: str) -> str:
    """The first of some keys, as it stands on a key cap: ``/``, ``esc``, ``ctrl+f``."""
    first = keys.split(",")[0].strip()
    return _SIGNS.get(first, first)


def all_shown(keys: str) -> str:
    """Every key: ``j down``."""
    return " ".join(shown(key) for key in keys.split(",") if key.strip())


def effective(actions: Iterable[Action], remapped: Mapping[str, str]) -> dict[str, str]:
    """Each action's keys, those of the configuration first."""
    return {action.id: remapped.get(action.id, action.key) for action in actions}


def keymap(actions: Iterable[Action], remapped: Mapping[str, str]) -> dict[str, str]:
    """The configuration's keys for every binding that an action has, the application's and the widget's."""
    mapped: dict[str, str] = {}
    for action in actions:
        if keys := remapped.get(action.id):
            mapped[action.id] = keys
            if action.widget:
                mapped[action.widget] = keys
    return mapped


def unknown(actions: Iterable[Action], remapped: Mapping[str, str]) -> list[str]:
    """Ids in the configuration that no action has."""
    known = {action.id for action in actions}
    return [name for name in remapped if name not in known]


def bindings(actions: Iterable[Action], keys: Mapping[str, str]) -> BindingsMap:
    """The registry's keys for the application; one key may stand for several actions, each on screens of its own."""
    by_key: dict[str, list[Action]] = {}
    for action in actions:
        for key in filter(None, map(str.strip, keys[action.id].split(","))):
            by_key.setdefault(key, []).append(action)
    return BindingsMap(
        Binding(key, f"do('{' '.join(a.id for a in able)}')", able[0].title, show=False, priority=able[0].priority)
        for key, able in by_key.items()
    )


def hints(actions: Iterable[Action], keys: Mapping[str, str], situation: Situation) -> list[tuple[str, str]]:
    """Keys that do something here and now with what they do, the most needed first."""
    able = (a for a in actions if a.hint and keys[a.id] and a.works(situation) and a.hinted(situation))
    return [(shown(keys[each.id]), each.title_in(situation)) for each in sorted(able, key=lambda each: each.hint)]
