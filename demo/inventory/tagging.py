"""The tags of generated resources, as the tagging API tells them. Of these resources only functions have tags."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final

import orjson

from demo.errors import ServiceError
from demo.front.answers import json_answer
from demo.front.bodies import asking, params_of
from demo.front.chain import Handler
from demo.front.requests import Request, Response
from demo.front.tagging import tag_list, wanted
from demo.shop.holdings import Holding
from demo.shop.model import Function, arn
from demo.shop.specs import function_tags

_MOST: Final = 100
_FUNCTIONS: Final = frozenset({"lambda", "lambda:function"})
_OURS: Final = "held:"
_REST: Final = "rest:"
_TOKEN: Final = "PaginationToken"
_LISTS: Final = {"GetTagKeys": "TagKeys", "GetTagValues": "TagValues"}


class HeldTags:
    """Answers the tagging API: first the pages of what is held, then all that those behind have.

    A page may hold fewer than were asked for, as AWS's own may; the token tells which list comes next.
    """

    def __init__(self, held: Holding[Function]) -> None:
        self._held = held

    async def __call__(self, request: Request, behind: Handler) -> Response | None:
        """None for what moto answers, once it has the resources that the request names."""
        if request.operation not in ("GetResources", *_LISTS):
            return None
        params = params_of(request)
        word, after = _read(str(params.get(_TOKEN) or ""))
        if request.operation in _LISTS:
            return await self._words(_LISTS[request.operation], word, {**params, _TOKEN: after}, request, behind)
        if word == _REST or not _meant(params):
            return await _behind({**params, _TOKEN: after}, request, behind)
        return json_answer(request, self._page(params, after))

    async def _words(self, name: str, word: str, params: dict[str, Any], request: Request, behind: Handler) -> Response:
        """All keys, or all values of one: what is held first, without which come those behind."""
        tags = [function_tags(function) for _, function in self._held.after(None, len(self._held))]
        key = params.get("Key")
        held = sorted({each[key] for each in tags if key in each} if name == "TagValues" else set().union(*tags))
        if word == _OURS:
            return json_answer(request, {name: held, _TOKEN: _token(_REST, "")})
        answer = await _behind(params, request, behind)
        if answer.status != 200:
            return answer
        page = orjson.loads(answer.body)
        return json_answer(request, {**page, name: [each for each in page[name] if each not in held]})

    def _page(self, params: dict[str, Any], after: str) -> dict[str, Any]:
        size, name = min(_MOST, int(params.get("ResourcesPerPage") or _MOST)), after or None
        only = {each.rpartition(":")[2] for each in params.get("ResourceARNList") or () if each.startswith(_PREFIX)}
        found: list[dict[str, Any]] = []
        while len(found) < size:
            looked = self._held.after(name, size)
            if not looked:
                return {"ResourceTagMappingList": found, _TOKEN: _token(_REST, "")}
            for name, function in looked:
                tags = function_tags(function)
                if (not only or name in only) and wanted(tags, params.get("TagFilters") or ()):
                    found.append({"ResourceARN": function.arn, "Tags": tag_list(tags)})
                    if len(found) == size:
                        break
        return {"ResourceTagMappingList": found, _TOKEN: _token(_OURS, name or "")}


_PREFIX: Final = arn("lambda", "function:")


def _meant(params: dict[str, Any]) -> bool:
    """Whether functions are among what is asked for."""
    types, arns = params.get("ResourceTypeFilters") or (), params.get("ResourceARNList") or ()
    return (not types or not _FUNCTIONS.isdisjoint(types)) and (
        not arns or any(each.startswith(_PREFIX) for each in arns)
    )


async def _behind(params: dict[str, Any], request: Request, behind: Handler) -> Response:
    answer = await behind(asking(request, {name: value for name, value in params.items() if value}))
    page = orjson.loads(answer.body) if answer.status == 200 else {}
    if not page.get(_TOKEN):
        return answer
    return json_answer(request, {**page, _TOKEN: _token(_REST, page[_TOKEN])})


def _token(word: str, position: str) -> str:
    return urlsafe_b64encode(f"{word}{position}".encode()).decode()


def _read(token: str) -> tuple[str, str]:
    if not token:
        return _OURS, ""
    try:
        text = urlsafe_b64decode(token.encode()).decode()
    except ValueError:
        text = ""
    for word in (_OURS, _REST):
        if text.startswith(word):
            return word, text.removeprefix(word)
    raise ServiceError("PaginationTokenExpiredException", "The pagination token is not one of this account's.")
