"""Operations that moto answers with 404, answered from the world. One table: an operation more is a line more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from demo.front.answers import json_answer
from demo.front.chain import Handler, Middleware
from demo.front.requests import Request, Response
from demo.front.worlds import Worlds
from demo.world import World

_Addition: TypeAlias = Callable[[World, Request], Mapping[str, Any]]

_ADDITIONS: Mapping[tuple[str, str], _Addition] = {
    ("lambda", "GetAccountSettings"): lambda world, _request: world.account_settings(),
}


def additions(worlds: Worlds) -> Middleware:
    """A link of the chain that answers what is in the table. Its services are those that answer in JSON."""
    services = {service for service, _ in _ADDITIONS}

    async def add(request: Request, behind: Handler) -> Response:
        # Telling a REST operation costs its service's model: only the services of the table are worth it.
        addition = _ADDITIONS.get((request.service, request.operation)) if request.service in services else None
        if addition is None:
            return await behind(request)
        return json_answer(request, addition(worlds.world(request.region), request))

    return add
