"""The command palette: the registry, searched."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider

from tui.actions.action import Action
from tui.actions.acts import Acts
from tui.actions.keys import shown
from tui.actions.situation import Situation


def palette(acts: Acts, situation: Situation) -> CommandPalette:
    """What works in ``situation``; whatever is chosen acts on what was selected then."""
    able = [action for action in acts.actions if action.works(situation) and not action.takes and not action.widget]

    def run(action: Action) -> Callable[[], None]:
        return partial(acts.do, action.id, situation)

    def title(action: Action) -> str:
        keys = acts.keys[action.id]
        return f"{action.title}  ({shown(keys)})" if keys else action.title

    class Actions(Provider):
        async def discover(self) -> Hits:
            for action in able:
                yield DiscoveryHit(title(action), run(action), help=action.help)

        async def search(self, query: str) -> Hits:
            matcher = self.matcher(query)
            for action in able:
                score = max(matcher.match(title(action)), matcher.match(action.help))
                if score > 0:
                    yield Hit(score, matcher.highlight(title(action)), run(action), help=action.help)

    return CommandPalette(providers=[Actions], placeholder="Search commands")
