"""The operations that cwtop can send, by its own permissions and source: the matrix must hold each of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import aws
from aws.permissions import iam_action, policy
from aws.services import registry

# How botocore calls what IAM calls otherwise.
_BOTOCORE = {"access-analyzer": "accessanalyzer", "states": "stepfunctions", "tag": "resourcegroupstaggingapi"}
# Allowed for what PutMetricAlarm and CreateTopic do with tags: nobody sends them.
_BY_THE_WAY = {"cloudwatch:TagResource", "sns:TagResource"}
_OF_MANY = "apigateway:GET"  # one action for everything that is read there


def operations() -> set[str]:
    """As "lambda:ListFunctions", with botocore's name of the service."""
    allowed = {action for each in policy(registry().values(), write=True)["Statement"] for action in each["Action"]}
    named = {_named(action) for action in allowed - _BY_THE_WAY - {_OF_MANY}}
    return named | {pair for pair in _written() if iam_action(*pair.split(":")) in (_OF_MANY, "")}


def _named(action: str) -> str:
    service, _, operation = action.partition(":")
    return f"{_BOTOCORE.get(service, service)}:{operation}"


def _written() -> Iterator[str]:
    """Service and operation side by side, as they stand in the source where they are asked for."""
    for path in Path(aws.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            words = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else []
            for one, two in pairwise(word.value if isinstance(word, ast.Constant) else None for word in words):
                if one in ("apigateway", "apigatewayv2", "sts") and isinstance(two, str) and two.startswith("Get"):
                    yield f"{one}:{two}"
