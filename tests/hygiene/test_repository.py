"""The repository speaks of itself alone, ships its configuration, and keeps its files short."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 400
FOREIGN = re.compile(r"/work/|/root/|pypi\.org|files\.pythonhosted|index-url|@ file:", re.IGNORECASE)


def tracked(pattern: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_no_file_is_longer_than_can_be_kept_in_mind() -> None:
    long = {
        str(file.relative_to(ROOT)): count
        for file in tracked("*.py")
        if (count := len(file.read_text().splitlines())) > LONGEST_FILE
    }
    assert not long


def test_no_path_of_a_machine_and_no_address_of_a_registry() -> None:
    itself = Path(__file__).resolve()
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for pattern in ("*.py", "*.toml", "*.txt", "*.md", "Makefile", ".ci/run", "*.tcss")
        for file in tracked(pattern)
        if file.resolve() != itself
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if FOREIGN.search(line)
    ]
    assert not found


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for file in tracked("*.py")
        if file.read_text().strip() and not ast.get_docstring(ast.parse(file.read_text()))
    ]
    assert not silent


def test_every_pinned_version_is_exact() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line)] == []


def test_the_configuration_ships_with_the_package_that_reads_it() -> None:
    assert (ROOT / "tui" / "config.toml").resolve() == (ROOT / "config.toml").resolve()
    assert tomllib.loads((ROOT / "config.toml").read_text())
