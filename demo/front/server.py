"""The listening socket: aiohttp in, `Request`; `Response`, aiohttp out. Connections are kept alive."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from aiohttp import web

from demo.front.chain import Handler
from demo.front.requests import Ending, Request, Response

_log = logging.getLogger(__name__)
_HOST = "127.0.0.1"
_SHUTDOWN_S = 0.2
# aiohttp frames the body and keeps the connection itself; moto's own words on that would contradict it.
_HOP_BY_HOP = frozenset({"connection", "transfer-encoding", "keep-alive", "server"})


class Front:
    """Serves ``handler`` on the loopback interface. Use it as an asynchronous context manager."""

    def __init__(self, handler: Handler, *, port: int = 0) -> None:
        """``port`` 0: any free one."""
        self._handler = handler
        self._port = port
        self._runner: web.ServerRunner | None = None

    @property
    def endpoint_url(self) -> str:
        """Where it listens."""
        return f"http://{_HOST}:{self._port}"

    async def __aenter__(self) -> Front:
        # Bodies stay packed: what a client gzips for S3 is content, and must reach moto as it was sent.
        # A handler ends with its client: one that hangs on purpose would otherwise stay for ever.
        server = web.Server(self._serve, access_log=None, auto_decompress=False, handler_cancellation=True)
        runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_S)
        await runner.setup()
        self._runner = runner
        try:
            await web.TCPSite(runner, _HOST, self._port).start()
        except BaseException:
            await runner.cleanup()
            raise
        self._port = runner.addresses[0][1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _serve(self, raw: web.BaseRequest) -> web.StreamResponse:
        request = Request(raw.method, raw.raw_path, raw.headers, await raw.content.read())
        response = await self._handler(request)
        if response.ending is Ending.WHOLE:
            return _out(request, response)
        return await _broken_off(raw, response)


async def _broken_off(raw: web.BaseRequest, response: Response) -> web.StreamResponse:
    """Half an answer, or none, and the connection closed."""
    answer = web.StreamResponse(status=response.status)
    if response.ending is Ending.CUT:
        answer.headers.update(_kept(response.headers, _HOP_BY_HOP | {"content-length"}))
        answer.content_length = len(response.body)
        await answer.prepare(raw)
        await answer.write(response.body[: len(response.body) // 2])
    if raw.transport is not None:
        raw.transport.close()
    return answer


def _out(request: Request, response: Response) -> web.StreamResponse:
    skip = _HOP_BY_HOP if request.method == "HEAD" else _HOP_BY_HOP | {"content-length"}
    headers = _kept(response.headers, skip)
    return web.Response(status=response.status, body=response.body or None, headers=headers)


def _kept(headers: Mapping[str, str], skip: frozenset[str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in skip}
