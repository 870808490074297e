"""NextToken: opaque to the caller, and good for the same request only."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import NamedTuple

from demo.cloudwatch.fields import Params, text
from demo.errors import ServiceError


class Page(NamedTuple):
    """Where a walk stands: the position of its next item, and the time its first page was asked for."""

    position: int
    now_s: float


def page_of(operation: str, params: Params, now_s: float) -> Page:
    """The page that the request asks for. Raises `ServiceError` InvalidNextToken."""
    token = text(params, "NextToken")
    if not token:
        return Page(0, now_s)
    try:
        check, position, first_s = json.loads(base64.urlsafe_b64decode(token.encode()))
        page = Page(int(position), float(first_s))
    except (binascii.Error, ValueError, TypeError):
        raise _refused() from None
    if check != _check(operation, params) or page.position < 0:
        raise _refused()
    return page


def token_for(operation: str, params: Params, page: Page) -> str:
    """The NextToken that continues this request at ``page``."""
    parts = json.dumps([_check(operation, params), page.position, page.now_s])
    return base64.urlsafe_b64encode(parts.encode()).decode()


def _check(operation: str, params: Params) -> int:
    same = {name: value for name, value in params.items() if name != "NextToken"}
    return zlib.crc32(f"{operation} {json.dumps(same, sort_keys=True, default=str)}".encode())


def _refused() -> ServiceError:
    return ServiceError("InvalidNextToken", "The NextToken is not of this request.")
