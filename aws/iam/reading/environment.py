"""Environment variables, told by name alone: a value is compared with what is known, and dropped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from aws.model import Scope
from aws.services.arns import arn_of

_ARN: Final = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(?:\d{12})?:[\w.:/$+=,@*-]{1,500}")
_QUEUE_URL: Final = re.compile(
    r"https://(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.amazonaws\.com(?:\.cn)?/(\d{12})/([\w.-]+)"
)


def resources_named(configuration: Mapping[str, Any], known: Mapping[str, str], scope: Scope) -> dict[str, str] | None:
    """Variable name -> ARN for the values that are ARNs, queue URLs, or names in ``known`` (name -> ARN).

    None where Lambda could not decrypt them, which it says in place of the values.
    """
    environment = configuration.get("Environment")
    if environment is None:
        return {}
    variables = environment.get("Variables") if isinstance(environment, Mapping) else None
    if variables is None and isinstance(environment, Mapping) and "Error" not in environment:
        return {}
    if not isinstance(variables, Mapping):
        return None
    found = {str(name): _resource(value, known, scope) for name, value in variables.items() if isinstance(value, str)}
    return {name: arn for name, arn in found.items() if arn}


def _resource(value: str, known: Mapping[str, str], scope: Scope) -> str:
    if value in known:
        return known[value]
    if _ARN.fullmatch(value):
        return value
    if url := _QUEUE_URL.fullmatch(value):
        there = Scope(account=url[3], region=url[1] or url[2], partition=scope.partition)
        return arn_of(there, "sqs", url[4])
    return ""
