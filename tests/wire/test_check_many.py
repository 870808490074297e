"""Several profiles and regions in one look: one that cannot be reached is a gap beside the others."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.wire.commands import called
from tui.commands.check import check as command

PROFILES = """
[profile good]
region = eu-west-1
aws_access_key_id = testing
aws_secret_access_key = testing
[profile never-logged-in]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = ops
region = eu-west-1
[sso-session corp]
sso_start_url = https://corp.example
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
"""


Check = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def check(plain_moto: str, capsys: pytest.CaptureFixture[str]) -> Check:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(PROFILES)

    def run(*flags: str) -> tuple[int, dict[str, Any]]:
        done = called(capsys, command, "check", "--output", "json", "--endpoint-url", plain_moto, *flags)
        return done.returncode, json.loads(done.stdout)

    return run


def test_one_profile_that_cannot_sign_in_does_not_hide_the_other(check: Check) -> None:
    status, seen = check("--profile", "good", "--profile", "never-logged-in")
    assert seen["scopes"] == [{"account": "123456789012", "region": "eu-west-1", "profile": "good"}]
    gaps = {gap["service"]: gap["hint"] for gap in seen["gaps"]}
    assert "aws sso login --profile never-logged-in" in gaps["account of never-logged-in"]
    assert status == 3


def test_regions_are_looked_at_side_by_side(check: Check) -> None:
    _, seen = check("--profile", "good", "--region", "eu-west-1", "--region", "us-east-1")
    assert [scope["region"] for scope in seen["scopes"]] == ["eu-west-1", "us-east-1"]
