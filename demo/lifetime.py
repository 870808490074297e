"""How long the child lives: until it is told to stop, and never longer than its parent.

The parent holds the writing end of the child's stdin. However the parent ends, SIGKILL included, the kernel closes
that end; a thread waits for it, so that even a busy event loop cannot outlive the parent. On Linux the kernel is
asked to kill the child as well, should that thread never get to run.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
import threading
from typing import Never

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with_parent(parent: int) -> None:
    """Ends this process, at once and whatever it is doing, when the process ``parent`` has gone."""
    if sys.platform == "linux":
        _ask_the_kernel()
    # The parent may have died before the kernel was asked: the child then has another parent already.
    if os.getppid() != parent:
        os._exit(0)
    threading.Thread(target=_wait_for_parent, name="parent", daemon=True).start()


def end() -> Never:
    """Ends the process at once, with status 0. Nothing is kept on disk, so nothing needs an orderly end; threads that
    work out an answer would hold one up."""
    sys.stdout.flush()
    os._exit(0)


async def until_stopped() -> None:
    """Waits for SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()


def _ask_the_kernel() -> None:
    # To the kernel the parent is the thread that started us, which is the application's main thread.
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    except (OSError, AttributeError):
        return  # a libc without prctl: the pipe alone holds


def _wait_for_parent() -> None:
    while True:
        try:
            if not os.read(0, 4096):
                break
        except OSError:
            break
    os._exit(0)
