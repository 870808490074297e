"""The registry at work: which keys it has, what works now, and letting it happen."""

from __future__ import annotations

from collections.abc import Mapping

from textual.binding import BindingsMap

from aws.errors import CwtopError, UsageError
from tui.actions import commands as command_line
from tui.actions import keys as key_names
from tui.actions.action import Action
from tui.actions.situation import Situation
from tui.host import Host


class Acts:
    """The actions of one application. ``remapped`` gives actions other keys, by their ids.

    Raises `UsageError` for keys of an action that does not exist.
    """

    def __init__(self, host: Host, actions: tuple[Action, ...], remapped: Mapping[str, str]) -> None:
        if unknown := key_names.unknown(actions, remapped):
            raise UsageError(f"keys.{unknown[0]}: there is no such action", "? lists every action with its id")
        self._host = host
        self._by_id = {action.id: action for action in actions}
        self.actions = actions
        self.keys = key_names.effective(actions, remapped)
        self.caps = {name: key_names.shown(keys) for name, keys in self.keys.items() if keys}

    def bindings(self) -> BindingsMap:
        """The keys for the application; what a list binds itself is reached through the key map."""
        return key_names.bindings(self.actions, self.keys)

    def hints(self, situation: Situation) -> list[tuple[str, str]]:
        """Keys that do something here and now, the most needed first."""
        return key_names.hints(self.actions, self.keys, situation)

    def pressed(self, action_ids: str, situation: Situation) -> None:
        """A key that stands for some actions: the first that works here and now. Never done later: what is to be
        acted on has not been seen yet."""
        names = action_ids.split()
        if able := next((name for name in names if self._by_id[name].works(situation)), None):
            self.do(able, situation)
        elif situation.waits_for and any(situation.where in self._by_id[name].where for name in names):
            self._host.note(situation.waits_for)

    def do(self, action_id: str, situation: Situation, argument: str = "") -> None:
        """Let an action happen to what was selected when it was asked for."""
        action = self._by_id[action_id]
        if not action.works(situation):
            return
        try:
            action.run(self._host, situation, argument)
        except CwtopError as error:
            self._host.warn(error)

    def command(self, line: str, situation: Situation) -> None:
        """A typed command, on what was selected when it was begun."""
        try:
            action, argument = command_line.parse(line, self.actions)
        except UsageError as error:
            self._host.warn(error)
        else:
            self.do(action.id, situation, argument)
