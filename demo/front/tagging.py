"""The tagging API's GetResources, with the alarms of our own CloudWatch, which moto does not know of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from demo.front.bodies import params_of
from demo.front.chain import Handler
from demo.front.engines import Engines
from demo.front.requests import Request, Response

_ALARMS = frozenset({"cloudwatch", "cloudwatch:alarm"})


class Tagging:
    """A link of the chain. The alarms come with moto's last page, all at once."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    async def __call__(self, request: Request, behind: Handler) -> Response:
        if request.service != "resourcegroupstaggingapi" or request.operation != "GetResources":
            return await behind(request)
        answer = await behind(request)
        if answer.status != 200:
            return answer
        params, page = params_of(request), orjson.loads(answer.body)
        types = params.get("ResourceTypeFilters") or []
        if page.get("PaginationToken") or (types and _ALARMS.isdisjoint(types)):
            return answer
        page["ResourceTagMappingList"] += [
            {"ResourceARN": arn, "Tags": tag_list(tags)}
            for arn, tags in (await self._engines.alarm_tags(request.region)).items()
            if tags and wanted(tags, params.get("TagFilters") or [])
        ]
        headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
        return Response(200, orjson.dumps(page), headers)


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as the API lists them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def wanted(tags: Mapping[str, str], filters: Sequence[Mapping[str, Any]]) -> bool:
    """Whether each filter's key is there, with one of its values where it names any."""
    return all(
        each["Key"] in tags and (not each.get("Values") or tags[each["Key"]] in each["Values"]) for each in filters
    )
