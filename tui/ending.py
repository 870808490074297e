"""Signals that would end a command where it stands, taken for ctrl+c: what it has begun ends with it."""

from __future__ import annotations

import os
import signal
from types import FrameType

_INTERRUPTED = 128 + signal.SIGINT
_by: list[int] = []


def in_order() -> None:
    """From now on SIGTERM and SIGHUP interrupt. A credential process, which has a session of its own, would else be
    left behind, and a terminal on which a code is typed would stay without echo.

    Who ignores ctrl+c, as jobs in the background of a script do, and what is ignored already, as nohup does, is left
    alone.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return
    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(number: int, _: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)  # a second one ends it at once
    _by.append(number)
    os.kill(os.getpid(), signal.SIGINT)


def status() -> int:
    """The exit status after an interrupt, as a shell gives it: 128 and the number of the signal."""
    return 128 + _by[-1] if _by else _INTERRUPTED
