"""``cwtop role`` on the command line."""

from __future__ import annotations

import argparse
from typing import Any

from aws.errors import UsageError


def add_role(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to ``commands``, argparse's subparsers; ``common`` are the shared flags."""
    role = commands.add_parser("role", parents=[common], help="what a function's role may do, and what of it is used")
    role.add_argument("role", nargs="?", metavar="NAME-OR-FUNCTION", help="a role or a function, by name or ARN")
    role.add_argument("--all", action="store_true", dest="all_roles", help="all roles that functions run with")


def check_role(role: str | None, all_roles: bool) -> None:
    """One or all. Raises `UsageError` for neither and for both."""
    if bool(role) == all_roles:
        hint = "`cwtop role NAME-OR-FUNCTION`, or `cwtop role --all` for all that functions run with"
        raise UsageError("role takes a name, or --all in place of one", hint)
