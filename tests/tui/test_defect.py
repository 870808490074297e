"""A defect of ours ends the dashboard with a line and a log entry, never with a traceback full of values."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from tests.hygiene.terminal import Terminal

PROGRAM = """
import sys
from contextlib import asynccontextmanager
from aws.model import Snapshot
from tui import logfile
from tui.cli import guarded
from tui.commands.dashboard import run
from tui.config import load


class Boom(dict):
    def values(self):
        secret = "hunter2"
        raise ValueError("boom")


class Feed:
    async def __aiter__(self):
        yield Snapshot(at_s=0.0, resources=Boom(), health=Boom(), alarms=Boom(), complete=True)

    def attend(self, interest): ...


@asynccontextmanager
async def open_feed(say):
    yield Feed()


logfile.start()
sys.exit(guarded(lambda: run(open_feed, load())))
"""


def test_the_traceback_goes_to_the_log_file(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    with closing(Terminal(str(program))) as terminal:
        assert terminal.ended() == 3
        assert terminal.as_found()
    told = terminal.said.rpartition(b"\x1b[?1049l")[2]
    assert told.count(b"\n") == 2, "what happened, and what to do"
    assert b"boom" in told
    assert b"hunter2" not in terminal.said
    assert b"Traceback" not in terminal.said
    log = Path(os.environ["HOME"]) / ".local" / "state" / "cwtop" / "cwtop.log"
    assert "ValueError: boom" in log.read_text()
