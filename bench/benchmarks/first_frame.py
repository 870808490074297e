"""From the start of the program to its first whole frame, beside a plain Textual app."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bench.report import Result, interleaved
from bench.terminal import Terminal

RUNS = 9
RATIO = 1.1
_LAST_LINE = b"quit"  # both end their frame with the key that quits


def measure() -> list[Result]:
    """Milliseconds; cwtop is given an endpoint that accepts connections and never answers."""
    with _mute_endpoint() as environment:
        ours, bare = interleaved(
            RUNS,
            lambda: _start(["-m", "tui"], environment),
            lambda: _start(["-m", "bench.programs.bare"], environment),
        )
    return [
        Result(
            what="start to first frame at 160×50",
            measured=ours,
            yardstick=bare,
            yardstick_is="a bare Textual app: tabs, 200-row table, footer",
            unit="ms",
            budget=f"≤ {RATIO}× the yardstick",
            met=ours <= RATIO * bare,
        )
    ]


def _start(arguments: list[str], environment: Mapping[str, str]) -> float:
    with Terminal([sys.executable, *arguments], environment) as terminal:
        return 1000 * terminal.until(_LAST_LINE)


@contextmanager
def _mute_endpoint() -> Iterator[dict[str, str]]:
    """An environment of made-up credentials whose AWS is a socket on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as server, tempfile.TemporaryDirectory() as home:
        yield {
            "PATH": os.environ.get("PATH", ""),
            "LANG": "C.UTF-8",
            "HOME": home,
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.getsockname()[1]}",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_REGION": "eu-west-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
