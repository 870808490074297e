"""The desk that reads roles: what it shows when all is told, when half is refused, and when things are gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from aws.errors import AwsError, NotFound, ServerError, Throttled, UsageError
from aws.iam.desk import RoleDesk, RoleReport
from aws.iam.reading.environment import resources_named
from aws.iam.reading.headless import report_within
from aws.iam.reading.judging import Judge
from aws.iam.reading.office import RoleOffice
from aws.iam.rules.base import RoleCase
from aws.iam.services import Used, services_of
from aws.iam.suggest.build import suggest
from aws.model import Scope
from tests.unit.iam.role_account import RoleAccount, arn_of, document, function_arn, managed, open_to
from tests.unit.iam.views import ACCOUNT, NOW_S, allow
from tests.virtual_clock import VirtualClock
from tui.present.role_page import RolePage

T = TypeVar("T")
SECRET = "hunter2-is-not-a-resource"


def office(account: RoleAccount, clock: VirtualClock | None = None) -> RoleOffice:
    """A desk that judges at once, so that time stands still meanwhile."""

    async def at_once(work: Callable[..., Any], *given: Any) -> Any:
        return work(*given)

    return RoleOffice(account, clock=clock or VirtualClock(NOW_S), judge=Judge(at_once))


async def reports(found: AsyncIterator[T], clock: VirtualClock | None = None) -> list[T]:
    """All of them; with a clock, time passes until they end."""

    async def every() -> list[T]:
        return [each async for each in found]

    task = asyncio.ensure_future(every())
    for _ in range(200 if clock else 0):
        assert clock is not None
        if task.done():
            break
        await clock.advance(1)
    return await task


def ids(report: RoleReport) -> set[str]:
    return {each.id for each in report.inspection.findings}


def unread(report: RoleReport) -> str:
    return "; ".join(f"{each.what} {each.action}" for each in report.inspection.not_judged)


def an_account() -> RoleAccount:
    account = RoleAccount()
    account.add("pay", allow("sqs:SendMessage"), functions=("pay", "refund"))
    account.attached["pay"] = [managed("wide"), "arn:aws:iam::aws:policy/AdministratorAccess"]
    account.policies = {
        managed("wide"): document(allow("s3:*")),
        managed("limit"): document(allow("*")),
        "arn:aws:iam::aws:policy/AdministratorAccess": document(allow("*")),
    }
    account.roles["pay"]["PermissionsBoundary"] = {"PermissionsBoundaryArn": managed("limit")}
    account.functions["pay"] |= {
        "Environment": {
            "Variables": {
                "TABLE": "orders",
                "TOPIC": f"arn:aws:sns:eu-west-1:{ACCOUNT}:sold",
                "QUEUE": f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/jobs",
                "PASSWORD": SECRET,
            }
        },
        "VpcConfig": {"SubnetIds": ["subnet-1"]},
        "DeadLetterConfig": {"TargetArn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:dead"},
    }
    account.aliases["pay"] = ["live"]
    account.callable_by = {"pay": open_to("*"), "pay:live": open_to("s3.amazonaws.com")}
    account.mappings["pay:live"] = [{"EventSourceArn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"}]
    account.used = [
        {
            "ServiceNamespace": "s3",
            "LastAuthenticated": datetime.fromtimestamp(NOW_S - 9, UTC),
            "TrackedActionsLastAccessed": [{"ActionName": "ListAllMyBuckets"}],
        },
        {"ServiceNamespace": "sqs"},
    ]
    return account


async def test_all_that_surrounds_a_role_is_read_and_judged() -> None:
    account, clock = an_account(), VirtualClock(NOW_S)
    account.jobs_running = 1
    desk: RoleDesk = office(account, clock)
    found = await reports(desk.inspect(arn_of("pay")), clock)
    first, last = found[0], found[-1]
    assert "last use" in first.pending
    assert first.view.last_access is None
    assert "R17" not in unread(first)
    assert (last.pending, last.gaps) == ("", ())
    view = last.view
    assert view.last_used is not None
    assert view.last_used.at_s == NOW_S - 3600
    assert (view.name, view.account, view.tags) == ("pay", ACCOUNT, {"team": "pay"})
    assert {each.name for each in view.policies or ()} == {"app", "wide", "AdministratorAccess"}
    assert [each.name for each in view.boundary or ()] == ["limit"]
    assert {"R01", "R03", "R16", "R17", "R19", "R22"} <= ids(last)
    assert "R17" not in ids(first)
    services = {each.service: each.used for each in services_of(RoleCase(view))}
    assert services["s3"] is Used.YES
    assert services["sqs"] is Used.NEVER
    pay, refund = sorted(view.functions or (), key=lambda each: each.name)
    assert [each.resource for each in pay.resource_policies or ()] == ["pay", "pay:live"]
    assert pay.event_sources == (f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs",)
    assert pay.destinations == (f"arn:aws:sqs:eu-west-1:{ACCOUNT}:failed",)
    assert (pay.in_vpc, refund.in_vpc, refund.resource_policies, refund.environment) == (True, False, (), {})


async def test_no_value_of_an_environment_is_kept() -> None:
    account = an_account()
    last = (await reports(office(account).inspect(arn_of("pay"))))[-1]
    pay = next(each for each in last.view.functions or () if each.name == "pay")
    assert pay.environment == {
        "TABLE": f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders",
        "TOPIC": f"arn:aws:sns:eu-west-1:{ACCOUNT}:sold",
        "QUEUE": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs",
    }
    assert SECRET not in repr(last)
    assert SECRET not in repr(suggest(last.view))


async def test_who_may_only_list_is_told_what_to_allow_and_never_that_all_is_well() -> None:
    account = an_account()
    account.denied = {"GetRole", "GetRolePolicy", "GetPolicy", "GetPolicyVersion", "GetFunctionConfiguration"}
    account.denied |= {"GenerateServiceLastAccessedDetails"}
    (last,) = (await reports(office(account).inspect(arn_of("pay"))))[-1:]
    view = last.view
    assert view.trust is not None
    assert view.created_at_s is not None
    assert view.boundary is None
    assert view.last_used is None
    troubles = {each.name: each.trouble for each in view.policies or ()}
    assert troubles["app"] == "cannot read, need iam:GetRolePolicy"
    assert "iam:GetPolicy" in troubles["wide"]
    assert "iam:GetRolePolicy" in unread(last)
    assert "iam:GenerateServiceLastAccessedDetails" in unread(last)
    assert {each.action for each in last.gaps} >= {
        "iam:GetRole",
        "iam:GetRolePolicy",
        "lambda:GetFunctionConfiguration",
    }
    assert suggest(view).refusal


async def test_where_everything_is_refused_nothing_is_known() -> None:
    account = an_account()
    account.denied = {name[1:] for name in dir(account) if name[1:2].isupper()} | {"GetPolicy"}
    last = (await reports(office(account).inspect(arn_of("pay"))))[-1]
    view = last.view
    assert (view.trust, view.policies, view.boundary, view.functions, view.last_access) == (None,) * 5
    assert last.inspection.findings == ()
    assert {"R01", "R02", "R03", "R17"} <= {rule for each in last.inspection.not_judged for rule in each.rules}
    assert len(last.gaps) >= 5
    # One list alone never stands for both.
    account.denied = {"ListRolePolicies"}
    half = (await reports(office(account).inspect(arn_of("pay"), again=True)))[-1]
    assert {each.name: bool(each.trouble) for each in half.view.policies or ()}["all inline policies"]
    assert "R01" in ids(half)


@pytest.mark.parametrize(
    ("operation", "answer", "then"),
    [
        (
            "GetRole",
            {"Role": {"Arn": arn_of("pay"), "RoleName": "pay", "AssumeRolePolicyDocument": "%7Bhalf"}},
            "trust",
        ),
        ("GetRole", {"Role": {}}, "trust"),
        ("GetRolePolicy", {"PolicyDocument": "{not json"}, "not JSON"),
        ("GetRolePolicy", {"PolicyDocument": "x" * 10_000_000}, "more than AWS keeps"),
        ("GetPolicyVersion", {"PolicyVersion": {}}, "no policy document"),
        ("GetPolicy", {"Policy": {}}, "wide"),
        ("ListAttachedRolePolicies", {"AttachedPolicies": []}, ""),
        ("ListAttachedRolePolicies", {}, "all attached policies"),
        ("ListRolePolicies", Throttled("iam", "ListRolePolicies", "Rate exceeded"), "all inline policies"),
        ("GetServiceLastAccessedDetails", {"JobStatus": "FAILED", "Error": {"Code": "X"}}, "which services were used"),
        ("GetServiceLastAccessedDetails", {"JobStatus": "COMPLETED", "IsTruncated": True}, "which services were used"),
        ("ListFunctions", {"Functions": [{"FunctionName": "x"}]}, "which functions run"),
    ],
)
async def test_half_an_answer_is_said_to_be_half(operation: str, answer: Any, then: str) -> None:
    account = an_account()
    account.wrong[operation] = answer
    last = (await reports(office(account).inspect(arn_of("pay"))))[-1]
    assert then in unread(last)


async def test_a_role_that_is_gone_is_said_to_be_gone() -> None:
    account = an_account()
    desk = office(account)
    with pytest.raises(NotFound, match="no role gone in account 123456789012, or no more"):
        await reports(desk.inspect(arn_of("gone")))
    with pytest.raises(NotFound, match="has its name"):  # made anew under another path
        await reports(desk.inspect(f"arn:aws:iam::{ACCOUNT}:role/path/pay"))
    with pytest.raises(UsageError):
        await reports(desk.inspect("arn:aws:iam::999999999999:role/pay"))
    del account.functions["refund"]
    account.wrong["ListFunctions"] = {
        "Functions": [account.functions["pay"], {**account.functions["pay"], "FunctionName": "refund"}]
    }
    last = (await reports(desk.inspect(arn_of("pay"), again=True)))[-1]
    assert [each.name for each in last.view.functions or ()] == ["pay"]


async def test_what_was_read_stands_for_ten_minutes_unless_something_was_lost() -> None:
    account, clock = an_account(), VirtualClock(NOW_S)
    desk = office(account, clock)
    first = await reports(desk.inspect(arn_of("pay")), clock)
    asked = len(account.asked)
    assert await reports(desk.inspect(arn_of("pay"))) == first[-1:]
    assert len(account.asked) == asked
    again = await reports(desk.inspect(arn_of("pay"), again=True), clock)
    assert len(account.asked) > asked
    assert again[-1].view.policies == first[-1].view.policies
    assert account.count("GetPolicyVersion") == 3  # versions never change
    await clock.advance(601)
    account.wrong["GetRolePolicy"] = ServerError("iam", "GetRolePolicy", "oops")
    assert (await reports(desk.inspect(arn_of("pay")), clock))[-1].gaps
    account.wrong.clear()
    assert not (await reports(desk.inspect(arn_of("pay")), clock))[-1].gaps


async def test_two_who_look_share_one_reading_and_the_last_to_leave_ends_it() -> None:
    account, clock = an_account(), VirtualClock(NOW_S)
    account.jobs_running = 3
    desk = office(account, clock)
    one, two = (asyncio.ensure_future(reports(desk.inspect(arn_of("pay")))) for _ in range(2))
    await clock.rest()
    assert account.count("GetRole") == 1
    one.cancel()
    await clock.advance(10)
    assert (await two)[-1].view.last_access is not None
    assert account.count("GenerateServiceLastAccessedDetails") == 1
    account.jobs_running = 9
    alone = asyncio.ensure_future(reports(desk.inspect(arn_of("pay"), again=True)))
    await clock.rest()
    alone.cancel()
    await asyncio.gather(alone, return_exceptions=True)
    polled = account.count("GetServiceLastAccessedDetails")
    await clock.advance(60)
    assert account.count("GetServiceLastAccessedDetails") == polled
    # The job went on at AWS's: who comes back asks for its result, and not for another one.
    account.jobs_running = 0
    assert (await reports(desk.inspect(arn_of("pay"), again=True), clock))[-1].view.last_access is not None
    assert account.count("GenerateServiceLastAccessedDetails") == 2


async def test_jobs_run_one_at_a_time_ever_less_often_and_not_for_ever() -> None:
    account, clock = an_account(), VirtualClock(NOW_S)
    account.add("other", allow("sqs:*"))
    account.jobs_running = 1_000
    desk = office(account, clock)
    both = [asyncio.ensure_future(reports(desk.inspect(arn_of(name)))) for name in ("pay", "other")]
    await clock.advance(200)
    assert account.count("GenerateServiceLastAccessedDetails") == 1
    assert account.count("GetServiceLastAccessedDetails") < 25
    await clock.advance(500)
    for each in await asyncio.gather(*both):
        assert "still runs" in next(gap.error for gap in each[-1].gaps if "LastAccessed" in gap.action)


async def test_a_look_without_a_screen_ends_in_time() -> None:
    account, clock = an_account(), VirtualClock(NOW_S)
    account.jobs_running = 1_000
    desk = office(account, clock)
    asked = asyncio.ensure_future(report_within(desk, arn_of("pay"), clock=clock, timeout_s=45))
    await clock.advance(46)
    report = await asked
    assert report.pending == ""
    assert "R01" in ids(report)
    assert "which services were used" in unread(report)
    assert [each.action for each in report.gaps] == ["iam:GetServiceLastAccessedDetails"]
    with pytest.raises(NotFound):
        await report_within(desk, arn_of("gone"), clock=clock, timeout_s=45)


async def test_a_snapshot_that_lists_all_functions_spares_the_listing() -> None:
    account = an_account()
    desk = office(account)
    last = (await reports(desk.inspect(arn_of("pay"), snapshot=account.snapshot())))[-1]
    assert {each.name for each in last.view.functions or ()} == {"pay", "refund"}
    assert account.count("ListFunctions") == 0


async def test_of_a_role_that_hundreds_share_some_are_read_in_full() -> None:
    account = an_account()
    account.add("many", allow("sqs:*"), functions=tuple(f"fn{index}" for index in range(120)))
    last = (await reports(office(account).inspect(arn_of("many"))))[-1]
    assert len(last.view.functions or ()) == 120
    assert account.count("GetFunctionConfiguration") == 25
    assert "25 of 120 functions were read in full" in [each.error for each in last.gaps]
    assert suggest(last.view).refusal


@pytest.mark.parametrize(
    "name",
    ["pay", arn_of("pay"), f"arn:aws:sts::{ACCOUNT}:assumed-role/pay/session", "refund", function_arn("refund")],
)
async def test_a_role_is_found_by_its_own_names_and_those_of_its_functions(name: str) -> None:
    account = an_account()
    assert await office(account).find(name) == arn_of("pay")
    assert await office(account).find(name, account.snapshot()) == arn_of("pay")


async def test_a_name_of_nothing_and_a_name_that_may_not_be_looked_up() -> None:
    account = an_account()
    with pytest.raises(NotFound, match="neither a role nor a function"):
        await office(account).find("nobody")
    with pytest.raises(NotFound, match="belongs to account 999999999999"):
        await office(account).find("arn:aws:iam::999999999999:role/pay")
    account.denied = {"GetRole"}
    assert await office(account).find("refund") == arn_of("pay")
    with pytest.raises(AwsError, match="iam:GetRole: AccessDenied"):
        await office(account).find("nobody")


def test_variables_in_other_partitions_and_those_that_lambda_cannot_decrypt() -> None:
    china = Scope(account=ACCOUNT, region="cn-north-1", partition="aws-cn")
    values = {
        "A": f"arn:aws-cn:sqs:cn-north-1:{ACCOUNT}:jobs",
        "B": f"https://sqs.cn-north-1.amazonaws.com.cn/{ACCOUNT}/jobs",
        "C": "arn:is it not",
        "D": "https://example.com/123456789012/jobs",
    }
    jobs = f"arn:aws-cn:sqs:cn-north-1:{ACCOUNT}:jobs"
    assert resources_named({"Environment": {"Variables": values}}, {}, china) == {"A": jobs, "B": jobs}
    assert resources_named({"Environment": {"Error": {"ErrorCode": "KMSAccessDenied"}}}, {}, china) is None
    assert resources_named({"Environment": {"Variables": "?"}}, {}, china) is None
    assert resources_named({}, {}, china) == {}


async def test_a_finding_about_callers_leads_to_the_policy_of_that_function() -> None:
    account = an_account()
    account.callable_by["pay"] = open_to("events.amazonaws.com")
    account.callable_by["refund"] = open_to("*")
    last = (await reports(office(account).inspect(arn_of("pay"))))[-1]
    public = next(each for each in last.inspection.findings if each.id == "R03")
    stands_in = RolePage.of(last).policy_of(public.statements[0])
    assert public.where == "resource policy of refund statement 1"
    assert stands_in is not None
    assert stands_in.resource == "refund"
