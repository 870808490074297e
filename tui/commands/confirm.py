"""Asks before something is written: y, or a word to be typed where a slip would cost more."""

from __future__ import annotations

import sys

from aws.errors import UsageError
from aws.model import Scope
from tui.config import Config
from tui.options_alarms import AlarmOptions
from tui.present.questions import Question
from widgets.inert import inert


def check_account(options: AlarmOptions, config: Config, scope: Scope) -> None:
    """Raise `UsageError` where ``--account`` names another account, or is missing for a production one."""
    if options.account is not None and options.account != scope.account:
        raise UsageError(
            f"--account {options.account} was given, and these credentials are for {scope.account}",
            "nothing was written: check --profile and AWS_PROFILE",
        )
    note = config.accounts.get(scope.account)
    if options.yes and options.account is None and note is not None and note.production:
        raise UsageError(
            f"account {scope.account} is marked as production in the configuration: --yes needs --account besides",
            f"nothing was written: add --account {scope.account}",
        )


def check_can_ask(options: AlarmOptions, *, terminal: bool) -> None:
    """Raise `UsageError` where nobody can be asked and nobody said yes."""
    if not options.yes and not terminal:
        raise UsageError("there is no terminal to ask on: nothing was written", "give --yes to write without asking")


def agreed(question: Question) -> bool:
    """Ask on the terminal, and wait. An answer that is not exactly what was asked for is a no."""
    how = f"type {question.typed} to {question.yes}" if question.typed else "y/N"
    sys.stderr.write(f"{inert(question.sentence)} [{inert(how)}] ")
    sys.stderr.flush()
    answer = sys.stdin.readline().strip()
    return answer == question.typed if question.typed else answer.lower() in ("y", "yes")
