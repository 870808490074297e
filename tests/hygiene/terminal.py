"""A program of ours on a pty, as on a terminal: its keys, its size, what it has switched on, and how it ends."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

DEADLINE_S = 30.0
_MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
# Alternate screen, mouse, focus, bracketed paste, sizes in band: on only while the dashboard has the terminal.
OURS = frozenset({b"1049", b"1000", b"1003", b"1015", b"1006", b"1004", b"2004", b"2048"})
CURSOR = b"25"


class Terminal:
    """``python arguments`` on a pty of ours, 100 columns wide."""

    def __init__(self, *arguments: str) -> None:
        self.master, slave = pty.openpty()
        self.resize(100, 30)
        self._line_before = termios.tcgetattr(slave)
        self.said = b""
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**_environment(), "TERM": "xterm-256color", "LANG": "C.UTF-8"},
            start_new_session=True,
            # The pty becomes the terminal of that session: closing it is SIGHUP, as when a window is closed.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def resize(self, columns: int, rows: int) -> None:
        """As the user drags the window."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, keys: bytes) -> None:
        """As they come from a keyboard."""
        os.write(self.master, keys)

    def insist(self, keys: bytes, so: Callable[[], bool]) -> None:
        """Press them again until that is so: a yes does not count before its question can be read."""
        for _ in _until_deadline():
            if so():
                break
            self.press(keys)
            self.said += self.read(0.3)
        assert so(), self.said[-2000:]

    def until(self, words: bytes) -> None:
        """Read until it has written ``words`` since the last time."""
        seen = b""
        for _ in _until_deadline():
            if words in seen:
                break
            seen += self.read(0.5)
        assert words in seen, seen[-2000:]
        self.said += seen

    def wait_for(self, so: Callable[[], bool]) -> None:
        """Read what it writes until that is so."""
        for _ in _until_deadline():
            if so():
                break
            self.said += self.read(0.02)
        assert so(), self.said[-2000:]

    def stopped(self) -> bool:
        """Whether it is suspended."""
        status = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8")
        return status.rpartition(")")[2].split()[0] == "T"

    def ended(self) -> int:
        """Read what it still writes until it has ended; its exit status."""
        self.wait_for(lambda: self.process.poll() is not None)
        while more := self.read(0.0):
            self.said += more
        return self.process.wait()

    def modes_on(self) -> set[bytes]:
        """The private modes that were switched on and not off again."""
        on: set[bytes] = set()
        for found, how in _MODE.findall(self.said):
            for mode in found.split(b";"):
                (on.add if how == b"h" else on.discard)(mode)
        return on

    def as_found(self) -> bool:
        """Whether the terminal is as a shell has it."""
        line = termios.tcgetattr(self.master)[3] == self._line_before[3]
        return line and not self.modes_on() & OURS and CURSOR in self.modes_on()

    def read(self, timeout_s: float) -> bytes:
        """What it has written; nothing where that takes longer."""
        if not select.select([self.master], [], [], timeout_s)[0]:
            return b""
        try:
            return os.read(self.master, 1 << 16)
        except OSError:  # it has closed its side
            time.sleep(timeout_s and 0.01)
            return b""

    def close(self) -> None:
        """The window is closed; the program is ended where it still runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def _environment() -> dict[str, str]:
    """Ours, without the size of another terminal: readline, where anybody has imported it, tells it to all children."""
    return {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}


def _until_deadline() -> Iterator[None]:
    end = time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        yield
