"""The entry point: parse, choose the command, and turn every failure into a line or two that say what to do."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable

from aws.errors import CwtopError
from tui import ending, logfile, options
from tui.config import Config, load
from tui.options import Options

EXIT_UNKNOWN = 3

_log = logging.getLogger(__name__)


def main(arguments: list[str] | None = None) -> int:
    """Run cwtop. Returns the exit status: see the command's own documentation; 3 for usage and configuration errors."""
    if arguments is None:  # the process is ours
        ending.in_order()
    return guarded(lambda: _run(sys.argv[1:] if arguments is None else arguments))


def guarded(run: Callable[[], int]) -> int:
    """``run``, with everything that it raises said in a line or two, and logged where it is a defect of ours."""
    try:
        return run()
    except CwtopError as error:
        _complain(error.message, error.hint)
    except KeyboardInterrupt:
        return ending.status()
    except BrokenPipeError:
        # The reader of our output has gone (`cwtop check | head`); the interpreter must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:  # noqa: BLE001 - the last line of defence: logged with its traceback, and said
        _log.exception("unexpected error")
        _complain(f"unexpected error: {type(error).__name__}: {error}", f"the traceback is in {logfile.path()}")
    return EXIT_UNKNOWN


def _run(arguments: list[str]) -> int:
    chosen = options.parse(arguments)
    logfile.start()
    return _command(chosen)(chosen, load(chosen.config, options.overrides(chosen)))


def _command(chosen: Options) -> Callable[[Options, Config], int]:
    """The command's function; imported only now, each costs what it needs."""
    if chosen.command == "config":
        from tui.commands.config import show

        return show
    if chosen.command == "demo":
        from tui.commands.demo import demo

        return demo
    if chosen.command == "check":
        from tui.commands.check import check

        return check
    if chosen.command == "alarms":
        from tui.commands.alarms import alarms

        return alarms
    if chosen.command == "role":
        from tui.commands.role import role

        return role
    if chosen.command == "permissions":
        from tui.commands.permissions import permissions

        return permissions
    from tui.commands.dashboard import dashboard

    return dashboard


def _complain(message: str, hint: str) -> None:
    from tui.headless.complaint import complain

    complain(message, hint)
