"""Which of the services are looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws.errors import UsageError
from aws.services import registry
from aws.services.base import Service


def selected(services: Mapping[str, Service] | None, names: Sequence[str]) -> Mapping[str, Service]:
    """Those of ``services`` (None: all that are declared) with these names; all where none is named.

    Raises `UsageError` for a name that none has.
    """
    known = registry() if services is None else services
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(f"unknown service {unknown[0]!r}", f"known are: {', '.join(known)}")
    return {name: service for name, service in known.items() if not names or name in names}
