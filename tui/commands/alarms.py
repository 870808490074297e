"""``cwtop alarms plan | apply | export | list | undo``: what the screens do with alarms, for scripts and terminals."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui.commands.alarms_read import export, listing, plan
from tui.commands.alarms_write import apply, undo
from tui.config import Config
from tui.options import Options

_ACTIONS: Mapping[str, Callable[[Options, Config], int]] = {
    "plan": plan,
    "apply": apply,
    "export": export,
    "list": listing,
    "undo": undo,
}


def alarms(options: Options, config: Config) -> int:
    """Do what was asked. Returns 0 only if nothing failed, 1 if something did, 3 where nothing could be read."""
    return _ACTIONS[options.alarms.action](options, config)
