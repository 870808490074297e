"""The suggestion: never more than today, AWS's grammar, and a reason for every line."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aws.iam.decision import Access
from aws.iam.grants import Grants
from aws.iam.parse import parse_policy
from aws.iam.policy import PolicyKind
from aws.iam.suggest.build import suggest
from aws.iam.suggest.suggestion import FILL_IN, Suggestion
from aws.iam.view import LastAccess, RoleView, ServiceUse
from tests.unit.iam.views import ACCOUNT, DAY_S, NOW_S, allow, deny, function, policy, role

QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders"
TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders"
FUNCTION = function(event_sources=(QUEUE,), environment={"TABLE_NAME": TABLE, "BUCKET": "arn:aws:s3:::photos"})
LAST = LastAccess(
    read_at_s=NOW_S,
    services=(
        ServiceUse(service="s3", last_used_s=NOW_S - DAY_S),
        ServiceUse(service="sqs", last_used_s=NOW_S - DAY_S, actions={"sqs:ListQueues": None}),
        ServiceUse(service="ec2"),
    ),
)


def suggested(*entries: dict[str, Any], **more: Any) -> Suggestion:
    return suggest(role(policy(*entries), **{"functions": (FUNCTION,), "last_access": LAST, **more}))


def lines(suggestion: Suggestion) -> dict[str, set[str]]:
    """Resources by action."""
    found: dict[str, set[str]] = {}
    for each in suggestion.statements:
        for action in each.actions:
            found.setdefault(action, set()).update(each.resources)
    return found


@pytest.mark.parametrize(
    ("action", "resources"),
    [
        ("s3:GetObject", {"arn:aws:s3:::photos/*"}),
        ("s3:ListBucket", {"arn:aws:s3:::photos"}),
        ("sqs:ReceiveMessage", {QUEUE}),
        ("dynamodb:Query", {TABLE, f"{TABLE}/index/*"}),
        ("dynamodb:PutItem", {TABLE}),
        ("logs:PutLogEvents", {f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/lambda/pay:*"}),
        ("xray:PutTraceSegments", {"*"}),  # it works on * only
        ("kms:Decrypt", {f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{FILL_IN}"}),
        ("iam:PassRole", {f"arn:aws:iam::{ACCOUNT}:role/{FILL_IN}"}),
        ("nosuch:thing", {"*"}),  # nobody knows what it takes: kept as it is
    ],
)
def test_an_action_is_narrowed_to_what_the_configuration_names(action: str, resources: set[str]) -> None:
    assert lines(suggested(allow(action))) == {action: resources}


def test_pass_role_is_never_kept_on_all_roles() -> None:
    for entry in (allow("iam:Pass*"), allow("iam:*"), allow("iam:PassRole", "arn:aws:iam::*:role/*")):
        document = suggested(entry).document
        grants = Grants([parse_policy("new", PolicyKind.INLINE, document)], account=ACCOUNT)
        assert grants.can("iam:PassRole").access is not Access.WIDE


def test_named_resources_and_conditions_stay_as_they_are() -> None:
    condition = {"StringEquals": {"aws:ResourceTag/app": "pay"}}
    document = suggested(allow("s3:GetObject", "arn:aws:s3:::theirs/*", Condition=condition)).document
    assert document is not None
    entry = document["Statement"][0]
    assert entry["Resource"] == ["arn:aws:s3:::theirs/*"]
    assert entry["Condition"] == {"StringEquals": {"aws:ResourceTag/app": ["pay"]}}


def test_what_was_not_used_goes_only_where_that_can_be_told() -> None:
    entries = (allow("ec2:DescribeInstances"), allow(["sqs:ListQueues", "sqs:ReceiveMessage"]))
    told = suggested(*entries)
    assert set(lines(told)) == {"sqs:ReceiveMessage"}
    assert {each.what for each in told.dropped} == {"ec2 (app statement 1)", "sqs:ListQueues"}
    young = suggested(*entries, created_at_s=NOW_S - 30 * DAY_S)
    assert set(lines(young)) == {"ec2:DescribeInstances", "sqs:ListQueues", "sqs:ReceiveMessage"}
    assert not young.dropped


def test_an_unused_dead_letter_queue_is_kept() -> None:
    never = LastAccess(read_at_s=NOW_S, services=(ServiceUse(service="sqs"),))
    own = function(dead_letter=QUEUE)
    assert lines(suggested(allow("sqs:SendMessage"), functions=(own,), last_access=never)) == {
        "sqs:SendMessage": {QUEUE}
    }


def test_a_shared_role_gets_the_union_and_a_word_about_it() -> None:
    other = function("ship", environment={"Q": QUEUE + "-2"})
    made = suggested(allow("sqs:SendMessage"), functions=(FUNCTION, other))
    assert lines(made) == {"sqs:SendMessage": {QUEUE, QUEUE + "-2"}}
    assert any("shared" in each for each in made.caveats)
    assert "environment variable Q of ship" in str(made.statements)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"policies": None}, "could not be read"),
        ({"policies": (parse_policy("torn", PolicyKind.INLINE, "{"),)}, "torn could not be read"),
        ({"functions": None}, "which functions"),
        ({"functions": (FUNCTION, function("ship", event_sources=None))}, "event source mappings of ship"),
        ({"policies": (policy(allow("*")),), "last_access": None}, "names no service"),
    ],
)
def test_it_is_refused_rather_than_guessed(more: dict[str, Any], said: str) -> None:
    made = suggested(allow("s3:GetObject"), **more)
    assert made.document is None
    assert said in made.refusal


def test_an_administrator_is_narrowed_to_the_services_in_use() -> None:
    made = suggested(allow("*"))
    services = {action.partition(":")[0] for action in lines(made)}
    assert services == {"s3", "sqs", "dynamodb", "logs"}
    assert "sqs:ReceiveMessage" in lines(made), "what AWS does not track is kept"
    assert lines(made)["logs:PutLogEvents"] == {f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/lambda/pay:*"}


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov"])
def test_other_partitions(partition: str) -> None:
    view = role(policy(allow(["iam:PassRole", "logs:PutLogEvents"])), partition=partition)
    arns = [resource for each in suggest(view).statements for resource in each.resources]
    assert all(arn.startswith(f"arn:{partition}:") for arn in arns)
    assert len(arns) == 2


ACTIONS = ("s3:GetObject", "s3:*", "sqs:*Message", "iam:PassRole", "iam:*", "*", "ec2:*", "kms:Decrypt", "nosuch:X")
RESOURCES = ("*", "arn:aws:s3:::photos/*", QUEUE, "arn:aws:iam::*:role/*", "arn:aws:s3:::${aws:username}/*")
ASKED = (
    *[("s3:GetObject", each) for each in ("*", "arn:aws:s3:::photos/k", "arn:aws:s3:::other/k", "arn:aws:s3:::${/k")],
    *[("sqs:SendMessage", each) for each in ("*", QUEUE, QUEUE + "-2")],
    *[("iam:PassRole", each) for each in ("*", f"arn:aws:iam::{ACCOUNT}:role/x")],
    *[
        (action, "*")
        for action in ("iam:PutRolePolicy", "ec2:RunInstances", "kms:Decrypt", "nosuch:X", "logs:PutLogEvents")
    ],
    ("dynamodb:PutItem", TABLE),
)


@st.composite
def roles(draw: st.DrawFn) -> RoleView:
    entries = []
    for _ in range(draw(st.integers(1, 4))):
        action = draw(st.sampled_from(["Action", "Action", "NotAction"]))
        resource = draw(st.sampled_from(["Resource", "Resource", "NotResource"]))
        entries.append(
            {
                "Effect": draw(st.sampled_from(["Allow", "Allow", "Deny"])),
                action: draw(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3)),
                resource: draw(st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2)),
                **({"Condition": {"Bool": {"aws:SecureTransport": "true"}}} if draw(st.booleans()) else {}),
            }
        )
    version = draw(st.sampled_from(["2012-10-17", "2008-10-17"]))
    old = parse_policy("app", PolicyKind.INLINE, {"Version": version, "Statement": entries})
    return role(old, functions=(FUNCTION,), last_access=draw(st.sampled_from([LAST, None])))


@given(roles())
@settings(max_examples=40, deadline=None)
def test_it_never_grants_what_the_role_lacks_and_keeps_the_grammar(view: RoleView) -> None:
    made = suggest(view)
    if made.document is None:
        assert made.refusal
        return
    check_grammar(json.loads(json.dumps(made.document)))
    today = Grants(view.policies or (), account=ACCOUNT)
    then = Grants([parse_policy("new", PolicyKind.INLINE, made.document)], account=ACCOUNT)
    for action, resource in ASKED:
        before, after = today.can(action, resource), then.can(action, resource)
        assert after.access.rank <= before.access.rank, (action, resource)
        assert not (after.verdict == "yes" and before.verdict != "yes"), (action, resource)


def check_grammar(document: dict[str, Any]) -> None:
    """IAM User Guide, "Grammar of the IAM JSON policy language", as far as identity policies go."""
    assert document["Version"] == "2012-10-17"
    assert set(document) == {"Version", "Statement"}
    sids = [entry["Sid"] for entry in document["Statement"]]
    assert len(sids) == len(set(sids))
    for entry in document["Statement"]:
        assert re.fullmatch("[A-Za-z0-9]+", entry["Sid"])
        assert entry["Effect"] in ("Allow", "Deny")
        assert ("Action" in entry) != ("NotAction" in entry)
        assert ("Resource" in entry) != ("NotResource" in entry)
        assert set(entry) <= {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"}
        for action in entry.get("Action") or entry["NotAction"]:
            assert re.fullmatch(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+", action)
        for resource in entry.get("Resource") or entry["NotResource"]:
            assert re.fullmatch(r"\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:.+", resource)
        assert entry.get("Condition") != {}


def test_every_line_has_its_reason() -> None:
    made = suggested(allow(["s3:*", "sqs:*", "iam:PassRole"]), allow("*"), deny("s3:DeleteBucket"))
    for each in made.statements:
        explained = [name for name, why in each.reasons if why]
        assert set(explained) == {*each.actions, *each.resources}
