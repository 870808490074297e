"""The help panel, from the registry: what works now, and everything else, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.actions.action import Action
from tui.actions.keys import all_shown
from tui.present import styles
from widgets.cells import Cell
from widgets.layout import fit
from widgets.lines import Line

_KEYS_WIDTH, _ID_WIDTH = 13, 17
_WORDS = (
    "SEV     CRIT WARN INFO by rule; GAP could not be read; ok recovered, shown for 15 minutes",
    "SINCE   first minute of the trouble; ~ known to five minutes; >3h began before the window; ×2 came back",
    "ALARM   FIRED somebody was told; ARMED would be; FIRED? ARMED? it cannot be told whether anybody hears",
    "        SILENT tells nobody, or muted; DEAD can never fire; NONE; ? not read",
    "COVER   ok there and heard; ok? perhaps unheard; MISS missing; SIL silent; DEAD can never fire; WEAK fires later;",
    "        · not applicable",
    "plans   [x] picked; [ ] left; [!] name used; [R] would be replaced; [~] does less than it seems; [=] exists",
    "cells   ? not fetched; ~ old or partial; - nothing published; 0 counted nothing; denied; failed",
)


def lines(actions: Sequence[Action], keys: Mapping[str, str]) -> list[Line]:
    """Every action under its heading: its keys, its id for `:` and the configuration, what it does."""
    told: list[Line] = []
    for group in dict.fromkeys(action.group for action in actions):
        told.append((Cell(group.upper(), styles.STRONG),))
        for action in actions:
            if action.group != group:
                continue
            name = f":{action.id}" + (f" {action.takes.upper()}" if action.takes else "")
            told.append(
                (
                    Cell(f"  {fit(all_shown(keys[action.id]), _KEYS_WIDTH)} ", styles.NOTE),
                    Cell(f"{fit(name, _ID_WIDTH)} ", styles.QUIET),
                    Cell(action.help),
                )
            )
        told.append((Cell(""),))
    told.append((Cell("WORDS ON THE SCREEN", styles.STRONG),))
    told += [(Cell(f"  {words}"),) for words in _WORDS]
    return told
