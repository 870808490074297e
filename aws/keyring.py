"""What one profile signs with while cwtop runs, and the clients that send its requests."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from aws.errors import CredentialsError, CwtopError
from aws.failures import Asked, of_one_request
from aws.model import Credentials
from aws.offloop import off_loop

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping

    from aws import wire
    from aws.clock import Clock

T = TypeVar("T")

_RENEW_EVERY_S = 10.0
# So long a failure to sign stands for every request: each would else ask the disk, or the sign-in service, anew.
_REFUSED_FOR_S = 5.0


class Keyring:
    """One profile while cwtop runs: replaced by a new one where newer credentials have appeared on disk."""

    def __init__(self, profile: wire.Profile, reopen: Callable[[], Awaitable[wire.Profile]], clock: Clock) -> None:
        self.profile = profile
        self._reopen = reopen
        self._clock = clock
        self._lock = asyncio.Lock()
        self._one_at_a_time = asyncio.Lock()
        self._looked_at: float | None = None
        self._refused: tuple[CredentialsError, float] | None = None
        self._handed_in: object = None

    def credentials(self) -> Credentials:
        """What is signed with, and whether it is still taken."""
        held = self.profile.credentials()
        if self._refused is None:
            return held
        error, _ = self._refused
        return replace(held, refused=error.brief, hint=error.hint)

    def check(self, asked: Asked) -> None:
        """Raise what kept a request from being signed a moment ago, if it did."""
        if self._refused is None or self._clock.monotonic() >= self._refused[1]:
            return
        if self.profile.handed_in() == self._handed_in:
            raise self._refused[0].of(asked.service, asked.operation)

    def accepted(self) -> None:
        """AWS takes the credentials."""
        self._refused = None

    def refused(self, error: CredentialsError, *, unsigned: bool) -> None:
        """AWS does not take them, or, ``unsigned``, there are none to sign with."""
        if unsigned:
            self._handed_in = self.profile.handed_in()
        self._refused = error, self._clock.monotonic() + (_REFUSED_FOR_S if unsigned else 0.0)

    async def off_loop(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Make something of the profile's, models read and parsed, without holding up the loop.

        One at a time: a botocore session must not be used from two threads at once.
        """
        async with self._one_at_a_time:
            return await off_loop(work())

    async def take_up(self) -> None:
        """Go on with the roles that were assumed last, such as with a code that somebody has just typed."""
        async with self._lock:
            if not self.profile.superseded:
                return
            try:
                self.profile = await self._reopen()
            except CwtopError:
                self.profile.keep()  # what it holds still signs; AWS says so where it does not
            else:
                self._refused = None

    async def renew(self, used: wire.Profile) -> bool:
        """Whether there are other credentials than those of ``used``. Looks on disk every ten seconds at most."""
        async with self._lock:
            if self.profile is not used:
                return True
            now = self._clock.monotonic()
            if self._looked_at is not None and now - self._looked_at < _RENEW_EVERY_S:
                return False
            self._looked_at = now
            fresh = await self._reopen()
            if fresh.same_credentials(used):
                return False
            self.profile = fresh
            self._refused = None
            return True


class Clients:
    """The clients of one connection, made when first needed. Fulfils `aws.door.Clients`."""

    def __init__(self, keyring: Keyring, connections: wire.Connections, endpoint_url: str | None, region: str) -> None:
        self._keyring = keyring
        self._connections = connections
        self._endpoint_url = endpoint_url
        self._region = region
        self._named = keyring.profile.name
        self._made_for = keyring.profile
        self._made: dict[tuple[str, bool], wire.Client] = {}
        self._lock = asyncio.Lock()

    async def request(self, service: str, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """See `aws.door.Clients`. Raises `AwsError`."""
        asked = Asked(service, operation, self._named, self._region, self._keyring.profile.signs_in)
        self._keyring.check(asked)
        try:
            if self._keyring.profile.superseded:
                await self._keyring.take_up()
            client = await self._client(service, operation)
            answer = await client.request(operation, params)
        except Exception as error:
            failed = of_one_request(error, asked)
            if isinstance(failed, CredentialsError):
                self._keyring.refused(failed, unsigned=not hasattr(error, "response"))
            raise failed from error
        self._keyring.accepted()
        return answer

    async def renew(self) -> bool:
        return await self._keyring.renew(self._made_for)

    async def offers(self, service: str) -> bool:
        return await self._keyring.profile.offers(service, self._region)

    @property
    def endpoint(self) -> str:
        """Where requests to STS went, and what the environment says of single services: "" before there were any."""
        sts = self._made.get(("sts", False))
        own = sorted(f"{name}={url}" for name, url in os.environ.items() if name.startswith("AWS_ENDPOINT_URL_"))
        return " ".join([sts.endpoint_url if sts is not None else "", *own])

    async def _client(self, service: str, operation: str) -> wire.Client:
        key = (service, (service, operation) == ("cloudwatch", "GetMetricData"))
        async with self._lock:
            profile = self._keyring.profile
            if profile is not self._made_for:
                self._made_for = profile
                self._made.clear()
            client = self._made.get(key)
            if client is None:
                made = partial(
                    profile.client,
                    service,
                    operation,
                    region=self._region,
                    endpoint_url=self._endpoint_url,
                    connections=self._connections,
                )
                client = self._made[key] = await self._keyring.off_loop(made)
        return client
