"""On the worst day: one clear line that says what to do, exit 3, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.wire.commands import Done, called
from tui.commands.check import check as command

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
NOBODY = "http://127.0.0.1:9"  # the discard port: refused


Check = Callable[..., Done]


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Check:
    def run(*arguments: str, **environment: str) -> Done:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return called(capsys, command, "check", *arguments)

    return run


def cwtop(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def complained(done: Done | subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 3
    assert "Traceback" not in done.stderr + done.stdout
    assert 1 <= len(done.stderr.splitlines()) <= 2, done.stderr
    for word in words:
        assert word.lower() in done.stderr.lower(), done.stderr


def test_no_credentials_names_the_way_in_and_the_demo() -> None:
    complained(cwtop("check", "--region", "eu-west-1"), "credentials", "cwtop demo")


def test_an_unknown_profile(check: Check) -> None:
    complained(check("--profile", "nobody", "--region", "eu-west-1"), "nobody", "profile")


def test_no_region(check: Check) -> None:
    complained(check(**KEYS), "region", "--region")


def test_a_refused_endpoint(check: Check) -> None:
    complained(check("--region", "eu-west-1", "--endpoint-url", NOBODY, "--timeout", "20", **KEYS), "127.0.0.1:9")


def test_a_name_that_does_not_resolve(check: Check) -> None:
    done = check("--region", "eu-west-1", "--endpoint-url", "http://nowhere.invalid", "--timeout", "20", **KEYS)
    complained(done, "nowhere.invalid")


def test_sso_that_was_never_logged_in(check: Check) -> None:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(
        "[profile work]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = ops\nregion = eu-west-1\n"
        "[sso-session corp]\nsso_start_url = https://corp.example\nsso_region = eu-west-1\n"
        "sso_registration_scopes = sso:account:access\n"
    )
    complained(check("--profile", "work"), "aws sso login --profile work")


def test_a_broken_aws_config_file(check: Check) -> None:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text("[default\nregion")
    complained(check(**KEYS), "config")


def test_a_broken_configuration_of_ours(check: Check, tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text("[pol]\ninterval_s = 1")
    complained(check("--config", str(file)), str(file), "pol.interval_s", "unknown key")


def test_json_says_why_nothing_could_be_read(check: Check) -> None:
    done = check("--output", "json", "--region", "eu-west-1")
    seen = json.loads(done.stdout)
    assert done.returncode == 3
    assert seen["status"] == "unknown"
    assert seen["gaps"][0]["hint"]


@pytest.mark.parametrize("arguments", [["--once"], []])
def test_without_a_terminal_the_dashboard_is_one_look(arguments: list[str]) -> None:
    done = cwtop(*arguments, "--region", "eu-west-1")
    assert done.returncode == 3
    assert "CWTOP UNKNOWN" in done.stdout
