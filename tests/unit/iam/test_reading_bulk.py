"""All function roles at once, how root is kept, and what is asked of AWS on demand."""

from __future__ import annotations

from typing import Any

import pytest

from aws.errors import AccessDenied, BadAnswer
from aws.iam.desk import Posture
from aws.iam.reading.account import root_use
from aws.iam.reading.headless import posture_within
from aws.model import Resource, Snapshot
from tests.fakes import SCOPE
from tests.unit.iam.role_account import RoleAccount, arn_of, document, function_arn, managed, open_to
from tests.unit.iam.test_reading_roles import an_account, office, reports, unread
from tests.unit.iam.views import ACCOUNT, NOW_S, allow, deny
from tests.virtual_clock import VirtualClock

CODE = "lambda:UpdateFunctionCode"
REPORT = (
    "user,arn,user_creation_time,password_last_used,access_key_1_last_used_date,access_key_2_last_used_date\n"
    "ann,arn:aws:iam::1:user/ann,x,2026-01-01T00:00:00+00:00,N/A,N/A\n"
    "<root_account>,arn:aws:iam::1:root,x,{used},N/A,no_information\n"
)


def user(name: str, *statements: Any, boundary: str = "") -> dict[str, Any]:
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    limit = {"PermissionsBoundary": {"PermissionsBoundaryArn": boundary}} if boundary else {}
    return {"Arn": arn, "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": document(*statements)}], **limit}


async def last_posture(account: RoleAccount, snapshot: Snapshot | None = None) -> Posture:
    return (await reports(office(account).posture(snapshot or account.snapshot())))[-1]


async def test_all_function_roles_are_judged_from_a_few_calls() -> None:
    account = an_account()
    for index in range(7):
        account.add(f"unused{index}", allow("s3:*"))
    account.add("small", allow("sqs:SendMessage"), functions=("small",))
    last = await last_posture(account)
    assert last.account_findings is not None
    assert {each.id for each in last.account_findings.findings} == {"R23", "R24"}
    assert set(last.roles) == {arn_of("pay"), arn_of("small")}
    assert (last.pending, last.gaps) == ("", ())
    assert {"R01", "R16"} <= {each.id for each in last.roles[arn_of("pay")].inspection.findings}
    assert "the resource policy of small lambda:GetPolicy" in unread(last.roles[arn_of("small")])
    assert account.count("GetAccountAuthorizationDetails") == 6
    assert account.count("GetRole") == account.count("ListFunctions") == 0


async def test_two_thousand_roles_cost_a_few_dozen_calls() -> None:
    account = an_account()
    account.page = 50
    for index in range(2_000):
        account.add(f"unused{index}", allow("s3:*"))
    posture = await last_posture(account)
    assert set(posture.roles) == {arn_of("pay")}
    assert len(account.asked) < 50


async def test_a_policy_that_the_bulk_leaves_out_is_read_by_itself() -> None:
    account = an_account()
    limit = "arn:aws:iam::aws:policy/Limit"
    account.roles["pay"]["PermissionsBoundary"] = {"PermissionsBoundaryArn": limit}
    account.unlisted = {limit: document(allow("*"))}
    posture = await last_posture(account)
    assert [each.trouble for each in posture.roles[arn_of("pay")].view.boundary or ()] == [""]
    assert account.count("GetPolicyVersion") == 1


async def test_who_may_change_the_code_of_a_function() -> None:
    account = an_account()
    account.attached["pay"] = []
    account.add("deploy", allow("lambda:Update*", function_arn("pay")))
    account.add("service", allow("*"), Path="/aws-service-role/x/")
    account.attached["deploy"] = [managed("wide")]
    account.policies[managed("limit")] = document(allow("s3:*"))
    account.users = [
        user("admin", allow("*")),
        user("not", allow("*"), deny("lambda:*")),
        user("bounded", allow("*"), boundary=managed("limit")),
        user("reader", allow("lambda:Get*")),
        user("named", allow(CODE, function_arn("refund"), Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})),
        {"Arn": "arn:aws:iam::1:user/lost", "UserPolicyList": [{"PolicyName": "x", "PolicyDocument": "%%"}]},
    ]
    posture = await last_posture(account)
    assert posture.could_change is not None
    named = {
        arn.rpartition(":")[2]: {who.rpartition("/")[2] for who in found} for arn, found in posture.could_change.items()
    }
    assert named == {"pay": {"admin", "deploy"}, "refund": {"admin", "named"}}
    assert [each.error for each in posture.gaps] == ["who may change code cannot be told of 1 principals"]


async def test_a_function_whose_role_is_gone_is_a_gap_and_never_clean() -> None:
    account = an_account()
    account.functions["orphan"] = {
        "FunctionName": "orphan",
        "FunctionArn": function_arn("orphan"),
        "Role": arn_of("old"),
    }
    posture = await last_posture(account)
    assert (
        "there is no role arn:aws:iam::123456789012:role/old, or no more; orphan run with it" in posture.gaps[0].error
    )
    old = posture.roles[arn_of("old")]
    assert old.view.policies is None
    assert old.inspection.not_judged


async def test_without_the_bulk_read_roles_are_read_one_by_one_up_to_a_bound() -> None:
    account = an_account()
    for index in range(60):
        account.add(f"r{index}", allow("sqs:SendMessage"), functions=(f"fn{index}",))
    account.denied = {"GetAccountAuthorizationDetails"}
    posture = await last_posture(account)
    assert len(posture.roles) == 40
    assert arn_of("pay") in posture.roles  # two functions run with it
    assert posture.could_change is None
    assert {"40 of 61 roles were read"} <= {each.error for each in posture.gaps}
    assert "GetAccountAuthorizationDetails" in posture.gaps[0].action
    account.denied |= {"ListFunctions"}
    nothing = await last_posture(account, Snapshot(at_s=NOW_S))
    assert (nothing.roles, nothing.could_change) == ({}, None)
    assert [each.action for each in nothing.gaps] == ["lambda:ListFunctions"]


@pytest.mark.parametrize(
    "answer",
    [{}, {"RoleDetailList": [], "IsTruncated": True}, {"RoleDetailList": [{"RoleName": "x"}]}],
)
async def test_half_of_the_bulk_is_not_taken_for_all(answer: Any) -> None:
    account = an_account()
    account.wrong["GetAccountAuthorizationDetails"] = answer
    posture = await last_posture(account)
    assert posture.could_change is None
    assert "iam:GetAccountAuthorizationDetails" in [each.action for each in posture.gaps]
    assert arn_of("pay") in posture.roles


async def test_a_posture_stands_for_a_while_and_an_unanswered_one_ends_in_time() -> None:
    account, clock = an_account(), VirtualClock(NOW_S)
    desk = office(account, clock)
    last = (await reports(desk.posture(account.snapshot())))[-1]
    assert await reports(desk.posture(account.snapshot())) == [last]
    assert account.count("GetAccountAuthorizationDetails") == 2
    account.add("new", allow("s3:*"), functions=("new",))
    assert arn_of("new") in (await posture_within(desk, account.snapshot(), clock=clock, timeout_s=45)).roles


async def test_root_is_asked_about_once_and_its_use_on_demand() -> None:
    account = an_account()
    desk = office(account)
    assert await desk.account() is await desk.account()
    assert account.count("GetAccountSummary") == account.count("GetCallerIdentity") == 1
    used = "2027-01-15T07:00:00+00:00"
    account.wrong = {
        "GenerateCredentialReport": {"State": "COMPLETE"},
        "GetCredentialReport": {"Content": REPORT.format(used=used).encode()},
    }
    told = await desk.account_with_root_use()
    assert {each.id for each in told.inspection.findings} == {"R23", "R24", "R25"}
    account.wrong = {}
    account.denied = {"GetAccountSummary", "GenerateCredentialReport"}
    other = await office(account).account_with_root_use()
    assert (other.view.summary, other.view.root_use) == (None, None)
    assert {each.action for each in other.gaps} == {"iam:GetAccountSummary", "iam:GenerateCredentialReport"}


def test_roots_line_of_the_credential_report() -> None:
    assert root_use(REPORT.format(used="no_information").encode()).at_s is None
    assert root_use(REPORT.format(used="2026-01-01T00:00:00+00:00")).at_s == 1_767_225_600
    for wrong in (b"", b"\xff\xfe", "user,arn\n<root_account>,x\n", "<html>"):
        with pytest.raises(BadAnswer):
            root_use(wrong)


async def test_aws_word_stands_beside_ours() -> None:
    account = an_account()
    desk = office(account)
    report = (await reports(desk.inspect(arn_of("pay"))))[-1]
    said = await desk.simulate(report, "s3:GetObject", "arn:aws:s3:::b/x")
    assert (said.ours.verdict, said.decision, said.agrees) == ("yes", "implicitDeny", False)
    assert said.missing_context == ("aws:SourceIp",)
    assert account.asked[-1][2]["ResourceArns"] == ["arn:aws:s3:::b/x"]
    account.denied = {"SimulatePrincipalPolicy", "ValidatePolicy"}
    with pytest.raises(AccessDenied) as refused:
        await desk.simulate(report, "s3:GetObject", "*")
    assert "iam:SimulatePrincipalPolicy" in refused.value.hint
    with pytest.raises(AccessDenied) as refused:
        await desk.validate({})
    assert "access-analyzer:ValidatePolicy" in refused.value.hint
    account.wrong["SimulatePrincipalPolicy"] = {"EvaluationResults": []}
    account.denied = set()
    with pytest.raises(BadAnswer):
        await desk.simulate(report, "s3:GetObject", "*")


async def test_what_access_analyzer_remarks() -> None:
    account = an_account()
    path = [{"value": "Statement"}, {"index": 0}, {"value": "Action"}, {"index": 2}]
    finding = {
        "findingType": "ERROR",
        "issueCode": "INVALID_ACTION",
        "findingDetails": "there is no such action",
        "locations": [{"path": path, "span": {}}],
    }
    account.wrong["ValidatePolicy"] = {"findings": [finding, {"findingType": "WARNING"}]}
    error, warning = await office(account).validate(document(allow("s3:Nope")))
    assert (error.kind, error.code, error.where) == ("ERROR", "INVALID_ACTION", "Statement[0].Action[2]")
    assert (warning.kind, warning.where) == ("WARNING", "")


@pytest.mark.parametrize(
    ("arn", "answers", "role"),
    [
        (function_arn("pay"), {}, arn_of("pay")),
        ("arn:aws:states:eu-west-1:123456789012:stateMachine:s", {"DescribeStateMachine": {"roleArn": "r"}}, "r"),
        (
            "arn:aws:events:eu-west-1:123456789012:rule/bus/tick",
            {"ListTargetsByRule": {"Targets": [{"Arn": "a"}, {"Arn": "b", "RoleArn": "r"}]}},
            "r",
        ),
        ("arn:aws:events:eu-west-1:123456789012:rule/tick", {"ListTargetsByRule": {"Targets": []}}, None),
        (
            "arn:aws:apigateway:eu-west-1::/restapis/abc/stages/live",
            {"GetAuthorizers": {"items": [{"authorizerCredentials": "r"}]}},
            "r",
        ),
        ("arn:aws:apigateway:eu-west-1::/apis/abc/stages/$default", {"GetAuthorizers": {"Items": [{}]}}, None),
        ("arn:aws:dynamodb:eu-west-1:123456789012:table/orders", {}, None),
    ],
)
async def test_the_role_of_a_resource(arn: str, answers: dict[str, Any], role: str | None) -> None:
    account = an_account()
    account.wrong = answers
    assert await office(account).role_of(Resource(SCOPE, "x", "y", "z", arn)) == role


async def test_a_public_function_is_seen_though_its_aliases_are_not() -> None:
    account = an_account()
    account.callable_by["refund"] = open_to("*")
    account.denied = {"ListAliases"}
    last = (await reports(office(account).inspect(arn_of("pay"))))[-1]
    assert "the resource policy of refund lambda:ListAliases" in unread(last)
    assert any(each.id == "R03" and "refund" in each.where for each in last.inspection.findings)
    account.denied |= {"GetPolicy"}
    last = (await reports(office(account).inspect(arn_of("pay"))))[-1]
    assert [each.resource_policies for each in last.view.functions or ()] == [None, None]
