"""The evaluator: one question to all policies of a role."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws.iam.decision import Access
from aws.iam.grants import MAX_PATTERNS, Grants
from aws.iam.parse import parse_policy
from aws.iam.policy import Policy, PolicyKind
from tests.unit.iam.views import ACCOUNT, allow, deny, policy

ACTIONS = ("s3:GetObject", "s3:PutObject", "sqs:SendMessage", "iam:PassRole", "s3:*", "*", "sts:AssumeRole", "s3:G?t*")
RESOURCES = (
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/k",
    "arn:aws:sqs:eu-west-1:123456789012:q",
    "arn:aws:iam::*:role/*",
)
CONDITION = {"StringEquals": {"aws:ResourceTag/a": "b"}}


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    action, resource = (
        draw(st.sampled_from(["Action", "NotAction"])),
        draw(st.sampled_from(["Resource", "NotResource"])),
    )
    return {
        "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
        action: draw(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3)),
        resource: draw(st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2)),
        **({"Condition": CONDITION} if draw(st.booleans()) and draw(st.booleans()) else {}),
    }


POLICIES = st.lists(statements(), min_size=1, max_size=5)


def rank(grants: Grants, action: str, resource: str) -> tuple[int, bool]:
    """How much is granted: less access, or doubt where there was none, is less."""
    decision = grants.can(action, resource)
    return decision.access.rank, decision.verdict == "yes"


@given(POLICIES, statements())
@settings(max_examples=15, deadline=None)
def test_adding_a_deny_never_widens(before: list[dict[str, Any]], added: dict[str, Any]) -> None:
    without = Grants([policy(*before)], account=ACCOUNT)
    with_deny = Grants([policy(*before), policy(added | {"Effect": "Deny"}, name="more")], account=ACCOUNT)
    for action in ACTIONS:
        for resource in RESOURCES:
            assert rank(with_deny, action, resource) <= rank(without, action, resource)


@given(POLICIES, POLICIES)
@settings(max_examples=15, deadline=None)
def test_a_boundary_never_grants(own: list[dict[str, Any]], limit: list[dict[str, Any]]) -> None:
    boundary = policy(*limit, name="limit", kind=PolicyKind.BOUNDARY)
    without, within = Grants([policy(*own)], account=ACCOUNT), Grants([policy(*own)], (boundary,), account=ACCOUNT)
    for action in ACTIONS:
        for resource in RESOURCES:
            assert rank(within, action, resource) <= rank(without, action, resource)
            assert rank(within, action, resource)[0] <= rank(Grants([boundary], account=ACCOUNT), action, resource)[0]


@given(POLICIES, st.integers())
@settings(max_examples=15, deadline=None)
def test_the_order_of_statements_and_policies_does_not_matter(entries: list[dict[str, Any]], seed: int) -> None:
    shuffled = list(entries)
    random.Random(seed).shuffle(shuffled)
    one, other = Grants([policy(*entries)]), Grants([policy(each, name=str(n)) for n, each in enumerate(shuffled)])
    for action in ACTIONS:
        ours, theirs = one.can(action), other.can(action)
        assert (ours.access, ours.verdict, ours.conditional) == (theirs.access, theirs.verdict, theirs.conditional)


@pytest.mark.parametrize(
    ("entries", "action", "resource", "verdict"),
    [
        ([allow("s3:GetObject", "arn:aws:s3:::b/*")], "s3:GetObject", "arn:aws:s3:::b/k", "yes"),
        ([allow("s3:GetObject", "arn:aws:s3:::b/*")], "S3:getobject", "arn:aws:s3:::b/k", "yes"),
        ([allow("s3:GetObject", "arn:aws:s3:::b/*")], "s3:GetObject", "arn:aws:s3:::B/k", "no"),
        ([allow("s3:GetObject", "arn:aws:s3:::b/*")], "s3:GetObject", "*", "maybe"),
        ([allow("s3:GetObject", "arn:aws:s3:::b/*")], "s3:*", "arn:aws:s3:::b/*", "maybe"),
        ([allow("s3:*"), deny("s3:*", "arn:aws:s3:::b/*")], "s3:GetObject", "arn:aws:s3:::b/k", "no"),
        ([allow("s3:*"), deny("s3:*", "arn:aws:s3:::b/*")], "s3:GetObject", "arn:aws:s3:::c/k", "yes"),
        ([allow("s3:*"), deny("s3:*", Condition=CONDITION)], "s3:GetObject", "arn:aws:s3:::c/k", "maybe"),
        ([allow("s3:*", Condition=CONDITION)], "s3:GetObject", "arn:aws:s3:::c/k", "maybe"),
        ([allow("s3:*", "arn:aws:s3:::${aws:username}/*")], "s3:GetObject", "arn:aws:s3:::c/k", "maybe"),
        ([allow("s3:*", "arn:aws:s3:::a${*}/*")], "s3:GetObject", "arn:aws:s3:::ab/k", "no"),
        ([deny("*")], "s3:GetObject", "*", "no"),
        ([], "s3:GetObject", "*", "no"),
    ],
)
def test_may_it_do_x_on_y(entries: list[dict[str, Any]], action: str, resource: str, verdict: str) -> None:
    assert Grants([policy(*entries)] if entries else []).can(action, resource).verdict == verdict


def test_the_statements_that_decide_are_named() -> None:
    decision = Grants(
        [policy(allow("s3:*", Sid="Mine"), name="a"), policy(deny("s3:Get*", Sid="No"), allow("sqs:*"), name="b")]
    ).can("s3:GetObject")
    assert [str(ref) for ref in decision.allowed_by] == ["a statement 1 (Mine)"]
    assert [str(ref) for ref in decision.denied_by] == ["b statement 1 (No)"]


def test_what_could_not_be_read_leaves_nothing_certain_but_a_deny() -> None:
    broken = parse_policy("broken", PolicyKind.INLINE, "{")
    grants = Grants([policy(allow("s3:*"), deny("sqs:*")), broken])
    verdicts = {
        action: grants.can(action).verdict for action in ("s3:GetObject", "sqs:SendMessage", "ec2:RunInstances")
    }
    assert verdicts == {"s3:GetObject": "maybe", "sqs:SendMessage": "no", "ec2:RunInstances": "maybe"}
    assert Grants([policy(allow("s3:*"))], None).can("s3:GetObject").verdict == "maybe"


def test_an_old_version_knows_no_variables() -> None:
    old = parse_policy("old", PolicyKind.INLINE, {"Statement": allow("s3:GetObject", "arn:aws:s3:::${aws:username}/*")})
    assert Grants([old]).can("s3:GetObject", "arn:aws:s3:::me/k").access is Access.NO


def test_a_boundary_on_other_resources_leaves_nothing() -> None:
    limit = policy(allow("s3:GetObject", "arn:aws:s3:::theirs/*"), kind=PolicyKind.BOUNDARY, name="limit")
    decision = Grants([policy(allow("s3:GetObject", "arn:aws:s3:::mine/*"))], (limit,)).can("s3:GetObject")
    assert (decision.access, decision.bounded_by) == (Access.NO, "limit")


def test_what_no_role_can_have_is_not_looked_at_and_said() -> None:
    huge = [f"s3:Get{n}*" for n in range(MAX_PATTERNS // 2)]
    grants = Grants(
        [policy(allow(huge), name="a"), policy(allow(huge), allow("*"), name="b"), policy(allow("*"), name="c")]
    )
    assert grants.overflowed
    assert grants.unread == ("b", "c")


@pytest.mark.parametrize(
    "document", [None, 7, b"\xff", "", "x" * 10_000_000, "[]", '{"Statement": "x"}', {"Statement": [[]]}]
)
def test_no_document_is_too_strange(document: Any) -> None:
    parsed = parse_policy("p", PolicyKind.TRUST, document)
    assert isinstance(parsed, Policy)
    assert parsed.trouble
    assert not parsed.statements
