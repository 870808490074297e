"""Connected scopes: one session per profile, shared by its regions; clients made once, when first needed.

async with Sessions(clock=SystemClock()) as sessions:
    source = await sessions.connect(Target(profile=None, region="eu-west-1"))
    answer = await source.call("lambda", "ListFunctions", require=("Functions",))
"""

from __future__ import annotations

import asyncio
import importlib
import os
from dataclasses import dataclass
from functools import partial
from random import Random
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from aws.cost import Meter
from aws.door import Door
from aws.errors import AwsError, BadAnswer, NoCredentials, UsageError
from aws.failures import MISCONFIGURED, Asked, translate
from aws.keyring import Clients, Keyring
from aws.model import ApiUse, Credentials, Lane, Scope
from aws.offloop import off_loop
from aws.pacing import QUOTAS, Pacer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aws import wire
    from aws.call import Call
    from aws.clock import Clock
    from aws.pacing import Quota

_WARMED = ("sts", "cloudwatch", "lambda", "dynamodb", "apigateway")


@dataclass(frozen=True, slots=True)
class Target:
    """Where to look. None stands for what the AWS CLI would take from environment and configuration."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None


class Connection:
    """One account in one region, connected. Fulfils `aws.source.Source`."""

    def __init__(self, call: Call, meter: Meter, pacer: Pacer, keyring: Keyring, endpoint: str) -> None:
        self.endpoint = endpoint
        self._call = call
        self._meter = meter
        self._pacer = pacer
        self._keyring = keyring

    @property
    def call(self) -> Call:
        """The door through which every request goes."""
        return self._call

    def api_use(self) -> ApiUse:
        """What has been asked through the door so far."""
        return self._meter.use()

    def pacing(self) -> tuple[Lane, ...]:
        """How the requests to this account and region are spaced, lane by lane."""
        return self._pacer.states()

    def credentials(self) -> Credentials:
        """What requests are signed with."""
        return self._keyring.credentials()


class Sessions:
    """Makes connections and closes them all. Use as an async context manager.

    ``timeout_s`` bounds one call (see `Door`); ``services`` are those whose models are read beforehand;
    ``roles`` holds roles that were assumed before, such as those that somebody has typed a code for.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        read_only: bool = True,
        timeout_s: float = 30.0,
        services: Iterable[str] = _WARMED,
        quotas: Mapping[str, Quota] = QUOTAS,
        random: Random | None = None,
        roles: dict[str, Any] | None = None,
    ) -> None:
        self._roles = {} if roles is None else roles
        self._clock = clock
        self._read_only = read_only
        self._timeout_s = timeout_s
        self._services = tuple(services)
        self._quotas = quotas
        self._random = random or Random()
        self._lock = asyncio.Lock()
        self._opening: dict[str | None, asyncio.Lock] = {}
        self._keyrings: dict[str | None, Keyring] = {}
        self._pacers: dict[tuple[str, str], Pacer] = {}
        self._wire: Any = None
        self._connections: wire.Connections | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._connections is not None:
            await self._connections.aclose()

    async def connect(self, target: Target) -> Connection:
        """Sign in and find out which account answers.

        Raises `UsageError` for a profile, region or endpoint that is set wrongly, else `AwsError`.
        """
        named = target.profile or os.environ.get("AWS_PROFILE")
        await self._import()
        # Each profile by itself: one whose credentials take for ever must not keep the others out.
        async with self._opening.setdefault(target.profile, asyncio.Lock()):
            keyring = await self._keyring(target.profile, Asked("sts", "GetCallerIdentity", named, target.region))
        region = target.region or os.environ.get("AWS_REGION") or keyring.profile.region
        if not region:
            hint = "give --region, set AWS_REGION, or run `aws configure set region eu-west-1`"
            raise UsageError("no region: neither the environment nor the profile names one", hint)
        assert self._connections is not None
        clients = Clients(keyring, self._connections, target.endpoint_url, region)
        meter = Meter(self._clock)
        nobody = Scope("", region, keyring.profile.name)
        ask = self._door(nobody, clients, Pacer(self._clock, self._quotas), meter)
        try:
            identity = await ask("sts", "GetCallerIdentity", require=("Account", "Arn"))
        except AwsError as error:
            if error.code == MISCONFIGURED:
                raise UsageError(error.message, error.hint) from error
            raise
        scope = _scope(identity, nobody)
        pacer = self._pacers.setdefault((scope.account, region), Pacer(self._clock, self._quotas))
        return Connection(self._door(scope, clients, pacer, meter), meter, pacer, keyring, clients.endpoint)

    def _door(self, scope: Scope, clients: Clients, pacer: Pacer, meter: Meter) -> Door:
        return Door(
            scope,
            clients,
            clock=self._clock,
            pacer=pacer,
            meter=meter,
            read_only=self._read_only,
            timeout_s=self._timeout_s,
            random=self._random,
        )

    async def _import(self) -> None:
        """Import botocore, which takes a quarter of a second: never on the loop, never before it is needed."""
        async with self._lock:
            if self._wire is None:
                self._wire = await asyncio.to_thread(importlib.import_module, "aws.wire")
                self._connections = self._wire.Connections()

    async def _keyring(self, name: str | None, asked: Asked) -> Keyring:
        keyring = self._keyrings.get(name)
        if keyring is None:

            async def opened() -> wire.Profile:
                return await self._open(name, asked)

            keyring = self._keyrings[name] = Keyring(await opened(), opened, self._clock)
        return keyring

    async def _open(self, name: str | None, asked: Asked) -> wire.Profile:
        """Read configuration, models and credentials, all of it in threads."""
        try:
            opening = partial(self._wire.Profile, name, self._roles, timeout_s=self._timeout_s)
            profile: wire.Profile = await asyncio.to_thread(opening)
            asked = asked._replace(signs_in=profile.signs_in)
            await asyncio.to_thread(profile.load, self._services)
            async with asyncio.timeout(self._timeout_s):
                await off_loop(profile.sign_in())
        except Exception as error:
            raise translate(error, asked) from error
        if not profile.signed_in:
            none = NoCredentials("sts", "GetCallerIdentity", "no AWS credentials were found")
            none.profile = asked.profile
            raise none
        return profile


def _scope(identity: Mapping[str, Any], asked: Scope) -> Scope:
    account, parts = str(identity["Account"]), str(identity["Arn"]).split(":")
    if len(parts) < 6 or parts[0] != "arn":
        raise BadAnswer("sts", "GetCallerIdentity", "the identity is not an ARN")
    return Scope(account, asked.region, asked.profile, parts[1])
