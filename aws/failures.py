"""botocore's exceptions as errors of ours, each with a way out.

They are told apart by the names of their classes, so that this table is pure: it imports no botocore, and a test can
hand it anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aws.codes import BAD_KEYS, NOT_ENABLED, kind_of
from aws.errors import (
    AccessDenied,
    AwsError,
    BadAnswer,
    CredentialsError,
    CwtopError,
    ExpiredCredentials,
    InvalidRequest,
    NotFound,
    NotInRegion,
    ServerError,
    Throttled,
    TimedOut,
    Unreachable,
    UsageError,
)
from aws.signin.failures import option, refused_role, unsigned

if TYPE_CHECKING:
    from collections.abc import Mapping


_EXCERPT = 120  # characters of what a parser says, which quotes the whole body


class MfaRequired(Exception):
    """A role wants a one-time code, and nobody can type one while the screen is up."""


class InvalidEndpoint(Exception):
    """An endpoint that is no URL."""


class Asked(NamedTuple):
    """What was asked when it failed, and through which profile (None: the ambient credentials).

    ``signs_in`` is the profile that somebody signs in to for it, itself or its role's source; None: nobody does.
    """

    service: str
    operation: str
    profile: str | None = None
    region: str | None = None
    signs_in: str | None = None


_UNKNOWN_KEY = "AWS does not know this access key: check AWS_ACCESS_KEY_ID, the profile and --endpoint-url"
_UNKNOWN_OPERATION = frozenset(
    {"InvalidAction", "UnknownOperation", "UnknownOperationException", "NotImplemented", "UnsupportedOperation"}
    | {"HTTP404", "HTTP405", "HTTP500", "HTTP501"}
)
_NO_ANSWER = frozenset({"ReadTimeoutError", "ConnectTimeoutError", "TimeoutError"})
_LOCAL_MISTAKES = frozenset(
    {
        "ProfileNotFound",
        "ConfigParseError",
        "ConfigNotFound",
        "NoRegionError",
        "InvalidRegionError",
        "InvalidConfigError",
    }
    | {
        "InfiniteLoopConfigError",
        "InvalidProxiesConfigError",
        "InvalidEndpointConfigurationError",
        "UnknownServiceError",
    }
    | {"PermissionError", "FileNotFoundError", "IsADirectoryError", "NotADirectoryError"}
    | {"InvalidEndpoint", "InvalidRetryConfigurationError", "MissingDependencyException"}
)
# Of those, what keeps a request from being built at all, however it would be signed.
_NOT_SIGNING = frozenset({"InvalidEndpoint", "UnknownServiceError"})
MISCONFIGURED = "Misconfigured"  # our code for a local mistake that is met while polling


def translate(error: Exception, asked: Asked) -> CwtopError:
    """The error of ours that stands for ``error``. Never raises; an unknown exception is a `BadAnswer`."""
    if isinstance(error, CwtopError):
        return error
    translated = _translated(error, asked)
    if isinstance(translated, AwsError):
        translated.profile = asked.profile
    return translated


def of_one_request(error: Exception, asked: Asked) -> AwsError:
    """The same for one request among others: what is set wrongly on this machine ends that alone.

    Configuration and token files are edited, or gone while they are replaced, long after they were first read.
    """
    translated = translate(error, asked)
    if isinstance(translated, AwsError):
        return translated
    kind = InvalidRequest if type(error).__name__ in _NOT_SIGNING else CredentialsError
    failed = kind(asked.service, asked.operation, translated.message, hint=translated.hint, code=MISCONFIGURED)
    failed.profile = asked.profile
    return failed


def _translated(error: Exception, asked: Asked) -> CwtopError:
    names = [kind.__name__ for kind in type(error).__mro__]
    where = (asked.service, asked.operation)
    if "ClientError" in names:
        response = getattr(error, "response", {})
        told = response.get("Error", {})
        what, code, message = getattr(error, "operation_name", ""), str(told.get("Code") or ""), told.get("Message")
        # Keys, clock and AWS's own troubles are told alike, whoever notices them: also STS on the way to a role.
        # An ExpiredTokenException is the web identity's own.
        known = code == "ExpiredToken" or kind_of(code) in (Throttled, ServerError, CredentialsError)
        refused = None
        if not (known or what == asked.operation or not code or code.isdigit()):
            refused = refused_role(what, code, one_line(message or ""), where)
        return refused or _answered(response, asked)
    if not _LOCAL_MISTAKES.isdisjoint(names):
        return _local(names[0], error)
    if "RuntimeError" in names and "refreshed credentials are still expired" in str(error):
        message = "what renews the credentials gave some that have ended already"
        hint = "renew them where they come from; or else this machine's clock is fast (`date -u`)"
        return ExpiredCredentials(*where, message, hint=hint)
    if "ValueError" in names and "metadata" in (message := str(error)) and "Unsupported host" in message:
        hint = "AWS_CONTAINER_CREDENTIALS_FULL_URI may only name this machine, or ECS's and EKS's own addresses"
        return CredentialsError(*where, one_line(message), hint=hint)
    return unsigned(names, error, where, asked.profile, asked.signs_in) or _network(names, error, asked)


def lacks_operation(error: AwsError) -> bool:
    """Whether the server has never heard of what was asked: older than the operation, or not AWS.

    A server that fails on what it lacks, as moto does, says so without an error of AWS's own.
    """
    return error.code in _UNKNOWN_OPERATION


def is_unknown_host(error: BaseException) -> bool:
    """Whether name resolution failed: the host does not exist, or there is no DNS to ask."""
    seen: BaseException | None = error
    while seen is not None:
        if any(kind.__name__ in {"gaierror", "ClientConnectorDNSError"} for kind in type(seen).__mro__):
            return True
        inner = getattr(seen, "kwargs", {}).get("error") or seen.__cause__ or seen.__context__
        seen = inner if isinstance(inner, BaseException) else None
    return False


def not_in_region(asked: Asked) -> NotInRegion:
    """This region does not have the service."""
    return NotInRegion(
        asked.service,
        asked.operation,
        f"{asked.service} has no endpoint in {asked.region}",
        hint=f"{asked.service} is not offered in {asked.region}, or that is not a region: see --region",
    )


def _answered(response: Mapping[str, Any], asked: Asked) -> AwsError:
    """An error that came with an answer: told apart by AWS's error code, then by HTTP status."""
    told = response.get("Error", {})
    code, message = str(told.get("Code") or ""), one_line(told.get("Message") or "")
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)
    where = (asked.service, asked.operation)
    kind = kind_of(code)
    if kind is Throttled or status == 429:
        return Throttled(*where, message or "too many requests", code=code)
    if code.isdigit() or not code:
        return _without_code(code, status, asked)
    if kind is ExpiredCredentials:
        return ExpiredCredentials(*where, message, hint=_renew_hint(asked), code=code)
    if kind is CredentialsError:
        hint = _UNKNOWN_KEY if code in BAD_KEYS else _signature_hint(code, message)
        return CredentialsError(*where, message, hint=hint, code=code)
    if kind is AccessDenied:
        return AccessDenied(*where, message, hint=_denied_hint(code, message, asked), code=code)
    if kind is NotFound:
        return NotFound(*where, message, code=code)
    if kind is ServerError or status >= 500:
        return ServerError(*where, message or f"HTTP {status}", code=code)
    return InvalidRequest(*where, message, code=code)


def _denied_hint(code: str, message: str, asked: Asked) -> str:
    if code in NOT_ENABLED:
        return f"{asked.service} is not enabled for this account"
    return "a policy denies it outright: an allow does not help, ask who made it" if "explicit deny" in message else ""


def _without_code(code: str, status: int, asked: Asked) -> AwsError:
    """A body that names no AWS error: a proxy's page, a load balancer's, or a server that lacks the operation."""
    status = status or int(code or 0)
    where = (asked.service, asked.operation)
    if status >= 500:
        hint = "AWS, or a proxy in front of it, has trouble; cwtop asks again with the next poll"
        return ServerError(*where, f"HTTP {status} without AWS's own error", hint=hint, code=f"HTTP{status}")
    if status == 407:
        return Unreachable(*where, "the proxy wants a login", hint="check HTTPS_PROXY and its user and password")
    hint = "a proxy or captive portal answers instead of AWS, or the endpoint does not know this operation"
    return BadAnswer(*where, f"HTTP {status} without AWS's own error", hint=hint, code=f"HTTP{status}")


def _local(name: str, error: Exception) -> UsageError:
    """Something on this machine is set wrongly: nothing was sent."""
    hints = {
        "ProfileNotFound": "`aws configure list-profiles` shows those that exist; `cwtop demo` needs none",
        "ConfigParseError": "mend that file: it takes lines `name = value` below a [section]; it may be ~/.aws/config",
        "InvalidConfigError": "the profile leads to something missing or unclear: mend it in ~/.aws/config",
        "InfiniteLoopConfigError": "its source_profile leads back to itself: mend ~/.aws/config",
        "FileNotFoundError": "web_identity_token_file, AWS_WEB_IDENTITY_TOKEN_FILE, "
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE or AWS_CA_BUNDLE names it: it is gone, or never was there",
        "PermissionError": "let this user read it, as the AWS CLI must: ~/.aws/config, ~/.aws/credentials",
        "MissingDependencyException": "`aws login` profiles need botocore's extra: pip install 'botocore[crt]'",
        "NoRegionError": "give --region, set AWS_REGION, or run `aws configure set region eu-west-1`",
        "InvalidRegionError": "a region looks like eu-west-1",
        "InvalidEndpoint": "an endpoint looks like http://127.0.0.1:5000; see --endpoint-url and AWS_ENDPOINT_URL",
        "UnknownServiceError": "this botocore does not know the service: upgrade cwtop",
    }
    return UsageError(one_line(str(error)), hints.get(name, "check ~/.aws/config and ~/.aws/credentials"))


def _network(names: list[str], error: Exception, asked: Asked) -> AwsError:
    """No answer, or one that nobody can read."""
    where, message = (asked.service, asked.operation), one_line(str(error))
    if not _NO_ANSWER.isdisjoint(names):
        return TimedOut(*where, message or "no answer in time")
    if is_unknown_host(error):
        hint = "the name cannot be resolved: check DNS, VPN, the region's spelling and --endpoint-url"
        return Unreachable(*where, message, hint=hint, code="UnknownHost")
    if "SSLError" in names:
        hint = "a proxy that inspects TLS needs its certificate in AWS_CA_BUNDLE; then check this machine's clock"
        return Unreachable(*where, message, hint=hint, code="TlsFailed")
    if "ProxyConnectionError" in names:
        return Unreachable(*where, message, hint="check HTTPS_PROXY and NO_PROXY", code="ProxyFailed")
    if "ConnectionError" in names or "HTTPClientError" in names:
        return Unreachable(*where, message)
    if "ParamValidationError" in names:
        return InvalidRequest(*where, message, hint="cwtop built a wrong request: please report it")
    reason = one_line(f"{names[0]}: {message}" if message else names[0], _EXCERPT)
    return BadAnswer(*where, f"the answer is not one of AWS's ({reason})")


def _renew_hint(asked: Asked) -> str:
    if asked.signs_in:
        return f"run `aws sso login{option(asked.signs_in)}`: cwtop goes on by itself"
    return "put new keys in ~/.aws/credentials: cwtop goes on by itself; exported keys need a restart"


def _signature_hint(code: str, message: str) -> str:
    if code in ("SignatureDoesNotMatch", "InvalidSignatureException") and "expired" not in message.lower():
        return "the secret key is not that of the access key: copy both again; then check the clock (`date -u`)"
    return "check this machine's clock (`date -u`): a few minutes off spoil every signature"


def one_line(text: str, limit: int = 300) -> str:
    """Foreign text on one line, cut to ``limit`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
