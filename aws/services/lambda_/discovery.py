"""What exists in Lambda: the account's pool of concurrency, the functions, what feeds them and what they name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aws.call import check_numbered, items
from aws.errors import AwsError
from aws.model import Fact, Gap, Link, LinkKind, Resource, Scope
from aws.services.arns import arn_of, source_of, without_qualifier
from aws.services.base import Discovered, Discovery, Milestone
from aws.services.lambda_.schedules import schedules
from aws.services.records import MALFORMED, bad_record, epoch_s, word

# No listing tells a function's reserve, and one call each shares Lambda's 15 requests a second with deployments:
# asked only where the account has reserves at all, those first that queues and streams feed, and not beyond this.
RESERVE_LOOKUPS = 60

_PAGES = ("Marker", "NextMarker")
_IDLE_STATES = frozenset({"Disabled", "Disabling", "Deleting"})


@dataclass(frozen=True, slots=True)
class _Limits:
    """The account's concurrency; None where it could not be read."""

    total: int | None = None
    unreserved: int | None = None

    @property
    def reserved(self) -> int | None:
        """What is set aside for single functions, all together."""
        return None if self.total is None or self.unreserved is None else self.total - self.unreserved


@dataclass(frozen=True, slots=True)
class _Feeds:
    """The ARNs of what feeds into one function, and of where batches go that fail for good."""

    sources: list[str] = field(default_factory=list)
    on_failure: list[str] = field(default_factory=list)


async def discover(discovery: Discovery, named_in: tuple[str, ...]) -> AsyncIterator[Discovered]:
    """Walk one scope. ``named_in`` are the services whose resources environment variables may name.

    Raises `AwsError` where functions cannot be listed; everything else that fails is a gap.
    """
    limits = _Limits()
    try:
        limits = await _limits(discovery)
    except (AwsError, *MALFORMED) as error:
        yield _gap(discovery.scope, "GetAccountSettings", error)
    yield _account(discovery.scope, limits)

    feeds: dict[str, _Feeds] = {}
    async for found in _mappings(discovery):
        if isinstance(found, Gap):
            yield found
            continue
        link, on_failure = found
        fed = feeds.setdefault(link.effect, _Feeds())
        fed.sources.append(link.cause)
        if on_failure:
            fed.on_failure.append(on_failure)
        yield link

    functions: list[Resource] = []
    variables: list[tuple[str, str, int]] = []
    listing = items(discovery.call, "lambda", "ListFunctions", result="Functions", token=_PAGES, MaxItems=50)
    async for record in listing:
        try:
            function = _function(discovery.scope, record, feeds, limits)
            variables.extend((function.arn, name, print_) for name, print_ in _fingerprints(record))
        except MALFORMED as error:
            yield bad_record(discovery.scope, "lambda", "ListFunctions", "the record of one function", error)
            continue
        functions.append(function)
        yield function
        for dead_letters in _dead_letters(function):
            yield dead_letters
    yield Milestone.NAMED

    every_s: dict[str, float] = {}
    async for planned in schedules(discovery):
        if isinstance(planned, Gap):
            yield planned
        else:
            every_s[planned.function] = min(planned.every_s, every_s.get(planned.function, planned.every_s))
    for at, function in enumerate(functions):
        if function.arn in every_s:
            functions[at] = replace(function, facts={**function.facts, "every_s": every_s[function.arn]})
            yield functions[at]
    async for known in _reserves(discovery, functions, limits):
        yield known
    for link in _named(variables, {k: v for name in named_in for k, v in (await discovery.names_of(name)).items()}):
        yield link


async def _limits(discovery: Discovery) -> _Limits:
    answer = await discovery.call("lambda", "GetAccountSettings", require=("AccountLimit",))
    limit = answer["AccountLimit"]
    return _Limits(total=int(limit["ConcurrentExecutions"]), unreserved=int(limit["UnreservedConcurrentExecutions"]))


def _account(scope: Scope, limits: _Limits) -> Resource:
    return Resource(
        scope=scope,
        service="lambda",
        kind="account",
        name="account concurrency",
        arn=arn_of(scope, "lambda", "account"),
        facts={
            "concurrency_limit": limits.total,
            "unreserved_limit": limits.unreserved,
            "pool": limits.unreserved,  # what functions without a reserve share, as configured
        },
    )


async def _mappings(discovery: Discovery) -> AsyncIterator[tuple[Link, str | None] | Gap]:
    """What feeds into which function, each with where batches go that fail for good, if anywhere."""
    listing = items(
        discovery.call, "lambda", "ListEventSourceMappings", result="EventSourceMappings", token=_PAGES, MaxItems=100
    )
    try:
        async for record in listing:
            if link := _feed(record):
                yield link, ((record.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    except (AwsError, *MALFORMED) as error:
        yield _gap(discovery.scope, "ListEventSourceMappings", error)


def _feed(record: Mapping[str, Any]) -> Link | None:
    """What a mapping feeds into what; None where it is off, or its source is not one of AWS's."""
    source, function, state = record.get("EventSourceArn"), record.get("FunctionArn"), record.get("State", "")
    if not source or not function or state in _IDLE_STATES:
        return None
    return Link(
        cause=source_of(source),
        effect=without_qualifier(function),
        kind=LinkKind.EVENT_SOURCE,
        evidence=f"event source mapping {record.get('UUID', '')} ({state or 'state not told'})",
    )


def _dead_letters(function: Resource) -> Iterator[Link]:
    """The queues where the events and batches end up that it fails on for good."""
    batches = function.facts["failure_destinations"]
    ends = dict.fromkeys(batches if isinstance(batches, tuple) else (), "batches")
    if events := function.text("dlq"):
        ends[events] = "events"
    for target, what in ends.items():
        if ":sqs:" in target:  # a topic, a bucket or a stream keeps none that somebody would have to look at
            evidence = f"takes the {what} that {function.name} fails on"
            yield Link(cause=function.arn, effect=target, kind=LinkKind.DEAD_LETTER, evidence=evidence)


def _function(scope: Scope, record: Mapping[str, Any], feeds: Mapping[str, _Feeds], limits: _Limits) -> Resource:
    name, arn = word(str(record["FunctionName"])), without_qualifier(record["FunctionArn"])
    fed = feeds.get(arn, _Feeds())
    facts: dict[str, Fact] = {
        "runtime": word(record.get("Runtime")),
        "memory_mb": record.get("MemorySize"),
        "timeout_s": record.get("Timeout"),
        "version": word(record.get("Version")),
        "handler": word(record.get("Handler")),
        "last_modified_s": epoch_s(record.get("LastModified")),
        "role": word(record.get("Role")),
        "package_type": word(record.get("PackageType", "Zip")),
        "state": word(record.get("State")),
        "dlq": (record.get("DeadLetterConfig") or {}).get("TargetArn"),
        "log_group": (record.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}",
        "architectures": tuple(map(word, record.get("Architectures") or ())),
        "tracing": word((record.get("TracingConfig") or {}).get("Mode")),
        "layers": tuple(layer["Arn"] for layer in record.get("Layers") or ()),
        "event_sources": tuple(fed.sources),
        "failure_destinations": tuple(fed.on_failure),
    }
    if limits.reserved == 0:
        facts["reserved_concurrency"] = None  # nothing is set aside in this account, so nothing is for this one
    return Resource(scope=scope, service="lambda", kind="function", name=name, arn=arn, facts=facts)


def _fingerprints(record: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Variable names with a hash of their values: enough to compare with known names, and no secret is kept."""
    variables = (record.get("Environment") or {}).get("Variables") or {}
    return ((name, hash(value)) for name, value in variables.items())


def _named(variables: list[tuple[str, str, int]], names: Mapping[str, str]) -> Iterator[Link]:
    known = {hash(name): arn for name, arn in names.items()}
    for function_arn, variable, fingerprint in variables:
        if (arn := known.get(fingerprint)) is not None:
            evidence = f"named by its environment variable {variable}"
            yield Link(cause=arn, effect=function_arn, kind=LinkKind.ENVIRONMENT, evidence=evidence)


async def _reserves(discovery: Discovery, functions: list[Resource], limits: _Limits) -> AsyncIterator[Resource | Gap]:
    """The functions once more, now with their reserves, until the account's reserves are all accounted for."""
    left = limits.reserved
    if not left:
        return
    ordered = sorted(functions, key=lambda function: not function.facts["event_sources"])
    for asked, function in enumerate(ordered):
        reserve = None
        if left > 0:
            if asked == RESERVE_LOOKUPS:
                return
            try:
                answer = await discovery.call("lambda", "GetFunctionConcurrency", FunctionName=function.name)
                check_numbered(answer, "lambda", "GetFunctionConcurrency", "ReservedConcurrentExecutions")
            except AwsError as error:
                yield error.gap(discovery.scope)
                return
            reserve = answer.get("ReservedConcurrentExecutions")
            left -= reserve or 0
        yield replace(function, facts={**function.facts, "reserved_concurrency": reserve})


def _gap(scope: Scope, operation: str, error: Exception) -> Gap:
    if isinstance(error, AwsError):
        return error.gap(scope)
    return bad_record(scope, "lambda", operation, "the answer", error)
