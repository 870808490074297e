"""Signing in to IAM Identity Center with a code that is confirmed in a browser, on this machine or any other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Protocol

from aws.clock import Clock
from aws.errors import AwsError
from aws.signin.device import GRANT_TYPE, NotSignedIn, SignedIn, Stage, registration, started
from aws.signin.profiles import Sso
from aws.signin.tokens import token_of

_CLIENT = "cwtop"


class Oidc(Protocol):
    """One operation of ``sso-oidc``, unsigned. Raises `AwsError`."""

    def __call__(self, operation: str, /, **params: Any) -> Awaitable[Mapping[str, Any]]: ...


async def sign_in(
    sso: Sso, ask: Oidc, clock: Clock, save: Callable[[Mapping[str, str]], Awaitable[None]]
) -> AsyncIterator[Stage]:
    """The stages of one sign-in: a code to confirm, then how it ended. ``save`` keeps the token before it is told.

    Raises `AwsError` where AWS cannot be asked, and what ``save`` raises.
    """
    scopes = {"scopes": list(sso.scopes)} if sso.scopes else {}
    registered = registration(await ask("RegisterClient", clientName=_CLIENT, clientType="public", **scopes))
    client = {"clientId": registered.client_id, "clientSecret": registered.client_secret}
    answer = await ask("StartDeviceAuthorization", startUrl=sso.start_url, **client)
    confirm, waiting = started(answer, clock.monotonic())
    yield confirm
    while True:
        await clock.sleep(waiting.interval_s)
        try:
            answer = await ask("CreateToken", grantType=GRANT_TYPE, deviceCode=waiting.device_code, **client)
        except AwsError as error:
            step = waiting.after(error, clock.monotonic())
            if isinstance(step, NotSignedIn):
                yield step
                return
            waiting = step
        else:
            now_s = clock.now()
            token = token_of(answer, sso, registered, now_s)
            await save(token)
            yield SignedIn(now_s + float(answer["expiresIn"]))
            return
