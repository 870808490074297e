"""The outermost links of the chain: errors in the client's protocol, and actions this identity may not call."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from fnmatch import fnmatchcase

from demo.errors import ServiceError
from demo.front.actions import action_names
from demo.front.answers import error_answer
from demo.front.chain import Handler, Middleware
from demo.front.refusals import denied
from demo.front.requests import Request, Response

_log = logging.getLogger(__name__)


async def speak_errors(request: Request, behind: Handler) -> Response:
    """Turns a `ServiceError` into an answer, and anything unforeseen into AWS's 500."""
    try:
        return await behind(request)
    except ServiceError as error:
        return error_answer(request, error)
    except Exception as error:  # noqa: BLE001 (a server answers 500 to whatever goes wrong behind it)
        _log.exception("%s:%s failed", request.service, request.operation)
        return error_answer(request, ServiceError("InternalFailure", f"{type(error).__name__}: {error}", 500))


def deny(actions: Sequence[str]) -> Middleware:
    """Answers AccessDenied to ``actions``, such as "cloudwatch:DescribeAlarms", "tag:GetResources" or "lambda:*"."""
    patterns = [action.lower() for action in actions]

    async def refuse(request: Request, behind: Handler) -> Response:
        names = action_names(request)
        if not any(fnmatchcase(name, pattern) for pattern in patterns for name in names):
            return await behind(request)
        raise denied(request)

    return refuse
