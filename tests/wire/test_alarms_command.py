"""`cwtop alarms` as scripts call it, on the simulated account; boto3 says what is there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from aws.alarms.journal import Journal

ACCOUNT = "482193019034"
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "eu-west-1"}
ONE = ("--resource", "gift-redeem")
MANY = ("--resource", "gift-*")
BOUND_S = 150


@contextmanager
def serving(*arguments: str) -> Iterator[str]:
    command = [sys.executable, "-P", "-m", "demo", "--scenario", "calm", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            assert first.startswith("export AWS_ENDPOINT_URL="), first
            yield first.strip().partition("=")[2]
        finally:
            process.terminate()
            process.wait(timeout=10)


@pytest.fixture(autouse=True)
def _functions_only() -> None:
    """Each command looks at the account anew: what these tests are about stands among its functions."""
    file = Path(os.environ["HOME"]) / ".config" / "cwtop" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text('[poll]\nservices = ["lambda"]\n')


@pytest.fixture
def account() -> Iterator[str]:
    with serving() as url:
        yield url


def command(url: str, action: str, *flags: str) -> dict[str, Any]:
    """How to call it."""
    return {
        "args": [sys.executable, "-m", "tui", "alarms", action, "--endpoint-url", url, "--timeout", "90", *flags],
        "env": {**os.environ, **KEYS},
        "stdin": subprocess.DEVNULL,
        "text": True,
    }


def cwtop(url: str, action: str, *flags: str) -> subprocess.CompletedProcess[str]:
    called = command(url, action, *flags)
    return subprocess.run(**called, capture_output=True, timeout=BOUND_S, check=False)


def told(url: str, action: str, *flags: str) -> dict[str, Any]:
    """What it says as JSON, where it says that all went well."""
    done = cwtop(url, action, *flags, "--output", "json")
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def described(url: str) -> dict[str, dict[str, Any]]:
    cloudwatch = boto3.client(
        "cloudwatch",
        endpoint_url=url,
        region_name="eu-west-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    return {
        raw["AlarmName"]: raw for page in pages for kind in ("MetricAlarms", "CompositeAlarms") for raw in page[kind]
    }


def definition_of(raw: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if not key.startswith(("State", "AlarmConfiguration"))}


def names(items: list[dict[str, Any]]) -> set[str]:
    return {each["name"] for each in items}


def test_plan_apply_plan_is_empty_apply_again_changes_nothing_and_undo_takes_it_back(account: str) -> None:
    before = described(account)
    plan = told(account, "plan", *ONE)
    assert set(plan) >= {"create", "present", "attention", "conflicts", "usd_per_month"}
    wanted = {each["name"]: each["definition"] for each in plan["create"]}
    assert len(wanted) > 2
    for each in plan["create"]:
        assert set(each) >= {"name", "resource_arn", "service", "rule", "definition", "usd_per_month"}
        assert set(each) >= {"would_have_fired", "history_days", "fires_now", "owner_stack"}
    assert plan["usd_per_month"] == pytest.approx(sum(each["usd_per_month"] for each in plan["create"]))
    applied = told(account, "apply", *ONE, "--yes")
    assert names(applied["created"]) == set(wanted)
    assert applied["failed"] == applied["skipped"] == []
    there = described(account)
    assert set(there) == set(before) | set(wanted)
    for name, definition in wanted.items():
        expected = {key: value for key, value in definition.items() if key != "Tags"}
        assert {key: there[name][key] for key in expected} == expected
    assert told(account, "plan", *ONE)["create"] == []
    assert told(account, "apply", *ONE, "--yes")["created"] == []
    again = described(account)
    assert {name: definition_of(raw) for name, raw in again.items()} == {
        name: definition_of(raw) for name, raw in there.items()
    }
    assert names(told(account, "list")["alarms"]) == set(there)
    undone = told(account, "undo", "--yes")
    assert names(undone["deleted"]) >= set(wanted)
    assert {name: definition_of(raw) for name, raw in described(account).items()} == {
        name: definition_of(raw) for name, raw in before.items()
    }


def test_ctrl_c_in_the_middle_loses_nothing_and_the_next_run_does_the_rest(account: str) -> None:
    before = set(described(account))
    wanted = names(told(account, "plan", *MANY)["create"])
    called = command(account, "apply", *MANY, "--yes")
    with subprocess.Popen(**called, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("created"):
                process.send_signal(signal.SIGINT)
                break
        said, complaints = process.communicate(timeout=BOUND_S)
    assert process.returncode == 130, said + complaints
    assert "run it again for the rest" in complaints
    there = set(described(account)) - before
    assert 0 < len(there) < len(wanted)
    journal = Journal(Path(os.environ["HOME"]) / ".local" / "state" / "cwtop" / "alarms.jsonl")
    written = {entry.name for entry in journal.entries() if entry.op == "put-alarm" and entry.result == "created"}
    assert written == there
    rest = told(account, "apply", *MANY, "--yes")
    assert names(rest["created"]) == wanted - there
    assert set(described(account)) - before == wanted


def test_nothing_is_written_unasked_or_to_the_wrong_account(account: str, tmp_path: Path) -> None:
    before = described(account)
    production = tmp_path / "config.toml"
    production.write_text(f'[accounts.{ACCOUNT}]\nname = "acme-prod"\nproduction = true\n')
    for flags, complaint in (
        ((), "no terminal"),
        (("--yes", "--read-only"), "read-only"),
        (("--yes", "--account", "111111111111"), "these credentials are for"),
        (("--yes", "--config", str(production)), f"add --account {ACCOUNT}"),
    ):
        done = cwtop(account, "apply", *ONE, *flags)
        assert done.returncode == 3, flags
        assert complaint in done.stderr
        assert len(done.stderr.splitlines()) <= 2
    assert set(described(account)) == set(before)


def test_a_denied_write_fails_item_by_item_and_exits_1() -> None:
    with serving("--deny", "cloudwatch:PutMetricAlarm") as url:
        done = cwtop(url, "apply", *ONE, "--yes", "--output", "json")
        answer = json.loads(done.stdout)
        assert done.returncode == 1
        assert len(answer["failed"]) > 2
        assert answer["created"] == []
        assert all("AccessDenied" in each["error"] for each in answer["failed"])
        exported = cwtop(url, "export", "--format", "cli", *ONE, "--read-only")
        assert exported.returncode == 0
        assert "put-metric-alarm" in exported.stdout
