"""The child's own command line as a value."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

DEFAULT_SCENARIO = "black-friday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """``parent`` is the process id this one must not outlive; None: it lives until SIGTERM. ``faults`` is the file of
    a plan of faults; ``quotas`` says whether AWS's quotas are held; ``latency_ms`` is added to every answer."""

    scenario: str
    seed: int
    functions: int | None
    port: int
    deny: tuple[str, ...]
    faults: Path | None = None
    quotas: bool = False
    latency_ms: int = 0
    parent: int | None


def read_options(arguments: list[str]) -> Options:
    """Parses the arguments after the program's name. Prints and exits on wrong usage, as argparse does."""
    parser = argparse.ArgumentParser(prog="python -P -m demo", description="a simulated AWS account on 127.0.0.1")
    parser.add_argument("--scenario", default=DEFAULT_SCENARIO, metavar="NAME", help="which story the account tells")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed tells the same story")
    parser.add_argument("--functions", type=int, metavar="N", help="size of the account")
    parser.add_argument("--port", type=int, default=0, metavar="N", help="where to listen (default: any free port)")
    parser.add_argument("--serve", action="store_true", help="what it does anyway")
    parser.add_argument(
        "--deny",
        action="append",
        default=[],
        metavar="ACTIONS",
        help="answer AccessDenied to these, such as cloudwatch:DescribeAlarms,lambda:*",
    )
    parser.add_argument("--faults", type=Path, metavar="FILE", help="what goes wrong, as TOML: see demo/faults/plan.py")
    parser.add_argument("--quotas", action="store_true", help="throttle as AWS does; no SEARCH, no Metrics Insights")
    parser.add_argument("--latency-ms", type=int, default=0, metavar="N", help="how long an answer takes at least")
    parser.add_argument("--parent", type=int, metavar="PID", help="end with that process, which holds our stdin")
    given = parser.parse_args(arguments)
    deny = tuple(action.strip() for actions in given.deny for action in actions.split(",") if action.strip())
    return Options(
        scenario=given.scenario,
        seed=given.seed,
        functions=given.functions,
        port=given.port,
        deny=deny,
        faults=given.faults,
        quotas=given.quotas,
        latency_ms=given.latency_ms,
        parent=given.parent,
    )
