"""Requests in JSON, read and asked again in other words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from demo.errors import ServiceError
from demo.front.requests import Request


def params_of(request: Request) -> dict[str, Any]:
    """The parameters of a request. Raises `ServiceError`."""
    try:
        params = orjson.loads(request.plain_body or b"{}")
    except orjson.JSONDecodeError as error:
        raise ServiceError("SerializationException", f"the body is not JSON: {error}") from error
    if not isinstance(params, dict):
        raise ServiceError("SerializationException", "the body is not a JSON object")
    return params


def asking(request: Request, params: Mapping[str, Any]) -> Request:
    """The same caller's request for the same operation with other parameters."""
    headers = {key: value for key, value in request.headers.items() if key.lower() != "content-encoding"}
    return replace(request, headers=headers, body=orjson.dumps(params))
