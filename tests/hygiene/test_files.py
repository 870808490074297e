"""No file of ours is ever half-written: neither by a full disk nor by an end in the middle of it."""

from __future__ import annotations

from pathlib import Path

import pytest

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
