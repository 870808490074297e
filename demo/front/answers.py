"""Answers in the words of each AWS protocol."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import orjson

from demo.errors import ServiceError
from demo.front.requests import Protocol, Request, Response

_AWS_JSON = "application/x-amz-json-1.0"


def json_answer(request: Request, value: Mapping[str, Any]) -> Response:
    """200 with ``value`` in JSON; datetimes become epoch seconds, as the AWS JSON protocols want them."""
    body = orjson.dumps(value, default=_plain, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS)
    return Response(200, body, {"Content-Type": _content_type(request), "x-amzn-RequestId": request_id()})


def error_answer(request: Request, error: ServiceError) -> Response:
    """``error`` as the service would say it to this client."""
    known = request_id()
    message = escape(error.message)
    fault = "Sender" if error.status < 500 else "Receiver"
    match request.protocol:
        case Protocol.JSON:
            headers = {"Content-Type": _content_type(request), "x-amzn-RequestId": known}
            if request.headers.get("x-amzn-query-mode", "").lower() == "true":
                headers["x-amzn-query-error"] = f"{error.code};{fault}"
            return Response(error.status, _json_error(error), headers)
        case Protocol.QUERY:
            text = (
                f"<ErrorResponse><Error><Type>{fault}</Type><Code>{escape(error.code)}</Code>"
                f"<Message>{message}</Message></Error><RequestId>{known}</RequestId></ErrorResponse>"
            )
            return Response(error.status, text.encode(), {"Content-Type": "text/xml"})
        case Protocol.REST_XML:
            text = (
                f"<Error><Code>{escape(error.code)}</Code><Message>{message}</Message>"
                f"<RequestId>{known}</RequestId></Error>"
            )
            return Response(error.status, text.encode(), {"Content-Type": "application/xml"})
    headers = {"Content-Type": "application/json", "x-amzn-errortype": error.code, "x-amzn-RequestId": known}
    return Response(error.status, _json_error(error), headers)


def request_id() -> str:
    """A new request id, as AWS prints them."""
    return str(uuid.uuid4())


def _json_error(error: ServiceError) -> bytes:
    return orjson.dumps({"__type": error.code, "message": error.message, "Message": error.message})


def _content_type(request: Request) -> str:
    sent = request.headers.get("Content-Type", "")
    return sent if "json" in sent else _AWS_JSON


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
