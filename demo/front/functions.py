"""What moto's Lambda lacks: pages of ListFunctions, deployments as the story tells them."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urlencode

import orjson

from aws.clock import Clock
from demo.errors import ServiceError
from demo.front.answers import json_answer
from demo.front.chain import Handler
from demo.front.requests import Request, Response
from demo.front.worlds import Worlds

_PAGE = 50  # Lambda's own cap, whatever MaxItems says
_READS = frozenset({"GET", "HEAD"})

Deployed: TypeAlias = Callable[[str], float | None]
"""When a function's code was last deployed, UTC epoch seconds; None: unknown function."""


class _Listed(NamedTuple):
    """A function as ListFunctions has it, packed: ten thousand of them are kept."""

    order: str
    configuration: bytes


class Functions:
    """A link of the chain for Lambda. It keeps the full listing that moto gave until something may have changed it."""

    def __init__(self, worlds: Worlds, clock: Clock) -> None:
        self._worlds = worlds
        self._clock = clock
        self._listings: dict[tuple[str, ...], Sequence[_Listed]] = {}

    async def __call__(self, request: Request, behind: Handler) -> Response:
        if request.service == "cloudformation" or (request.service == "lambda" and request.method not in _READS):
            self._listings.clear()
        if request.service != "lambda":
            return await behind(request)
        match request.operation:
            case "ListFunctions":
                return await self._page(request, behind)
            case "GetFunction":
                return self._patched(await behind(request), request, lambda answer: answer.get("Configuration"))
            case "GetFunctionConfiguration":
                return self._patched(await behind(request), request, lambda answer: answer)
        return await behind(request)

    async def _page(self, request: Request, behind: Handler) -> Response:
        version = request.query.get("FunctionVersion", "")
        key = (*request.credential, version)
        listing = self._listings.get(key)
        if listing is None:
            path = request.path + ("?" + urlencode({"FunctionVersion": version}) if version else "")
            answer = await behind(Request(request.method, path, request.headers, b""))
            if answer.status != 200:
                return answer
            functions = orjson.loads(answer.body)["Functions"]
            listing = self._listings[key] = sorted(_Listed(_order(each), orjson.dumps(each)) for each in functions)
        return json_answer(request, self._cut(request, listing))

    def _cut(self, request: Request, listing: Sequence[_Listed]) -> dict[str, Any]:
        size = page_size(request)
        after = unmarked(request.query["Marker"]) if request.query.get("Marker") else None
        begin = 0 if after is None else bisect_right(listing, after, key=lambda each: each.order)
        chosen = listing[begin : begin + size]
        page: dict[str, Any] = {
            "Functions": [self._deployed(request, orjson.loads(each.configuration)) for each in chosen]
        }
        if begin + size < len(listing):
            page["NextMarker"] = marked(chosen[-1].order)
        return page

    def _patched(
        self, answer: Response, request: Request, part: Callable[[dict[str, Any]], dict[str, Any] | None]
    ) -> Response:
        if answer.status != 200:
            return answer
        value = orjson.loads(answer.body)
        configuration = part(value)
        if configuration is not None:
            self._deployed(request, configuration)
        return Response(answer.status, orjson.dumps(value), answer.headers)

    def _deployed(self, request: Request, configuration: dict[str, Any]) -> dict[str, Any]:
        world = self._worlds.world(request.region)
        deployed_s = world.deployed_s(configuration["FunctionName"], self._clock.now())
        if deployed_s is not None:
            configuration["LastModified"] = last_modified(deployed_s)
        return configuration


def last_modified(deployed_s: float) -> str:
    """LastModified as Lambda writes it; ``deployed_s`` is UTC epoch seconds."""
    at = datetime.fromtimestamp(deployed_s, UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}+0000"


def page_size(request: Request) -> int:
    """How many functions the page of a ListFunctions may hold. Raises `ServiceError`."""
    return min(_PAGE, _positive(request.query.get("MaxItems", str(_PAGE))))


def _order(function: Mapping[str, Any]) -> str:
    return str(function["FunctionArn"])


def marked(order: str) -> str:
    """The marker of the page that begins after the function of that ARN."""
    return base64.urlsafe_b64encode(order.encode()).decode()


def unmarked(marker: str) -> str:
    """The ARN that a marker stands for. Raises `ServiceError`."""
    try:
        return base64.urlsafe_b64decode(marker.encode()).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ServiceError("InvalidParameterValueException", f"Invalid marker: {marker!r}") from error


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ServiceError("InvalidParameterValueException", f"MaxItems must be a positive number, not {text!r}")
    return int(text)
