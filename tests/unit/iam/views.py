"""Roles for tests: healthy in everything that a test does not speak about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws.iam.parse import parse_policy, unreadable_policy
from aws.iam.policy import CURRENT_VERSION, Policy, PolicyKind
from aws.iam.view import FunctionUse, LastAccess, RoleUse, RoleView, ServiceUse

NOW_S = 1_800_000_000.0
DAY_S = 86_400
ACCOUNT = "123456789012"
ANY = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def policy(*statements: Mapping[str, Any], name: str = "app", kind: PolicyKind = PolicyKind.INLINE) -> Policy:
    return parse_policy(name, kind, {"Version": CURRENT_VERSION, "Statement": list(statements)})


def allow(actions: Any, resources: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def deny(actions: Any, resources: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": actions, "Resource": resources, **more}


def function(name: str = "pay", partition: str = "aws", **more: Any) -> FunctionUse:
    known: dict[str, Any] = {
        "resource_policies": (),
        "event_sources": (),
        "destinations": (),
        "in_vpc": False,
        "traced": False,
        "layers": (),
        "file_systems": (),
        "environment": {},
        "log_group": f"/aws/lambda/{name}",
    }
    return FunctionUse(
        arn=f"arn:{partition}:lambda:eu-west-1:{ACCOUNT}:function:{name}", name=name, **{**known, **more}
    )


def role(*policies: Policy, partition: str = "aws", **more: Any) -> RoleView:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
    known: dict[str, Any] = {
        "trust": policy(trust, name="trust", kind=PolicyKind.TRUST),
        "policies": policies,
        "boundary": (policy(ANY, name="limit", kind=PolicyKind.BOUNDARY),),
        "functions": (function(partition=partition),),
        "created_at_s": NOW_S - 400 * DAY_S,
        "last_used": RoleUse(NOW_S - DAY_S),
        "last_access": LastAccess(read_at_s=NOW_S, services=()),
    }
    arn = f"arn:{partition}:iam::{ACCOUNT}:role/app"
    return RoleView(arn=arn, name="app", account=ACCOUNT, now_s=NOW_S, partition=partition, **{**known, **more})


def role_of_case(case: Mapping[str, Any]) -> RoleView:
    """The role that a case of the data files describes; see there for the keys."""
    partition = case.get("partition", "aws")
    policies = tuple(_policy(f"p{n}", PolicyKind.INLINE, each) for n, each in enumerate(case.get("policies", ())))
    more: dict[str, Any] = {}
    if "boundary" in case:
        more["boundary"] = tuple(_policy("limit", PolicyKind.BOUNDARY, each) for each in case["boundary"])
    if "trust" in case:
        more["trust"] = _policy("trust", PolicyKind.TRUST, case["trust"])
    if "function" in case:
        more["functions"] = (function(resource_policies=(_policy("calls", PolicyKind.RESOURCE, case["function"]),)),)
    if "functions" in case:
        more["functions"] = tuple(function(name) for name in case["functions"])
    if "age_days" in case:
        more["created_at_s"] = NOW_S - case["age_days"] * DAY_S
    if "role_used_days" in case:
        more["last_used"] = RoleUse(_ago(case["role_used_days"]))
    services = tuple(ServiceUse(service=k, last_used_s=_ago(v)) for k, v in case.get("services", {}).items())
    more["last_access"] = LastAccess(read_at_s=NOW_S, services=services, window_days=case.get("window_days", 400))
    for name in case.get("unread", ()):
        more |= {"functions": (function(resource_policies=None),)} if name == "function" else {name: None}
    return role(
        *policies, partition=partition, last_access_pending=case.get("pending", False), **{"policies": policies, **more}
    )


def _policy(name: str, kind: PolicyKind, said: Any) -> Policy:
    if isinstance(said, str):
        return parse_policy(name, kind, said)
    if isinstance(said, Mapping):
        return unreadable_policy(
            said.get("name", name), PolicyKind.MANAGED, said["unreadable"], arn=said.get("arn", "")
        )
    return parse_policy(name, kind, {"Version": CURRENT_VERSION, "Statement": said})


def _ago(days: Any) -> float | None:
    return None if days == "never" else NOW_S - days * DAY_S
