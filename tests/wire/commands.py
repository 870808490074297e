"""`cwtop` as the shell would call it, in this process: to start one costs more than most of what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tui import options
from tui.cli import guarded
from tui.config import Config, load
from tui.options import Options


@dataclass(frozen=True)
class Done:
    """What a command said, and its exit status."""

    returncode: int
    stdout: str
    stderr: str


def called(capsys: pytest.CaptureFixture[str], command: Callable[[Options, Config], int], *arguments: str) -> Done:
    """That command with these arguments, its name the first of them."""

    def run() -> int:
        chosen = options.parse(list(arguments))
        return command(chosen, load(chosen.config, options.overrides(chosen)))

    capsys.readouterr()
    status = guarded(run)
    said = capsys.readouterr()
    assert "unexpected error" not in said.err
    return Done(status, said.out, said.err)
