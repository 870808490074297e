"""The inspector and the view of all roles: what is found, why, what was not read; nothing is ever written."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from aws.errors import AccessDenied
from aws.iam.desk import PolicyRemark
from aws.iam.parse import unreadable_policy
from aws.iam.policy import PolicyKind
from aws.iam.view import AccountSummary
from aws.model import Gap
from tests.tui.feeds import FakeFeed
from tests.tui.frames import widest
from tests.tui.role_desk import ORDER_PROC, ROLE, FakeRoles, a_view, denials, report_of, runners
from tests.tui.running import Running, running
from tests.unit.iam.views import allow, policy, role
from tui.present.view import Query, Subject

DRAWN = """\
ROLE app  < fn order-proc  shared by 2 fns  used 2h ago  eu-west-1  123456789012
Trust lambda ok  Boundary none  Managed 2  Inline 1  SCP not evaluated
1 HIGH  3 MED  2 LOW  1 INFO    invoke policy: none               read 08:00:00Z
SEV   ID  FINDING                                         WHERE
DENY  log 12x dynamodb:PutItem last 07:59Z on …/payments  no Allow
HIGH  R06 any role may be passed (on all roles)           inline/app#Pass
MED   R09 dynamodb:* is granted, on named resources       managed/tables#Ddb
MED   R16 2 functions run with it: order-mail, order-proc
MED   R17 1 of 4 services granted are unused: s3; AWS lo…
LOW   R20 logs:CreateLogStream, logs:PutLogEvents could … aws/Basic#1
SERVICE          GRANTED    LAST USED      EVIDENCE
logs             2 acts     60s            log group of the function of order-p…
dynamodb         80 acts    2h             env TABLE_NAME of order-proc
iam              1 act      not tracked    PassRole is never recorded
s3               1 act      never (400d)

────────────────────────────────────────────────────────────────────────────────
DENIED 12x dynamodb:PutItem last 07:59Z on …/payments: no policy of the role
allows dynamodb:PutItem on
arn:aws:dynamodb:eu-west-1:123456789012:table/payments
add an Allow to the role
the smallest statement that would allow it:
{ "Effect": "Allow", "Action": "dynamodb:PutItem", "Resource":
enter why  p policy  t trust  s suggestion  w may it?  v validate  c copy"""


@asynccontextmanager
async def inspecting(desk: FakeRoles, **more: Any) -> AsyncIterator[Running]:
    async with running(FakeFeed(runners(), roles=desk), **more) as run:
        run.app.roles.open(Subject(ORDER_PROC.arn, "resource", ORDER_PROC.name, ORDER_PROC.arn))
        yield run


async def test_the_inspector_as_it_is_drawn() -> None:
    desk = FakeRoles()
    desk.denied = denials()
    async with inspecting(desk) as run:
        await run.until("DENY")
        assert run.screen == DRAWN
        assert ("denials", "order-proc") in desk.calls
        assert ("denials", "order-mail") not in desk.calls


async def test_why_policy_trust_and_suggestion_in_a_small_terminal() -> None:
    async with inspecting(FakeRoles(), size=(60, 15)) as run:
        await run.until("R06")
        await run.press("enter")
        assert '>   "Action": "iam:PassRole",' in run.screen
        assert "Source of the rule" in run.screen
        await run.press("escape", "p")
        assert '>       "Action": "iam:PassRole",' in run.screen
        await run.press("escape", "t")
        assert "lambda may assume it" in run.screen
        for key in ("s", "x"):
            await run.press("escape", key)
            assert "Suggested policy for app" in run.screen
            assert widest(run.app) <= 60
        await run.press("escape", "tab")
        assert "logs: last used 60s" in run.screen


async def test_the_texts_of_a_role_of_thousands_of_patterns_come_beside_the_keys() -> None:
    large = role(policy(allow(["s3:Get*"] * 1_200, Sid="Many")), functions=())
    async with inspecting(FakeRoles(report_of(large))) as run:
        await run.until("GRANTED")
        await run.press("p")
        assert "Policies of app" in run.screen
        await run.until('>         "s3:Get*"')
        await run.press("escape", "tab", "enter")
        assert "Why, of role app" in run.screen
        await run.until("reaches every resource")


async def test_what_is_copied_is_the_policy_itself() -> None:
    async with inspecting(FakeRoles()) as run:
        await run.until("R06")
        written: list[str] = []
        assert run.app._driver is not None
        run.app._driver.write = written.append  # type: ignore[assignment, method-assign]
        await run.press("y", "s", "c")
    copied = [base64.b64decode(each.split(";")[2].rstrip("\x07")).decode() for each in written if "]52;" in each]
    assert copied[0] == ROLE
    assert copied[1].startswith('{\n  "Version": "2012-10-17",\n  "Statement": [')


async def test_keys_answer_while_the_last_use_is_read_and_it_is_shown_when_it_comes() -> None:
    pending = a_view(last_access=None, last_access_pending=True)
    desk = FakeRoles(report_of(pending, pending="last use of services"), report_of(a_view()))
    desk.gate = asyncio.Semaphore(0)
    async with inspecting(desk) as run:
        await run.until("reading last use of services")
        assert "R17" not in run.screen
        assert "dynamodb         80 acts    reading" in run.screen
        await run.press("j", "enter", "escape")
        desk.gate.release()
        await run.until("never (400d)")
        assert "reading last use" not in run.screen


async def test_policies_that_nobody_may_read_are_never_no_findings() -> None:
    gap = Gap("iam", "iam:ListAttachedRolePolicies", "AccessDenied: not authorized", "allow it")
    unread = report_of(a_view(policies=None, boundary=None), gaps=(gap,))
    async with inspecting(FakeRoles(unread), size=(160, 50)) as run:
        await run.until("policies could not all be read")
        assert "cannot read the role's policies, need iam:ListAttachedRolePolicies" in run.screen
        assert "which services are granted is not known" in run.screen
        await run.press("s")
        assert "No suggestion: the role's policies could not be read" in run.screen


async def test_a_role_that_cannot_be_read_says_why_and_is_read_again() -> None:
    desk = FakeRoles()
    async with running(FakeFeed(runners(), roles=desk)) as run:
        await run.press("2", "G")
        desk.fail = AccessDenied("iam", "GetRole", "not authorized to perform iam:GetRole")
        await run.press("i")
        await run.until("not authorized to perform iam:GetRole")
        await run.press("r")
        await run.until("R06")
        assert "< fn order-proc" in run.screen
        await run.press("q", "3", "i")
        assert "runs with no role" in run.screen
    assert ("inspect", ROLE, True) in desk.calls


async def test_may_it_is_answered_at_once_aws_answers_on_demand_and_analyzer_remarks() -> None:
    desk = FakeRoles()
    desk.simulated = "implicitDeny"
    async with inspecting(desk) as run:
        await run.until("R06")
        await run.press("w")
        await run.type("iam:PassRole")
        await run.press("enter")
        assert "cwtop: YES  inline/app#Pass allows it" in run.screen
        assert not [call for call in desk.calls if call[0] == "simulate"]
        await run.press("a")
        await run.until("AWS:   implicitDeny")
        assert "The two differ" in run.screen
        await run.press("escape", "w")
        await run.type("nonsense")
        await run.press("enter")
        assert "nonsense is no action" in run.screen
        desk.remarks = (PolicyRemark("SECURITY_WARNING", "PASS_ROLE_WITH_STAR", "Using \x1b[31mstar", "Statement 1"),)
        await run.press("v")
        await run.until("SECURITY_WARNING PASS_ROLE_WITH_STAR")
        assert "Using ·[31mstar" in run.screen


async def test_all_roles_are_read_when_the_view_is_opened_and_the_worst_come_first() -> None:
    desk = FakeRoles()
    async with running(FakeFeed(runners(), roles=desk)) as run:
        assert not [call for call in desk.calls if call[0] == "posture"]
        await run.press("0")
        await run.until("R01")
        assert "[0 Roles 2]" in run.screen
        assert [line.split()[:5] for line in run.rows] == [
            ["CRIT", "admin", "YES", "1", "never"],
            ["HIGH", "app", "no", "2", "2h"],
        ]
        assert "may change the functions' code: deploy" in run.screen
        run.app.main.ask(Query(text="shared"))
        assert run.app.main.listing is not None
        assert run.app.main.listing.keys == (ROLE,)
        await run.press("enter")
        await run.until("ROLE app")
        assert run.screen.splitlines()[0].startswith("ROLE app  shared by 2 fns")
    assert len([call for call in desk.calls if call[0] == "posture"]) == 1


async def test_roots_red_line_stays_on_every_screen_and_a_refusal_is_no_red_line() -> None:
    bad = FakeRoles(root=AccountSummary(root_access_keys=True, root_mfa=False))
    bad.caller = "arn:aws:iam::123456789012:root"
    told = "ROOT  root has access keys; root has no MFA; cwtop runs as root"
    feed = FakeFeed(runners(), roles=bad)
    async with running(feed) as run:
        await run.until(told)
        for key in ("7", "ctrl+e", "2", "enter"):
            await run.press(key)
            assert told in run.screen
        feed.give(replace(runners(), at_s=runners().at_s + 60))
        await run.settle()
        assert told in run.screen
    refused = FakeRoles()
    refused.fail = AccessDenied("iam", "GetAccountSummary", "not authorized")
    async with running(FakeFeed(runners(), roles=refused)) as run:
        await run.press("exclamation_mark")
        assert "ROOT" not in run.screen
        assert "how root is kept could not be read" in run.screen


async def test_where_a_policy_could_not_be_read_nothing_is_said_to_be_missing() -> None:
    unread = unreadable_policy("app", PolicyKind.INLINE, "cannot read, need iam:GetRolePolicy")
    desk = FakeRoles(report_of(a_view(policies=(unread,))))
    desk.denied = denials()
    async with inspecting(desk, size=(160, 50)) as run:
        await run.until("DENY")
        assert "cannot read inline policy app, need iam:GetRolePolicy" in run.screen
        assert "which services are granted is not known" in run.screen
        assert "no policy of the role that could be read allows dynamodb:PutItem" in run.screen
        assert "unused: iam" not in run.screen
