"""cloudsplaining as oracle: every difference has a name in `oracle/differences.toml`, and none is a miss of ours."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from cloudsplaining.shared.constants import ACTIONS_THAT_RETURN_CREDENTIALS

from aws.iam.actions import action_fact
from aws.iam.decision import Access
from aws.iam.findings import IamFinding
from aws.iam.inspect import inspect_role
from aws.iam.rules.base import RoleCase
from tests.unit.iam.oracle.ask import COUNT, asked, statements
from tests.unit.iam.views import allow, policy, role

DIFFERENCES = tomllib.loads((Path(__file__).parent / "oracle" / "differences.toml").read_text(encoding="utf-8"))
# Which rules report what they call by these names. iam actions that give somebody more are R04 and R06, roles R08.
RULES = {
    "exfiltration": {"R11"},
    "permissions": {"R10", "R04", "R06", "R08"},
    "credentials": {"R12", "R08", "R04"},
}
# Actions of our rules that they do not list under that name.
OURS_ALONE = {"R04", "R06", "R08", "R11", "R12"}


def test_every_difference_is_explained_and_none_is_a_miss() -> None:
    seen: set[str] = set()
    for seed in range(COUNT):
        entries = statements(seed)
        case = RoleCase(role(policy(*entries)))
        findings = inspect_role(case.view, case).findings
        says = asked(entries)
        for side, what, reason in (
            *_of_actions(case, findings, says),
            *_of_services(case, findings, says),
            *_of_paths(case, says),
        ):
            assert reason, f"policy {seed}: {side} {what} is not explained: {entries}"
            assert DIFFERENCES[reason]["side"] == side
            seen.add(reason)
    assert seen == set(DIFFERENCES), "a reason that explains nothing is taken out"


Difference = tuple[str, str, str]


def _of_actions(case: RoleCase, findings: tuple[IamFinding, ...], says: dict[str, list[str]]) -> Iterator[Difference]:
    found = {each.id for each in findings}
    for category, rules in RULES.items():
        for action in says[category]:
            if case.grants.can(action).access is not Access.WIDE or not found & rules:
                yield "theirs", action, _why_not(case, action)
        if not says[category] and found & rules:
            doubtful = any(each.unless for each in findings if each.id in rules)
            yield "ours", category, "maybe_denied" if doubtful else "merged" if found & rules & OURS_ALONE else ""


def _of_services(case: RoleCase, findings: tuple[IamFinding, ...], says: dict[str, list[str]]) -> Iterator[Difference]:
    ours, theirs = {each.key for each in findings if each.id == "R09"}, set(says["services"])
    for service in theirs - ours:
        yield "theirs", f"{service}:*", _why_not(case, f"{service}:*")
    for service in ours - theirs:
        yield "ours", f"{service}:*", "merged"


def _of_paths(case: RoleCase, says: dict[str, list[str]]) -> Iterator[Difference]:
    ours = [frozenset(need.lower() for need in each.path.needs) for each in case.paths]
    theirs = [frozenset(each.split("+")) for each in says["escalation"]]
    for path in theirs:
        if not any(own <= path for own in ours):
            yield "theirs", "+".join(sorted(path)), "needs_more" if "datapipeline:createpipeline" in path else ""
    known = {each for path in theirs for each in path}
    for own in ours:
        if not any(own <= path or path <= own for path in theirs):
            yield "ours", "+".join(sorted(own)), "merged" if own <= known else "wider_table"


def _why_not(case: RoleCase, action: str) -> str:
    """Why we do not report what they do; "" where nothing explains it."""
    decision = case.grants.can(action)
    if decision.denied_by:
        return "denied"
    if action == "ecr:GetAuthorizationToken":
        return "opens_nothing"
    fact = action_fact(action)
    return "works_on_star_only" if fact and not fact.templates and decision.access is Access.LIMITED else ""


def test_no_credential_that_cloudsplaining_knows_is_missed() -> None:
    opening_nothing = {"ecr:getauthorizationtoken", "ecr-public:getauthorizationtoken"}
    known = {each for each in map(action_fact, ACTIONS_THAT_RETURN_CREDENTIALS) if each}
    asked_alone = {each.name.lower() for each in known} - opening_nothing
    for action in sorted(asked_alone):
        found = {each.id for each in inspect_role(role(policy(allow(action)))).findings}
        # A public key is no credential, though its name has a certificate in it.
        assert found & {"R04", "R08", "R12"} or action == "cognito-idp:getsigningcertificate", action
