"""One file per AWS service, or a folder where a file grows too long. `registry` finds them by looking."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from aws.services.base import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_SERVICES = frozenset({"arns", "base", "recommendation", "records"})


@cache
def registry() -> Mapping[str, Service]:
    """Every service that a file of this package declares as ``SERVICE``, by name, in the order of their names."""
    found: dict[str, Service] = {}
    for module in pkgutil.iter_modules(__path__):
        if module.name in _NOT_SERVICES:
            continue
        service = importlib.import_module(f"{__name__}.{module.name}").SERVICE
        if service.name in found:
            raise ValueError(f"two service files declare {service.name!r}")
        found[service.name] = service
    return MappingProxyType(dict(sorted(found.items())))
