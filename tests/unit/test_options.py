"""The command line as scripts use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from aws.errors import UsageError
from tui.config import load
from tui.options import overrides, parse


def test_common_flags_may_stand_before_or_after_the_command() -> None:
    before = parse(["--profile", "a", "--region", "eu-west-1", "--output", "json", "check"])
    after = parse(["check", "--profile", "a", "--region", "eu-west-1", "--output", "json"])
    assert before == after
    assert after.profiles == ("a",)
    assert after.output == "json"


def test_profiles_and_regions_repeat_and_a_repeated_one_counts_once() -> None:
    chosen = parse(["check", "--region", "eu-west-1", "--region", "us-east-1", "--region", "eu-west-1"])
    assert chosen.regions == ("eu-west-1", "us-east-1")


def test_without_a_command_it_is_the_dashboard() -> None:
    assert parse([]).command == "dashboard"
    assert parse(["--once"]).once


def test_what_polling_may_cost_is_said_in_the_file_and_the_command_line_goes_before_it(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[poll]\nmode = "economy"\nmax_usd_per_hour = 0.5\n', encoding="utf-8")
    assert load(file).poll.max_usd_per_hour == 0.5
    loaded = load(file, overrides(parse(["--mode", "thorough", "check", "--max-usd-per-hour", "0"])))
    assert (loaded.poll.mode, loaded.poll.max_usd_per_hour) == ("thorough", None)
    assert loaded.origins["poll.mode"] == "--mode"


@pytest.mark.parametrize(
    "arguments",
    [
        ["chekc"],
        ["check", "--timeout", "0"],
        ["check", "--timeout", "soon"],
        ["--output", "xml"],
        ["demo", "--port", "99999"],
        ["--mode", "frugal"],
        ["--max-usd-per-hour", "-1"],
        ["--max-usd-per-hour", "nan"],
    ],
)
def test_wrong_usage_is_our_error_not_argparses_exit_2_which_means_critical(arguments: list[str]) -> None:
    with pytest.raises(UsageError):
        parse(arguments)
