"""A defect of ours ends the dashboard with a line and a log entry, never with a traceback full of values."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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
    lead, follow = os.openpty()
    environment = {**os.environ, "TERM": "xterm-256color"}
    running = subprocess.Popen(
        [sys.executable, str(program)], stdin=follow, stdout=follow, stderr=follow, env=environment
    )
    os.close(follow)
    shown = b""
    try:
        while chunk := os.read(lead, 65536):
            shown += chunk
    except OSError:
        pass  # Linux says EIO where the other side has gone
    finally:
        os.close(lead)
    assert running.wait(timeout=30) == 3
    assert b"boom" in shown
    assert b"hunter2" not in shown
    assert b"Traceback" not in shown
    log = Path(os.environ["HOME"]) / ".local" / "state" / "cwtop" / "cwtop.log"
    assert "ValueError: boom" in log.read_text()
