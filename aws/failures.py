"""botocore's exceptions as errors of ours, each with a way out.

They are told apart by the names of their classes, so that this table is pure: it imports no botocore, and a test can
hand it anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aws.errors import (
    AccessDenied,
    AwsError,
    BadAnswer,
    CredentialsError,
    CwtopError,
    ExpiredCredentials,
    InvalidRequest,
    NoCredentials,
    NotFound,
    NotInRegion,
    ServerError,
    Throttled,
    TimedOut,
    Unreachable,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


_EXCERPT = 120  # characters of what a parser says, which quotes the whole body


class MfaRequired(Exception):
    """A role wants a one-time code, and nobody can type one while the screen is up."""


class InvalidEndpoint(Exception):
    """An endpoint that is no URL."""


class Asked(NamedTuple):
    """What was asked when it failed, and through which profile (None: the ambient credentials)."""

    service: str
    operation: str
    profile: str | None = None
    region: str | None = None


_THROTTLES = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
        "429",
    }
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"})
_BAD_KEYS = frozenset(
    {
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "InvalidAccessKeyId",
        "AuthFailure",
        "MissingAuthenticationToken",
    }
)
_CLOCK = frozenset(
    {
        "SignatureDoesNotMatch",
        "InvalidSignatureException",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "RequestInTheFuture",
    }
)
_NOT_ENABLED = frozenset({"OptInRequired", "SubscriptionRequiredException", "NotSignedUp"})
_DENIED_PARTS = ("AccessDenied", "UnauthorizedOperation", "NotAuthorized", "Forbidden")
_MISSING_PARTS = ("NotFound", "NoSuch", "DoesNotExist", "NonExistent")

_LOGIN_AGAIN = frozenset(
    {"TokenRetrievalError", "UnauthorizedSSOTokenError", "SSOTokenLoadError", "NoAuthTokenError", "SSOError"}
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


def translate(error: Exception, asked: Asked) -> CwtopError:
    """The error of ours that stands for ``error``. Never raises; an unknown exception is a `BadAnswer`."""
    if isinstance(error, CwtopError):
        return error
    names = [kind.__name__ for kind in type(error).__mro__]
    if "ClientError" in names:
        return _answered(getattr(error, "response", {}), asked)
    if isinstance(error, MfaRequired):
        return _mfa(asked)
    if not _LOCAL_MISTAKES.isdisjoint(names):
        return _local(names[0], error)
    return _credentials(names, error, asked) or _network(names, error, asked)


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


def login_hint(profile: str | None) -> str:
    """How to sign in again."""
    return f"run `aws sso login{f' --profile {profile}' if profile else ''}`; cwtop goes on by itself"


def _answered(response: Mapping[str, Any], asked: Asked) -> AwsError:
    """An error that came with an answer: told apart by AWS's error code, then by HTTP status."""
    told = response.get("Error", {})
    code, message = str(told.get("Code") or ""), one_line(told.get("Message") or "")
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)
    where = (asked.service, asked.operation)
    if code in _THROTTLES or status == 429:
        return Throttled(*where, message or "too many requests", code=code)
    if code.isdigit() or not code:
        return _without_code(code, status, asked)
    if code in _EXPIRED:
        return ExpiredCredentials(*where, message, hint=_renew_hint(asked.profile), code=code)
    if code in _BAD_KEYS:
        hint = "AWS does not know this access key: check AWS_ACCESS_KEY_ID, the profile and --endpoint-url"
        return CredentialsError(*where, message, hint=hint, code=code)
    if code in _CLOCK:
        hint = "check this machine's clock (`date -u`): a few minutes off spoil every signature; then the secret key"
        return CredentialsError(*where, message, hint=hint, code=code)
    if code in _NOT_ENABLED:
        return AccessDenied(*where, message, hint=f"{asked.service} is not enabled for this account", code=code)
    if any(part in code for part in _DENIED_PARTS):
        return AccessDenied(*where, message, code=code)
    if any(part in code for part in _MISSING_PARTS):
        return NotFound(*where, message, code=code)
    if status >= 500 or code in {"InternalFailure", "InternalError", "InternalServerError", "ServiceUnavailable"}:
        return ServerError(*where, message or f"HTTP {status}", code=code)
    return InvalidRequest(*where, message, code=code)


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


def _mfa(asked: Asked) -> CredentialsError:
    profile = asked.profile or "default"
    return CredentialsError(
        asked.service,
        asked.operation,
        f"profile {profile!r} assumes a role that wants an MFA code",
        hint=f"run `aws sts get-caller-identity --profile {profile}`, type the code there, then start cwtop again",
        code="MfaRequired",
    )


def _local(name: str, error: Exception) -> UsageError:
    """Something on this machine is set wrongly: nothing was sent."""
    hints = {
        "ProfileNotFound": "`aws configure list-profiles` shows those that exist; `cwtop demo` needs none",
        "NoRegionError": "give --region, set AWS_REGION, or run `aws configure set region eu-west-1`",
        "InvalidRegionError": "a region looks like eu-west-1",
        "InvalidEndpoint": "an endpoint looks like http://127.0.0.1:5000; see --endpoint-url and AWS_ENDPOINT_URL",
        "UnknownServiceError": "this botocore does not know the service: upgrade cwtop",
    }
    return UsageError(one_line(str(error)), hints.get(name, "check ~/.aws/config and ~/.aws/credentials"))


def _credentials(names: list[str], error: Exception, asked: Asked) -> AwsError | None:
    """Nothing to sign with, or not any more."""
    where, message = (asked.service, asked.operation), one_line(str(error))
    if "NoCredentialsError" in names:
        return NoCredentials(*where, "no AWS credentials were found")
    if "PartialCredentialsError" in names:
        return NoCredentials(*where, message, hint="set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    if not _LOGIN_AGAIN.isdisjoint(names):
        return ExpiredCredentials(*where, message, hint=login_hint(asked.profile))
    if "LoginError" in names:
        profile = f" --profile {asked.profile}" if asked.profile else ""
        return ExpiredCredentials(*where, message, hint=f"run `aws login{profile}`; cwtop goes on by itself")
    if "RefreshWithMFAUnsupportedError" in names:
        return _mfa(asked)
    if "CredentialRetrievalError" in names or "MetadataRetrievalError" in names:
        hint = "run the profile's credential_process by hand and see what it says"
        return CredentialsError(*where, message, hint=hint)
    if "RuntimeError" in names and "credentials" in message:
        return ExpiredCredentials(*where, message, hint=_renew_hint(asked.profile))
    return None


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


def _renew_hint(profile: str | None) -> str:
    return f"{login_hint(profile)}; keys set by hand: put the new ones in place, exported ones need a restart"


def one_line(text: str, limit: int = 300) -> str:
    """Foreign text on one line, cut to ``limit`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
