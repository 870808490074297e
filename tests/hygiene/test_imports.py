"""What is imported when: the first frame waits for Textual alone, and a script pays only for what it uses."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SLOW = ("aiobotocore", "botocore", "boto3", "aiohttp", "plotext", "moto", "orjson")


def imported_by(statement: str) -> set[str]:
    code = f"import json, sys; {statement}; print(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "module", ["tui.cli", "tui.app", "tui.connect", "tui.screens", "widgets.chart", "widgets.grid"]
)
def test_nothing_slow_is_imported_before_the_first_frame(module: str) -> None:
    assert imported_by(f"import {module}").isdisjoint(SLOW)


@pytest.mark.parametrize("module", ["tui.cli", "tui.options", "tui.config", "aws.poller", "aws.session"])
def test_what_runs_without_a_terminal_does_not_import_textual(module: str) -> None:
    assert imported_by(f"import {module}").isdisjoint({"textual", "rich"})


def test_the_pure_modules_import_no_network() -> None:
    modules = "aws.model, aws.health, aws.incidents, aws.services, aws.evaluate"
    assert imported_by(f"import {modules}; aws.services.registry()").isdisjoint({*SLOW, "textual"})
