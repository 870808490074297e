"""Several profiles and regions in one look: one that cannot be reached is a gap beside the others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

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


def check(*flags: str) -> tuple[int, dict[str, object]]:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text(PROFILES)
    done = subprocess.run(
        [sys.executable, "-m", "tui", "check", "--output", "json", *flags],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


def test_one_profile_that_cannot_sign_in_does_not_hide_the_other(plain_moto: str) -> None:
    status, seen = check("--endpoint-url", plain_moto, "--profile", "good", "--profile", "never-logged-in")
    assert seen["scopes"] == [{"account": "123456789012", "region": "eu-west-1", "profile": "good"}]
    gaps = {gap["service"]: gap["hint"] for gap in seen["gaps"]}  # type: ignore[attr-defined]
    assert "aws sso login --profile never-logged-in" in gaps["account of never-logged-in"]
    assert status == 3


def test_regions_are_looked_at_side_by_side(plain_moto: str) -> None:
    _, seen = check("--endpoint-url", plain_moto, "--profile", "good", "--region", "eu-west-1", "--region", "us-east-1")
    assert [scope["region"] for scope in seen["scopes"]] == ["eu-west-1", "us-east-1"]  # type: ignore[attr-defined]
