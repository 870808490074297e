"""The simulated account's roles and its answers about them, without a server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aws.iam.denials import Remedy, explain, parse_denial
from aws.iam.grants import Grants
from aws.iam.inspect import inspect_role
from aws.iam.parse import parse_policy
from aws.iam.policy import Policy, PolicyKind
from aws.iam.view import FunctionUse, LastAccess, RoleUse, RoleView, ServiceUse
from demo.iam.details import Document, RolePolicies
from demo.iam.evaluation import Question, evaluate
from demo.iam.validation import validate
from demo.shop.account import acme
from demo.shop.model import ACCOUNT, Function, Role
from demo.shop.specs import policy_document, role_trust
from demo.story.lines import Call, lines

SHOP = acme()
NOW_S, DAY_S = 1_800_000_000.0, 86_400.0
ANY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
MANAGED = {policy.arn: policy_document(policy.statements) for policy in SHOP.policies}
TABLE = f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders"


def policies(role: Role) -> list[Policy]:
    found = [parse_policy("app", PolicyKind.INLINE, policy_document(role.statements))] if role.statements else []
    for arn in role.attached:
        # Of AWS's own policies the shop uses the administrator's and the basic one for logs.
        document = MANAGED.get(arn, json.dumps(ANY if "Administrator" in arn else {"Statement": []}))
        found.append(parse_policy(arn.rpartition("/")[2], PolicyKind.MANAGED, document, arn=arn))
    return found


def view(role: Role) -> RoleView:
    used_by = tuple(
        FunctionUse(arn=each.arn, name=each.name, resource_policies=())
        for each in SHOP.functions
        if each.role_name == role.name
    )
    services = {action.partition(":")[0] for each in role.statements for action in each.actions}
    last = {service: NOW_S - role.used[service] * DAY_S if service in role.used else None for service in services}
    return RoleView(
        arn=role.arn,
        name=role.name,
        account=ACCOUNT,
        now_s=NOW_S,
        trust=parse_policy("trust", PolicyKind.TRUST, role_trust(role)),
        policies=tuple(policies(role)),
        boundary=(parse_policy("limit", PolicyKind.BOUNDARY, MANAGED[role.boundary]),) if role.boundary else (),
        functions=used_by,
        created_at_s=NOW_S - role.age_days * DAY_S,
        last_used=RoleUse(NOW_S - min(role.used.values()) * DAY_S),
        last_access=LastAccess(
            read_at_s=NOW_S,
            services=tuple(ServiceUse(service=name, last_used_s=at_s) for name, at_s in last.items()),
        ),
    )


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("platform-role", "R01"),
        ("recommendations-role", "R02"),
        ("account-erase-role", "R04"),
        ("payment-reconcile-role", "R05"),
        ("checkout-place-role", "R06"),
        ("backoffice-report-role", "R07"),
        ("partner-feed-role", "R08"),
        ("order-proc-role", "R09"),
        ("acme-prod-data-CustomS3AutoDeleteObjectsRole-1QX7", "R10"),
        ("image-resize-role", "R11"),
        ("ledger-close-role", "R12"),
        ("fraud-score-role", "R13"),
        ("partner-auth-role", "R14"),
        ("audit-role", "R15"),
        ("order-proc-role", "R16"),
        ("gift-redeem-role", "R17"),
        ("video-thumbs-role", "R18"),
        ("stock-sync-role", "R20"),
    ],
)
def test_a_role_of_the_shop_shows_its_rule(name: str, rule: str) -> None:
    role = next(each for each in SHOP.roles if each.name == name)
    assert rule in {finding.id for finding in inspect_role(view(role)).findings}


@pytest.mark.parametrize(
    "name", ["checkout-quote-role", "gift-balance-role", "payment-capture-role", "stock-level-role"]
)
def test_an_ordinary_role_is_in_order(name: str) -> None:
    role = next(each for each in SHOP.roles if each.name == name)
    assert {finding.id for finding in inspect_role(view(role)).findings} <= {"R22"}


def test_every_function_has_its_role_and_every_role_its_function() -> None:
    assert {each.role_name for each in SHOP.functions} == {each.name for each in SHOP.roles}
    assert all(len(each.name) <= 64 for each in SHOP.roles)
    assert all(each.boundary in MANAGED for each in SHOP.roles if each.boundary)


@pytest.mark.parametrize("function", [each for each in SHOP.functions if each.lacks], ids=lambda each: each.name)
def test_what_a_function_is_denied_its_role_indeed_lacks(function: Function) -> None:
    call = Call(function, 7, 1_000_000, 20.0, "cron", "stream")
    found = [denial for _, line in lines(call, told=True) if (denial := parse_denial(line))]
    assert len(found) == 1
    denial = found[0]
    assert (denial.action, denial.resource) == function.lacks
    assert (denial.role, denial.session) == (function.role_name, function.name)
    role = next(each for each in SHOP.roles if each.name == function.role_name)
    assert explain(denial, view(role)).remedy is Remedy.ADD_ALLOW
    assert evaluate(Question(denial.action, denial.resource, {}), documents(role)).decision == "implicitDeny"


def documents(role: Role) -> RolePolicies:
    held = [Document("app", "role", policy_document(role.statements))] if role.statements else []
    held += [Document(arn, "user-managed", MANAGED[arn]) for arn in role.attached if arn in MANAGED]
    boundary = Document("limit", "user-managed", MANAGED[role.boundary]) if role.boundary else None
    return RolePolicies(role.name, tuple(held), boundary)


def test_the_simulator_and_the_evaluator_agree_on_the_shop() -> None:
    questions = [
        ("dynamodb:PutItem", TABLE),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/platform-role"),
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:x"),
        ("s3:GetObject", "arn:aws:s3:::acme-prod-videos/a.mp4"),
        ("ses:SendRawEmail", f"arn:aws:ses:eu-west-1:{ACCOUNT}:identity/acme.example"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:shop/root-x"),
        ("cloudtrail:LookupEvents", "*"),
    ]
    for role in (each for each in SHOP.roles if "Administrator" not in "".join(each.attached)):
        ours = Grants(policies(role), view(role).boundary, account=ACCOUNT)
        for action, resource in questions:
            verdict = ours.can(action, resource).verdict
            decided = evaluate(Question(action, resource, {}), documents(role)).decision
            assert verdict == "maybe" or (verdict == "yes") == (decided == "allowed"), (role.name, action)


@pytest.mark.parametrize(
    ("statement", "context", "decision", "missing"),
    [
        ({"Effect": "Allow", "Action": "s3:get*", "Resource": "arn:aws:s3:::b/*"}, {}, "allowed", ()),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, {}, "allowed", ()),
        ({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::b/*"}, {}, "implicitDeny", ()),
        ({"Effect": "Deny", "Action": "*", "Resource": "*"}, {}, "explicitDeny", ()),
        (
            {
                "Effect": "Allow",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "true"}},
            },
            {},
            "implicitDeny",
            ("aws:SecureTransport",),
        ),
        (
            {
                "Effect": "Allow",
                "Action": "s3:*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "true"}},
            },
            {"aws:securetransport": ["true"]},
            "allowed",
            (),
        ),
        ({"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${aws:userid}/*"}, {}, "implicitDeny", ()),
        (
            {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${aws:userid}/*"},
            {"aws:userid": ["b"]},
            "allowed",
            (),
        ),
    ],
)
def test_the_simulator_decides_as_iam(
    statement: dict[str, Any], context: dict[str, list[str]], decision: str, missing: tuple[str, ...]
) -> None:
    held = RolePolicies("r", (Document("app", "role", json.dumps({"Statement": statement})),), None)
    verdict = evaluate(Question("s3:GetObject", "arn:aws:s3:::b/k", context), held)
    assert (verdict.decision, verdict.missing) == (decision, missing)


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        (json.dumps(ANY), ["PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE"]),
        ("{", ["JSON_SYNTAX_ERROR"]),
        ('{"Version": "2020-01-01"}', ["INVALID_VERSION", "MISSING_STATEMENT"]),
        (
            '{"Statement": {"Effect": "Permit"}}',
            ["MISSING_VERSION", "INVALID_EFFECT", "MISSING_ACTION", "MISSING_RESOURCE"],
        ),
        (
            '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*", "s3:GetObject", "s3:Fetch",'
            ' "nope:Do"], "Resource": ["<FILL-IN>", "arn:aws:s3"]}]}',
            ["REDUNDANT_ACTION", "INVALID_ACTION", "INVALID_SERVICE_IN_ACTION", "INVALID_ARN", "MISSING_ARN_FIELD"],
        ),
        (
            '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}]}',
            ["PASS_ROLE_WITH_STAR_IN_RESOURCE"],
        ),
        (
            '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}}',
            [],
        ),
    ],
)
def test_a_policy_is_checked(document: str, codes: list[str]) -> None:
    assert [each["issueCode"] for each in validate(document, "IDENTITY_POLICY")] == codes
