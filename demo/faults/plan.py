"""The plan of faults: which requests meet which fault, and when. Read strictly, from TOML:

seed = 7

[[fault]]
on = ["cloudwatch:GetMetricData", "lambda:*"]   # or one text; "*" is everything
kind = "throttle"
probability = 0.3      # of the requests that match; default 1
from_s = 30            # seconds after the plan was put in force; default 0
until_s = 90           # default: for ever
every = 3              # the first request that matches, and then each third
count = 10             # as many at most
region = "eu-west-1"   # default: any
"""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple


class Kind(StrEnum):
    """What happens to a request."""

    THROTTLE = "throttle"
    INTERNAL = "500"
    UNAVAILABLE = "503"
    BAD_GATEWAY = "502-html"
    CAPTIVE_PORTAL = "200-html"
    HANG = "hang"
    SLOW = "slow"
    DROP = "drop"
    TRUNCATED = "truncated"
    HALF_BODY = "half-body"
    EMPTY_OBJECT = "empty-object"
    PARTIAL_DATA = "partial-data"
    INTERNAL_ERROR = "internal-error"
    TOKEN_LOOP = "next-token-loop"
    DENIED = "access-denied"
    WRONG_CLOCK = "wrong-clock"
    EXPIRED_TOKEN = "expired-token"
    REGION_DOWN = "region-down"


OF_METRIC_DATA: Final = frozenset({Kind.PARTIAL_DATA, Kind.INTERNAL_ERROR})
"""Kinds that exist in answers of GetMetricData only: any other request passes them unharmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault of a plan. Times are seconds since the plan is in force, ``until_s`` not included.

    ``seconds`` is how long ``slow`` takes, and how far ``wrong-clock`` is off; ``share`` the part of the series that
    ``partial-data`` and ``internal-error`` hit, the first ones of an answer.
    """

    kind: Kind
    on: tuple[str, ...] = ("*",)
    probability: float = 1.0
    from_s: float = 0.0
    until_s: float = math.inf
    every: int = 1
    count: float = math.inf
    region: str = "*"
    seconds: float = 5.0
    share: float = 0.5


@dataclass(frozen=True, slots=True)
class Plan:
    """Faults in order: a request meets the first that applies to it. The same seed chooses the same requests."""

    faults: tuple[Fault, ...] = ()
    seed: int = 1


class _Wrong(NamedTuple):
    """What is wrong with a value, and where: the fault's place in the plan and the key; -1 is the plan itself."""

    place: int
    key: str
    why: str


_NUMBERS: Final = {
    "probability": (0.0, 1.0),
    "share": (0.0, 1.0),
    "from_s": (0.0, math.inf),
    "until_s": (0.0, math.inf),
    "seconds": (0.0, 86_400.0),
}
_WHOLE: Final = ("every", "count")
_PATTERN: Final = re.compile(r"\*|[a-z0-9*?-]+:[A-Za-z0-9*?]+")


def read_plan_file(path: Path) -> Plan:
    """The plan in that file. Raises as `read_plan`, and OSError or UnicodeDecodeError where it cannot be read."""
    return read_plan(path.read_text(encoding="utf-8"), str(path))


def read_plan(text: str, name: str) -> Plan:
    """The plan in ``text``. Raises ValueError that says file (``name``), line, key, and what was expected."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}: not valid TOML: {error}") from error
    read = _plan(table)
    if isinstance(read, _Wrong):
        line = _line(text, read)
        raise ValueError(f"{name}, line {line}: {read.key}: {read.why}" if line else f"{name}: {read.key}: {read.why}")
    return read


def _plan(table: dict[str, Any]) -> Plan | _Wrong:
    for key in table:
        if key not in ("seed", "fault"):
            return _Wrong(-1, key, "unknown; there are seed and [[fault]]")
    seed, blocks = table.get("seed", 1), table.get("fault", [])
    if not _is_whole(seed):
        return _Wrong(-1, "seed", f"must be a whole number, not {seed!r}")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return _Wrong(-1, "fault", "must be written as [[fault]], once for each")
    faults = []
    for index, block in enumerate(blocks):
        fault = _fault(index, block)
        if isinstance(fault, _Wrong):
            return fault
        faults.append(fault)
    return Plan(tuple(faults), seed)


def _fault(index: int, block: dict[str, Any]) -> Fault | _Wrong:
    known = [field.name for field in fields(Fault)]
    if "kind" not in block:
        return _Wrong(index, "kind", f"is missing; one of {', '.join(Kind)}")
    for key, value in block.items():
        if key not in known:
            return _Wrong(index, key, f"unknown; a fault has {', '.join(known)}")
        if why := _problem(key, value):
            return _Wrong(index, key, why)
    if block.get("until_s", math.inf) <= block.get("from_s", 0.0):
        return _Wrong(index, "until_s", "must be later than from_s")
    on = block.get("on", "*")
    values = {**block, "kind": Kind(block["kind"]), "on": (on,) if isinstance(on, str) else tuple(on)}
    return Fault(**values)


def _problem(key: str, value: Any) -> str:
    """What is wrong with the value of that key; empty where nothing is."""
    if key == "kind":
        return "" if value in set(Kind) else f"must be one of {', '.join(Kind)}, not {value!r}"
    if key == "on":
        patterns = [value] if isinstance(value, str) else value
        if not isinstance(patterns, list) or not patterns:
            return 'must be a text such as "lambda:*", or a list of such'
        wrong = [each for each in patterns if not isinstance(each, str) or not _PATTERN.fullmatch(each)]
        return f'must be as "service:Operation", "lambda:*" or "*", not {wrong[0]!r}' if wrong else ""
    if key == "region":
        return "" if isinstance(value, str) and value else "must be the name of a region"
    if key in _WHOLE:
        return "" if _is_whole(value) and value >= 1 else f"must be a whole number from 1, not {value!r}"
    low, high = _NUMBERS[key]
    number = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    return "" if number else f"must be a number from {low:g}" + (f" to {high:g}" if high < math.inf else "")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _line(text: str, wrong: _Wrong) -> int | None:
    """The line of that key, or of its [[fault]] where the key is missing; None where it was written otherwise."""
    block, found = -1, None
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\s*\[\[\s*fault\s*\]\]", line):
            block += 1
            if block == wrong.place:
                found = number
        elif block == wrong.place and re.match(rf"\s*[\"']?{re.escape(wrong.key)}[\"']?\s*=", line):
            return number
    return found
