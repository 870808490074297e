"""The tables on alarms: own profiles and log patterns, and mistakes in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from aws.errors import UsageError
from aws.model import Severity
from aws.settings import AlarmSettings, LogPattern, Profile
from tui import config


def loaded(folder: Path, text: str) -> AlarmSettings:
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return config.load(file).alarms


def test_the_shipped_file_says_what_the_settings_default_to() -> None:
    assert config.load().alarms == AlarmSettings()


def test_own_profiles_and_patterns_stand_beside_the_built_in_ones(tmp_path: Path) -> None:
    alarms = loaded(
        tmp_path,
        """
        [alarms]
        profile = "night"
        [profiles.night]
        based_on = "strict"
        leave_out = ["lambda.log-errors", "lambda.log-panic", "lambda.duration"]
        "lambda.errors.threshold" = 20
        lambda.throttles.threshold = 3
        [log_patterns.panic]
        pattern = '{ $.level = "panic" }'
        over = 0
        severity = "warning"
        [log_patterns.errors]
        minutes = 10
        """,
    )
    assert alarms.profile == "night"
    assert alarms.profiles["night"] == Profile(
        based_on="strict",
        leave_out=frozenset({"lambda.log-errors", "lambda.log-panic", "lambda.duration"}),
        figures={"lambda.errors": {"threshold": 20.0}, "lambda.throttles": {"threshold": 3.0}},
    )
    assert alarms.log_patterns["panic"] == LogPattern(
        pattern='{ $.level = "panic" }', over=0, severity=Severity.WARNING
    )
    assert alarms.log_patterns["errors"] == LogPattern(pattern="?ERROR ?Exception", minutes=10)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[alarms]\nprofile = "nigth"\n[profiles.night]\nbased_on = "strict"',
            "alarms.profile: unknown profile 'nigth'",
        ),
        ('[alarms]\nname = "{rule}"', "expected both {rule} and {resource}"),
        ('[alarms]\nname = "{rule}{resource}{acount}"', "{acount} is unknown"),
        ('[alarms]\nname = "{rule}{resource.__class__}"', "{resource.__class__} is unknown"),
        ('[alarms]\nname = "{rule}{resource"', "a brace without its other half"),
        ("[alarms]\nhistory_days = 40", "expected a number from 1 to 15"),
        ("[log_patterns.mine]\nover = 3", 'log_patterns."mine".pattern: missing'),
        ("[log_patterns.errors]\nminutes = 0", "expected a whole number of minutes, not 0"),
        ("[log_patterns.errors]\nover = nan", "expected a number of lines, not nan"),
        ('[log_patterns.errors]\nprofiles = ["night"]', "expected a list of minimal, recommended, strict"),
        ("[log_patterns]\nerrors = 3", "unknown key: a log pattern has a short name"),
        ('[log_patterns."a:b"]\nover = 3', "unknown key: a log pattern has a short name"),
        ("[profiles.strict]\nleave_out = []", "this profile is built in"),
        ('[profiles.night]\n"lambda.erors.threshold" = 1', "did you mean lambda.errors.threshold?"),
        ('[profiles.night]\n"lambda.errors.threshold" = "x"', "expected a number, not 'x'"),
        ('[profiles.night]\nleave_out = ["lambda.log-error"]', "did you mean lambda.log-errors?"),
        ('[profiles.night]\nbased_on = "day"', "unknown profile 'day'"),
        ('[profiles.a]\nbased_on = "b"\n[profiles.b]\nbased_on = "a"', "a circle: a > b > a"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_key(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(UsageError) as refused:
        loaded(tmp_path, text)
    assert str(tmp_path / "mine.toml") in refused.value.message
    assert expected in refused.value.message
