"""The plan of faults: read strictly, and each fault hits the requests that it says."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from demo.faults.choice import Choice
from demo.faults.plan import Fault, Kind, Plan, read_plan, read_plan_file

_WHOLE = """
seed = 7

[[fault]]
on = ["cloudwatch:GetMetricData", "lambda:*"]
kind = "slow"
seconds = 0.5
from_s = 10
until_s = 20.5
every = 3
count = 2
region = "eu-*"

[[fault]]
kind = "region-down"
probability = 0
"""


def test_every_key_is_read_and_what_is_not_given_has_its_default() -> None:
    plan = read_plan(_WHOLE, "faults.toml")
    assert plan == Plan(
        (
            Fault(
                kind=Kind.SLOW,
                on=("cloudwatch:GetMetricData", "lambda:*"),
                seconds=0.5,
                from_s=10,
                until_s=20.5,
                every=3,
                count=2,
                region="eu-*",
            ),
            Fault(kind=Kind.REGION_DOWN, probability=0),
        ),
        7,
    )
    assert (plan.faults[1].on, plan.faults[1].until_s, plan.faults[1].count) == (("*",), math.inf, math.inf)
    assert read_plan("", "empty") == Plan()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[fault]]\nkind = "throttel"', "line 2: kind: must be one of throttle, 500"),
        ('[[fault]]\nkind = "500"\n[[fault]]\non = "*"', "line 3: kind: is missing"),
        ('[[fault]]\nkind = "500"\n\n  probabilty = 1', "line 4: probabilty: unknown; a fault has kind, on"),
        ('[[fault]]\nkind = "500"\non = ["lambda:*", "Get Metric"]', "line 3: on: must be as"),
        ('[[fault]]\nkind = "500"\non = []', "line 3: on: must be a text"),
        ('[[fault]]\nkind = "500"\nprobability = 1.5', "line 3: probability: must be a number from 0 to 1"),
        ('[[fault]]\nkind = "500"\nprobability = true', "line 3: probability: must be a number"),
        ('[[fault]]\nkind = "500"\nevery = 0', "line 3: every: must be a whole number from 1, not 0"),
        ('[[fault]]\nkind = "500"\nfrom_s = 5\nuntil_s = 5', "line 4: until_s: must be later than from_s"),
        ('[[fault]]\nkind = "500"\nregion = 3', "line 3: region: must be the name"),
        ("seed = 1.5", "seed: must be a whole number"),
        ("faults = []", "faults: unknown; there are seed and [[fault]]"),
        ("fault = 3", "fault: must be written as [[fault]]"),
        ("fault = [{kind = 'no'}]", "f.toml: kind: must be one of"),
        ("[[fault]\n", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_key(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^f\.toml") as caught:
        read_plan(text, "f.toml")
    assert said in str(caught.value)


def test_a_file_is_named_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "f.toml"
    file.write_text('[[fault]]\nkind = "no"\n')
    with pytest.raises(ValueError, match="line 2: kind") as caught:
        read_plan_file(file)
    assert str(caught.value).startswith(f"{file}, line 2")


def _hits(fault: Fault, *, requests: int, seed: int = 1) -> list[int]:
    choice = Choice(Plan((fault,), seed))
    return [n for n in range(requests) if choice.of(("lambda:listfunctions",), "eu-west-1", float(n)) is fault]


def test_a_fault_keeps_to_its_time_its_turn_and_its_count() -> None:
    assert _hits(Fault(kind=Kind.DROP), requests=4) == [0, 1, 2, 3]
    assert _hits(Fault(kind=Kind.DROP, from_s=2, until_s=4), requests=6) == [2, 3]
    assert _hits(Fault(kind=Kind.DROP, every=3), requests=8) == [0, 3, 6]
    assert _hits(Fault(kind=Kind.DROP, every=2, count=2), requests=9) == [0, 2]


def test_chance_is_the_seed_s() -> None:
    rare = Fault(kind=Kind.DROP, probability=0.3)
    once = _hits(rare, requests=400)
    assert once == _hits(rare, requests=400) != _hits(rare, requests=400, seed=2)
    assert 80 < len(once) < 160


def test_only_what_is_named_is_hit() -> None:
    def hit(fault: Fault, action: str, region: str = "eu-west-1") -> bool:
        return Choice(Plan((fault,))).of((action.lower(),), region, 0.0) is not None

    lambdas = Fault(kind=Kind.THROTTLE, on=("lambda:List*",), region="eu-west-1")
    assert hit(lambdas, "lambda:ListFunctions")
    assert not hit(lambdas, "lambda:GetFunction")
    assert not hit(lambdas, "lambda:ListFunctions", "us-east-1")
    partial = Fault(kind=Kind.PARTIAL_DATA)
    assert hit(partial, "cloudwatch:GetMetricData")
    assert not hit(partial, "cloudwatch:ListMetrics")
    assert hit(Fault(kind=Kind.REGION_DOWN, on=("lambda:*",)), "sts:GetCallerIdentity")


def test_the_first_fault_that_applies_wins_and_the_others_wait() -> None:
    first, second = Fault(kind=Kind.DROP, count=1), Fault(kind=Kind.HANG)
    choice = Choice(Plan((first, second)))
    assert [choice.of(("sqs:listqueues",), "", 0.0) for _ in range(3)] == [first, second, second]
    assert choice.hits == [1, 2]
