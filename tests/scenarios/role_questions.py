"""What a role inspector asks of the simulated account, asked by boto3, whose parser checks the answers' shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.validate import validate_parameters

from demo.story import StoryWorld

Client = Callable[[str], Any]
JOB = {"Granularity": "ACTION_LEVEL"}


def roles_are_told(client: Client, world: StoryWorld) -> None:
    """Trust, boundary, age, last use; pages of the account's details; root; the function's own policies."""
    iam, shop = client("iam"), world.shop
    role = iam.get_role(RoleName="video-thumbs-role")["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith(":policy/acme-function-boundary")
    start_s = world.start_minute * 60
    assert round((start_s - role["CreateDate"].timestamp()) / 86_400) == 430
    assert round((start_s - role["RoleLastUsed"]["LastUsedDate"].timestamp()) / 86_400) == 236

    pages = list(iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 25}))
    told = [each["RoleName"] for page in pages for each in page["RoleDetailList"]]
    assert sorted(told) == sorted(each.name for each in shop.roles)
    held = [each["PolicyName"] for page in pages for each in page["Policies"]]
    assert "AdministratorAccess" in held
    assert len(held) == len(shop.policies) + 2, "of AWS's own policies only those in use are told"
    only = iam.get_account_authorization_details(Filter=["LocalManagedPolicy"])
    assert (len(only["Policies"]), only["RoleDetailList"]) == (len(shop.policies), [])

    summary = iam.get_account_summary()["SummaryMap"]
    assert (summary["AccountMFAEnabled"], summary["AccountAccessKeysPresent"]) == (0, 0)
    iam.generate_credential_report()
    head, root, *_ = iam.get_credential_report()["Content"].decode().splitlines()
    line = dict(zip(head.split(","), root.split(","), strict=True))
    assert (line["user"], line["mfa_active"]) == ("<root_account>", "false")
    assert line["password_last_used"] > "2020"


def questions_are_answered(client: Client) -> None:
    """The simulator and Access Analyzer; refusals in AWS's words."""
    iam = client("iam")
    table = "arn:aws:dynamodb:eu-west-1:482193019034:table/gift-cards"
    asked = {"ActionNames": ["dynamodb:UpdateItem", "dynamodb:GetItem"], "ResourceArns": [table]}
    answer = iam.simulate_principal_policy(PolicySourceArn=_arn("gift-cron-role"), **asked)
    _check(iam, "SimulatePrincipalPolicy", answer)
    denied, allowed = answer["EvaluationResults"]
    assert (denied["EvalDecision"], denied["MatchedStatements"]) == ("implicitDeny", [])
    assert allowed["EvalDecision"] == "allowed"
    assert allowed["MatchedStatements"][0]["SourcePolicyId"] == "role_gift-cron-role_app"
    # What is written is what is asked about from then on.
    document = '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}'
    iam.put_role_policy(RoleName="gift-cron-role", PolicyName="frozen", PolicyDocument=document)
    answer = iam.simulate_principal_policy(PolicySourceArn=_arn("gift-cron-role"), **asked)
    assert {each["EvalDecision"] for each in answer["EvaluationResults"]} == {"explicitDeny"}

    analyzer = client("accessanalyzer")
    checked = analyzer.validate_policy(policyType="IDENTITY_POLICY", policyDocument='{"Statement": []}')
    _check(analyzer, "ValidatePolicy", checked)
    assert [each["issueCode"] for each in checked["findings"]] == ["MISSING_VERSION", "EMPTY_ARRAY_STATEMENT"]

    for ask in (
        lambda: iam.generate_service_last_accessed_details(Arn=_arn("nobody")),
        lambda: iam.simulate_principal_policy(PolicySourceArn=_arn("nobody"), ActionNames=["s3:GetObject"]),
        lambda: iam.get_service_last_accessed_details(JobId="0" * 36),
    ):
        try:
            ask()
        except iam.exceptions.NoSuchEntityException:
            continue
        raise AssertionError("what is not there was answered for")


def jobs_begin(client: Client) -> dict[str, str]:
    """Last-accessed jobs by role: none is done at once."""
    iam = client("iam")
    jobs = {}
    for name in ("gift-redeem-role", "platform-role"):
        jobs[name] = iam.generate_service_last_accessed_details(Arn=_arn(name), **JOB)["JobId"]
        answer = iam.get_service_last_accessed_details(JobId=jobs[name])
        assert (answer["JobStatus"], answer["ServicesLastAccessed"]) == ("IN_PROGRESS", [])
    return jobs


def jobs_end(client: Client, jobs: dict[str, str]) -> None:
    """Services granted, used or not; actions only where AWS tracks them; pages for who is granted everything."""
    iam = client("iam")
    answer = iam.get_service_last_accessed_details(JobId=jobs["gift-redeem-role"])
    _check(iam, "GetServiceLastAccessedDetails", answer)
    lines = {each["ServiceNamespace"]: each for each in answer["ServicesLastAccessed"]}
    assert {name: "LastAuthenticated" in line for name, line in lines.items()} == {
        "dynamodb": True,
        "logs": True,
        "s3": True,
        "ses": False,
    }
    assert lines["dynamodb"]["TrackedActionsLastAccessed"] == [], "data events are told at service level only"
    seen, marker = [], {}
    while True:
        answer = iam.get_service_last_accessed_details(JobId=jobs["platform-role"], **marker)
        seen += answer["ServicesLastAccessed"]
        if not answer["IsTruncated"]:
            break
        marker = {"Marker": answer["Marker"]}
    assert len(seen) > 300
    tracked = {each["ServiceNamespace"]: each.get("TrackedActionsLastAccessed") for each in seen}
    assert tracked["acm"] is None
    actions = {each["ActionName"]: "LastAccessedTime" in each for each in tracked["lambda"]}
    assert (actions["GetFunction"], actions["DeleteFunction"]) == (True, False)
    assert "PassRole" not in {each["ActionName"] for each in tracked["iam"]}


def _check(client: Any, operation: str, answer: dict[str, Any]) -> None:
    """That botocore would take the answer for AWS's: required keys and types. It is what `Stubber` checks."""
    body = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
    validate_parameters(body, client.meta.service_model.operation_model(operation).output_shape)


def _arn(role: str) -> str:
    return f"arn:aws:iam::482193019034:role/{role}"
