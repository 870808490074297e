"""The dashboard as a program of its own, over an account that is always the same: for whoever ends it from outside.

Writes "left" to the file that it is given where it ended with its feed closed in order.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.tui.feeds import FakeFeed
from tests.tui.story import evening
from tui.commands.dashboard import run
from tui.config import Config


def main(note: Path) -> int:
    """Run it. Returns the exit status."""
    feed = FakeFeed(evening())
    status = run(feed.open, Config(), title="acme-prod")
    if feed.closed == feed.opened:
        note.write_text("left", encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
