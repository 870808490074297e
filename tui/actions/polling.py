"""What the actions on polling do: when AWS is asked, how often, and how much that may cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws.errors import UsageError
from aws.settings import MODES
from tui.actions.situation import Situation

if TYPE_CHECKING:
    from tui.host import Host

STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)


def pause(app: Host, _: Situation, __: str) -> None:
    """Stop polling, or go on."""
    app.set_paused(not app.paused)


def refresh(app: Host, situation: Situation, _: str) -> None:
    """Poll now, or connect again; where roles are listed, read those anew."""
    if app.paused and app.feed.connected:
        app.note(f"paused: {app.look.keys.get('pause', 'p')} polls again", severity="warning")
    else:
        app.refresh_feed()
    if situation.view == "roles":
        app.roles.fill(again=True)


def _step(app: Host, slower: bool) -> None:
    steps = [s for s in STEPS_S if (s > app.feed.interval_s if slower else s < app.feed.interval_s)]
    if steps:
        _poll_every(app, steps[0] if slower else steps[-1])
    else:
        app.note(f"polling every {app.feed.interval_s:g} s, which is as {'seldom' if slower else 'often'} as it goes")


def _poll_every(app: Host, seconds: float) -> None:
    app.feed.set_interval_s(seconds)
    app.note(f"polling every {seconds:g} s")


def slower(app: Host, _: Situation, __: str) -> None:
    """The next longer interval."""
    _step(app, slower=True)


def faster(app: Host, _: Situation, __: str) -> None:
    """The next shorter interval."""
    _step(app, slower=False)


def interval(app: Host, _: Situation, argument: str) -> None:
    """An interval in seconds. Raises `UsageError` for anything else."""
    try:
        seconds = float(argument.removesuffix("s"))
    except ValueError:
        seconds = 0.0
    if not STEPS_S[0] <= seconds <= STEPS_S[-1]:
        raise UsageError(f"interval takes seconds from {STEPS_S[0]} to {STEPS_S[-1]}, such as :interval 30")
    _poll_every(app, seconds)


def mode(app: Host, situation: Situation, argument: str) -> None:
    """How much freshness may cost; asks where no mode is named. Raises `UsageError` for one that there is not."""
    if not argument:
        app.over.command(situation, "mode ")
        return
    chosen = next((name for name in MODES if name.startswith(argument.lower())), None)
    if chosen is None:
        raise UsageError(f"mode takes one of: {', '.join(MODES)}")
    app.feed.set_mode(chosen)
    app.note(f"polling in {chosen} mode")
