"""What AWS's error codes mean: the same few things under a hundred names, another for each service. Pure."""

from __future__ import annotations

from aws.errors import (
    AccessDenied,
    AwsError,
    BadAnswer,
    CredentialsError,
    ExpiredCredentials,
    NoCredentials,
    NotFound,
    NotInRegion,
    ServerError,
    Throttled,
    TimedOut,
    Unreachable,
)

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
BAD_KEYS = frozenset(
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
NOT_ENABLED = frozenset({"OptInRequired", "SubscriptionRequiredException", "NotSignedUp"})
_DENIED_PARTS = ("AccessDenied", "UnauthorizedOperation", "NotAuthorized", "Forbidden", "AuthorizationError")
_MISSING_PARTS = ("NotFound", "NoSuch", "DoesNotExist", "NonExistent")
_SERVER = frozenset({"InternalFailure", "InternalError", "InternalServerError", "ServiceUnavailable"})

_KINDS: tuple[type[AwsError], ...] = (
    *(AccessDenied, BadAnswer, CredentialsError, ExpiredCredentials, NoCredentials, NotFound, NotInRegion),
    *(ServerError, Throttled, TimedOut, Unreachable),
)
_OURS = {kind.code: kind for kind in _KINDS}
_OURS.update(dict.fromkeys(("UnknownHost", "TlsFailed", "ProxyFailed"), Unreachable))


def kind_of(code: str) -> type[AwsError] | None:
    """What an error code, AWS's or ours, says by itself; None where that takes the HTTP status too."""
    if code in _OURS:
        return _OURS[code]
    if code in _THROTTLES:
        return Throttled
    if code in _EXPIRED:
        return ExpiredCredentials
    if code in BAD_KEYS or code in _CLOCK:
        return CredentialsError
    if code in NOT_ENABLED or any(part in code for part in _DENIED_PARTS):
        return AccessDenied
    if any(part in code for part in _MISSING_PARTS):
        return NotFound
    return ServerError if code in _SERVER else None
