"""Which resources a function's configuration names: the ARNs that a suggestion may narrow to, and how we know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aws.iam.actions import ActionFact
from aws.iam.globs import covers
from aws.iam.resource_sets import all_of
from aws.iam.view import FunctionUse

# What belongs to a resource and is addressed below it: objects, indexes, streams of a log group.
_BELOW: Final = ("", "/*", ":*", "/index/*")
_LOGS: Final = frozenset({"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"})


@dataclass(frozen=True, slots=True)
class Named:
    """A resource, and the sentence that says who names it."""

    arn: str
    why: str


def resources_of(functions: Sequence[FunctionUse]) -> tuple[Named, ...]:
    """Everything that the functions' configuration names; each ARN once, in the order of the functions."""
    found: dict[str, str] = {}
    for function in functions:
        for named in _of_function(function):
            found.setdefault(named.arn, named.why if len(functions) == 1 else f"{named.why} of {function.name}")
    return tuple(Named(arn, why) for arn, why in found.items())


def needed_services(functions: Sequence[FunctionUse]) -> dict[str, str]:
    """The services that the configuration calls for, with the reason: a dead-letter queue is needed though unused.

    What could not be read about VPC and tracing counts as set.
    """
    naming: dict[str, list[str]] = {}
    for each in resources_of(functions):
        if each.arn.count(":") > 4:
            naming.setdefault(each.arn.split(":")[2], []).append(each.why)
    found = {service: _first(dict.fromkeys(whys)) for service, whys in naming.items()}
    if any(each.in_vpc is not False for each in functions):
        found["ec2"] = "VPC settings of the function"
    if any(each.traced is not False for each in functions):
        found["xray"] = "active tracing of the function"
    return found


def _first(reasons: Iterable[str]) -> str:
    """The first reason, and how many more there are: none of them stands for all."""
    first, *more = reasons
    return f"{first} and {len(more)} more" if more else first


def unread_in(function: FunctionUse) -> tuple[str, ...]:
    """Which parts of a function's configuration could not be read."""
    parts: Mapping[str, object] = {
        "event source mappings": function.event_sources,
        "destinations": function.destinations,
        "environment": function.environment,
        "file systems": function.file_systems,
    }
    return tuple(name for name, value in parts.items() if value is None)


def fitting(fact: ActionFact, named: Sequence[Named], partition: str) -> tuple[Named, ...]:
    """Those of the resources that the action can be used on, with what lies below them where the action needs that."""
    templates = [all_of(each, partition, "*") for each in fact.required or fact.templates]
    every = [all_of(each, partition, "*") for each in fact.templates]
    found: list[Named] = []
    for each in named:
        if fact.name in _LOGS and ":log-group:" in each.arn:
            found.append(Named(f"{each.arn}:*", each.why))
            continue
        fits = [suffix for suffix in _BELOW if _fits(each.arn + suffix, templates)]
        if fits:
            found.append(Named(each.arn + fits[0], each.why))
            if fits[0] == "" and ":dynamodb:" in each.arn and _fits(f"{each.arn}/index/*", _indexes(every)):
                found.append(Named(f"{each.arn}/index/*", f"the indexes below it: {each.why}"))
    return tuple(found)


def _of_function(function: FunctionUse) -> Iterator[Named]:
    for arn in function.event_sources or ():
        yield Named(arn, "event source mapping")
    if function.dead_letter:
        yield Named(function.dead_letter, "dead-letter target")
    for arn in function.destinations or ():
        yield Named(arn, "destination")
    if function.kms_key:
        yield Named(function.kms_key, "KMS key of the function")
    for arn in function.file_systems or ():
        yield Named(arn, "file system")
    for name, arn in sorted((function.environment or {}).items()):
        yield Named(arn, f"environment variable {name}")
    if function.log_group:
        head = function.arn.split(":")
        if len(head) > 5:
            group = f"arn:{head[1]}:logs:{head[3]}:{head[4]}:log-group:{function.log_group}"
            yield Named(group, "log group of the function")


def _fits(arn: str, templates: Sequence[str]) -> bool:
    """A template's ``*`` stands for one name here: it must not swallow what belongs to another type."""
    return any(covers(each, arn) and each.count("/") == arn.count("/") for each in templates) or any(
        covers(each, arn) and "/*" not in each and "/" not in arn for each in templates
    )


def _indexes(templates: Sequence[str]) -> list[str]:
    return [each for each in templates if "/index/" in each]
