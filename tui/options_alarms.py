"""``cwtop alarms …`` on the command line: what may be given, as a value."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

NO_TOPIC = "none"
FORMATS = ("cloudformation", "terraform", "cdk", "cli")
_RESOURCE: dict[str, Any] = {
    "action": "append",
    "dest": "resources",
    "metavar": "NAME",
    "help": "only this resource, by name or ARN, * and ? allowed; repeatable",
}
_REPEATABLE = ("topic_arns", "resources", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmOptions:
    """``action`` is plan, apply, export, list or undo. ``topic_arns`` are as typed: an ARN, ``severity=ARN``, none."""

    action: str = ""
    topic_arns: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    skip_noisy: bool = False
    yes: bool = False
    account: str | None = None
    format: str = ""
    run: str | None = None
    superseded: bool = False

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> AlarmOptions:
        """Those of the parsed arguments that are about alarms."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in given.items() if name in known}
        return cls(**values | {name: tuple(values[name]) for name in _REPEATABLE if name in values})


def add_alarms(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command with its actions to ``commands``, argparse's subparsers; ``common`` are the shared flags."""
    alarms = commands.add_parser(
        "alarms", parents=[common], help="alarms that are missing: plan, create, write as code"
    )
    actions = alarms.add_subparsers(dest="action", metavar="ACTION", required=True)

    plan = actions.add_parser("plan", parents=[common], help="what is missing, what it costs, how often it had fired")
    _selection(plan)

    apply = actions.add_parser("apply", parents=[common], help="create what is missing; run again, it does the rest")
    _selection(apply)
    apply.add_argument(
        "--replace", action="append", metavar="NAME", help="overwrite the alarm of this name that differs; repeatable"
    )
    apply.add_argument(
        "--skip-noisy", action="store_true", help="leave out alarms that are noisy or would fire right now"
    )
    _confirmation(apply)

    export = actions.add_parser("export", parents=[common], help="the plan as infrastructure code, on stdout")
    _selection(export)
    export.add_argument(
        "--format", required=True, metavar="F", help="cloudformation, terraform, cdk or cli", choices=FORMATS
    )

    listing = actions.add_parser("list", parents=[common], help="the alarms there are: state, silent, dead, covers")
    listing.add_argument("--resource", **_RESOURCE)

    undo = actions.add_parser("undo", parents=[common], help="delete exactly what a run created, if unchanged since")
    undo.add_argument("--run", metavar="ID", help="which run (default: the newest of this account and region)")
    undo.add_argument(
        "--superseded", action="store_true", help="instead: alarms of cwtop that an equal alarm of yours covers"
    )
    _confirmation(undo)


def _selection(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--resource", **_RESOURCE)
    parser.add_argument(
        "--topic-arn",
        action="append",
        dest="topic_arns",
        metavar="[SEVERITY=]ARN",
        help="whom to notify; repeatable; none: nobody (default: as most of the account's alarms do)",
    )


def _confirmation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--yes", action="store_true", help="do not ask; without a terminal nothing is written otherwise"
    )
    parser.add_argument(
        "--account", metavar="ID", help="write to this account only; needed with --yes where it is marked production"
    )
