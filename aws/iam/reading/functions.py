"""The functions that run with a role: what calls them, what feeds them, and the resources that they name."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aws.errors import AwsError, NotFound
from aws.iam.parse import parse_policy, unreadable_policy
from aws.iam.policy import Policy, PolicyKind
from aws.iam.reading.environment import resources_named
from aws.iam.reading.reads import Reads, cannot_read, mapping, texts
from aws.iam.view import FunctionUse
from aws.services.records import MALFORMED

_PAGES: Final = ("Marker", "NextMarker")
_MOST_ALIASES: Final = 20
_GOING: Final = "Deleting"


@dataclass(frozen=True, slots=True)
class _Callers:
    """What calls a function, its aliases included; None: not read."""

    policies: tuple[Policy, ...] | None
    sources: tuple[str, ...] | None
    destinations: tuple[str, ...] | None


async def read_function(reads: Reads, known: FunctionUse, names: Mapping[str, str]) -> FunctionUse | None:
    """The function in full, from what is ``known`` of it by name; None where it is gone.

    ``names`` are resources that a variable may name: name, ARN or URL -> ARN.
    """
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(
            reads.ask(
                "lambda",
                "GetFunctionConfiguration",
                require=("FunctionArn",),
                absent_is_fine=True,
                FunctionName=known.name,
            )
        )
        calling = group.create_task(_callers(reads, known))
        later = group.create_task(_destinations(reads, known.name))
    answer, callers = asked.result(), calling.result()
    if isinstance(answer, NotFound):
        return None
    configuration: Mapping[str, Any] = {} if isinstance(answer, AwsError) else answer
    asynchronous = later.result()
    ends = None if callers.destinations is None or asynchronous is None else (*callers.destinations, *asynchronous)
    told = not isinstance(answer, AwsError)
    try:
        return FunctionUse(
            arn=known.arn,
            name=known.name,
            resource_policies=callers.policies,
            event_sources=callers.sources,
            destinations=None if ends is None else _once(ends),
            dead_letter=str(mapping(configuration.get("DeadLetterConfig")).get("TargetArn") or known.dead_letter),
            in_vpc=bool(texts(mapping(configuration.get("VpcConfig")).get("SubnetIds"))) if told else None,
            traced=mapping(configuration.get("TracingConfig")).get("Mode") == "Active" if told else known.traced,
            kms_key=str(configuration.get("KMSKeyArn") or ""),
            layers=texts(configuration.get("Layers"), "Arn") if told else known.layers,
            file_systems=texts(configuration.get("FileSystemConfigs"), "Arn") if told else None,
            environment=resources_named(configuration, names, reads.call.scope) if told else None,
            log_group=str(mapping(configuration.get("LoggingConfig")).get("LogGroup") or known.log_group),
        )
    except MALFORMED as error:
        reads.malformed("lambda", "GetFunctionConfiguration", f"the configuration of {known.name}", error)
        return known


async def _callers(reads: Reads, function: FunctionUse) -> _Callers:
    """Its own policy and event sources, and those of each alias: they are told apart by the qualifier only."""
    name = function.name
    async with asyncio.TaskGroup() as group:
        own = group.create_task(_policy(reads, function, ""))
        fed = group.create_task(_mappings(reads, name))
        listed = group.create_task(
            reads.every("lambda", "ListAliases", result="Aliases", token=_PAGES, absent_is_fine=True, FunctionName=name)
        )
    aliases = listed.result()
    names = () if isinstance(aliases, AwsError) else texts(aliases, "Name")
    missing = ""
    if isinstance(aliases, AwsError) and not isinstance(aliases, NotFound):
        missing = cannot_read(aliases)
    elif len(names) > _MOST_ALIASES:
        missing = f"the first {_MOST_ALIASES} of {len(names)} were read"
        reads.left_out("lambda:GetPolicy", f"aliases of {name}: {missing}")
    async with asyncio.TaskGroup() as group:
        more = [group.create_task(_policy(reads, function, each)) for each in names[:_MOST_ALIASES]]
        feeds = [group.create_task(_mappings(reads, f"{name}:{each}")) for each in names[:_MOST_ALIASES]]
    policies = [*own.result(), *(each for task in more for each in task.result())]
    if missing:
        policies.append(unreadable_policy("resource policies of aliases", PolicyKind.RESOURCE, missing, resource=name))
    mappings = [fed.result(), *(task.result() for task in feeds)]
    all_fed = not missing and None not in mappings
    return _Callers(
        # What could be read is judged, beside what could not: a public function must not hide behind an alias.
        policies=None if policies and all(_unread(each) for each in policies) else tuple(policies),
        sources=_once(each for found in mappings if found for each in found[0]) if all_fed else None,
        destinations=_once(each for found in mappings if found for each in found[1]) if all_fed else None,
    )


def _unread(policy: Policy) -> bool:
    return bool(policy.trouble) and policy.document is None


async def _policy(reads: Reads, function: FunctionUse, alias: str) -> tuple[Policy, ...]:
    """The resource policy of a function or of an alias, if any; with trouble where it could not be read."""
    qualifier: dict[str, Any] = {"Qualifier": alias} if alias else {}
    whose = f"{function.name}:{alias}" if alias else function.name
    answer = await reads.ask(
        "lambda", "GetPolicy", require=("Policy",), absent_is_fine=True, FunctionName=function.name, **qualifier
    )
    if isinstance(answer, NotFound):
        return ()
    if isinstance(answer, AwsError):
        return (unreadable_policy(whose, PolicyKind.RESOURCE, cannot_read(answer), resource=whose),)
    return (parse_policy(whose, PolicyKind.RESOURCE, answer["Policy"], resource=whose),)


async def _mappings(reads: Reads, name: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """What feeds the function, and where batches go that it fails on."""
    found = await reads.every(
        "lambda",
        "ListEventSourceMappings",
        result="EventSourceMappings",
        token=_PAGES,
        absent_is_fine=True,
        FunctionName=name,
    )
    if isinstance(found, NotFound):
        return (), ()
    if isinstance(found, AwsError):
        return None
    kept = [mapping(each) for each in found if mapping(each).get("State") != _GOING]
    return texts(kept, "EventSourceArn"), texts([_failures_go_to(each) for each in kept])


async def _destinations(reads: Reads, name: str) -> tuple[str, ...] | None:
    """Where the results of asynchronous calls go."""
    found = await reads.every(
        "lambda",
        "ListFunctionEventInvokeConfigs",
        result="FunctionEventInvokeConfigs",
        token=_PAGES,
        absent_is_fine=True,
        FunctionName=name,
    )
    if isinstance(found, NotFound):
        return ()
    if isinstance(found, AwsError):
        return None
    ends = [mapping(mapping(each).get("DestinationConfig")) for each in found]
    return texts([mapping(end.get(key)).get("Destination") for end in ends for key in ("OnSuccess", "OnFailure")])


def _failures_go_to(record: Mapping[str, Any]) -> Any:
    return mapping(mapping(record.get("DestinationConfig")).get("OnFailure")).get("Destination")


def _once(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))


async def read_functions(
    reads: Reads, known: Sequence[FunctionUse], names: Mapping[str, str], most: int
) -> tuple[FunctionUse, ...]:
    """All of them, the first ``most`` in full; those in other regions stay as they are known.

    Those that are gone by now are left out.
    """
    scope = reads.call.scope
    here = [each for each in known if each.arn.split(":")[3:4] == [scope.region]]
    chosen = {each.arn for each in here[:most]}
    if len(chosen) < len(known):
        why = f"{len(chosen)} of {len(known)} functions were read in full"
        hint = "those of other regions are read with --region" if len(here) < len(known) else ""
        reads.left_out("lambda:GetFunctionConfiguration", why, hint)

    async def one(function: FunctionUse) -> FunctionUse | None:
        return await read_function(reads, function, names) if function.arn in chosen else function

    async with asyncio.TaskGroup() as group:
        read = [group.create_task(one(each)) for each in known]
    return tuple(each for task in read if (each := task.result()) is not None)
