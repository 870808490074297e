"""The exported shell script, run by the AWS command line: boto3 finds what the plan says, on two accounts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from aws.alarms.definition import Planned
from aws.alarms.export import render
from aws.model import MetricKey
from tests.unit.planned_alarms import a_log_alarm, an_alarm, planned

_REGION, _ELSEWHERE = "eu-west-1", "us-east-2"
_KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
_STRANGE = "$(touch x) `touch x` 'q' \"d\" \\ ${AWS::Region} {{resolve:ssm:x}} %{if} é表😀; touch x"
_PLAN = (
    planned(an_alarm(_STRANGE, description=_STRANGE, metric=MetricKey("n", "m", (("ApiName", "$(touch x) `'\""),)))),
    planned(an_alarm("file:///etc/hosts", stat="p99.9", threshold=0.05, ok_actions=(), tags={"k'": "$v"})),
    planned(a_log_alarm(pattern='{ $.level = "ERROR" && $.message = "it\'s `x`" }')),
)


@pytest.fixture
def simulated() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.wire.small_world"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip().partition("=")[2]
        finally:
            process.terminate()
            process.wait(timeout=10)


class _Account:
    """One account behind an endpoint, emptied of alarms, as boto3 sees it; and the script's shell in front of it."""

    def __init__(self, endpoint: str, folder: Path) -> None:
        self._endpoint = endpoint
        self._folder = folder
        self.id = str(self.client("sts").get_caller_identity()["Account"])
        for region in (_REGION, _ELSEWHERE):
            self.client("logs", region).create_log_group(logGroupName="/aws/lambda/gift-redeem")
            there = self.client("cloudwatch", region).describe_alarms()["MetricAlarms"]
            self.client("cloudwatch", region).delete_alarms(AlarmNames=[alarm["AlarmName"] for alarm in there])

    def client(self, service: str, region: str = _REGION) -> Any:
        return boto3.client(service, endpoint_url=self._endpoint, region_name=region, **_KEYS)

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        """Run it where a file that it made would be seen."""
        file = self._folder / "alarms.sh"
        file.write_text(script, encoding="utf-8")
        environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": os.environ["HOME"],
            "AWS_ENDPOINT_URL": self._endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_REGION": _ELSEWHERE,
            "LC_ALL": "C",
        }
        done = subprocess.run(
            ["sh", str(file)],
            cwd=self._folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert not (self._folder / "x").exists()
        return done

    def alarms(self, region: str = _REGION) -> list[Mapping[str, Any]]:
        """Everything that DescribeAlarms says but for place and time, with the tags."""
        client = self.client("cloudwatch", region)
        found = client.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        assert found["CompositeAlarms"] == []
        return [
            {
                key: value
                for key, value in alarm.items()
                if key != "AlarmArn" and "Time" not in key and "State" not in key
            }
            | {"Tags": client.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]}
            for alarm in found["MetricAlarms"]
        ]

    def filters(self, region: str = _REGION) -> list[Mapping[str, Any]]:
        """As `alarms`, of metric filters."""
        found = self.client("logs", region).describe_metric_filters()["metricFilters"]
        return [{key: value for key, value in each.items() if key != "creationTime"} for each in found]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "script"
    folder.mkdir()
    return folder


def _put(account: _Account, each: Planned, region: str) -> None:
    made = each.definition.filter
    if made is not None:
        account.client("logs", region).put_metric_filter(**made.parameters())
    account.client("cloudwatch", region).put_metric_alarm(**each.definition.parameters())


def test_the_script_creates_what_the_definitions_say_and_leaves_alone_what_is_there(
    simulated: str, folder: Path
) -> None:
    account = _Account(simulated, folder)
    for each in _PLAN:
        _put(account, each, _ELSEWHERE)
    others = planned(an_alarm("file:///etc/hosts", threshold=7.0))
    _put(account, others, _REGION)
    (theirs,) = account.alarms()

    script = render("cli", _PLAN, account=account.id, region=_REGION)
    done = account.run(script)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.count("\n") == 1
    assert "already" in done.stderr
    assert theirs in account.alarms()
    made = [alarm for alarm in account.alarms() if alarm != theirs]
    referee = [alarm for alarm in account.alarms(_ELSEWHERE) if alarm["AlarmName"] != "file:///etc/hosts"]
    assert len(made) == 2
    assert made == referee
    assert account.filters() == account.filters(_ELSEWHERE)
    assert len(account.filters()) == 1


def test_the_script_changes_nothing_the_second_time(plain_moto: str, folder: Path) -> None:
    account = _Account(plain_moto, folder)
    _put(account, _PLAN[2], _ELSEWHERE)
    script = render("cli", _PLAN[2:], account=account.id, region=_REGION)
    first = account.run(script)
    before = account.alarms(), account.filters()
    again = account.run(script)
    assert (first.returncode, first.stderr) == (0, "")
    assert (again.returncode, again.stderr.count("already")) == (0, 2)
    assert (account.alarms(), account.filters()) == before
    assert before == (account.alarms(_ELSEWHERE), account.filters(_ELSEWHERE))


def test_the_script_does_nothing_in_another_account(plain_moto: str, folder: Path) -> None:
    account = _Account(plain_moto, folder)
    done = account.run(render("cli", _PLAN, account="000000000001", region=_REGION))
    assert done.returncode == 1
    assert done.stderr == f"these alarms are for account 000000000001, and these credentials for {account.id}\n"
    assert account.alarms() == account.filters() == []


def test_the_script_stops_where_it_cannot_look(plain_moto: str, folder: Path) -> None:
    account = _Account(plain_moto, folder)
    script = render("cli", _PLAN[2:], account=account.id, region=_REGION)
    done = account.run(script.replace("describe-metric-filters", "describe-nothing"))
    assert done.returncode != 0
    assert account.alarms() == account.filters() == []
