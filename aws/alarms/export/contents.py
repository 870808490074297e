"""What an export holds, whatever its format: alarms, the metric filters before them, topics, and what is left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws.alarms.definition import MetricFilter, Planned
from aws.alarms.export.text import token, words
from aws.errors import UsageError

_STACK_RESOURCES = 500  # AWS CloudFormation User Guide, "Understand CloudFormation quotas"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Text that a format cannot hold as mere text: how to tell it, and what the format would make of it."""

    applies: Callable[[str], object]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """One scope's alarms, sorted by name, and metric filters. ``left_out`` are (alarm name, reason)."""

    account: str
    region: str
    alarms: tuple[Planned, ...]
    filters: tuple[MetricFilter, ...]
    usd_per_month: float
    left_out: tuple[tuple[str, str], ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.alarms or self.filters)

    @property
    def topics(self) -> Mapping[str, tuple[str, ...]]:
        """Every action that an alarm names, by ARN, with the parts of a name in code that no other has."""
        arns = sorted({arn for each in self.alarms for arn in _actions(each)})
        names = {arn: words(arn.rpartition(":")[2]) for arn in arns}
        alike = Counter("".join(name).lower() for name in names.values())
        return {
            arn: ("topic", *name, *([token(arn)] if alike["".join(name).lower()] > 1 else []), "arn")
            for arn, name in names.items()
        }

    def head(self, what: str, how: str) -> list[str]:
        """The lines that an export starts with. ``what`` it is; ``how`` it is brought to AWS."""
        filters = f" and {_count(len(self.filters), 'metric filter')}" if self.filters else ""
        return [
            f"{_count(len(self.alarms), 'CloudWatch alarm')}{filters} as {what}, written by cwtop",
            f"Account {self.account}, region {self.region}",
            f"${self.usd_per_month:.2f} a month at list price, free tier not deducted",
            *([] if self.empty else [how]),
            *(f"LEFT OUT {name}: {reason}" for name, reason in self.left_out),
        ]


def gather(planned: Sequence[Planned], *, account: str, region: str, refusals: Sequence[Refusal]) -> Contents:
    """Sort out what a format can hold.

    Raises `UsageError` where two alarms, or two different metric filters of a log group, would have one name: the
    second would silently replace the first.
    """
    left_out: list[tuple[str, str]] = []
    alarms: dict[str, Planned] = {}
    filters: dict[tuple[str, str], MetricFilter] = {}
    usd = 0.0
    for each in sorted(planned, key=lambda each: each.definition.name):
        definition = each.definition
        reason = _refused(each, refusals)
        if reason:
            left_out.append((definition.name, reason))
            continue
        usd += each.usd_per_month
        if not each.filter_only and alarms.setdefault(definition.name, each) is not each:
            raise UsageError(f"two planned alarms are named {definition.name!r}", "give them different names")
        made = definition.filter
        if made is not None and filters.setdefault((made.log_group, made.name), made) != made:
            raise UsageError(f"two different metric filters of {made.log_group!r} are named {made.name!r}")
    return Contents(
        account=account,
        region=region,
        alarms=tuple(alarms.values()),
        filters=tuple(filters[key] for key in sorted(filters)),
        usd_per_month=usd,
        left_out=tuple(left_out),
    )


def about(planned: Planned) -> list[str]:
    """What stands above an alarm: its rule, its resource, and the stack that owns that."""
    lines = [f"{planned.severity}, {planned.rule}, ${planned.usd_per_month:.2f} a month: {planned.resource}"]
    if planned.owner_stack is not None:
        lines.append(
            f"The CloudFormation stack {planned.owner_stack} owns this resource: its own template is the alarm's home."
        )
    return lines


def stack_limit(contents: Contents) -> list[str]:
    """A warning where there are more resources than CloudFormation's quota for one stack allows."""
    resources = len(contents.alarms) + len(contents.filters)
    if resources <= _STACK_RESOURCES:
        return []
    return [f"TOO LARGE: {resources} resources, and a stack holds {_STACK_RESOURCES}: export a selection at a time"]


def alarm_parts(planned: Planned) -> list[str]:
    """The parts of an alarm's name in code: no other alarm's, and the same ones whatever else is planned."""
    name = planned.definition.name
    return ["alarm", *words(name), token(name)]


def filter_parts(made: MetricFilter) -> list[str]:
    """As `alarm_parts`, of a metric filter."""
    return ["filter", *words(f"{made.log_group} {made.name}"), token(made.log_group, made.name)]


def without_empty(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The keys that say something: code does without empty lists."""
    return {key: value for key, value in parameters.items() if value != []}


def texts(value: object) -> Iterator[str]:
    """Every text among the values of API parameters."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def _actions(planned: Planned) -> tuple[str, ...]:
    return (*planned.definition.alarm_actions, *planned.definition.ok_actions)


def _refused(planned: Planned, refusals: Iterable[Refusal]) -> str:
    definition = planned.definition
    held = list(texts(definition.parameters()))
    if definition.filter is not None:
        held.extend(texts(definition.filter.parameters()))
    return next((each.reason for each in refusals if any(map(each.applies, held))), "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


NOT_UNICODE = Refusal(re.compile("[\ud800-\udfff]").search, "its text is not valid Unicode, which no file can hold")
RESOLVED = Refusal(
    # The references are resolved after all functions are, so that there is no way to write one down unresolved.
    re.compile(r"\{\{\s*resolve\s*:", re.IGNORECASE).search,
    "CloudFormation would put a parameter or a secret in the place of its {{resolve:…}}; take format terraform or cli",
)
