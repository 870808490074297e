"""The one door to AWS: every request goes through `Door`, which fulfils `aws.call.Call`."""

from __future__ import annotations

import asyncio
import math
from random import Random
from typing import TYPE_CHECKING, Any, Protocol

from aws.errors import (
    AwsError,
    BadAnswer,
    CredentialsError,
    CwtopError,
    ReadOnlyRefused,
    ServerError,
    Throttled,
    TimedOut,
    Unreachable,
)
from aws.failures import Asked, not_in_region, of_one_request
from aws.pacing import datapoints_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws.call import Answer
    from aws.clock import Clock
    from aws.cost import Meter
    from aws.model import Scope
    from aws.pacing import Pacer

_READS = (
    "BatchGet",
    "Check",
    "Describe",
    "Filter",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Query",
    "Scan",
    "Search",
    "Select",
)
_READS_BY_NAME = frozenset(
    {
        "iam:GenerateCredentialReport",  # makes a report of what there is; IAM counts it as reading
        "iam:GenerateServiceLastAccessedDetails",
        "iam:SimulateCustomPolicy",
        "iam:SimulatePrincipalPolicy",
        "logs:StartLiveTail",
        "logs:StartQuery",
        "logs:StopQuery",
        "logs:TestMetricFilter",
        "accessanalyzer:ValidatePolicy",
    }
)

_TRIES_WHEN_THROTTLED = 8
_TRIES = 3
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 8.0


def is_write(service: str, operation: str) -> bool:
    """Whether the operation may change anything. What is not known to read counts as a write."""
    return not (operation.startswith(_READS) or f"{service}:{operation}" in _READS_BY_NAME)


def pause_before_retry_s(
    error: CwtopError, tried: int, *, write: bool, attempts: int | None, random: Random
) -> float | None:
    """Seconds to wait before trying again after ``tried`` tries; None: give up.

    A throttled request was never carried out, so a write may be sent again. After any other failure nobody knows
    whether AWS carried a write out, so it is not.
    """
    if isinstance(error, Throttled):
        limit = _TRIES_WHEN_THROTTLED
    elif isinstance(error, ServerError | TimedOut | Unreachable) and not write:
        limit = _TRIES
    else:
        return None
    if tried >= (limit if attempts is None else min(attempts, limit)):
        return None
    longest = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0**tried)
    return longest / 2 + random.random() * longest / 2


class Clients(Protocol):
    """Where the door sends its requests."""

    async def request(self, service: str, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Send one request, once. Raises whatever the transport raises."""
        ...

    async def renew(self) -> bool:
        """Look for newer credentials; whether there are any. Raises `CwtopError` where none can be looked for."""
        ...

    async def offers(self, service: str) -> bool:
        """Whether the region has the service, as far as is known."""
        ...


class Door:
    """Read-only refusal, pacing, counting, deadline, retry, check of required keys, and errors of ours alone.

    ``timeout_s`` bounds one call from the moment it is its turn, retries included; standing in our own line does not
    count, or a large account would time out on its own listing.
    """

    def __init__(
        self,
        scope: Scope,
        clients: Clients,
        *,
        clock: Clock,
        pacer: Pacer,
        meter: Meter,
        read_only: bool,
        timeout_s: float,
        random: Random,
    ) -> None:
        self._scope = scope
        self._clients = clients
        self._clock = clock
        self._pacer = pacer
        self._meter = meter
        self._read_only = read_only
        self._timeout_s = timeout_s
        self._random = random

    @property
    def scope(self) -> Scope:
        """The account and region that answer."""
        return self._scope

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
        """One request: see `aws.call.Call`."""
        write = is_write(service, operation)
        if write and self._read_only:
            raise ReadOnlyRefused(
                f"{service}:{operation} would write, and cwtop is in read-only mode", "start it without --read-only"
            )
        asked = Asked(service, operation, self._scope.profile, self._scope.region)
        deadline, datapoints = math.inf, datapoints_in(params)
        tried, renewed = 0, False
        failure: AwsError | None = None
        while True:
            ticket = await self._pacer.admit(service, operation, datapoints)
            if failure is None:
                deadline = self._clock.monotonic() + self._timeout_s
            elif self._clock.monotonic() >= deadline:  # others stood before us in a line that hardly moves
                self._pacer.unused(ticket, datapoints)
                raise failure
            tried += 1
            try:
                answer = await self._once(asked, params, deadline)
                _check(answer, asked, require, write)
            except CredentialsError:
                if renewed or not await self._renewed(asked):
                    raise
                renewed = True
            except AwsError as error:
                if isinstance(error, Throttled):
                    self._pacer.throttled(ticket, str(error))
                pause_s = pause_before_retry_s(error, tried, write=write, attempts=attempts, random=self._random)
                if pause_s is None or self._clock.monotonic() + pause_s >= deadline:
                    raise
                failure = error.with_traceback(None)  # which would hold this frame
                await self._clock.sleep(pause_s)
            else:
                self._pacer.succeeded(ticket)
                self._meter.answered(service, operation, params)
                return answer

    async def _renewed(self, asked: Asked) -> bool:
        try:
            return await self._clients.renew()
        except CwtopError as error:
            # Whatever was asked on the way, it is this request that has no answer.
            raise of_one_request(error, asked).of(asked.service, asked.operation) from error

    async def _once(self, asked: Asked, params: Mapping[str, Any], deadline: float) -> dict[str, Any]:
        """One try, within what is left of the deadline."""
        self._meter.sent(asked.service, asked.operation, params)
        try:
            async with asyncio.timeout(max(0.0, deadline - self._clock.monotonic())):
                return await self._clients.request(asked.service, asked.operation, params)
        except TimeoutError as error:
            message = f"no answer within {self._timeout_s:g} s"
            raise TimedOut(asked.service, asked.operation, message) from error
        except Exception as error:
            translated = of_one_request(error, asked)
            unknown_host = isinstance(translated, Unreachable) and translated.code == "UnknownHost"
            if unknown_host and not await self._clients.offers(asked.service):
                translated = not_in_region(asked)
            raise translated from error


def _check(answer: Mapping[str, Any], asked: Asked, require: Sequence[str], write: bool) -> None:
    """Raise `BadAnswer` for a 200 that cannot be AWS's."""
    missing = [key for key in require if key not in answer]
    if missing:
        raise BadAnswer(asked.service, asked.operation, f"the answer has no {', '.join(missing)}")
    if write and not answer.get("ResponseMetadata", {}).get("RequestId"):
        # A captive portal says 200 to everything, and most writes have an empty answer: only AWS numbers its requests.
        raise BadAnswer(
            asked.service, asked.operation, "answered without a request id: nobody knows whether it was done"
        )
