"""Where aiobotocore and botocore enter: everything else sees typed values. Imported in a thread, after the first frame.

What blocks (importing, models, configuration and credential files) is meant to be called through ``asyncio.to_thread``.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from contextlib import AsyncExitStack
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

import aiobotocore
import aiohttp
from aiobotocore.config import AioConfig
from aiobotocore.httpsession import AIOHTTPSession
from aiobotocore.session import AioSession
from botocore import UNSIGNED, xform_name
from botocore.exceptions import UnknownRegionError
from botocore.loaders import create_loader
from botocore.utils import parse_timestamp

from aws.failures import InvalidEndpoint
from aws.lean_models import LeanModels
from aws.model import Credentials
from aws.parsing import parse_metric_data, refuse_what_is_no_object, timestamp_parser
from aws.providers import RoleCache, ends_of, prepare, refuse_to_ask
from aws.serializing import keep_metric_data, put_metric_data
from aws.signin import tokens
from aws.signin.profiles import Sso, in_use, login_of, mfa_of, sso_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 10  # without a byte: in a call's 30 s a connection that hangs is given up twice for another
KEEPALIVE_S = 75  # longer than a poll: a burst once a minute would else negotiate TLS anew each time
CONNECTIONS = 32

# Built by our own planner, thousands a minute: checking 500 queries costs more than sending them.
_NOT_VALIDATED = frozenset({("cloudwatch", "GetMetricData")})
_UNSIGNED = frozenset({"sso-oidc"})  # asked by who has nothing to sign with
# botocore's own tells of the system in twenty parts, and puts them together for every request.
_USER_AGENT = f"cwtop aiobotocore/{aiobotocore.__version__}"
_CREDENTIALS_S = 30.0
_HELPER_PART = 0.9  # of the time: a credential process that hangs is named before the request as a whole is given up
_TOKEN_READ_EVERY_S = 30.0
_TOKEN_AWAITED_S = 2.0  # while somebody may just be signing in


class Connections:
    """HTTP connections shared by every client: one pool and one TLS context instead of one (14.5 ms) a client."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._lock = asyncio.Lock()
        self._sessions: dict[tuple[object, ...], aiohttp.ClientSession] = {}
        self.http_session_cls = self._make_http_session_cls()

    async def aclose(self) -> None:
        """Close every connection."""
        await self._stack.aclose()
        self._sessions.clear()

    def _make_http_session_cls(self) -> type:
        pool = self

        class Pooled(AIOHTTPSession):  # type: ignore[misc]  # aiobotocore is untyped
            """aiobotocore's session, drawing on the shared pool. Overrides a private method: the version is pinned."""

            async def _get_session(self, proxy_url: str | None) -> aiohttp.ClientSession:
                key = (proxy_url, self._verify, self._cert_file, self._key_file)
                return await pool._session(key, self, proxy_url)

        return Pooled

    async def _session(self, key: tuple[object, ...], http: Any, proxy_url: str | None) -> aiohttp.ClientSession:
        async with self._lock:
            session = self._sessions.get(key)
            if session is None:
                connector = await http._create_connector(proxy_url)
                session = aiohttp.ClientSession(
                    connector=connector,
                    timeout=aiohttp.ClientTimeout(sock_connect=CONNECT_TIMEOUT_S, sock_read=READ_TIMEOUT_S),
                    skip_auto_headers={"CONTENT-TYPE"},
                    auto_decompress=False,
                    cookie_jar=aiohttp.DummyCookieJar(),
                )
                self._sessions[key] = await self._stack.enter_async_context(session)
        return session


_READING = Lock()  # profiles are opened side by side, each in a thread: the second waits for what the first reads


@cache
def _models(data_path: str | None) -> Any:
    """The models of AWS's services, once for all profiles: they take a sixth of a second to read, and megabytes."""
    loader = create_loader(data_path)
    loader.file_loader = LeanModels()
    return loader


class Profile:
    """One profile's credentials, configuration and service models. Opening one blocks: use a thread.

    ``timeout_s`` is how long whoever waits for its credentials waits.
    """

    def __init__(
        self, name: str | None, roles: dict[str, Any] | None = None, *, timeout_s: float = _CREDENTIALS_S
    ) -> None:
        _quieten()
        session = AioSession(profile=name)
        session.get_component("response_parser_factory").set_parser_defaults(
            timestamp_parser=timestamp_parser(parse_timestamp)
        )
        session.get_scoped_config()  # reads ~/.aws/config once, and finds out whether the profile exists
        self._session = session
        self.name: str | None = session.profile
        with _READING:
            self._models = _models(session.get_config_variable("data_path"))
        session.register_component("data_loader", self._models)
        self._credentials: Any = None
        self._signature: object = None
        self._roles = {} if roles is None else roles
        self._helper_timeout_s = timeout_s * _HELPER_PART
        self._opened_with: object = None
        self._ends: tuple[float, tokens.Ends | None] | None = None

    @property
    def region(self) -> str | None:
        """The region of AWS_DEFAULT_REGION or of the profile."""
        return cast("str | None", self._session.get_config_variable("region"))

    def load(self, services: Iterable[str]) -> None:
        """Read the models of ``services`` and what every client needs besides. Blocks: use a thread."""
        with _READING:
            for name in ("endpoints", "partitions", "sdk-default-configuration", "_retry"):
                self._models.load_data(name)
            for service in services:
                self._models.load_service_model(service, "service-2")
                self._models.load_service_model(service, "endpoint-rule-set-1")

    async def sign_in(self, ask: Callable[[str], str] = refuse_to_ask, *, anew: bool = False) -> None:
        """Find credentials, and exchange them where a profile says so. Reads files: use `off_loop`.

        ``ask`` gives the code of an MFA device; ``anew``: even where a role that was assumed before still lasts. Raises
        botocore's own exceptions, and `MfaRequired` where a code is wanted and nobody can be asked.
        """
        cache = RoleCache(self._roles, anew=anew)
        prepare(self._session, cache, ask, helper_timeout_s=self._helper_timeout_s)
        self._credentials = await self._session.get_credentials()
        if self._credentials is not None:
            self._signature = tuple(await self._credentials.get_frozen_credentials())
        self._opened_with = self._typed_for()

    @property
    def signed_in(self) -> bool:
        """Whether there is anything to sign with."""
        return self._credentials is not None

    def same_credentials(self, other: Profile) -> bool:
        """Whether both sign with the same keys."""
        return self._signature == other._signature

    @property
    def sso(self) -> Sso | None:
        """The Identity Center that this profile, or the one its role is assumed from, signs in to."""
        return sso_of(self._session.full_config, self._session.profile or "default")

    @property
    def signs_in(self) -> str | None:
        """The profile that somebody signs in to for this one; None: it has keys, or what renews itself."""
        named = self._session.instance_variables().get("profile")
        return login_of(self._session.full_config, in_use(named, os.environ))

    def handed_in(self) -> object:
        """What somebody has given so far by signing in or typing a code: another once they have done so again."""
        sso = self.sso
        return (tokens.ends(sso) if sso is not None else None, self._typed_for())

    @property
    def superseded(self) -> bool:
        """Whether roles were assumed since this was opened: botocore goes on with the one that it has, to its end."""
        return self._typed_for() != self._opened_with

    def keep(self) -> None:
        """Stay with that one."""
        self._opened_with = self._typed_for()

    def _typed_for(self) -> object:
        guarded = mfa_of(self._session.full_config, self._session.profile or "default") is not None
        return frozenset(map(ends_of, self._roles.values())) if guarded else None

    def credentials(self) -> Credentials:
        """What is signed with, and when it ends."""
        method = getattr(self._credentials, "method", "")
        expiry = getattr(self._credentials, "_expiry_time", None)
        ends_s = expiry.timestamp() if expiry is not None else None
        if method == "env":
            return Credentials(ends_s=ends_s)
        if method == "custom-process":
            return Credentials(kind="process", ends_s=ends_s, renewed=True)
        if method == "assume-role" and mfa_of(self._session.full_config, self._session.profile or "default"):
            # botocore stops signing with them before they end, and cannot ask for another code by itself.
            early_s = float(self._credentials._mandatory_refresh_timeout)
            return Credentials(kind="mfa", ends_s=None if ends_s is None else ends_s - early_s)
        if method in ("sso", "assume-role") and (sso := self.sso) is not None:
            return self._signed_in_until(sso, ends_s)
        return Credentials(kind="role" if ends_s is not None else "keys", ends_s=ends_s, renewed=True)

    def _signed_in_until(self, sso: Sso, role_ends_s: float | None) -> Credentials:
        """Roles are renewed as long as the sign-in holds, so that its end is theirs; then the last role's counts."""
        now_s = time.time()
        every_s = (
            _TOKEN_READ_EVERY_S if self._ends and self._ends[1] and self._ends[1].at_s > now_s else _TOKEN_AWAITED_S
        )
        if self._ends is None or abs(now_s - self._ends[0]) > every_s:
            self._ends = now_s, tokens.ends(sso)
        token = self._ends[1]
        if role_ends_s is not None and (token is None or token.at_s < now_s) and role_ends_s > now_s:
            return Credentials(kind="role", ends_s=role_ends_s)
        if token is None:
            return Credentials(kind="sso", ends_s=role_ends_s)
        return Credentials(kind="sso", ends_s=token.at_s, renewed=token.renewed)

    async def client(
        self, service: str, operation: str, *, region: str, endpoint_url: str | None, connections: Connections
    ) -> Client:
        """A client for that operation. Reads files and takes a while to build: use `off_loop`."""
        context = self._session.create_client(
            service,
            region_name=region,
            endpoint_url=endpoint_url,
            config=AioConfig(
                connect_timeout=CONNECT_TIMEOUT_S,
                read_timeout=READ_TIMEOUT_S,
                max_pool_connections=CONNECTIONS,
                connector_args={"keepalive_timeout": KEEPALIVE_S},
                http_session_cls=connections.http_session_cls,
                parameter_validation=(service, operation) not in _NOT_VALIDATED,
                user_agent=_USER_AGENT,
                signature_version=UNSIGNED if service in _UNSIGNED else None,
                # The door above tries again itself, so that every try is paced, counted and within the deadline.
                retries={"mode": "standard", "total_max_attempts": 1},
            ),
        )
        try:
            return Client(await context.__aenter__())
        except ValueError as error:
            if str(error).startswith("Invalid endpoint"):
                raise InvalidEndpoint(str(error)) from error
            raise

    async def offers(self, service: str, region: str) -> bool:
        """Whether botocore's list of endpoints has the service in that region (True where it cannot tell)."""
        try:
            partition = self._session.get_partition_for_region(region)
        except UnknownRegionError:
            return False
        regions = await self._session.get_available_regions(service, partition_name=partition)
        return not regions or region in regions


class Client:
    """One botocore client. Its connections are the shared pool's, so nothing is left open when it is dropped."""

    def __init__(self, client: Any) -> None:
        self._client = client
        model = client.meta.service_model
        if model.service_name == "cloudwatch":
            client.meta.events.register_first("before-parse.cloudwatch.GetMetricData", parse_metric_data)
        if model.service_name == "cloudwatch" and model.resolved_protocol == "json":
            client.meta.events.register("provide-client-params.cloudwatch.GetMetricData", keep_metric_data)
            client.meta.events.register("before-call.cloudwatch.GetMetricData", put_metric_data)
        if model.resolved_protocol in ("json", "rest-json"):
            client.meta.events.register(f"before-parse.{model.service_id.hyphenize()}", refuse_what_is_no_object)

    @property
    def endpoint_url(self) -> str:
        """Where requests go."""
        return str(self._client.meta.endpoint_url)

    async def request(self, operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Send one request and give the parsed answer. Raises botocore's own exceptions."""
        method = getattr(self._client, xform_name(operation))
        return cast("dict[str, Any]", await method(**params))


def _quieten() -> None:
    """Keep botocore off the terminal: a warning without any handler would be printed into the screen.

    Whoever sets up a log file gets their warnings by propagation. Nothing below a warning, at any log level: debug
    lines hold signatures, and whole answers with environment variables in them.
    """
    for name in ("botocore", "aiobotocore"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
