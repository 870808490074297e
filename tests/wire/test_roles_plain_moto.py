"""The desk of roles on an AWS that is not ours: what boto3 has made, the desk reads."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import boto3
import pytest

from aws.clock import SystemClock
from aws.errors import NotFound
from aws.iam.desk import Posture, RoleDesk, RoleReport
from aws.iam.reading.office import RoleOffice
from aws.model import Snapshot
from aws.permissions import iam_action, policy
from aws.services import registry
from aws.session import Sessions, Target

TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str, resource: str = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


@pytest.fixture
def seeded(plain_moto: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A role with an inline and a managed policy and a boundary, and a function that anybody may call."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    iam = boto3.client("iam", endpoint_url=plain_moto)
    limit = iam.create_policy(PolicyName="limit", PolicyDocument=document(allow("*")))["Policy"]["Arn"]
    wide = iam.create_policy(PolicyName="wide", PolicyDocument=document(allow("s3:*")))["Policy"]["Arn"]
    role = iam.create_role(
        RoleName="pay", Path="/app/", AssumeRolePolicyDocument=document(TRUST), PermissionsBoundary=limit
    )["Role"]["Arn"]
    iam.attach_role_policy(RoleName="pay", PolicyArn=wide)
    iam.put_role_policy(RoleName="pay", PolicyName="own", PolicyDocument=document(allow("iam:PassRole")))
    iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=document(TRUST))
    iam.put_role_policy(RoleName="deploy", PolicyName="own", PolicyDocument=document(allow("lambda:*")))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "")
    functions = boto3.client("lambda", endpoint_url=plain_moto)
    functions.create_function(
        FunctionName="pay",
        Role=role,
        Runtime="python3.13",
        Handler="index.main",
        Code={"ZipFile": code.getvalue()},
        Environment={"Variables": {"SOLD": "arn:aws:sns:eu-west-1:123456789012:sold", "PASSWORD": "hunter2-hunter2"}},
    )
    functions.add_permission(FunctionName="pay", StatementId="all", Action="lambda:InvokeFunction", Principal="*")
    return plain_moto


@pytest.fixture
def allowed() -> set[str]:
    """What the policy that cwtop asks for allows."""
    (reads,) = policy(registry().values(), write=False)["Statement"]
    return {*reads["Action"]}


async def test_the_desk_reads_what_boto3_made(seeded: str, allowed: set[str], blocked_loop_is_an_error: None) -> None:
    async with Sessions(clock=SystemClock()) as sessions:
        source = await sessions.connect(Target(endpoint_url=seeded))
        desk: RoleDesk = RoleOffice(source.call, clock=SystemClock())
        arn = await desk.find("pay")
        assert arn == "arn:aws:iam::123456789012:role/app/pay"
        report = [each async for each in desk.inspect(arn)][-1]
        _is_right(report)
        with pytest.raises(NotFound, match="there is no role gone"):
            await anext(aiter(desk.inspect("arn:aws:iam::123456789012:role/gone")))
        posture = [each async for each in desk.posture(Snapshot(at_s=0))][-1]
        called = {iam_action(*operation.split(":")) for operation in source.api_use().calls}
    assert called <= allowed | {""}
    _all_is_seen(posture)


def _all_is_seen(posture: Posture) -> None:
    assert posture.gaps == ()
    assert posture.account is not None
    assert posture.account.summary is not None
    (report,) = posture.roles.values()
    assert {each.name: each.trouble for each in report.view.policies or ()} == {"own": "", "wide": ""}
    assert [each.trouble for each in report.view.boundary or ()] == [""]
    function = "arn:aws:lambda:eu-west-1:123456789012:function:pay"
    assert posture.could_change == {function: ("arn:aws:iam::123456789012:role/deploy",)}


def _is_right(report: RoleReport) -> None:
    view = report.view
    assert {each.name: each.trouble for each in view.policies or ()} == {"own": "", "wide": ""}
    assert [(each.name, each.trouble) for each in view.boundary or ()] == [("limit", "")]
    assert view.trust is not None
    assert not view.trust.trouble
    (function,) = view.functions or ()
    assert function.environment == {"SOLD": "arn:aws:sns:eu-west-1:123456789012:sold"}
    assert "hunter2" not in repr(report)
    assert {"R03", "R06", "R09", "R22"} <= {each.id for each in report.inspection.findings}
    # Plain moto knows no last-accessed jobs: a gap, and nothing said of what is unused.
    assert "iam:GenerateServiceLastAccessedDetails" in {each.action for each in report.gaps}
    assert view.last_access is None
