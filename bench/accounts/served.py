"""The simulated account of 10,000 functions as a child process, with AWS's quotas and answers that take their time."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.terminal import ROOT
from demo.shop import acme
from demo.shop.padding import generated_alarms

FUNCTIONS = 10_000
LATENCY_MS = 50


@dataclass(frozen=True, slots=True)
class Account:
    """``environment`` is all that a client needs to reach it; its home is empty, so nothing is remembered."""

    environment: Mapping[str, str]

    def meter(self) -> dict[str, Any]:
        """What the server has counted so far."""
        with urllib.request.urlopen(f"{self.environment['AWS_ENDPOINT_URL']}/_cwtop/meter", timeout=30) as answer:
            state: dict[str, Any] = json.load(answer)
        return state


def holds() -> dict[str, int]:
    """How much there is in the account, by kind: who reads half of it is quick, and has measured nothing."""
    shop = acme(FUNCTIONS)
    return {
        "function": len(shop.functions),
        "table": len(shop.tables),
        "rest-api-stage": sum(len(api.stages) for api in shop.apis),
        "alarm": len(shop.alarms) + sum(1 for _ in generated_alarms(shop)),
    }


@contextmanager
def large_account(scenario: str = "calm") -> Iterator[Account]:
    """500 tables, 200 APIs and 10,000 alarms come with the functions."""
    command = [sys.executable, "-P", "-m", "demo", "--functions", str(FUNCTIONS), "--scenario", scenario]
    command += ["--quotas", "--latency-ms", str(LATENCY_MS)]
    with (
        tempfile.TemporaryDirectory() as home,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as server,
    ):
        try:
            assert server.stdout is not None
            exports = _exports(server.stdout)
            _wake(exports["AWS_ENDPOINT_URL"])
            yield Account({**exports, "HOME": home, "PATH": os.environ.get("PATH", "")})
        finally:
            server.terminate()


def _wake(endpoint_url: str) -> None:
    """10,000 alarms are judged when somebody looks at them first; AWS's own have been judged all the time. Not signed,
    so not counted."""
    headers = {"X-Amz-Target": "GraniteServiceVersion20100801.DescribeAlarms"}
    with urllib.request.urlopen(urllib.request.Request(endpoint_url, b"{}", headers), timeout=120):
        pass


def _exports(lines: Any) -> dict[str, str]:
    found: dict[str, str] = {"LANG": "C.UTF-8", "AWS_EC2_METADATA_DISABLED": "true"}
    for line in lines:
        name, _, value = shlex.split(line)[1].partition("=")
        found[name] = value
        if name == "AWS_DEFAULT_REGION":
            return found
    raise RuntimeError("the simulated account did not start")
