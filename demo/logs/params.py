"""Request parameters read and checked, and pages cut, as the Logs API does both."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from demo.errors import ServiceError

Params: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = dict[str, Any]
Item = TypeVar("Item")


def invalid(message: str) -> ServiceError:
    """The error for a parameter that is missing or wrong."""
    return ServiceError("InvalidParameterException", message)


def required(params: Params, name: str) -> str:
    """A text that must be given. Raises `ServiceError`."""
    value = params.get(name)
    if not isinstance(value, str) or not value:
        raise invalid(f"1 validation error detected: {name} must not be empty")
    return value


def integer(params: Params, name: str, default: int, *, low: int = 0, high: int | None = None) -> int:
    """A whole number within bounds. Raises `ServiceError`."""
    value = params.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < low or (high is not None and value > high):
        bounds = f"at least {low}" if high is None else f"from {low} to {high}"
        raise invalid(f"1 validation error detected: {name} must be {bounds}, not {value!r}")
    return value


def texts(params: Params, name: str) -> list[str]:
    """A list of texts, empty where it is not given. Raises `ServiceError`."""
    value = params.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise invalid(f"1 validation error detected: {name} must be a list of strings")
    return value


def page(items: Sequence[Item], params: Params, key: Callable[[Item], str]) -> tuple[Sequence[Item], Answer]:
    """At most ``limit`` (50) of ``items``, which must be in the order of ``key``, and the answer's nextToken if any."""
    limit = integer(params, "limit", 50, low=1, high=50)
    token = params.get("nextToken")
    begin = bisect_right(items, unpacked(token), key=key) if token else 0
    rest = items[begin : begin + limit + 1]
    return rest[:limit], {"nextToken": packed(key(rest[limit - 1]))} if len(rest) > limit else {}


def packed(position: str) -> str:
    """An opaque token that stands for ``position``."""
    return base64.urlsafe_b64encode(position.encode()).decode()


def unpacked(token: str) -> str:
    """What `packed` was given. Raises `ServiceError` for a token that is not ours."""
    try:
        return base64.urlsafe_b64decode(token.encode()).decode()
    except (binascii.Error, UnicodeError) as error:
        raise invalid("The specified nextToken is invalid.") from error
