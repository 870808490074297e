"""Messages in, denials out: `messages/denials.toml`; and denials held against a role."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from aws.iam.denials import Denial, DenialSource, Remedy, explain, parse_denial
from aws.iam.grants import Grants
from aws.iam.parse import parse_policy, unreadable_policy
from aws.iam.policy import PolicyKind
from aws.iam.view import RoleView
from tests.unit.iam.views import ACCOUNT, allow, deny, policy, role

_FILE = Path(__file__).parent / "messages" / "denials.toml"
MESSAGES = {each["name"]: each for each in tomllib.loads(_FILE.read_text(encoding="utf-8"))["message"]}
ME = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/pay"
TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders"
PUT = Denial(action="dynamodb:PutItem", resource=TABLE, principal=ME, source=DenialSource.IDENTITY, explicit=False)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_says_what_the_case_says(name: str) -> None:
    case: dict[str, Any] = MESSAGES[name]
    denial = parse_denial(case["line"].replace("ROLE", ME))
    if "says" not in case:
        assert denial is None
        return
    assert denial is not None
    says = {"action": "", "resource": "", "policy_arn": "", "inferred": False, "encoded": False, **case["says"]}
    source, explicit = DenialSource[says.pop("source", "UNKNOWN")], says.pop("explicit", None)
    assert (denial.source, denial.explicit) == (source, explicit)
    assert {key: getattr(denial, key) for key in says} == says


def test_a_line_of_any_size_and_kind_is_read_in_no_time_and_never_raises() -> None:
    endless = "User: arn:" + "a" * 300_000
    for line in (
        endless,
        endless + " is not authorized to perform: a:b" + " on resource: " * 20_000,
        "AccessDenied" * 9,
    ):
        parse_denial(line)
    assert parse_denial("x" * 200_000 + f" User: {ME} is not authorized to perform: s3:GetObject") == Denial(
        action="s3:GetObject", principal=ME
    )


def test_a_missing_allow_is_written_out_and_would_do() -> None:
    view = role(policy(allow("dynamodb:PutItem", TABLE + "-old"), allow("dynamodb:GetItem", TABLE)))
    told = explain(PUT, view)
    assert told.remedy is Remedy.ADD_ALLOW
    assert told.would_allow == {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": TABLE}
    assert [(ref.index, why) for ref, why in told.near] == [(0, "allows it on other resources")]
    assert view.policies is not None
    assert Grants([*view.policies, policy(told.would_allow)]).can("dynamodb:PutItem", TABLE).verdict == "yes"


@pytest.mark.parametrize("source", [DenialSource.IDENTITY, DenialSource.UNKNOWN])
def test_a_deny_is_named_and_no_allow_is_offered(source: DenialSource) -> None:
    denial = Denial(action=PUT.action, resource=TABLE, principal=ME, source=source, explicit=True)
    told = explain(denial, role(policy(allow("*"), deny("dynamodb:Put*", Sid="Frozen"))))
    assert (told.remedy, told.would_allow) == (Remedy.REMOVE_DENY, None)
    assert [(ref.index, ref.sid) for ref in told.statements] == [(1, "Frozen")]


def test_a_deny_under_a_condition_is_named_where_aws_says_that_one_decided() -> None:
    frozen = deny("dynamodb:*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})
    denial = Denial(action=PUT.action, resource=TABLE, source=DenialSource.IDENTITY, explicit=True)
    told = explain(denial, role(policy(allow("*"), frozen)))
    assert [ref.index for ref in told.statements] == [1]


@pytest.mark.parametrize("source", [DenialSource.BOUNDARY, DenialSource.UNKNOWN])
def test_where_the_boundary_decides_an_allow_is_not_offered(source: DenialSource) -> None:
    limit = policy(allow("logs:*"), name="limit", kind=PolicyKind.BOUNDARY)
    denial = Denial(action=PUT.action, resource=TABLE, source=source, explicit=False if source else None)
    told = explain(denial, role(policy(allow("dynamodb:*")), boundary=(limit,)))
    assert (told.remedy, told.would_allow) == (Remedy.WIDEN_BOUNDARY, None)
    assert "boundary" in told.because


def test_elsewhere_is_elsewhere_and_says_if_the_role_lacks_it_too() -> None:
    denial = Denial(action=PUT.action, resource=TABLE, source=DenialSource.SCP, explicit=False)
    assert explain(denial, role(policy(allow("*")))).caveats == ()
    told = explain(denial, role(policy(allow("s3:*"))))
    assert (told.remedy, told.would_allow) == (Remedy.ELSEWHERE, None)
    assert told.caveats == ("the role does not allow it either: both are needed",)


def test_what_the_role_allows_by_now_is_said_to_be_allowed() -> None:
    told = explain(PUT, role(policy(allow("dynamodb:*Item", TABLE))))
    assert (told.remedy, told.would_allow) == (Remedy.ALLOWED_NOW, None)
    assert [ref.index for ref in told.statements] == [0]


def test_an_allow_beside_what_could_not_be_read_still_allows() -> None:
    told = explain(PUT, role(policy(allow("dynamodb:*")), unreadable_policy("lost", PolicyKind.MANAGED, "denied")))
    assert (told.remedy, told.would_allow) == (Remedy.ALLOWED_NOW, None)
    assert told.caveats[0].startswith("could not read lost")


def test_an_allow_under_a_condition_is_shown_beside_the_statement_that_would_do() -> None:
    within = allow("dynamodb:PutItem", TABLE, Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}})
    told = explain(PUT, role(policy(within)))
    assert told.remedy is Remedy.ADD_ALLOW
    assert [why for _, why in told.near] == ["allows it if aws:SourceVpce is as it says"]


@pytest.mark.parametrize(
    ("action", "resource", "wanted"),
    [
        ("cloudwatch:PutMetricData", "", "*"),  # knows no resources
        ("s3:GetObject", "", "<FILL-IN>"),
        ("sns:Publish", "*", "<FILL-IN>"),
        ("execute-api:Invoke", "arn:aws:execute-api:eu-west-1:********9012:a1/prod/GET/x", "<FILL-IN>"),
        ("s3:GetObject", "arn:aws:s3:::b/a*b?${c}", "arn:aws:s3:::b/a${*}b${?}${$}{c}"),
    ],
)
def test_the_statement_never_means_more_than_what_was_denied(action: str, resource: str, wanted: str) -> None:
    told = explain(Denial(action=action, resource=resource), role(policy(allow("logs:*"))))
    assert told.would_allow == {"Effect": "Allow", "Action": action, "Resource": wanted}
    if resource.startswith("arn:aws:s3"):
        granted = parse_policy(
            "p", PolicyKind.INLINE, json.dumps({"Version": "2012-10-17", "Statement": told.would_allow})
        )
        assert Grants([granted]).can(action, "arn:aws:s3:::b/aXXbX${c}").verdict == "no"


@pytest.mark.parametrize(
    ("denial", "view", "because"),
    [
        (Denial(), role(policy(allow("*"))), "does not say which action"),
        (PUT, role(policies=None), "could not be read"),
        (Denial(action="s3:GetObject", principal=ME.replace("/app/", "/other/")), role(), "about role other, not app"),
    ],
)
def test_what_cannot_be_told_is_said(denial: Denial, view: RoleView, because: str) -> None:
    told = explain(denial, view)
    assert (told.remedy, told.would_allow) == (Remedy.UNCERTAIN, None)
    assert because in told.because


def test_what_could_mislead_is_said_besides() -> None:
    lost = unreadable_policy("lost", PolicyKind.MANAGED, "denied")
    told = explain(Denial(action="iam:PutRolePolicy", resource="*"), role(lost))
    assert [each.split(":")[0] for each in told.caveats] == [
        "could not read lost",
        "AWS did not say whose policy decided",
        "the action changes permissions",
    ]
    assert any("key's policy" in each for each in explain(Denial(action="kms:Decrypt"), role()).caveats)
