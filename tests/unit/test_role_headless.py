"""``cwtop role``: keys that scripts depend on, exit statuses, and what is said when the time is up."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from aws.errors import NotFound, TimedOut, UsageError
from aws.iam.desk import Posture
from aws.iam.parse import unreadable_policy
from aws.iam.policy import PolicyKind
from aws.iam.rules.base import RoleCase
from aws.iam.services import Used, granted_actions, services_of
from aws.iam.view import FunctionUse, LastAccess, ServiceUse
from aws.model import Gap
from tests.builders import NOW
from tests.tui.role_desk import ADMIN, ROLE, FakeRoles, a_view, admin, report_of
from tests.unit.iam.views import allow, deny, policy, role
from tui.commands.role import tell_all, tell_one
from tui.headless.role_report import all_report, callers_read, role_exit, role_report
from tui.headless.role_table import all_table, role_table
from tui.options import Options, parse
from tui.options_role import check_role

KEYS = ["role", "arn", "functions", "trust", "boundary", "findings", "services", "suggestion", "gaps"]


def test_one_role_has_the_keys_of_the_contract() -> None:
    told = json.loads(json.dumps(role_report(report_of(a_view())), allow_nan=False))
    assert [key for key in told if key in KEYS] == KEYS
    assert told["arn"] == ROLE
    assert told["trust"] == ["lambda.amazonaws.com"]
    assert told["boundary"] is None
    assert list(told["findings"][0])[:5] == ["id", "severity", "title", "where", "evidence"]
    dynamodb = next(each for each in told["services"] if each["service"] == "dynamodb")
    assert dynamodb["last_used"] == "2027-01-15T06:00:00Z"
    assert dynamodb["granted_actions"] > 50
    assert dynamodb["evidence"] == "environment variable TABLE_NAME of order-proc"
    assert told["suggestion"]["Version"] == "2012-10-17"
    assert told["gaps"] == []


def test_the_exit_status_is_that_of_the_worst_and_never_0_for_policies_that_were_not_read() -> None:
    low = report_of(role(policy(allow("logs:PutLogEvents", "arn:aws:logs:eu-west-1:123456789012:log-group:x:*"))))
    medium = report_of(role(policy(allow("dynamodb:*", "arn:aws:dynamodb:eu-west-1:123456789012:table/x"))))
    unread = report_of(replace(medium.view, policies=(unreadable_policy("p", PolicyKind.INLINE, "denied"),)))
    none = report_of(replace(medium.view, policies=None))
    assert [role_exit([each]) for each in (low, medium, unread, none, admin())] == [0, 1, 3, 3, 2]
    assert role_exit([low, unread, admin()]) == 2
    assert role_exit([medium], unread=True) == 3
    untrusted, unbound = (report_of(replace(low.view, **{each: None})) for each in ("trust", "boundary"))
    assert [role_exit([each]) for each in (untrusted, unbound)] == [3, 3]
    assert role_report(none)["gaps"][0]["action"] == "iam:ListAttachedRolePolicies"
    assert role_report(none)["services"] == []
    assert role_report(none)["suggestion"] is None


def test_what_was_refused_is_told_once_and_what_was_not_asked_is_not_called_refused() -> None:
    refused = unreadable_policy(
        "all attached policies", PolicyKind.MANAGED, "cannot read, need iam:ListAttachedRolePolicies"
    )
    bare = report_of(role(refused, functions=(FunctionUse(arn="arn:f", name="pay"),), last_access=None))
    assert "cannot read all attached policies, need iam:ListAttachedRolePolicies\n" in role_table(bare)
    posture = Posture(read_at_s=NOW, roles={"r": bare})
    assert "\nR03, R17, R19 not judged here: cwtop role NAME" in all_table([("1", posture)])
    gaps = {gap["action"]: gap for gap in all_report([("1", posture)])["roles"][0]["gaps"]}
    assert gaps["lambda:GetPolicy"]["error"] == "not asked for all roles at once: the resource policy of pay"
    assert gaps["lambda:GetPolicy"]["hint"] == "not judged: R03, R19; cwtop role app reads it"
    assert not callers_read(bare)
    assert callers_read(admin())


async def test_a_role_of_any_account_is_found_and_an_unknown_name_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = Options(command="role", role="order-proc", output="json")
    empty, desk = FakeRoles(), FakeRoles()
    empty.find = _nobody  # type: ignore[method-assign]
    assert await tell_one([empty, desk], options, 5.0) == 2
    assert json.loads(capsys.readouterr().out)["role"] == "app"
    with pytest.raises(NotFound, match="no role or function order-prok"):
        await tell_one([desk], replace(options, role="order-prok"), 5.0)


async def _nobody(name: str, snapshot: object = None) -> str:
    raise NotFound("iam", "GetRole", f"there is no {name}")


async def test_what_is_pending_when_the_time_is_up_is_a_gap(capsys: pytest.CaptureFixture[str]) -> None:
    pending = a_view(last_access=None, last_access_pending=True)
    desk = FakeRoles(report_of(pending, pending="last use of services"), report_of(a_view()))
    desk.gate = asyncio.Semaphore(0)
    options = Options(command="role", role="app", output="json", timeout_s=0.05)
    assert await tell_one([desk], options, 0.05) == 2
    told = json.loads(capsys.readouterr().out)
    assert [gap["error"] for gap in told["gaps"]] == ["TimedOut: not finished within 0.05 s: last use of services"]
    assert await tell_all([desk], replace(options, role=None, all_roles=True), 0.05, at_s=NOW) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["roles"] == []
    assert told["gaps"][0]["error"].endswith("policies")
    desk.find = _never  # type: ignore[method-assign]
    with pytest.raises(TimedOut):
        await tell_one([desk], options, 0.01)


async def _never(name: str, snapshot: object = None) -> str:
    await asyncio.Event().wait()
    return name


async def test_all_roles_the_worst_first_with_the_account(capsys: pytest.CaptureFixture[str]) -> None:
    options = Options(command="role", all_roles=True, output="json")
    unreached = Gap("account of far", "sts:GetCallerIdentity", "Unreachable: no route", "")
    assert await tell_all([FakeRoles()], options, 5.0, at_s=NOW, unreached=[unreached]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["version"] == 1
    assert [each["arn"] for each in told["roles"]] == [ADMIN, ROLE]
    assert told["account"]["id"] == "123456789012"
    assert told["could_change"]["arn:aws:lambda:eu-west-1:123456789012:function:job"] == [
        "arn:aws:iam::123456789012:role/deploy"
    ]
    assert [gap["service"] for gap in told["gaps"]] == ["account of far"]
    assert await tell_all([FakeRoles()], replace(options, output="table"), 5.0, at_s=NOW) == 2
    table = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in table[1:3]] == [["CRIT", "YES"], ["HIGH", "no"]]


async def test_the_table_is_inert_and_says_what_was_not_read(capsys: pytest.CaptureFixture[str]) -> None:
    strange = a_view(functions=(FunctionUse(arn="a:b:c:d:e:f", name="evil\x1b[31m\n"),), trust=None)
    desk = FakeRoles(report_of(strange))
    assert await tell_one([desk], Options(command="role", role="app"), 5.0) == 2
    told = capsys.readouterr().out
    assert "evil·[31m·" in told
    assert "\x1b" not in told
    assert "cannot read the trust policy, need iam:GetRole" in told


def test_services_of_a_role_that_may_do_everything_are_those_in_use_and_one_line_for_the_rest() -> None:
    uses = (ServiceUse(service="s3", last_used_s=NOW - 60.0), ServiceUse(service="ec2"))
    view = role(
        policy(allow("*"), deny("s3:Delete*")), boundary=(), last_access=LastAccess(read_at_s=NOW, services=uses)
    )
    found = services_of(RoleCase(view))
    assert [(each.service, each.used) for each in found] == [
        ("s3", Used.YES), ("logs", Used.UNTRACKED), ("*", Used.UNTRACKED),
    ]  # fmt: skip
    bounded = role(policy(allow("s3:*")), boundary=(policy(allow("s3:GetObject"), kind=PolicyKind.BOUNDARY),))
    assert granted_actions(RoleCase(bounded), "s3") == 1
    whole = role(policy(allow("s3:*")), boundary=())
    assert 10 < granted_actions(RoleCase(view), "s3") < granted_actions(RoleCase(whole), "s3")


@pytest.mark.parametrize("arguments", [["role"], ["role", "app", "--all"]])
def test_a_name_or_all(arguments: list[str]) -> None:
    chosen = parse(arguments)
    with pytest.raises(UsageError):
        check_role(chosen.role, chosen.all_roles)
