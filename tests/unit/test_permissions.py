"""The policy that cwtop asks for: valid, no wider than its parts say, and with writes only where they are wished."""

from __future__ import annotations

import json
import re

import pytest

from aws.door import is_write
from aws.errors import UsageError
from aws.permissions import SHARED_READS, WRITES, iam_action, policy
from aws.services import registry
from tui.commands.permissions import permissions
from tui.config import load
from tui.options import parse

ACTION = re.compile(r"[a-z][a-z-]*:[A-Z][A-Za-z]+")


@pytest.mark.parametrize("write", [False, True])
def test_the_policy_is_one_that_iam_takes(write: bool) -> None:
    made = policy(registry().values(), write=write)
    assert made["Version"] == "2012-10-17"
    sids = [statement["Sid"] for statement in made["Statement"]]
    assert len(set(sids)) == len(sids) == 1 + write
    for statement in made["Statement"]:
        actions = statement["Action"]
        assert actions == sorted(set(actions))
        assert all(ACTION.fullmatch(action) for action in actions)
        assert (statement["Effect"], statement["Resource"]) == ("Allow", "*")
        assert re.fullmatch(r"[A-Za-z0-9]+", statement["Sid"])
    assert len(json.dumps(made, separators=(",", ":"))) < 6_144  # characters of a managed policy


def test_reading_allows_no_write_and_writing_adds_only_those() -> None:
    reads, writes = (each["Action"] for each in policy(registry().values(), write=True)["Statement"])
    assert [reads] == [each["Action"] for each in policy(registry().values(), write=False)["Statement"]]
    operations = [each.replace("access-analyzer", "accessanalyzer") for each in reads if each != "apigateway:GET"]
    assert not [each for each in operations if is_write(*each.split(":"))]
    assert writes == sorted(WRITES)
    assert all(is_write(*action.split(":")) for action in writes)
    assert not set(reads) & set(writes)


def test_operations_that_iam_calls_otherwise() -> None:
    assert iam_action("lambda", "ListFunctions") == "lambda:ListFunctions"
    assert iam_action("resourcegroupstaggingapi", "GetResources") == "tag:GetResources"
    assert {iam_action("apigateway", "GetRestApis"), iam_action("apigatewayv2", "GetStage")} == {"apigateway:GET"}
    assert iam_action("sts", "GetCallerIdentity") == ""
    with pytest.raises(ValueError, match="not known to be a GET"):
        iam_action("apigateway", "CreateRestApi")


def test_the_command_prints_what_the_selected_services_need(capsys: pytest.CaptureFixture[str]) -> None:
    config = load(None, {"poll.services": (["sqs"], "test")})
    assert permissions(parse(["permissions"]), config) == 0
    (statement,) = json.loads(capsys.readouterr().out)["Statement"]
    assert {"sqs:ListQueues", "cloudwatch:GetMetricData"} <= set(statement["Action"])
    assert "lambda:GetFunctionConcurrency" not in statement["Action"]
    assert set(SHARED_READS["whom alarms reach"]) <= set(statement["Action"])
    with pytest.raises(UsageError):
        permissions(parse(["permissions"]), load(None, {"poll.services": (["sqss"], "test")}))
