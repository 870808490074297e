"""A user's mistakes in the configuration are answered with file, key and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from aws.errors import UsageError
from aws.services import registry
from tui import config


def written(folder: Path, text: str) -> Path:
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[poll]\ninterval_z = 3", "poll.interval_z: unknown key; did you mean poll.interval_s?"),
        ('[poll]\ninterval_s = "often"', "poll.interval_s: expected a number, not 'often'"),
        ("[poll]\ninterval_s = true", "poll.interval_s: expected a number, not True"),
        ("[poll]\ninterval_s = 1", "poll.interval_s: expected a number from 5 to 3600, not 1"),
        ('[poll]\nmode = "frugal"', "poll.mode: expected "),
        ("[poll]\nmax_usd_per_hour = -1", "poll.max_usd_per_hour: expected a number from 0 to 1000, not -1"),
        ("poll = 3", "poll: unknown key"),
        ('[ui]\ntheme = "pink"', 'ui.theme: expected "auto" or "dark" or "light" or "ansi", not \'pink\''),
        ("[ui]\nmouse = 1", "ui.mouse: expected true or false, not 1"),
        ("[ui.theme]\nname = 1", "ui.theme: expected a text in quotes"),
        ('[poll]\nservices = ["s3"]', "poll.services: unknown service 's3'"),
        ('[thresholds."lambda.erors"]\ncritical_count = 1', "unknown rule or figure"),
        ('[thresholds."lambda.errors"]\ncritical_over = "x"', "expected a number, not 'x'"),
        ("[accounts.123456789012]\ncolour = 1", "unknown key: an account has"),
        ("[accounts]\n123456789012 = 1", "unknown key: an account has"),
        ("x = [", "not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_key(tmp_path: Path, text: str, expected: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(UsageError) as refused:
        config.load(file)
    assert str(file) in refused.value.message
    assert expected in refused.value.message
    assert refused.value.hint


def test_a_file_that_was_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        config.load(tmp_path / "absent.toml")


def test_every_value_remembers_where_it_came_from(tmp_path: Path) -> None:
    file = written(tmp_path, '[poll]\ninterval_s = 30\n[accounts.123456789012]\nname = "prod"\nproduction = true\n')
    loaded = config.load(file, {"read_only": (True, "--read-only")})
    assert loaded.poll.interval_s == 30
    assert loaded.accounts["123456789012"] == config.AccountNote("prod", production=True)
    assert loaded.read_only
    assert loaded.origins["poll.interval_s"] == str(file)
    assert loaded.origins["read_only"] == "--read-only"
    assert loaded.origins["ui.theme"] == config.BUILT_IN


def test_a_threshold_of_the_users_reaches_the_rules(tmp_path: Path) -> None:
    loaded = config.load(written(tmp_path, '[thresholds."lambda.errors"]\ncritical_over = 9\n'))
    assert loaded.poll.thresholds["lambda.errors"]["critical_over"] == 9


def test_the_shipped_file_prints_the_thresholds_that_the_rules_declare() -> None:
    declared = {
        f'thresholds."{rule.id}".{figure}': value
        for service in registry().values()
        for rule in service.rules
        for figure, value in rule.thresholds.items()
    }
    shipped = {key: value for key, value in config.shipped().items() if key.startswith("thresholds.")}
    assert shipped == declared
