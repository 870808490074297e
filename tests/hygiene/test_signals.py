"""The dashboard on a terminal that is suspended, resized, closed and killed: it ends in order, whoever ends it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_DEADLINE_S = 30.0
_MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
# Alternate screen, mouse, focus, bracketed paste, sizes in band: on only while the dashboard has the terminal.
_OURS = frozenset({b"1049", b"1000", b"1003", b"1015", b"1006", b"1004", b"2004", b"2048"})
_CURSOR = b"25"


class Terminal:
    """A dashboard on a pty of ours."""

    def __init__(self, note: Path) -> None:
        self.note = note
        self.master, slave = pty.openpty()
        self.resize(100, 30)
        self.line_before = termios.tcgetattr(slave)
        self.said = b""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.hygiene.small_dashboard", str(note)],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8"},
            start_new_session=True,
            # The pty becomes the terminal of that session: closing it is SIGHUP, as when a window is closed.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, words: bytes) -> None:
        """Read until it has written ``words`` since the last time."""
        end = time.monotonic() + _DEADLINE_S
        seen = b""
        while words not in seen:
            assert time.monotonic() < end, seen[-2000:]
            seen += self._read(0.5)
        self.said += seen

    def ended(self) -> int:
        """Read what it still writes until it has ended; its exit status."""
        end = time.monotonic() + _DEADLINE_S
        while self.process.poll() is None and time.monotonic() < end:
            self.said += self._read(0.05)
        while more := self._read(0.0):
            self.said += more
        return self.process.wait(timeout=0.1)

    def modes_on(self) -> set[bytes]:
        """The private modes that were switched on and not off again."""
        on: set[bytes] = set()
        for found, how in _MODE.findall(self.said):
            for mode in found.split(b";"):
                (on.add if how == b"h" else on.discard)(mode)
        return on

    def _read(self, timeout_s: float) -> bytes:
        if not select.select([self.master], [], [], timeout_s)[0]:
            return b""
        try:
            return os.read(self.master, 1 << 16)
        except OSError:  # it has closed its side
            time.sleep(timeout_s and 0.01)
            return b""


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    one = Terminal(tmp_path / "note")
    try:
        one.until(b"checkout")
        yield one
    finally:
        if one.process.poll() is None:
            one.process.kill()
        one.process.wait()


def _stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "T"


def test_suspended_resumed_resized_and_ended_it_leaves_the_terminal_as_it_was(terminal: Terminal) -> None:
    assert terminal.modes_on() >= {b"1049", b"1000", b"2004"}
    os.write(terminal.master, b"\x1a")
    end = time.monotonic() + _DEADLINE_S
    while not _stopped(terminal.process.pid):
        assert time.monotonic() < end
        terminal.said += terminal._read(0.05)
    while more := terminal._read(0.2):
        terminal.said += more
    assert not terminal.modes_on() & _OURS, "the shell has the terminal to itself"
    assert termios.tcgetattr(terminal.master)[3] == terminal.line_before[3]
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until(b"checkout")
    assert b"1049" in terminal.modes_on()

    for number in range(200):
        terminal.resize(40 + number, 10 + number % 40)
    for columns, rows in ((1, 1), (20, 5), (500, 3), (100, 30)):
        terminal.resize(columns, rows)
        terminal.said += terminal._read(0.3)
    os.write(terminal.master, b"\x0c")  # ctrl+l
    terminal.until(b"checkout")

    terminal.process.terminate()
    assert terminal.ended() == 128 + signal.SIGTERM
    assert not terminal.modes_on() & _OURS
    assert _CURSOR in terminal.modes_on()
    assert termios.tcgetattr(terminal.master)[3] == terminal.line_before[3]
    assert b"Traceback" not in terminal.said
    assert terminal.note.read_text(encoding="utf-8") == "left"


def test_it_ends_in_order_with_its_terminal(terminal: Terminal) -> None:
    os.close(terminal.master)
    assert terminal.process.wait(timeout=_DEADLINE_S) == 128 + signal.SIGHUP
    assert terminal.note.read_text(encoding="utf-8") == "left"
