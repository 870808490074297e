"""botocore's service models, as far as the front needs them: which service and operation a REST path stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

# A service signs with a name of its own; where that is botocore's name of it too, it is not listed.
_BY_SIGNING_NAME = {
    "access-analyzer": "accessanalyzer",
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
    "elasticloadbalancing": "elbv2",
    "email": "ses",
}


class _Route(NamedTuple):
    operation: str
    method: str
    path: re.Pattern[str]
    query: frozenset[tuple[str, str]]
    literal: int  # characters that are no parameter: the most literal route wins


def service_name(signing_name: str, path: str) -> str:
    """botocore's name of the service that a request is signed for; ``path`` tells the two API Gateways apart."""
    if signing_name == "apigateway" and path.startswith("/v2/"):
        return "apigatewayv2"
    return _BY_SIGNING_NAME.get(signing_name, signing_name)


def rest_operation(service: str, method: str, path: str, query: Mapping[str, str]) -> str:
    """The operation that a REST request stands for; empty where the service has none like it."""
    best: _Route | None = None
    for route in _routes(service):
        fits = (
            route.method == method
            and route.path.fullmatch(path)
            and all(name in query and value in ("", query[name]) for name, value in route.query)
        )
        if fits and (best is None or (route.literal, len(route.query)) > (best.literal, len(best.query))):
            best = route
    return best.operation if best else ""


def service_model(service: str) -> Mapping[str, Any]:
    """The service's model as botocore ships it, without documentation; empty for a service it does not know."""
    # Imported late: a server that only answers JSON never needs it.
    from botocore.exceptions import DataNotFoundError
    from botocore.loaders import Loader

    from aws.lean_models import LeanModels

    loader = Loader(file_loader=LeanModels())
    try:
        # By path: asked by name, the loader first looks through the folders of all services, which takes seconds.
        version = max(loader.list_api_versions(service, "service-2"))
        model: Mapping[str, Any] = loader.load_data(f"{service}/{version}/service-2")
    except DataNotFoundError:
        return {}
    return model


@cache
def _routes(service: str) -> tuple[_Route, ...]:
    return tuple(
        _route(name, operation["http"])
        for name, operation in service_model(service).get("operations", {}).items()
        if "http" in operation
    )


def _route(operation: str, http: Mapping[str, Any]) -> _Route:
    path, _, query = http["requestUri"].partition("?")
    pattern, literal = "", 0
    for part in re.split(r"(\{[^}]+\})", path.rstrip("/")):
        if part.startswith("{"):
            pattern += ".+" if part.endswith("+}") else "[^/]+"
        else:
            pattern += re.escape(part)
            literal += len(part)
    named = frozenset(parse_qsl(query, keep_blank_values=True))
    return _Route(operation, http["method"], re.compile(pattern + "/?"), named, literal)
