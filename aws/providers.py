"""Where botocore's credential providers are put to our use: no question and no output on the terminal, one role cache.

Imported by `aws.wire` alone, which says how botocore enters.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from aiobotocore.credentials import AioProcessProvider, AioProfileProviderBuilder, AioRefreshableCredentials
from aiobotocore.session import AioSession
from botocore.compat import compat_shell_split
from botocore.exceptions import CredentialRetrievalError
from botocore.utils import JSONFileCache

from aws.failures import MfaRequired
from aws.signin import tokens

if TYPE_CHECKING:
    from collections.abc import Callable


_REASON_LENGTH = 300


class RoleCache(JSONFileCache):  # type: ignore[misc]  # botocore is untyped
    """Roles assumed in this run, in ``memory`` alone; before them those that the AWS CLI has cached, read only.

    A code typed for either need not be typed again while the role lasts; ``anew``: but one has been typed, so that
    none of them is given. Nothing is written to disk.
    """

    def __init__(self, memory: dict[str, Any], *, anew: bool = False) -> None:
        super().__init__(os.path.expanduser("~/.aws/cli/cache"))
        self._memory = memory
        self._anew = anew

    def __contains__(self, key: str) -> bool:
        return not self._anew and (key in self._memory or super().__contains__(key))

    def __getitem__(self, key: str) -> Any:
        known = [self._memory[key]] if key in self._memory else []
        with suppress(KeyError):
            known.append(super().__getitem__(key))
        if not known:
            raise KeyError(key)
        return max(known, key=ends_of)

    def __setitem__(self, key: str, value: Any) -> None:
        self._memory[key] = value


class _SsoTokens(JSONFileCache):  # type: ignore[misc]  # botocore is untyped
    """Sign-ins to IAM Identity Center, as the AWS CLI keeps them; half a file, or no token, is as good as none."""

    def __init__(self) -> None:
        super().__init__(str(tokens.folder()), dumps_func=tokens.as_json)

    def __getitem__(self, key: str) -> Any:
        try:
            found = super().__getitem__(key)
        except KeyError:
            return {}
        return found if tokens.is_token(found) else {}


def ends_of(cached: Any) -> str:
    """The end of a cached role, to be compared: botocore keeps it as a time, the CLI writes ISO 8601 in UTC."""
    found = cached["Credentials"]["Expiration"] if isinstance(cached, dict) and "Credentials" in cached else ""
    return found.strftime("%Y-%m-%dT%H:%M:%S") if hasattr(found, "strftime") else str(found)


def refuse_to_ask(prompt: str) -> NoReturn:
    """For want of somebody who could type a code."""
    raise MfaRequired(prompt)


class _Helper:
    """A credential process: gone when nobody waits for it any more, with everything that it has started."""

    def __init__(self, process: asyncio.subprocess.Process, timeout_s: float) -> None:
        self._process = process
        self._timeout_s = timeout_s

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    async def communicate(self) -> tuple[bytes, bytes]:
        try:
            async with asyncio.timeout(self._timeout_s):
                printed, said = await self._process.communicate()
        except TimeoutError:
            raise _helper_failed(f"no answer within {self._timeout_s:g} s") from None
        else:
            if self._process.returncode:
                reason = said.decode(errors="replace").strip()
                if len(reason) > _REASON_LENGTH:  # a traceback, or all that it did: the reason comes last
                    reason = reason.splitlines()[-1]
                raise _helper_failed(reason or f"it ended with status {self._process.returncode}")
            return printed, said
        finally:
            if self._process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                await self._process.wait()


async def _start_helper(timeout_s: float, *command: str, **pipes: Any) -> _Helper:
    # In a session of its own it has no terminal: it can neither take our keys nor write over the screen.
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, start_new_session=True, **pipes
    )
    return _Helper(process, timeout_s)


def _helper_failed(reason: str) -> CredentialRetrievalError:
    """``reason`` may quote the helper, and is told to who sees the screen; botocore logs the error's own words."""
    error = CredentialRetrievalError(provider=AioProcessProvider.METHOD, error_msg="why is told on the screen")
    error.kwargs["error_msg"] = reason
    return error


class _Process(AioProcessProvider):  # type: ignore[misc]  # aiobotocore is untyped
    async def _retrieve_credentials_using(self, credential_process: str) -> Any:
        try:
            if not compat_shell_split(credential_process):
                raise _helper_failed("its line in the configuration is empty")
        except ValueError as error:
            raise _helper_failed(f"its line in the configuration is no command: {error}") from None
        try:
            found = await super()._retrieve_credentials_using(credential_process)
        except OSError as error:
            raise _helper_failed(f"{error.filename or credential_process}: {error.strerror}") from None
        except (ValueError, AttributeError):
            # Without the error itself: a parser's error holds all that was printed, keys included.
            raise _helper_failed("it did not print the JSON that is asked for") from None
        if found["expiry_time"] is not None:
            _check_end(found["expiry_time"])
        return found


def _check_end(stamp: Any) -> None:
    """Refuse what botocore would stumble over: an end that is no time, or one that has come."""
    try:
        ends = AioRefreshableCredentials._expiry_datetime(stamp)
        over = ends <= datetime.now(UTC)
    except (ValueError, TypeError, OverflowError):
        raise _helper_failed("the Expiration that it printed is no time with a zone, as ISO 8601 has it") from None
    if over:
        clock = "unless this machine's clock is fast (`date -u`)"
        raise _helper_failed(f"what it printed had ended before, at {ends:%Y-%m-%dT%H:%M:%S%z}, {clock}")


class _Builder(AioProfileProviderBuilder):  # type: ignore[misc]  # aiobotocore is untyped
    helper_timeout_s = 0.0

    def _create_process_provider(self, profile_name: str) -> _Process:
        start = partial(_start_helper, self.helper_timeout_s)
        return _Process(profile_name=profile_name, load_config=lambda: self._session.full_config, popen=start)


def prepare(session: AioSession, cache: RoleCache, ask: Callable[[str], str], *, helper_timeout_s: float) -> None:
    """Let a session find credentials as the AWS CLI does, with ``ask`` in the place of a prompt on the terminal.

    ``helper_timeout_s`` is how long a credential process may take.
    """
    resolver = session.get_component("credential_provider")
    roles = resolver.get_provider("assume-role")
    builder = _Builder(session, cache=cache, sso_token_cache=_SsoTokens())
    builder.helper_timeout_s = helper_timeout_s
    name = session.get_config_variable("profile") or "default"
    explicit = session.instance_variables().get("profile") is not None
    ours = {provider.METHOD: provider for provider in builder.providers(name, disable_env_vars=explicit)}
    resolver.providers = [ours.get(provider.METHOD, provider) for provider in resolver.providers]
    roles.cache = cache
    roles._prompter = ask  # botocore would ask on the terminal, in the middle of the screen
    roles._profile_provider_builder = builder
