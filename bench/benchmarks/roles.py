"""CPU from the key press to the findings on a role, on the largest policies that IAM keeps, and beyond them."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import orjson

from aws.call import Answer
from aws.clock import SystemClock
from aws.errors import NotFound
from aws.iam.actions import all_services, service_actions
from aws.iam.desk import RoleReport
from aws.iam.reading.office import RoleOffice
from aws.model import Scope
from bench.report import Result

RUNS = 5
BUDGET_MS = 100.0

_SCOPE = Scope(account="123456789012", region="eu-west-1")
_ROLE = f"arn:aws:iam::{_SCOPE.account}:role/bench"


def measure() -> list[Result]:
    """Milliseconds of CPU, all threads; the yardstick reads the same documents as JSON ten times."""
    results = []
    for what, documents in _cases().items():
        texts = [orjson.dumps(each) for each in documents.values()]
        asyncio.run(_cpu_ms(documents))  # action tables are loaded once in a process
        taken = [(asyncio.run(_cpu_ms(documents)), _parsing_ms(texts)) for _ in range(RUNS)]
        ours = median(one for one, _ in taken)
        results.append(
            Result(
                what=f"a role's findings: {what}",
                measured=ours,
                yardstick=median(other for _, other in taken),
                yardstick_is="its documents read as JSON ten times",
                unit="ms",
                budget=f"≤ {BUDGET_MS:g} ms",
                met=ours <= BUDGET_MS,
            )
        )
    return results


async def _cpu_ms(documents: Mapping[str, Any]) -> float:
    desk = RoleOffice(_Account(documents), clock=SystemClock())
    began = time.process_time()
    report: RoleReport = await anext(aiter(desk.inspect(_ROLE)))
    took = time.process_time() - began
    if not report.inspection.findings or len(report.view.policies or ()) != len(documents):
        raise ValueError("the role was not read")
    return 1000 * took


def _parsing_ms(texts: Sequence[bytes]) -> float:
    began = time.process_time()
    for _ in range(10):
        for text in texts:
            orjson.loads(text)
    return 1000 * (time.process_time() - began)


def _cases() -> dict[str, dict[str, Any]]:
    chance = random.Random(4)
    names = [f"{service}:{name}" for service in all_services() for name in service_actions(service)]
    wildcards = [_holed(chance.choice(names), chance) for _ in range(8_000)]
    full = {
        f"p{number}": _document(
            *(
                _allow([f"s3:Get{number}x{n}*" for n in range(8)], [f"arn:aws:s3:::b{number}-{n}/*" for n in range(8)])
                for _ in range(20)
            )
        )
        for number in range(25)
    }
    return {
        "administrator": {"admin": _document(_allow(["*"], ["*"]))},
        "8,000 wildcards in a statement": {"wide": _document(_allow(wildcards, ["*"]))},
        "25 full policies": full,
    }


def _holed(action: str, chance: random.Random) -> str:
    at = chance.randrange(action.index(":") + 1, len(action))
    return f"{action[:at]}*{action[at + 2 :]}"


def _allow(actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


class _Account:
    """Answers about one role at once, so that nothing but our own work is measured."""

    scope = _SCOPE

    def __init__(self, documents: Mapping[str, Any]) -> None:
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        role = {"RoleName": "bench", "Arn": _ROLE, "AssumeRolePolicyDocument": _document(trust), "RoleLastUsed": {}}
        self._documents = documents
        self._answers: dict[str, Answer] = {
            "GetRole": {"Role": role},
            "ListAttachedRolePolicies": {"AttachedPolicies": []},
            "ListRolePolicies": {"PolicyNames": list(documents)},
            "ListFunctions": {"Functions": []},
        }

    async def __call__(
        self,
        service: str,
        operation: str,
        /,
        *,
        require: Sequence[str] = (),
        attempts: int | None = None,
        **params: Any,
    ) -> Answer:
        del require, attempts
        if operation == "GetRolePolicy":
            return {"PolicyDocument": self._documents[params["PolicyName"]]}
        if operation not in self._answers:
            raise NotFound(service, operation, "not measured")
        return self._answers[operation]
