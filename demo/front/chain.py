"""Handlers in a row. Each may answer by itself, change the answer of those behind it, or pass the request on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from demo.front.requests import Request, Response

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
Middleware: TypeAlias = Callable[[Request, Handler], Awaitable[Response]]

Between: TypeAlias = Callable[[Callable[[], None]], Awaitable[None]]
"""Runs something where moto runs, while moto answers nobody."""


def chain(middlewares: Sequence[Middleware], last: Handler) -> Handler:
    """One handler out of many: the first of ``middlewares`` sees a request first, ``last`` answers what is left."""
    handler = last
    for middleware in reversed(middlewares):
        handler = _link(middleware, handler)
    return handler


def _link(middleware: Middleware, behind: Handler) -> Handler:
    async def handle(request: Request) -> Response:
        return await middleware(request, behind)

    return handle
