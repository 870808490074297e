"""Signals that end the application: in order, so that the terminal is left as it was found and nothing half-done."""

from __future__ import annotations

import asyncio
import io
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType

_ENDING = ("SIGTERM", "SIGHUP", "SIGINT")  # Windows has no SIGHUP
# Whatever still has not ended by then, such as a request that nobody answers, is not waited for.
_PATIENCE_S = 10


def on_signals(leave: Callable[[int], object]) -> None:
    """From now on a signal that would end the process calls ``leave`` with the exit status, 128 and its number, as a
    shell gives it. A second one ends the process at once, but for SIGHUP: kernel and shell may each send one.
    """
    loop = asyncio.get_running_loop()

    def ended(number: signal.Signals) -> None:
        for each in numbers:
            loop.remove_signal_handler(each)
        at_once()
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        if hasattr(signal, "alarm"):
            signal.alarm(_PATIENCE_S)
        leave(128 + number)

    numbers = [signal.Signals[name] for name in _ENDING if hasattr(signal, name)]
    for number in numbers:
        # Not in the main thread, or on Windows: then signals stay as they are.
        with suppress(ValueError, RuntimeError):
            loop.add_signal_handler(number, ended, number)


def at_once() -> None:
    """From now on ctrl+c ends the process where it stands. Python would raise it in whatever is being torn down."""
    with suppress(ValueError):  # not in the main thread: then it is not ours to say
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def hang_up() -> None:
    """The terminal has gone: as good as SIGHUP, which not everybody is sent."""
    os.kill(os.getpid(), getattr(signal, "SIGHUP", signal.SIGTERM))


class Output(io.TextIOWrapper):
    """The terminal as Textual writes to it, which hangs up where it has gone.

    Textual's own writer would die of the error, and the application wait for ever until there is room in its queue.
    ``drawn`` is how characters are drawn that the terminal may not have, for `str.translate`.
    """

    _gone = False

    def __init__(self, descriptor: int, drawn: Mapping[int, str] = MappingProxyType({})) -> None:
        self._drawn = drawn
        raw = io.FileIO(descriptor, "wb", closefd=False)
        super().__init__(io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace")

    def write(self, text: str, /) -> int:
        """Write, or forget it where nobody reads any more."""
        try:
            if not self._gone:
                super().write(text if text.isascii() else text.translate(self._drawn))
            return len(text)
        except OSError:
            return self._lost() or len(text)

    def flush(self) -> None:
        """Send it, or forget it."""
        try:
            if not self._gone:
                super().flush()
        except OSError:
            self._lost()

    def _lost(self) -> int:
        self._gone = True
        hang_up()
        return 0
