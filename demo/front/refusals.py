"""How AWS refuses, service by service: the same refusal has another code and status with the age of the protocol.

Sources: each service's API reference, "Common Errors", and the error shapes of botocore's service models.
"""

from __future__ import annotations

from typing import Final

from demo.errors import ServiceError
from demo.front.actions import iam_action
from demo.front.requests import Protocol, Request

_QUERY: Final = frozenset({Protocol.QUERY, Protocol.REST_XML})
_THROTTLES: Final = {
    "lambda": ("TooManyRequestsException", 429),
    "apigateway": ("TooManyRequestsException", 429),
    "apigatewayv2": ("TooManyRequestsException", 429),
    "cognito-idp": ("TooManyRequestsException", 400),
    "sqs": ("RequestThrottled", 403),
}


def denied(request: Request) -> ServiceError:
    """This identity may not do that."""
    message = f"User: arn:aws:iam::cwtop:user/demo is not authorized to perform: {iam_action(request)} (simulated)"
    if _old(request):
        return ServiceError("AccessDenied", message, 403)
    return ServiceError("AccessDeniedException", message, 400 if request.protocol is Protocol.JSON else 403)


def throttled(request: Request) -> ServiceError:
    """Too many requests. CloudWatch and the query services say it with status 400, not 429."""
    default = ("Throttling", 400) if _old(request) else ("ThrottlingException", 400)
    code, status = _THROTTLES.get(request.service, default)
    return ServiceError(code, "Rate exceeded", status)


def expired(request: Request) -> ServiceError:
    """The session's credentials have ended."""
    message = "The security token included in the request is expired"
    if _old(request):
        return ServiceError("ExpiredToken", message, 403)
    return ServiceError("ExpiredTokenException", message, 400 if request.protocol is Protocol.JSON else 403)


def skewed(request: Request, server_s: str, client_s: str) -> ServiceError:
    """The client's clock is wrong by more than five minutes, in the words of the signature's check."""
    if request.service == "s3":
        return ServiceError(
            "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.", 403
        )
    message = f"Signature expired: {client_s} is now earlier than {server_s} (5 min.)"
    if _old(request):
        return ServiceError("SignatureDoesNotMatch", message, 403)
    return ServiceError("InvalidSignatureException", message, 400 if request.protocol is Protocol.JSON else 403)


def _old(request: Request) -> bool:
    # CloudWatch answers in JSON with the codes of the query protocol it had before.
    return request.protocol in _QUERY or request.service == "cloudwatch"
