"""A new service is one new file: everything else picks it up, with nothing registered anywhere."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = '[poll]\nservices = ["gizmo"]\n[thresholds."gizmo.broken"]\ncritical_over = 6\n'


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    settings = tmp_path_factory.mktemp("settings") / "config.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.made_up.look", str(settings)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_dashboard_lists_it_in_a_view_that_was_not_there(seen: dict[str, Any]) -> None:
    assert seen["columns"] == ["SEV", "NAME", "ERR 5m", "ALARM"]
    assert [row[1:3] for row in seen["rows"]] == [["bad", "7"], ["good", "0"]]
    assert seen["link"] == "https://eu-west-1.console.aws.amazon.com/gizmo/home#bad"


def test_check_judges_it_by_thresholds_that_the_user_may_set(seen: dict[str, Any]) -> None:
    by_name = {resource["name"]: resource for resource in seen["report"]["resources"]}
    assert {name: resource["status"] for name, resource in by_name.items()} == {"good": "ok", "bad": "critical"}
    assert by_name["bad"]["findings"][0]["rule"] == "gizmo.broken"
    assert by_name["bad"]["metrics"]["errors"]["sum_5m"] == 7
    assert seen["report"]["incidents"][0]["text"] == "7 errors"


def test_coverage_counts_what_it_recommends_and_a_plan_creates_what_is_missing(seen: dict[str, Any]) -> None:
    assert seen["report"]["coverage"]["recommended"] == 2
    assert (seen["report"]["coverage"]["present"], seen["report"]["coverage"]["missing"]) == (1, 1)
    (alarm,) = seen["plan"]
    assert (alarm["service"], alarm["rule"]) == ("gizmo", "gizmo.errors")
    assert alarm["Dimensions"] == [{"Name": "Gizmo", "Value": "bad"}]
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Threshold"]) == ("Test/Gizmo", "Errors", 5.0)


def test_the_permissions_that_it_needs_are_among_all_that_cwtop_needs(seen: dict[str, Any]) -> None:
    assert "gizmo:ListGadgets" in seen["permissions"]
    assert {"sqs:ListQueues", "cognito-idp:ListUserPools", "lambda:ListFunctions"} <= set(seen["permissions"])
