"""Generated inventory, so that the account can be as large as a big customer's."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from demo.shop.model import Api, Function, Index, Role, Route, Shop, Statement, Table, arn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DOMAINS: Final = (
    "billing", "catalog", "claims", "content", "credit", "delivery", "events", "fleet", "fraud", "geo", "identity",
    "inbox", "kyc", "ledger", "loyalty", "media", "metering", "notify", "pricing", "promo", "quota", "returns",
    "risk", "seller", "survey", "tax", "ticket", "vault",
)  # fmt: skip
_NOUNS: Final = (
    "account", "address", "batch", "campaign", "contract", "device", "document", "entry", "export", "feed", "file",
    "image", "item", "job", "label", "message", "offer", "order", "policy", "quote", "record", "report", "session",
    "token", "user",
)  # fmt: skip
_VERBS: Final = (
    "archive", "check", "create", "delete", "enrich", "expire", "fetch", "import", "index", "list", "match", "merge",
    "patch", "publish", "score", "sync",
)  # fmt: skip
_RUNTIMES: Final = ("nodejs22.x", "python3.13", "nodejs20.x", "python3.12", "java21", "dotnet8", "provided.al2023")

# What kinds of functions there are: (name, median ms, timeout s, memory MB, share of quiet ones is left to the fleet)
PROFILES: Final[Mapping[str, tuple[float, int, int]]] = {
    "handler": (60.0, 10, 512),
    "reader": (25.0, 6, 256),
    "worker": (450.0, 30, 1024),
    "batch": (2_800.0, 60, 1769),
}
_CALLED_OF_TEN: Final = 3
_PROFILE_ORDER: Final = ("handler", "reader", "handler", "worker", "reader", "handler", "batch", "worker")


def _scrambled(index: int, size: int) -> int:
    """A walk over ``range(size)`` that visits each once without looking sorted (7919 is prime to every size here)."""
    return index * 7919 % size


def _calls_per_minute(index: int) -> float:
    """A few carry most of the traffic, many are hardly called, most not at all any more: as in any large account."""
    turn, place = divmod(index, len(_PROFILE_ORDER))
    if (turn * 3 + place) % 10 >= _CALLED_OF_TEN:
        return 0.0
    return 90.0 / math.pow(1 + turn % 40, 1.3)


def _functions(count: int) -> Iterator[Function]:
    names = len(_DOMAINS) * len(_NOUNS) * len(_VERBS)
    for index in range(count):
        pick = _scrambled(index, names)
        domain = _DOMAINS[pick % len(_DOMAINS)]
        noun = _NOUNS[pick // len(_DOMAINS) % len(_NOUNS)]
        verb = _VERBS[pick // (len(_DOMAINS) * len(_NOUNS))]
        again = f"-{index // names + 1}" if index >= names else ""
        profile = _PROFILE_ORDER[index % len(_PROFILE_ORDER)]
        median_ms, timeout_s, memory_mb = PROFILES[profile]
        yield Function(
            name=f"{domain}-{noun}-{verb}{again}",
            role=f"{domain}-role",
            team=domain,
            stack=f"{domain}-prod",
            trigger="api" if profile in ("handler", "reader") else "event",
            runtime=_RUNTIMES[pick % len(_RUNTIMES)],
            memory_mb=memory_mb,
            timeout_s=timeout_s,
            per_minute=_calls_per_minute(index),
            median_ms=median_ms,
            env={"TABLE_NAME": f"{domain}-{noun}"},
            profile=profile,
        )


def _tables(count: int) -> Iterator[Table]:
    names = len(_DOMAINS) * len(_NOUNS)
    for index in range(count):
        pick = _scrambled(index, names)
        again = f"-{index // names + 1}" if index >= names else ""
        provisioned = index % 3 == 0
        yield Table(
            name=f"{_DOMAINS[pick % len(_DOMAINS)]}-{_NOUNS[pick // len(_DOMAINS)]}{again}",
            hash_key="id",
            rcu=20 if provisioned else 0,
            wcu=10 if provisioned else 0,
            indexes=(Index("by-owner", "owner"),) if index % 4 == 0 else (),
            reads_per_minute=20 + index % 9 * 60,
            writes_per_minute=5 + index % 7 * 20,
            generated=True,
        )


def _apis(count: int, functions: tuple[Function, ...]) -> Iterator[Api]:
    handlers = [function.name for function in functions if function.trigger == "api"]
    each = max(1, min(4, len(handlers) // max(1, count)))
    for index in range(count):
        behind = handlers[index * each : (index + 1) * each]
        if not behind:
            return
        routes = tuple(Route("ANY", f"/{name.split('-', 1)[1]}", name) for name in behind)
        again = f"-{index // len(_DOMAINS) + 1}" if index >= len(_DOMAINS) else ""
        yield Api(name=f"{_DOMAINS[index % len(_DOMAINS)]}-api{again}", stages=("prod",), routes=routes, generated=True)


def generated_alarms(shop: Shop) -> Iterator[Mapping[str, object]]:
    """An alarm for each generated function. They are made anew each time: ten thousand are not kept twice."""
    for function in shop.functions:
        if function.generated:
            yield _alarm(function)


def _alarm(function: Function) -> Mapping[str, object]:
    return {
        "AlarmName": f"{function.name}-errors",
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": function.name}],
        "Statistic": "Sum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        "ActionsEnabled": True,
        "AlarmActions": [arn("sns", "platform-tickets")],
    }


def _role(name: str) -> Role:
    """A role that all functions of a domain share."""
    rows = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem")
    tables = arn("dynamodb", f"table/{name.removesuffix('-role')}-*")
    return Role(name, (Statement(rows, (tables,)),), used={"dynamodb": 0.0})


def padded(shop: Shop, functions: int) -> Shop:
    """The shop with generated functions up to ``functions``, and tables and APIs in proportion. Three of ten of these
    functions are called.

    10,000 functions bring about 500 tables, 200 APIs and (`generated_alarms`) 10,000 alarms.
    """
    missing = functions - len(shop.functions)
    if missing <= 0:
        return shop
    more = tuple(_functions(missing))
    known = {role.name for role in shop.roles}
    roles = {function.role_name for function in more} - known
    return replace(
        shop,
        functions=shop.functions + more,
        tables=shop.tables + tuple(_tables(missing // 20)),
        apis=shop.apis + tuple(_apis(missing // 50, more)),
        roles=shop.roles + tuple(_role(name) for name in sorted(roles)),
    )
