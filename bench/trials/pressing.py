"""Which keys a trial presses."""

from __future__ import annotations

from tui.actions.registry import actions
from tui.present.catalog import Catalog
from tui.present.views import views

# What leaves the program on purpose: ":" would lead there by letters.
_LEAVES = frozenset({"q", "ctrl+c", "ctrl+z", "ctrl+q"})
_MORE = ("enter", "escape", "tab", "shift+tab", "up", "down", "left", "right", "backspace", "space")
# Pausing and longer intervals are no faults of ours, and would spare what is tried; writing alarms would change what
# there is; r walks everything at once.
_MEDDLES = frozenset({"p", "plus", "minus", "P", "R", "a", "A", "r"})


def keys() -> list[str]:
    """Every key that does anything, without those that leave."""
    known = {key.strip() for each in actions(views(Catalog())) for key in each.key.split(",") if key.strip()}
    return sorted((known | set(_MORE)) - _LEAVES)


def looking_keys() -> list[str]:
    """Of those, the keys that leave polling and the account as they are."""
    return [key for key in keys() if key not in _MEDDLES]
