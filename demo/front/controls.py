"""Paths of the server's own, beside AWS's: what a test or a benchmark asks of the simulated account itself.

They lie below /_cwtop/, which no AWS request can begin with, and like everything here answer on loopback only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import orjson

from demo.front.chain import Handler, Middleware
from demo.front.requests import Request, Response

_PREFIX: Final = "/_cwtop/"
_JSON: Final = {"Content-Type": "application/json"}

Control: TypeAlias = Callable[[Request], Mapping[str, Any]]
"""Answers a GET, or changes something for a POST. Raises ValueError for a body that is wrong."""


def controls(known: Mapping[str, Control]) -> Middleware:
    """A link of the chain that answers ``/_cwtop/NAME`` by the control of that name; the outermost there is."""

    async def control(request: Request, behind: Handler) -> Response:
        if not request.path.startswith(_PREFIX):
            return await behind(request)
        asked = known.get(request.path.removeprefix(_PREFIX))
        if asked is None:
            return _said(404, {"error": f"no {request.path}; there are {', '.join(_PREFIX + name for name in known)}"})
        try:
            return _said(200, asked(request))
        except ValueError as error:
            return _said(400, {"error": str(error)})

    return control


def _said(status: int, value: Mapping[str, Any]) -> Response:
    return Response(status, orjson.dumps(value), _JSON)
