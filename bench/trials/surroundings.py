"""Where a trial takes place: a home of its own, a log that is listened to, an account whose faults it plays."""

from __future__ import annotations

import asyncio
import logging
import os
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def empty_home() -> Iterator[Path]:
    """A home folder with nothing in it, until the end; nothing of the user's reaches what runs in this process."""
    with tempfile.TemporaryDirectory() as home:
        for name in [each for each in os.environ if each.startswith(("XDG_", "AWS_", "CWTOP_"))]:
            del os.environ[name]
        # As over SSH: no browser opens.
        os.environ.update(HOME=home, SSH_CONNECTION="a b c d", AWS_EC2_METADATA_DISABLED="true")
        yield Path(home)


class Errors(logging.Handler):
    """Keeps what was logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, with its traceback."""
        self.said.append(self.format(record))


async def play(endpoint_url: str, plan: str) -> None:
    """Let the simulated account play that plan of faults, and no other; an empty one ends them all."""
    request = urllib.request.Request(f"{endpoint_url}/_cwtop/faults", plan.encode(), method="POST")
    await asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=30).close())
