"""A program on a terminal of our own: what it writes, and when."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
COLUMNS, ROWS = 160, 50
QUIET_S = 0.25
_ASKS_SYNC, _HAS_SYNC = b"\x1b[?2026$p", b"\x1b[?2026;2$y"  # synchronized output, which current terminals have


class Terminal:
    """A child process on a pty of 160×50 cells. Use as a context manager: leaving ends the child."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._wrote = b""
        self.started_s = time.perf_counter()
        self._child = subprocess.Popen(
            list(arguments),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
            close_fds=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._child.terminate()
        try:
            self._child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        os.close(self._master)

    def until(self, words: bytes, timeout_s: float = 30.0) -> float:
        """Seconds from the start of the program until it had written ``words``. Raises TimeoutError."""
        deadline = time.perf_counter() + timeout_s
        while words not in self._wrote:
            if not self._read(deadline - time.perf_counter()):
                raise TimeoutError(f"{words!r} was never written; the last was {self._wrote[-400:]!r}")
        return time.perf_counter() - self.started_s

    def settle(self, quiet_s: float = QUIET_S) -> int:
        """Wait until nothing has been written for ``quiet_s``; the bytes written since the last settling."""
        while self._read(quiet_s):
            pass
        written = len(self._wrote)
        self._wrote = b""
        return written

    def press(self, key: str) -> None:
        """Type one key."""
        os.write(self._master, key.encode())

    def watch(self, seconds: float) -> None:
        """Read for so long whatever is written: a full pty would hold the program up."""
        ends = time.perf_counter() + seconds
        while (left_s := ends - time.perf_counter()) > 0:
            self._read(left_s)

    def answered_s(self, key: str, timeout_s: float = 10.0) -> float:
        """Seconds from the typing of a key until the program had written anything. Raises TimeoutError."""
        pressed = time.perf_counter()
        self.press(key)
        if not self._read(timeout_s):
            raise TimeoutError(f"{key!r} was never answered")
        return time.perf_counter() - pressed

    def _read(self, timeout_s: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(0.0, timeout_s))
        if not ready:
            return False
        try:
            chunk = os.read(self._master, 1 << 16)
        except OSError:  # the child has closed its side
            return False
        if _ASKS_SYNC in chunk:
            os.write(self._master, _HAS_SYNC)
        self._wrote += chunk
        return bool(chunk)
