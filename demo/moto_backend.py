"""moto, in this process: its WSGI application behind one typed function, one request at a time.

moto's backends are plain dictionaries without locks, so all of it runs on a single thread of its own.
"""

from __future__ import annotations

import asyncio
import io
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from demo.front.requests import Request, Response
from demo.moto_imports import defer_openapi, share_models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType


class Moto:
    """moto's services. Only those that are asked for are ever imported. Close it after use."""

    def __init__(self, account: str) -> None:
        """``account`` is the id of the account that any access key belongs to."""
        self._account = account
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="moto")
        self._application: Callable[..., Iterable[bytes]] | None = None

    async def __call__(self, request: Request) -> Response:
        """moto's answer. Raises what moto raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._answer, request)

    async def between(self, work: Callable[[], None]) -> None:
        """Runs ``work`` on moto's thread, between two requests. Raises what it raises."""
        await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        """The thread ends once the request at hand is answered; those waiting are dropped."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _answer(self, request: Request) -> Response:
        if self._application is None:
            self._application = _load(self._account)
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str,
            headers: list[tuple[str, str]],
            _error: tuple[type[BaseException], BaseException, TracebackType] | None = None,
        ) -> None:
            started.append((status, headers))

        chunks = self._application(_environ(request), start_response)
        try:
            body = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        status, headers = started[-1]
        return Response(int(status.split()[0]), body, dict(headers))


def _load(account: str) -> Callable[..., Iterable[bytes]]:
    # moto reads these once, at import: whose account it plays, and that no browser asks across origins.
    os.environ["MOTO_ACCOUNT_ID"] = account
    os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    defer_openapi()
    share_models()
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    application: Callable[..., Iterable[bytes]] = DomainDispatcherApplication(create_backend_app)
    return application


def _environ(request: Request) -> dict[str, Any]:
    path, _, query = request.target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": request.target,
        "REQUEST_URI": request.target,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    environ["CONTENT_LENGTH"] = str(len(request.body))
    return environ
