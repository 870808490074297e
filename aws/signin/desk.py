"""Signs people in while cwtop runs: finds out how a profile does it, and does it with AWS."""

from __future__ import annotations

import asyncio
import importlib
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any

from aws.clock import Clock
from aws.errors import AwsError, TimedOut
from aws.failures import Asked, translate
from aws.offloop import off_loop
from aws.signin import tokens
from aws.signin.device import Stage
from aws.signin.failures import refused_sign_in
from aws.signin.flow import sign_in
from aws.signin.profiles import Sso, in_use, login_of, mfa_of, read, sso_of

_CALL_S = 20.0


@dataclass(frozen=True, slots=True)
class Way:
    """How a profile (None: the ambient credentials) gets its credentials, as far as somebody is needed for it.

    At most one of them: ``sso`` where a code is to be confirmed in a browser, ``mfa`` the device whose code is wanted,
    ``login`` the profile that only `aws login` in a shell signs in to.
    """

    profile: str | None
    sso: Sso | None = None
    mfa: str | None = None
    login: str | None = None


class SignIns:
    """Use from one event loop. ``roles`` is what `aws.session.Sessions` was given: there a role is found again."""

    def __init__(self, clock: Clock, roles: dict[str, Any] | None = None) -> None:
        self._clock = clock
        self._roles = {} if roles is None else roles

    async def way(self, profile: str | None) -> Way:
        """What ``profile`` needs somebody for, as its configuration says."""
        return await asyncio.to_thread(self._way, profile)

    def _way(self, profile: str | None) -> Way:
        configuration, name = read(os.environ), in_use(profile, os.environ)
        sso, mfa = sso_of(configuration, name), mfa_of(configuration, name)
        holds = sso is not None and (ends := tokens.ends(sso)) is not None and ends.at_s > self._clock.now()
        if mfa and (sso is None or holds):
            return Way(profile, mfa=mfa)
        return Way(profile, sso=sso, login=None if sso else login_of(configuration, name))

    async def ends_s(self, profile: str | None) -> float | None:
        """When the sign-in ends, UTC epoch seconds, that ``profile`` hangs on; None: there is none."""
        return await asyncio.to_thread(self._ends_s, profile)

    def _ends_s(self, profile: str | None) -> float | None:
        sso = sso_of(read(os.environ), in_use(profile, os.environ))
        found = tokens.ends(sso) if sso is not None else None
        return found.at_s if found is not None else None

    async def sso(self, profile: str | None, sso: Sso) -> AsyncIterator[Stage]:
        """Sign in to an Identity Center; see `aws.signin.flow.sign_in`. Raises `CwtopError`."""
        wire = await asyncio.to_thread(importlib.import_module, "aws.wire")
        connections = wire.Connections()
        try:
            client = await self._client(wire, profile, sso, connections)

            async def ask(operation: str, /, **params: Any) -> Mapping[str, Any]:
                asked = Asked("sso-oidc", operation, profile, sso.region)
                try:
                    async with asyncio.timeout(_CALL_S):
                        answer: Mapping[str, Any] = await client.request(operation, params)
                except TimeoutError:
                    raise TimedOut("sso-oidc", operation, f"no answer within {_CALL_S:g} s") from None
                except Exception as error:
                    failed = translate(error, asked)
                    raise refused_sign_in(failed) if isinstance(failed, AwsError) else failed from error
                return answer

            async def save(token: Mapping[str, str]) -> None:
                await asyncio.to_thread(tokens.save, sso, token)

            async with aclosing(sign_in(sso, ask, self._clock, save)) as stages:  # type: ignore[type-var]
                async for stage in stages:
                    yield stage
        finally:
            await connections.aclose()

    async def _client(self, wire: Any, profile: str | None, sso: Sso, connections: Any) -> Any:
        try:
            opened = await asyncio.to_thread(wire.Profile, profile)
            made = opened.client(
                "sso-oidc", "CreateToken", region=sso.region, endpoint_url=None, connections=connections
            )
            return await off_loop(made)
        except Exception as error:
            raise translate(error, Asked("sso-oidc", "RegisterClient", profile, sso.region)) from error

    async def mfa(self, profile: str | None, code: str) -> None:
        """Assume the profile's role with the code of its MFA device, even where it still lasts; kept in memory.

        Raises `CwtopError`.
        """
        wire = await asyncio.to_thread(importlib.import_module, "aws.wire")
        try:
            opened = await asyncio.to_thread(partial(wire.Profile, profile, self._roles, timeout_s=_CALL_S))
            async with asyncio.timeout(_CALL_S):
                await off_loop(opened.sign_in(lambda _: code, anew=True))
        except Exception as error:
            raise translate(error, Asked("sts", "GetCallerIdentity", profile)) from error

    def ask_first(self, profile: str | None, prompt: Callable[[str], str]) -> None:
        """The same before there is a screen: ``prompt`` is called where a code is wanted that no cache can save.

        Blocks, for as long as somebody types. Raises `CwtopError`.
        """
        wire = importlib.import_module("aws.wire")

        async def assumed() -> None:
            opened = wire.Profile(profile, self._roles, timeout_s=_CALL_S)
            async with asyncio.timeout(_CALL_S) as bound:

                def asked(text: str) -> str:
                    typed = prompt(text)
                    bound.reschedule(asyncio.get_running_loop().time() + _CALL_S)  # typing takes its time
                    return typed

                await opened.sign_in(asked)

        try:
            asyncio.run(assumed())
        except Exception as error:
            raise translate(error, Asked("sts", "GetCallerIdentity", profile)) from error


def wants_code(profile: str | None, environ: Mapping[str, str]) -> bool:
    """Whether a role of the profile asks for the code of an MFA device. Blocks for a moment."""
    return mfa_of(read(environ), in_use(profile, environ)) is not None
