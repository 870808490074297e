"""The names by which a request can be meant in ``--deny`` and in a plan of faults: botocore's, and IAM's."""

from __future__ import annotations

from typing import Final

from demo.front.requests import Request

# Where IAM's prefix is not botocore's name (Service Authorization Reference).
_PREFIXES: Final = {
    "accessanalyzer": "access-analyzer",
    "apigatewayv2": "apigateway",
    "elbv2": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
    "stepfunctions": "states",
}
_BY_METHOD: Final = frozenset({"apigateway", "apigatewayv2"})


def iam_action(request: Request) -> str:
    """The action that IAM would be asked about. API Gateway is authorized by HTTP method."""
    prefix = _PREFIXES.get(request.service, request.service)
    return f"{prefix}:{request.method if request.service in _BY_METHOD else request.operation}"


def action_names(request: Request) -> tuple[str, ...]:
    """Every name of it, in lower case: botocore's "service:Operation", IAM's prefix with it, and IAM's action."""
    prefix = _PREFIXES.get(request.service, request.service)
    names = (f"{request.service}:{request.operation}", f"{prefix}:{request.operation}", iam_action(request))
    return tuple(dict.fromkeys(name.lower() for name in names))
