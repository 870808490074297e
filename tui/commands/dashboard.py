"""``cwtop``: the dashboard; one printed look where there is no terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui import leaving
from tui.commands.codes import typed_codes
from tui.config import Config
from tui.feed import OpenFeed
from tui.keys_first import KeysFirst, switching_often
from tui.options import Options
from widgets.plain import TO_ASCII

if TYPE_CHECKING:
    from aws.signin.desk import SignIns

# Textual paints in slots, and after a frame lets one or two of them pass. Of its own 60 a second, a key that follows
# on a new look would wait for up to 33 ms with nothing to do.
FRAMES_PER_S = "120"


def dashboard(options: Options, config: Config) -> int:
    """Run the dashboard on the ambient credentials. Returns 0; without a terminal as `tui.commands.check.once`."""
    if options.once or not has_terminal():
        from tui.commands.check import once

        return once(options, config)
    from tui.connect import feed_of

    roles = typed_codes(options)

    def sign_ins() -> SignIns:
        from aws.clock import SystemClock
        from aws.signin.desk import SignIns

        return SignIns(SystemClock(), roles)

    clock = KeysFirst()
    return run(feed_of(options, config, clock, recalls=True, roles=roles), config, clock=clock, sign_ins=sign_ins)


def has_terminal() -> bool:
    """Whether there is a screen to draw on and a keyboard to read; Textual would wait for ever without."""
    return sys.stdout.isatty() and sys.stdin.isatty()


def run(
    open_feed: OpenFeed,
    config: Config,
    *,
    title: str = "",
    clock: KeysFirst | None = None,
    sign_ins: Callable[[], SignIns] | None = None,
) -> int:
    """Show the dashboard until the user leaves; ``title`` is what the header calls the account, ``clock`` the feed's
    own, ``sign_ins`` opens the desk at which people sign in. Returns the exit status; raises what ended the
    application if nobody caught it.
    """
    os.environ.setdefault("TEXTUAL_FPS", FRAMES_PER_S)
    from tui.app import CwtopApp

    if not sys.stderr.isatty():
        # Textual draws on stderr; with `2>errors.log` that would be a blank screen. Our errors go to the log file.
        os.dup2(sys.stdout.fileno(), sys.stderr.fileno())
    # What Textual's driver writes to. Its own frames and marks, too, are drawn with what the terminal has.
    vars(sys)["__stderr__"] = leaving.Output(sys.stderr.fileno(), TO_ASCII if config.ui.ascii else {})
    app = CwtopApp(open_feed, config, title=title, clock=clock, sign_ins=sign_ins)
    with app.collector.at_work(), switching_often():
        try:
            app.run(mouse=config.ui.mouse)
        finally:
            leaving.at_once()  # the terminal has its own line discipline again, in which ctrl+c is a signal
    if app.defect is not None:
        raise app.defect
    return app.return_code or 0
