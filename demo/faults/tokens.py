"""A listing whose next page is the same page again: answers that always hold a token, and requests freed of it.

Each protocol has its own place for tokens, and each service a name of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlencode

import orjson

from demo.front.requests import Protocol, Request, Response

LOOP: Final = "the-same-again"


class _Names(NamedTuple):
    """What a service calls the token in a request and in an answer."""

    asked: str
    given: str


_NEXT: Final = _Names("NextToken", "NextToken")
_SMALL: Final = _Names("nextToken", "nextToken")
_MARKER: Final = _Names("Marker", "NextMarker")
_NAMES: Final[Mapping[str, _Names]] = {
    "apigateway": _Names("position", "position"),
    "apigatewayv2": _Names("nextToken", "NextToken"),
    "iam": _Names("Marker", "Marker"),
    "lambda": _MARKER,
    "logs": _SMALL,
    "resourcegroupstaggingapi": _Names("PaginationToken", "PaginationToken"),
    "scheduler": _NEXT,
    "stepfunctions": _SMALL,
}
_DYNAMODB: Final = _Names("ExclusiveStartTableName", "LastEvaluatedTableName")


def without_token(request: Request) -> Request:
    """The request for the first page of what this one asks for."""
    name = _names(request).asked
    target, body = request.target, request.body
    path, _, query = target.partition("?")
    if query:
        left = [(key, value) for key, value in parse_qsl(query, keep_blank_values=True) if key != name]
        target = f"{path}?{urlencode(left)}" if left else path
    if request.protocol is Protocol.JSON:
        params = _object(request.plain_body)
        if params.pop(name, None) is not None:
            body = orjson.dumps(params)
    elif request.protocol is Protocol.QUERY:
        sent = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        body = urlencode([(key, value) for key, value in sent if key != name]).encode()
    headers = {key: value for key, value in request.headers.items() if key.lower() != "content-encoding"}
    return (
        Request(request.method, target, headers, body) if body is not request.body else replace_target(request, target)
    )


def replace_target(request: Request, target: str) -> Request:
    """The same request to another path and query."""
    return Request(request.method, target, request.headers, request.body)


def with_token(request: Request, answer: Response) -> Response:
    """The answer, with a token that leads back to it. Answers that fail are left alone."""
    if answer.status != 200:
        return answer
    name = _names(request).given
    if request.protocol is Protocol.QUERY:
        end = f"</{request.operation}Result>".encode()
        body = re.sub(rb"<IsTruncated>false</IsTruncated>", b"<IsTruncated>true</IsTruncated>", answer.body)
        return replace(answer, body=body.replace(end, f"<{name}>{LOOP}</{name}>".encode() + end))
    value = _object(answer.body)
    return replace(answer, body=orjson.dumps({**value, name: LOOP})) if value else answer


def _names(request: Request) -> _Names:
    if (request.service, request.operation) == ("dynamodb", "ListTables"):
        return _DYNAMODB
    return _NAMES.get(request.service, _NEXT)


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
