"""The log file says once what lasts, is ours alone however often it is begun anew, and never shows on the screen."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.logfile import LogFile

DAY_MIN = 24 * 60


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "cwtop"
    folder.mkdir()
    return folder / "cwtop.log"


@pytest.fixture
def handler(file: Path) -> Iterator[LogFile]:
    one = LogFile(file)
    one.setFormatter(logging.Formatter("%(message)s"))
    yield one
    one.close()


def _say(handler: LogFile, text: str, minute: int, *, line: int = 1, error: Exception | None = None) -> None:
    exc_info = None if error is None else (type(error), error, error.__traceback__)
    record = logging.LogRecord("aws", logging.WARNING, "code.py", line, "it failed: %s", (text,), exc_info)
    record.created = 60.0 * minute
    handler.handle(record)


def test_a_fault_of_a_day_is_said_once_an_hour_with_how_often_it_came(handler: LogFile, file: Path) -> None:
    for minute in range(DAY_MIN):
        _say(handler, "denied", minute)
    handler.close()
    said = file.read_text(encoding="utf-8").splitlines()
    assert said[:3] == ["it failed: denied", "59 more like the one before were left out", "it failed: denied"]
    assert said.count("it failed: denied") == 24
    assert said[-1] == "59 more like the one before were left out", "those of the last hour too"
    assert len(said) == 2 * 24


def test_what_is_new_is_said_at_once_but_no_place_fills_the_file_with_changing_words(
    handler: LogFile, file: Path
) -> None:
    _say(handler, "denied", 0)
    _say(handler, "gone", 1)
    _say(handler, "denied", 1, line=2)
    _say(handler, "denied", 2, error=ValueError("another"))
    for number in range(50):
        _say(handler, f"request {number}", 3)
    handler.flush()
    said = file.read_text(encoding="utf-8")
    assert said.startswith(
        "it failed: denied\nit failed: gone\nit failed: denied\nit failed: denied\nValueError: another"
    )
    assert said.count("request") == 10 - 3


def test_files_are_for_us_alone_those_begun_later_included(handler: LogFile, file: Path) -> None:
    handler.maxBytes = 100
    for minute in range(9):
        _say(handler, f"{minute}" * 30, minute)
    found = sorted(file.parent.iterdir())
    assert [each.name for each in found] == ["cwtop.log", "cwtop.log.1"]
    assert {each.stat().st_mode & 0o777 for each in found} == {0o600}


def test_a_log_that_cannot_be_written_says_nothing_on_the_terminal(
    handler: LogFile, file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file.mkdir()
    _say(handler, "denied", 0)
    assert capfd.readouterr() == ("", "")
