"""A small AWS that answers what a test scripts: throttles, 500s, HTML, half an answer, silence, a dropped line."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Any, Self, TypeAlias

from aiohttp import web

Body: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = "web.StreamResponse | Callable[[web.Request, Body], Any]"

IDENTITY = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/test</Arn><UserId>AIDA</UserId><Account>123456789012</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>"""


def ok(body: Body) -> Answer:
    """An answer of the json protocol."""
    return lambda _request, _body: web.json_response(
        body, headers={"x-amzn-requestid": "r"}, content_type="application/x-amz-json-1.1"
    )


def error(code: str, message: str = "", status: int = 400) -> Answer:
    """An AWS error of the json protocol."""
    return lambda _request, _body: web.json_response({"__type": code, "message": message}, status=status)


def html(status: int = 200) -> Answer:
    """What a captive portal or a proxy says."""
    return lambda _request, _body: web.Response(
        text="<html><body>Please log in</body></html>", status=status, content_type="text/html"
    )


def raw(text: str, status: int = 200) -> Answer:
    """A body as it stands."""
    return lambda _request, _body: web.Response(text=text, status=status)


async def hang(_request: web.Request, _body: Body) -> web.Response:
    """Never answers."""
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def drop(request: web.Request, _body: Body) -> web.Response:
    """Closes the connection without a word."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def truncated(request: web.Request, _body: Body) -> web.StreamResponse:
    """Promises more than it sends, then closes the connection."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"MetricDataResults": [')
    assert request.transport is not None
    request.transport.close()
    return response


class ScriptedServer:
    """Answers by operation, in order, the last answer for ever. ``asked`` keeps the requests' bodies."""

    def __init__(self) -> None:
        self.endpoint_url = ""
        self.asked: list[tuple[str, Body]] = []
        self._script: dict[str, deque[Answer]] = {}
        self._runner: web.AppRunner | None = None

    def answer(self, operation: str, *answers: Answer) -> None:
        """Script the answers of an operation; ``GET /path`` names one of the REST services."""
        self._script[operation] = deque(answers)

    def counts(self) -> Counter[str]:
        """How often each operation was asked for."""
        return Counter(operation for operation, _ in self.asked)

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.endpoint_url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        text = await request.text()
        body: Body = json.loads(text) if text.startswith("{") else {}
        operation = request.headers.get("X-Amz-Target", "").rpartition(".")[2] or f"{request.method} {request.path}"
        if queried := re.search(r"(?:^|&)Action=(\w+)", text):  # AWS's query protocol
            operation = queried[1]
        self.asked.append((operation, body))
        scripted = self._script.get(operation)
        if scripted is None:
            if operation == "GetCallerIdentity":
                return web.Response(text=IDENTITY, content_type="text/xml")
            return web.json_response({"__type": "AccessDeniedException", "message": "not scripted"}, status=400)
        answer: Any = scripted.popleft() if len(scripted) > 1 else scripted[0]
        response = answer(request, body)
        return await response if asyncio.iscoroutine(response) else response
