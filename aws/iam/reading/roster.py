"""Which functions run with which role: from the snapshot where that lists them all, else from ListFunctions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from aws.clock import Clock
from aws.errors import AwsError
from aws.iam.reading.reads import Reads, mapping
from aws.iam.view import FunctionUse
from aws.model import Resource, Scope, Snapshot
from aws.services.arns import arn_of, without_qualifier
from aws.slices import Slices

_PAGES: Final = ("Marker", "NextMarker")
_KEPT_S: Final = 300.0
_NAMED: Final = frozenset({"table", "queue", "user-pool"})


class Roster:
    """What is known of functions and of what they may name, listed at most every five minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._functions: tuple[float, Mapping[str, tuple[FunctionUse, ...]]] | None = None
        self._names: tuple[float, dict[str, str]] | None = None

    async def functions_of(
        self, reads: Reads, role_arn: str, snapshot: Snapshot | None
    ) -> tuple[FunctionUse, ...] | None:
        """The functions that run with the role, as far as a listing tells of them; None where none could be read."""
        if snapshot is not None and lists_functions(snapshot, reads.call.scope):
            every = _of_account(snapshot, reads.call.scope)
            return tuple(use_of(each) for each in every if each.text("role") == role_arn)
        found = await self.by_role(reads, snapshot)
        return None if found is None else found.get(role_arn, ())

    async def by_role(self, reads: Reads, snapshot: Snapshot | None) -> Mapping[str, tuple[FunctionUse, ...]] | None:
        """The same for all roles that functions run with."""
        if snapshot is not None and lists_functions(snapshot, reads.call.scope):
            slices, uses = Slices(self._clock), list[tuple[str | None, FunctionUse]]()
            for each in _of_account(snapshot, reads.call.scope):
                await slices.breathe()
                uses.append((each.text("role"), use_of(each)))
            return _grouped(uses)
        if self._functions is None or self._clock.monotonic() - self._functions[0] > _KEPT_S:
            found = await reads.every(
                "lambda", "ListFunctions", result="Functions", token=_PAGES, keep=_listed, MaxItems=50
            )
            if isinstance(found, AwsError):
                return None
            self._functions = self._clock.monotonic(), _grouped(found)
        return self._functions[1]

    def pairs(self, scope: Scope, snapshot: Snapshot) -> frozenset[tuple[str, str]]:
        """Which function runs with which role, as the snapshot has it: what a posture is about."""
        return frozenset((each.arn, each.text("role") or "") for each in _of_account(snapshot, scope))

    async def names(self, reads: Reads, snapshot: Snapshot | None) -> Mapping[str, str]:
        """What an environment variable may name: names and URLs of tables, queues and user pools, with their ARNs.

        Without a snapshot only tables are listed; ARNs and URLs of queues speak for themselves.
        """
        if snapshot is not None and (known := dict(_names_in(snapshot, reads.call.scope))):
            return known
        if self._names is None or self._clock.monotonic() - self._names[0] > _KEPT_S:
            found = await reads.every(
                "dynamodb",
                "ListTables",
                result="TableNames",
                token=("ExclusiveStartTableName", "LastEvaluatedTableName"),
            )
            if isinstance(found, AwsError):
                return {}
            scope = reads.call.scope
            tables = {name: arn_of(scope, "dynamodb", f"table/{name}") for name in found if isinstance(name, str)}
            self._names = self._clock.monotonic(), tables
        return self._names[1]


def functions_in(snapshot: Snapshot) -> Iterator[Resource]:
    """The functions of all scopes."""
    return (each for each in snapshot.resources.values() if each.service == "lambda" and each.kind == "function")


def _of_account(snapshot: Snapshot, scope: Scope) -> Iterator[Resource]:
    """The functions of the account in all regions that are watched: a role is the same in each."""
    return (each for each in functions_in(snapshot) if each.scope.account == scope.account)


def _grouped(found: Iterable[tuple[str | None, FunctionUse]]) -> Mapping[str, tuple[FunctionUse, ...]]:
    groups: dict[str, list[FunctionUse]] = {}
    for role, use in found:
        if role:
            groups.setdefault(role, []).append(use)
    return {role: tuple(uses) for role, uses in groups.items()}


def lists_functions(snapshot: Snapshot, scope: Scope) -> bool:
    """Whether the snapshot holds all functions of the scope, seen by this run."""
    if not snapshot.complete or snapshot.recalled is not None or scope not in snapshot.scopes:
        return False
    missed = any(
        gap.action == "lambda:ListFunctions" and (gap.account, gap.region) == (scope.account, scope.region)
        for gap in snapshot.gaps
    )
    return not missed and any(each.service == "lambda" and each.scope == scope for each in snapshot.resources.values())


def use_of(function: Resource) -> FunctionUse:
    """What discovery has read of a function; None is what only a look at the function itself tells."""
    layers = function.facts.get("layers")
    tracing = function.text("tracing")
    return FunctionUse(
        arn=function.arn,
        name=function.name,
        dead_letter=function.text("dlq") or "",
        traced=None if tracing is None else tracing == "Active",
        layers=layers if isinstance(layers, tuple) else None,
        log_group=function.text("log_group") or "",
    )


def _listed(record: Mapping[str, Any]) -> tuple[str, FunctionUse]:
    """The role, and what is kept of the function at once: no value of its environment."""
    name = str(record["FunctionName"])
    group = mapping(record.get("LoggingConfig")).get("LogGroup")
    use = FunctionUse(
        arn=without_qualifier(str(record["FunctionArn"])),
        name=name,
        dead_letter=str(mapping(record.get("DeadLetterConfig")).get("TargetArn") or ""),
        log_group=str(group or f"/aws/lambda/{name}"),
    )
    return str(record["Role"]), use


def _names_in(snapshot: Snapshot, scope: Scope) -> Iterator[tuple[str, str]]:
    for each in snapshot.resources.values():
        if each.scope == scope and each.kind in _NAMED:
            yield each.name, each.arn
            if url := each.text("url"):
                yield url, each.arn
