"""Codes of MFA devices, asked for on the plain terminal: before there is a screen that a prompt would tear."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aws.errors import CwtopError, UsageError
from tui.headless.complaint import complain
from tui.options import Options

_TRIES = 3


def typed_codes(options: Options, prompt: Callable[[str], str] | None = None) -> dict[str, Any]:
    """Roles that were assumed with codes typed now, for `aws.session.Sessions`; empty where no profile asks for one.

    Without a terminal nobody is asked: such a profile is refused, with the reason, when it is connected to. ``prompt``
    stands for a hidden line on the terminal. A profile whose code is not taken is left to the commands as well.
    """
    roles: dict[str, Any] = {}
    if not _mentioned() or not (prompt or (sys.stdin.isatty() and sys.stderr.isatty())):
        return roles
    from aws.clock import SystemClock
    from aws.signin.desk import SignIns, wants_code

    desk = SignIns(SystemClock(), roles)
    for profile in dict.fromkeys(options.profiles or (None,)):
        if wants_code(profile, os.environ):
            try:
                _ask(desk.ask_first, profile, prompt or _hidden)
            except KeyboardInterrupt:
                sys.stderr.write("\n")  # or the shell would go on behind the question
                raise
    return roles


def _ask(
    sign_in: Callable[[str | None, Callable[[str], str]], None], profile: str | None, prompt: Callable[[str], str]
) -> None:
    for tried in range(1, _TRIES + 1):
        try:
            sign_in(profile, prompt)
        except CwtopError as error:
            complain(error.message, error.hint)
            if getattr(error, "code", "") != "MfaRefused" or tried == _TRIES:
                return
        else:
            return


def _hidden(text: str) -> str:
    import getpass
    import signal

    # asyncio takes ctrl+c for a cancellation, which does not wake anybody who waits for a line.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return getpass.getpass(text)
    except EOFError:
        raise UsageError("no MFA code was typed", "start again and type the code that the device shows") from None
    finally:
        signal.signal(signal.SIGINT, before)


def _mentioned() -> bool:
    """Whether the configuration names any MFA device: it costs less than reading it through, before the first frame."""
    files = (("AWS_CONFIG_FILE", "~/.aws/config"), ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"))
    for name, usual in files:
        try:
            if b"mfa_serial" in Path(os.environ.get(name) or usual).expanduser().read_bytes():
                return True
        except (OSError, RuntimeError):
            continue  # connecting says what is wrong with it
    return False
