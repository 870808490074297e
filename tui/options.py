"""The command line as a value: what was asked for, parsed and checked, before anything is imported that is slow."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, NoReturn

from aws.errors import UsageError
from aws.settings import MODES
from tui.options_alarms import AlarmOptions, add_alarms
from tui.options_role import add_role

_EPILOG = """without a terminal on stdout the dashboard prints one look instead, as --once does.

exit status of check: 0 ok, 1 warning, 2 critical, 3 unknown or wrong usage;
of role: 0 nothing worse than low, 1 medium, 2 high or critical, 3 unknown name or unreadable policies;
of alarms: 0 only if nothing failed, 1 if something did, 3 wrong usage or nothing could be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user typed. ``command`` is "dashboard" where none was named."""

    command: str = "dashboard"
    profiles: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    endpoint_url: str | None = None
    config: Path | None = None
    read_only: bool = False
    mode: str | None = None
    max_usd_per_hour: float | None = None
    output: str = "table"
    once: bool = False
    timeout_s: float = 45.0
    allow_gaps: bool = False
    write: bool = False
    scenario: str | None = None
    seed: int | None = None
    functions: int | None = None
    port: int | None = None
    faults: Path | None = None
    quotas: bool = False
    latency_ms: int | None = None
    serve: bool = False
    role: str | None = None
    all_roles: bool = False
    alarms: AlarmOptions = field(default_factory=AlarmOptions)


class _Parser(argparse.ArgumentParser):
    """Argparse, but a usage error is ours: exit status 2 means critical here."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, f"`{self.prog} --help` shows what it takes")


def overrides(chosen: Options) -> dict[str, tuple[Any, str]]:
    """What was typed in place of the configuration's values: dotted key -> (value, the flag)."""
    found: dict[str, tuple[Any, str]] = {}
    if chosen.read_only:
        found["read_only"] = True, "--read-only"
    if chosen.mode is not None:
        found["poll.mode"] = chosen.mode, "--mode"
    if chosen.max_usd_per_hour is not None:
        found["poll.max_usd_per_hour"] = chosen.max_usd_per_hour, "--max-usd-per-hour"
    return found


def parse(arguments: list[str]) -> Options:
    """Parse the arguments after the program's name. Raises `UsageError`; --help and --version print and exit 0."""
    parser = _parser()
    namespace = parser.parse_args(arguments)
    given: dict[str, Any] = {name: value for name, value in vars(namespace).items() if value is not None}
    for repeatable in ("profiles", "regions"):
        if repeatable in given:
            given[repeatable] = tuple(dict.fromkeys(given[repeatable]))
    known = {each.name for each in fields(Options)}
    alarms = AlarmOptions.of(given)
    return Options(alarms=alarms, **{name: value for name, value in given.items() if name in known})


def _parser() -> argparse.ArgumentParser:
    common = _common_flags()
    parser = _Parser(
        prog="cwtop",
        parents=[common],
        description="top for serverless: what is wrong in an AWS account right now",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    demo = commands.add_parser("demo", parents=[common], help="the dashboard on a simulated account; needs no AWS")
    demo.add_argument("--scenario", metavar="NAME", help="which story the account tells")
    demo.add_argument("--seed", type=int, metavar="N", help="the same seed tells the same story")
    demo.add_argument("--functions", type=_positive, metavar="N", help="size of the account")
    demo.add_argument("--port", type=_port, metavar="N", help="where it listens on 127.0.0.1 (default: any free port)")
    demo.add_argument("--faults", type=Path, metavar="FILE", help="what goes wrong on the way, as TOML")
    demo.add_argument("--quotas", action="store_true", help="hold AWS's quotas; without SEARCH and Metrics Insights")
    demo.add_argument("--latency-ms", type=_whole, metavar="N", help="how long an answer takes at least")
    demo.add_argument("--serve", action="store_true", help="only serve: print what to export, until SIGTERM")
    check = commands.add_parser(
        "check", parents=[common], help="one look without a terminal, for scripts and monitoring"
    )
    check.add_argument("--allow-gaps", action="store_true", help="exit 0 although a service could not be read")
    add_alarms(commands, common)
    add_role(commands, common)
    permissions = commands.add_parser("permissions", parents=[common], help="the IAM policy that cwtop itself needs")
    permissions.add_argument("--write", action="store_true", help="with what creating and taking back alarms needs")
    commands.add_parser("config", parents=[common], help="the effective configuration, and where each value came from")
    return parser


def _common_flags() -> _Parser:
    """Flags that may stand before or after the command. SUPPRESS keeps the later one from undoing the earlier."""
    flags = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    flags.add_argument("--profile", action="append", dest="profiles", metavar="NAME", help="AWS profile; repeatable")
    flags.add_argument("--region", action="append", dest="regions", metavar="NAME", help="AWS region; repeatable")
    flags.add_argument("--endpoint-url", metavar="URL", help="send every request there instead of to AWS")
    flags.add_argument("--config", type=Path, metavar="FILE", help="configuration file")
    flags.add_argument("--read-only", action="store_true", help="refuse every write before it is sent")
    flags.add_argument("--mode", choices=MODES, help="how much freshness may cost (default: standard)")
    flags.add_argument(
        "--max-usd-per-hour", type=_dollars, metavar="USD", help="poll less before it costs more; 0: no limit"
    )
    flags.add_argument("--output", choices=("table", "json"), help="form of what is printed (default: table)")
    flags.add_argument("--once", action="store_true", help="one look on stdout instead of the dashboard")
    flags.add_argument("--timeout", type=_seconds, dest="timeout_s", metavar="S", help="bound on a look (default: 45)")
    return flags


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value <= 3600:
        raise argparse.ArgumentTypeError("must be more than 0 and at most 3600 seconds")
    return value


def _dollars(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1000:
        raise argparse.ArgumentTypeError("must be from 0 to 1000 dollars")
    return value


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _whole(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 60_000:
        raise argparse.ArgumentTypeError("must be a number from 0 to 60000")
    return value


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError("must be a port number")
    return value


class _Version(argparse.Action):
    """Looks the version up only when asked: importlib.metadata is slow to import."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        sys.stdout.write(f"cwtop {version('cwtop')}\n")
        parser.exit()
