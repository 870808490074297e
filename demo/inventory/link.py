"""The link of the chain for the generated part of the account.

What a client reads in bulk is computed. A request of any other kind that names such a resource first has it created
in moto, with all that was told of it: from then on it is moto's alone, like everything else in the account.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, TypeAlias
from urllib.parse import unquote_to_bytes

from demo.front.chain import Between, Handler
from demo.front.functions import Deployed
from demo.front.requests import Request, Response
from demo.inventory.apis import HeldApis
from demo.inventory.functions import HeldFunctions
from demo.inventory.tables import HeldTables
from demo.inventory.tagging import HeldTags
from demo.shop.holdings import Holding, Holdings
from demo.shop.model import REGION, Api, Function, Table
from demo.shop.seeding import adopt_api, adopt_function, adopt_table

_Answer: TypeAlias = Callable[[Request, Handler], Awaitable[Response | None]]
_WORD: Final = re.compile(rb"[\w.-]+")


class _Kind(NamedTuple):
    """Resources of one kind, and how moto gets one."""

    held: Holding[Any]
    adopt: Callable[[str, Any], None]


class Inventory:
    """Computes, and hands over to moto. ``deployed`` says when a function's code was last deployed."""

    def __init__(self, holdings: Holdings, deployed: Deployed, between: Between) -> None:
        self._between = between
        created_s = holdings.created_s

        def function(name: str, held: Function) -> None:
            adopt_function(held, holdings.api_before.get(name))

        def table(_: str, held: Table) -> None:
            adopt_table(held, created_s)

        def api(_: str, held: Api) -> None:
            adopt_api(held, created_s)

        functions, tables = _Kind(holdings.functions, function), _Kind(holdings.tables, table)
        apis = _Kind(holdings.apis, api)
        self._kinds: Mapping[str, Sequence[_Kind]] = {
            "lambda": (functions,),
            "dynamodb": (tables,),
            "apigateway": (apis,),
            "apigatewayv2": (apis,),
            "resourcegroupstaggingapi": (functions, tables, apis),
            "application-autoscaling": (functions, tables),
        }
        self._answers: Mapping[str, _Answer] = {
            "lambda": HeldFunctions(holdings.functions, deployed),
            "dynamodb": HeldTables(holdings.tables, created_s),
            "apigateway": HeldApis(holdings.apis, created_s),
            "resourcegroupstaggingapi": HeldTags(holdings.functions),
        }

    async def __call__(self, request: Request, behind: Handler) -> Response:
        kinds = self._kinds.get(request.service, ()) if request.region in ("", REGION) else ()
        if not any(len(kind.held) for kind in kinds):
            return await behind(request)
        answer = self._answers.get(request.service)
        answered = await answer(request, behind) if answer is not None else None
        if answered is not None:
            return answered
        words = {word.decode() for word in _WORD.findall(unquote_to_bytes(request.target) + b" " + request.plain_body)}
        for kind in kinds:
            if named := kind.held.named(words):
                await self._between(partial(_hand_over, kind, named))
        return await behind(request)


def _hand_over(kind: _Kind, names: Sequence[str]) -> None:
    for name in names:
        held = kind.held.get(name)
        if held is not None:  # another request may have been first
            kind.adopt(name, held)
            kind.held.release(name)
