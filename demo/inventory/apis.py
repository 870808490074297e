"""Generated REST APIs as API Gateway tells them: GetRestApis, GetStages and GetResources."""

from __future__ import annotations

from typing import Any, Final

import orjson

from demo.errors import ServiceError
from demo.front.answers import json_answer
from demo.front.chain import Handler
from demo.front.requests import Request, Response
from demo.shop.holdings import Holding
from demo.shop.model import Api, Route
from demo.shop.specs import deployment_id, integration_uri, resource_id, resource_paths, rest_api_id

_PAGE: Final = 25  # what a client gets that does not say how many
_MOST: Final = 500


class HeldApis:
    """Answers for API Gateway. ``created_s`` is when the APIs were created, UTC epoch seconds."""

    def __init__(self, held: Holding[Api], created_s: float) -> None:
        self._held = held
        self._created_s = created_s

    async def __call__(self, request: Request, behind: Handler) -> Response | None:
        """None for what moto answers, once it has the APIs that the request names."""
        if request.operation == "GetRestApis":
            return await self._apis(request, behind)
        parts = request.path.split("/")
        api = self._held.get(parts[2]) if len(parts) > 2 else None
        if api is None:
            return None
        match request.operation:
            case "GetStages" if "deploymentId" not in request.query:
                return json_answer(request, {"item": [_stage(api, name) for name in api.stages]})
            case "GetResources":
                embed = "methods" in request.query.get("embed", "")
                items = [_resource(api, path, embed=embed) for path in ("", *resource_paths(api))]
                return json_answer(request, _page(request, {each["id"]: each for each in items}))
        return None

    async def _apis(self, request: Request, behind: Handler) -> Response:
        held = {api_id: rest_api(api, self._created_s) for api_id, api in self._held.after(None, len(self._held))}
        answer = await behind(request)
        if answer.status != 200:
            return answer
        items = held | {each["id"]: each for each in orjson.loads(answer.body)["item"]}
        return json_answer(request, _page(request, dict(sorted(items.items()))))


def _page(request: Request, items: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The items after ``position``, which is the id of one, as many as ``limit`` says."""
    limit, position = request.query.get("limit", str(_PAGE)), request.query.get("position", "")
    if not limit.isdecimal() or int(limit) < 1:
        raise ServiceError("BadRequestException", f"Invalid limit: {limit!r}")
    ids = list(items)
    if position and position not in items:
        raise ServiceError("BadRequestException", "Invalid position parameter specified")
    begin = ids.index(position) + 1 if position else 0
    end = begin + min(int(limit), _MOST)
    more = {"position": ids[end - 1]} if end < len(ids) else {}
    return {"item": [items[each] for each in ids[begin:end]], **more}


def rest_api(api: Api, created_s: float) -> dict[str, Any]:
    """A RestApi as moto gives it of one that was just created."""
    return {
        "id": rest_api_id(api.name),
        "name": api.name,
        "description": api.description,
        "version": "V1",
        "binaryMediaTypes": [],
        "createdDate": int(created_s),
        "apiKeySource": "HEADER",
        "endpointConfiguration": {"types": ["EDGE"]},
        "tags": dict(api.tags),
        "policy": None,
        "disableExecuteApiEndpoint": False,
        "minimumCompressionSize": None,
        "rootResourceId": resource_id(api.name, ""),
    }


def _stage(api: Api, name: str) -> dict[str, Any]:
    return {
        "stageName": name,
        "deploymentId": deployment_id(api.name, name),
        "methodSettings": {},
        "variables": {},
        "description": "",
        "cacheClusterEnabled": False,
        "accessLogSettings": None,
    }


def _resource(api: Api, path: str, *, embed: bool) -> dict[str, Any]:
    item: dict[str, Any] = {"path": path or "/", "id": resource_id(api.name, path)}
    methods = {route.method: _method(route) if embed else {} for route in api.routes if route.path == path}
    if methods:
        item["resourceMethods"] = methods
    if path:
        before, piece = resource_paths(api)[path]
        item |= {"parentId": resource_id(api.name, before), "pathPart": piece}
    return item


def _method(route: Route) -> dict[str, Any]:
    integration: dict[str, Any] = {
        "type": "AWS_PROXY",
        "uri": integration_uri(route.function),
        "httpMethod": "POST",
        "passthroughBehavior": None,
        "cacheKeyParameters": [],
        "requestTemplates": None,
        "integrationResponses": None,
        "tlsConfig": None,
        "cacheNamespace": None,
        "timeoutInMillis": None,
        "requestParameters": None,
        "contentHandling": None,
        "credentials": None,
        "connectionType": None,
    }
    return {
        "httpMethod": route.method,
        "authorizationType": "NONE",
        "authorizerId": None,
        "authorizationScopes": None,
        "apiKeyRequired": False,
        "requestParameters": None,
        "requestModels": None,
        "methodIntegration": integration,
        "operationName": None,
        "requestValidatorId": None,
        "methodResponses": {},
    }
