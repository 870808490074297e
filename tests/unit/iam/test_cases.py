"""Policies in, findings out: the cases of `cases/*.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from aws.iam.inspect import inspect_role
from tests.unit.iam.views import role_of_case

CASES = {
    f"{file.stem}: {case['name']}": case
    for file in sorted((Path(__file__).parent / "cases").glob("*.toml"))
    for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
}


@pytest.mark.parametrize("name", CASES)
def test_the_rules_find_exactly_what_the_case_says(name: str) -> None:
    case: dict[str, Any] = CASES[name]
    inspection = inspect_role(role_of_case(case))
    worst: dict[str, str] = {}
    for finding in inspection.findings:
        worst.setdefault(finding.id, finding.severity)
    assert worst == case["finds"]
    conditional = {each.id for each in inspection.findings if each.conditional}
    assert conditional.issuperset(case.get("conditional", ()))
    unless = {each.id for each in inspection.findings if each.unless}
    assert unless.issuperset(case.get("unless", ()))
    unjudged = {rule for each in inspection.not_judged for rule in each.rules}
    assert unjudged.issuperset(case.get("not_judged", ()))
    assert bool(unjudged) is bool(case.get("not_judged")), "what could be read is not called unread"
    ids = [finding.severity.rank for finding in inspection.findings]
    assert ids == sorted(ids), "worst first"


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 60
