"""The tables: rules and escalation paths are whole, and the account's own rules."""

from __future__ import annotations

from typing import Any

import pytest

from aws.iam.actions import action_fact
from aws.iam.escalation.table import PATHS
from aws.iam.inspect import inspect_account, inspect_role
from aws.iam.rules.registry import RULES
from aws.iam.view import AccountSummary, AccountView, RootUse
from tests.unit.iam.views import ACCOUNT, DAY_S, NOW_S, allow, deny, policy, role

ROOT = f"arn:aws-us-gov:iam::{ACCOUNT}:root"
CALLER = f"arn:aws:sts::{ACCOUNT}:assumed-role/ops/me"
KEPT = AccountSummary(root_access_keys=False, root_mfa=True, root_password=True)


def test_the_rules_have_their_stable_ids_and_say_where_they_come_from() -> None:
    assert [rule.id for rule in RULES] == [f"R{number:02}" for number in range(1, 26)]
    assert [rule.id for rule in RULES if not rule.source] == []
    assert [rule.title for rule in RULES if len(rule.title) > 42] == []


def test_paths_are_named_once_and_need_actions_that_exist() -> None:
    assert len({path.id for path in PATHS}) == len(PATHS)
    assert [need for path in PATHS for need in path.needs if action_fact(need) is None] == []
    assert {path.source for path in PATHS} == {"RSL", "SAR", "PFC"}
    assert all(path.passed_to for path in PATHS if "iam:PassRole" in path.needs)


@pytest.mark.parametrize(
    ("caller", "summary", "used", "finds"),
    [
        (CALLER, KEPT, None, {}),
        (ROOT, KEPT, None, {"R23": "high"}),
        (f"arn:aws:iam::{ACCOUNT}:user/root", KEPT, None, {}),
        (CALLER, AccountSummary(root_access_keys=True, root_mfa=True), None, {"R24": "critical"}),
        (CALLER, AccountSummary(root_access_keys=False, root_mfa=False), None, {"R24": "critical"}),
        (CALLER, AccountSummary(root_access_keys=False, root_mfa=False, root_password=False), None, {}),
        (CALLER, AccountSummary(root_access_keys=True, root_mfa=False, root_password=False), None, {"R24": "critical"}),
        (CALLER, KEPT, RootUse(NOW_S - DAY_S / 2), {"R25": "high"}),
        (CALLER, KEPT, RootUse(NOW_S - 2 * DAY_S), {}),
        (CALLER, KEPT, RootUse(None), {}),
    ],
)
def test_the_root_user(caller: str, summary: AccountSummary, used: RootUse | None, finds: dict[str, str]) -> None:
    inspection = inspect_account(AccountView(now_s=NOW_S, caller_arn=caller, summary=summary, root_use=used))
    assert {each.id: each.severity for each in inspection.findings} == finds
    assert not inspection.not_judged


@pytest.mark.parametrize(
    ("entries", "escalates"),
    [
        ([allow("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/x")], True),
        ([allow("iam:PutRolePolicy", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})], None),
        ([allow("iam:PutRolePolicy"), deny("iam:*", "arn:aws:iam::123456789012:role/x")], None),
        ([allow("s3:GetObject")], False),
        ([{"Effect": "Maybe"}], None),
    ],
)
def test_whether_it_escalates(entries: list[dict[str, Any]], escalates: bool | None) -> None:
    assert inspect_role(role(policy(*entries))).escalates is escalates


def test_an_account_that_could_not_be_read_is_not_clean() -> None:
    inspection = inspect_account(AccountView(now_s=NOW_S))
    assert {rule for each in inspection.not_judged for rule in each.rules} == {"R23", "R24"}
