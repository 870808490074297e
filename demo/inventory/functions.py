"""Generated functions as Lambda tells them: ListFunctions and GetFunctionConcurrency."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import unquote, urlencode

import orjson

from demo.front.answers import json_answer
from demo.front.chain import Handler
from demo.front.functions import Deployed, last_modified, marked, page_size, unmarked
from demo.front.requests import Request, Response
from demo.shop.holdings import Holding
from demo.shop.model import Function, arn
from demo.shop.specs import code


class HeldFunctions:
    """Answers for Lambda. ``deployed`` says when a function's code was last deployed."""

    def __init__(self, held: Holding[Function], deployed: Deployed) -> None:
        self._held = held
        self._deployed = deployed

    async def __call__(self, request: Request, behind: Handler) -> Response | None:
        """None for what moto answers, once it has the functions that the request names."""
        match request.operation:
            case "ListFunctions":
                return await self._page(request, behind)
            case "GetFunctionConcurrency":
                name = unquote(request.path).split("/")[3].rpartition(":")[2]
                return json_answer(request, {}) if self._held.get(name) is not None else None
        return None

    async def _page(self, request: Request, behind: Handler) -> Response:
        """Both lists are in the order of their ARNs: a page of each holds whatever belongs on the page of both."""
        size, marker = page_size(request), request.query.get("Marker", "")
        held = self._held.after(unmarked(marker).rpartition(":")[2] if marker else None, size + 1)
        path = f"{request.path}?{urlencode({**request.query, 'MaxItems': str(size)})}"
        answer = await behind(Request(request.method, path, request.headers, b""))
        if answer.status != 200:
            return answer
        listed = orjson.loads(answer.body)
        found = {each["FunctionArn"]: each for each in listed["Functions"]}
        arns = sorted({*found, *(function.arn for _, function in held)})
        computed = {function.arn: function for _, function in held}
        page: dict[str, Any] = {
            "Functions": [found.get(each) or self._configuration(computed[each]) for each in arns[:size]]
        }
        if len(arns) > size or listed.get("NextMarker"):
            page["NextMarker"] = marked(arns[:size][-1])
        return json_answer(request, page)

    def _configuration(self, function: Function) -> dict[str, Any]:
        at_s = self._deployed(function.name)
        return {**configuration(function), **({"LastModified": last_modified(at_s)} if at_s is not None else {})}


def configuration(function: Function) -> dict[str, Any]:
    """A FunctionConfiguration as moto gives it of a function that was just created, but for LastModified."""
    return {
        **_of_all(),
        "Description": function.description,
        "FunctionArn": function.arn,
        "FunctionName": function.name,
        "MemorySize": function.memory_mb,
        "Role": arn("iam", f"role/{function.role_name}", region=""),
        "Runtime": function.runtime,
        "Timeout": function.timeout_s,
        "TracingConfig": {"Mode": "Active" if function.tracing else "PassThrough"},
        "Architectures": [function.architecture],
        **({"Environment": {"Variables": dict(function.env)}} if function.env else {}),
    }


@cache
def _of_all() -> Mapping[str, Any]:
    package = b64decode(code())
    return {
        "CodeSha256": b64encode(sha256(package).digest()).decode(),
        "CodeSize": len(package),
        "Handler": "index.handler",
        "State": "Active",
        "LastUpdateStatus": "Successful",
        "PackageType": "Zip",
        "Version": "$LATEST",
        "KMSKeyArn": None,
        "VpcConfig": None,
        "Layers": [],
        "SigningProfileVersionArn": None,
        "SigningJobArn": None,
        "EphemeralStorage": {"Size": 512},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
    }
