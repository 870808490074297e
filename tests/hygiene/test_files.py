"""No file of ours is ever half-written: neither by a full disk nor by an end in the middle of it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from tests.hygiene import saving
from tui import exports


def test_an_export_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        exports.write("a line\n" * 10_000 + "\ud800", "cli", now_s=0.0, into=tmp_path / "exports")
    assert list((tmp_path / "exports").iterdir()) == []


def test_an_export_takes_its_name_when_it_is_whole(tmp_path: Path) -> None:
    first = exports.write("one", "cli", now_s=0.0, into=tmp_path / "exports")
    second = exports.write("two", "cli", now_s=0.0, into=tmp_path / "exports")
    assert {path: path.read_text(encoding="utf-8") for path in (tmp_path / "exports").iterdir()} == {
        first: "one",
        second: "two",
    }
    assert first.stat().st_mode & 0o777 == 0o600


def test_killed_in_the_middle_of_saving_it_leaves_what_can_be_begun_with(tmp_path: Path) -> None:
    random = Random(1)
    for _ in range(3):
        command = [sys.executable, "-m", "tests.hygiene.saving", str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as program:
            assert program.stdout is not None
            program.stdout.readline()
            time.sleep(random.uniform(0.0, 0.03))
            program.kill()
        seen = asyncio.run(saving.cache(tmp_path).load())
        assert seen is not None
        assert len(seen.resources) == saving.RESOURCES
        assert len({resource.facts["turn"] for resource in seen.resources}) == 1, "one look, not parts of two"
        assert all(entry.result == "unknown" for entry in saving.journal(tmp_path).entries())
    asyncio.run(saving.cache(tmp_path).save(saving.seen(0)))
    (whole,) = (path for path in (tmp_path / "cache").iterdir() if not path.name.endswith(".tmp"))
    assert whole.stat().st_mode & 0o777 == 0o600
