"""`cwtop alarms` as scripts call it, on the simulated account; boto3 says what is there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from aws.alarms.journal import Journal
from tests.wire.commands import Done, called
from tui.commands.alarms import alarms

ACCOUNT = "210987654321"
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "eu-west-1"}
ONE = ("--resource", "fn-01")
MANY = ("--resource", "fn-3[0-2]")
BOUND_S = 150


@contextmanager
def serving(*arguments: str) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.wire.small_world", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            assert first.startswith("export AWS_ENDPOINT_URL="), first
            yield first.strip().partition("=")[2]
        finally:
            process.terminate()
            process.wait(timeout=10)


@pytest.fixture(scope="module")
def account() -> Iterator[str]:
    """One for all tests: each has functions of its own, and a journal of its own."""
    with serving() as url:
        yield url


Cwtop = Callable[..., Done]


@pytest.fixture
def cwtop(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cwtop:
    """The command with keys that the account takes."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)

    def run(url: str, action: str, *flags: str) -> Done:
        return called(capsys, alarms, *arguments(url, action, *flags))

    return run


def arguments(url: str, action: str, *flags: str) -> list[str]:
    return ["alarms", action, "--endpoint-url", url, "--timeout", "90", *flags]


def told(cwtop: Cwtop, url: str, action: str, *flags: str) -> dict[str, Any]:
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


def test_plan_apply_plan_is_empty_apply_again_changes_nothing_and_undo_takes_it_back(
    account: str, cwtop: Cwtop
) -> None:
    before = described(account)
    plan = told(cwtop, account, "plan", *ONE)
    assert set(plan) >= {"create", "present", "attention", "conflicts", "usd_per_month"}
    wanted = {each["name"]: each["definition"] for each in plan["create"]}
    assert len(wanted) > 2
    for each in plan["create"]:
        assert set(each) >= {"name", "resource_arn", "service", "rule", "definition", "usd_per_month"}
        assert set(each) >= {"would_have_fired", "history_days", "fires_now", "owner_stack"}
    assert plan["usd_per_month"] == pytest.approx(sum(each["usd_per_month"] for each in plan["create"]))
    applied = told(cwtop, account, "apply", *ONE, "--yes")
    assert names(applied["created"]) == set(wanted)
    assert applied["failed"] == applied["skipped"] == []
    there = described(account)
    assert set(there) == set(before) | set(wanted)
    for name, definition in wanted.items():
        expected = {key: value for key, value in definition.items() if key != "Tags"}
        assert {key: there[name][key] for key in expected} == expected
    assert told(cwtop, account, "plan", *ONE)["create"] == []
    assert told(cwtop, account, "apply", *ONE, "--yes")["created"] == []
    again = described(account)
    assert {name: definition_of(raw) for name, raw in again.items()} == {
        name: definition_of(raw) for name, raw in there.items()
    }
    assert names(told(cwtop, account, "list")["alarms"]) == set(there)
    undone = told(cwtop, account, "undo", "--yes")
    assert names(undone["deleted"]) >= set(wanted)
    assert {name: definition_of(raw) for name, raw in described(account).items()} == {
        name: definition_of(raw) for name, raw in before.items()
    }


def test_ctrl_c_in_the_middle_loses_nothing_and_the_next_run_does_the_rest(account: str, cwtop: Cwtop) -> None:
    before = set(described(account))
    wanted = names(told(cwtop, account, "plan", *MANY)["create"])
    command = [sys.executable, "-m", "tui", *arguments(account, "apply", *MANY, "--yes")]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
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
    rest = told(cwtop, account, "apply", *MANY, "--yes")
    assert names(rest["created"]) == wanted - there
    assert set(described(account)) - before == wanted


def test_nothing_is_written_unasked_or_to_the_wrong_account(account: str, cwtop: Cwtop, tmp_path: Path) -> None:
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


def test_a_denied_write_fails_item_by_item_and_exits_1(cwtop: Cwtop) -> None:
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
